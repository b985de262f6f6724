"""What the database itself refuses: changed history, and a second word by the same person."""

from django.db import migrations

APPEND_ONLY = [
    "members_approvalrequest",
    "members_approvaldecision",
    "members_auditentry",
    "members_identitydecision",
]

FUNCTIONS = """
CREATE FUNCTION members_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION members_check_decision() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    asked members_approvalrequest%ROWTYPE;
    maker bigint;
    checker bigint;
BEGIN
    SELECT * INTO asked FROM members_approvalrequest WHERE id = NEW.request_id;
    SELECT human_id INTO maker FROM members_user WHERE id = asked.made_by_id;
    SELECT human_id INTO checker FROM members_user WHERE id = NEW.decided_by_id;
    IF asked.made_by_id IS DISTINCT FROM NEW.made_by_id
        OR asked.payload_hash IS DISTINCT FROM NEW.payload_hash
        OR NEW.decided_at >= asked.expires_at
        OR maker IS NULL OR checker IS NULL OR maker = checker
    THEN
        RAISE EXCEPTION 'approval request % needs the word of another person on what was asked',
            NEW.request_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER approval_decision_by_another BEFORE INSERT ON members_approvaldecision
    FOR EACH ROW EXECUTE FUNCTION members_check_decision();
"""

TRIGGERS = "".join(
    f"""
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION members_refuse_change();
CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION members_refuse_change();
"""
    for table in APPEND_ONLY
)

REMOVAL = """
DROP FUNCTION members_refuse_change() CASCADE;
DROP FUNCTION members_check_decision() CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("members", "0001_initial")]
    operations = [migrations.RunSQL(FUNCTIONS + TRIGGERS, REMOVAL)]
