"""What PostgreSQL itself holds: facts and shares are only ever added; room for rows that move."""

from django.db import migrations

APPEND_ONLY = (
    "lending_contract",
    "lending_signature",
    "lending_payment",
    "lending_paymentreversal",
    "lending_charge",
    "lending_writeoff",
    "lending_replay",
    "lending_distributionshare",
    "lending_dayclose",
)
MOVING = ("lending_loan", "lending_instalment", "lending_holding")

APPLY = "".join(
    f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
    " FOR EACH STATEMENT EXECUTE FUNCTION append_only();\n"
    for table in APPEND_ONLY
) + "".join(f"ALTER TABLE {table} SET (fillfactor = 70);\n" for table in MOVING)

UNDO = "".join(f"DROP TRIGGER {table}_append_only ON {table};\n" for table in APPEND_ONLY)


class Migration(migrations.Migration):
    dependencies = [("lending", "0002_servicing"), ("ledger", "0002_guards")]
    operations = [migrations.RunSQL(APPLY, UNDO)]
