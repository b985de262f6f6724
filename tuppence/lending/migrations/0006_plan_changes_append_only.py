"""Changes of plans and waivers are only ever added, like the other facts of a loan."""

from django.db import migrations

TABLES = ("lending_planchange", "lending_waiver")

APPLY = "".join(
    f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
    " FOR EACH STATEMENT EXECUTE FUNCTION append_only();\n"
    for table in TABLES
)
UNDO = "".join(f"DROP TRIGGER {table}_append_only ON {table};\n" for table in TABLES)


class Migration(migrations.Migration):
    dependencies = [("lending", "0005_plan_changes")]
    operations = [migrations.RunSQL(APPLY, UNDO)]
