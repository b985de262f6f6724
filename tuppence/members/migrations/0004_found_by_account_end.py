"""Staff find a member by the last signs of an account number: the index is over it backwards."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("members", "0003_representative")]
    operations = [
        migrations.RunSQL(
            "CREATE INDEX members_bankaccount_end ON members_bankaccount"
            " (reverse(iban) text_pattern_ops)",
            "DROP INDEX members_bankaccount_end",
        )
    ]
