"""A balance is moved by transfers only, and a closed account is empty."""

from django.db import migrations, models
from django.db.models import Q

# Statement triggers: one look a batch, whatever its size. Inside the trigger that applies
# transfers the depth is 1.
FOLLOW = """
CREATE FUNCTION ledger_balance_follows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'append_only: a balance follows its transfers; post one'
        USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER ledger_account_balance BEFORE UPDATE OF balance_minor ON ledger_account
    FOR EACH STATEMENT WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION ledger_balance_follows();
CREATE TRIGGER ledger_account_opens_empty BEFORE INSERT ON ledger_account
    FOR EACH ROW WHEN (NEW.balance_minor <> 0) EXECUTE FUNCTION ledger_balance_follows();
"""

UNDO = """
DROP TRIGGER ledger_account_opens_empty ON ledger_account;
DROP TRIGGER ledger_account_balance ON ledger_account;
DROP FUNCTION ledger_balance_follows();
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_guards")]
    operations = [
        migrations.AddConstraint(
            model_name="account",
            constraint=models.CheckConstraint(
                condition=Q(closed_at=None) | Q(balance_minor=0), name="account_closed_is_empty"
            ),
        ),
        migrations.RunSQL(FOLLOW, UNDO),
    ]
