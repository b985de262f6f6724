"""What the database itself refuses: changed history, illegal steps, one person for two."""

from django.db import migrations

APPEND_ONLY = [
    "bank_statementfile",
    "bank_accountstatement",
    "bank_bankline",
    "bank_payoutfile",
    "bank_withdrawalstep",
    "bank_manualentry",
]

FUNCTIONS = """
CREATE FUNCTION bank_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

-- A withdrawal keeps what was asked; only its state moves, one legal step at a time.
CREATE FUNCTION bank_check_withdrawal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.key, OLD.member_id, OLD.account_id, OLD.purpose, OLD.amount_minor,
        OLD.bank_account_id, OLD.asked_by_id, OLD.asked_at, OLD.promised_on)
        IS DISTINCT FROM
       (NEW.key, NEW.member_id, NEW.account_id, NEW.purpose, NEW.amount_minor,
        NEW.bank_account_id, NEW.asked_by_id, NEW.asked_at, NEW.promised_on)
    THEN
        RAISE EXCEPTION 'withdrawal %: what was asked never changes', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state <> NEW.state AND (OLD.state, NEW.state) NOT IN (
        ('asked', 'approved'), ('asked', 'refused'), ('asked', 'cancelled'),
        ('approved', 'sent'), ('approved', 'refused'), ('approved', 'cancelled'),
        ('sent', 'paid'), ('sent', 'refused'), ('paid', 'returned'))
    THEN
        RAISE EXCEPTION 'withdrawal %: % does not follow %', OLD.id, NEW.state, OLD.state
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

-- An approval is the word of another human than the one who asked.
CREATE FUNCTION bank_check_approval() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    asker bigint;
    asker_human bigint;
    checker_human bigint;
BEGIN
    SELECT asked_by_id INTO asker FROM bank_withdrawal WHERE id = NEW.withdrawal_id;
    SELECT human_id INTO asker_human FROM members_user WHERE id = asker;
    SELECT human_id INTO checker_human FROM members_user WHERE id = NEW.by_id;
    IF NEW.asked_by_id IS DISTINCT FROM asker OR checker_human IS NULL
        OR (asker IS NOT NULL AND (asker_human IS NULL OR asker_human = checker_human))
    THEN
        RAISE EXCEPTION 'withdrawal % needs the word of another person', NEW.withdrawal_id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER bank_withdrawal_moves BEFORE UPDATE ON bank_withdrawal
    FOR EACH ROW EXECUTE FUNCTION bank_check_withdrawal();
CREATE TRIGGER bank_withdrawal_stays BEFORE DELETE ON bank_withdrawal
    FOR EACH ROW EXECUTE FUNCTION bank_refuse_change();
CREATE TRIGGER bank_withdrawal_no_truncate BEFORE TRUNCATE ON bank_withdrawal
    FOR EACH STATEMENT EXECUTE FUNCTION bank_refuse_change();
CREATE TRIGGER bank_approval_by_another BEFORE INSERT ON bank_withdrawalstep
    FOR EACH ROW WHEN (NEW.state = 'approved') EXECUTE FUNCTION bank_check_approval();
"""

TRIGGERS = "".join(
    f"""
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION bank_refuse_change();
CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION bank_refuse_change();
"""
    for table in APPEND_ONLY
)

REMOVAL = """
DROP FUNCTION bank_check_approval() CASCADE;
DROP FUNCTION bank_check_withdrawal() CASCADE;
DROP FUNCTION bank_refuse_change() CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("bank", "0001_initial")]
    operations = [migrations.RunSQL(FUNCTIONS + TRIGGERS, REMOVAL)]
