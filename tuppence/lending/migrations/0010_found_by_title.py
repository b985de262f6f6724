"""Staff find applications and listings by the beginning of their title, whatever the case."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("lending", "0009_credit_limits")]
    operations = [
        migrations.RunSQL(
            "CREATE INDEX lending_application_title ON lending_application"
            " (lower(title) text_pattern_ops)",
            "DROP INDEX lending_application_title",
        )
    ]
