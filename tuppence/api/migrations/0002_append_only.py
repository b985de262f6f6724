"""An answer that was given never changes."""

from django.db import migrations

APPLY = """
CREATE TRIGGER api_answer_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON api_apianswer
    FOR EACH STATEMENT EXECUTE FUNCTION append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("api", "0001_initial"), ("ledger", "0002_guards")]
    operations = [
        migrations.RunSQL(APPLY, "DROP TRIGGER api_answer_append_only ON api_apianswer")
    ]
