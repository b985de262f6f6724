"""Statements may also come as columns, with a book that is taken over."""

from django.db import migrations, models

FORMATS = [("camt.053", "Camt053"), ("csv", "Csv"), ("columns", "Columns")]


class Migration(migrations.Migration):
    dependencies = [("bank", "0002_guards")]
    operations = [
        migrations.AlterField(
            model_name=name,
            name="statement_format",
            field=models.CharField(choices=FORMATS, max_length=10),
        )
        for name in ("clientbankaccount", "statementfile")
    ]
