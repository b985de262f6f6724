"""What the database itself refuses: changed findings, entries and publications, other complaints."""

from django.db import migrations

APPEND_ONLY = ["compliance_rulefinding", "compliance_complaintentry", "compliance_publication"]

TRIGGERS = "".join(
    f"""
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION members_refuse_change();
CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION members_refuse_change();
"""
    for table in APPEND_ONLY
)
# What a member wrote stays; only whether it is open and by when it is answered moves on.
COMPLAINTS = """
CREATE TRIGGER compliance_complaint_stays BEFORE UPDATE ON compliance_complaint
    FOR EACH ROW WHEN (
        (OLD.key, OLD.member_id, OLD.topic, OLD.way, OLD.subject_kind, OLD.subject_id,
         OLD.what_happened, OLD.what_is_wanted, OLD.received_at, OLD.made_by_id, OLD.receipt_by)
        IS DISTINCT FROM
        (NEW.key, NEW.member_id, NEW.topic, NEW.way, NEW.subject_kind, NEW.subject_id,
         NEW.what_happened, NEW.what_is_wanted, NEW.received_at, NEW.made_by_id, NEW.receipt_by)
    ) EXECUTE FUNCTION members_refuse_change();
CREATE TRIGGER compliance_complaint_kept BEFORE DELETE ON compliance_complaint
    FOR EACH ROW EXECUTE FUNCTION members_refuse_change();
"""
REMOVAL = "".join(
    f"DROP TRIGGER {table}_append_only ON {table}; DROP TRIGGER {table}_no_truncate ON {table};"
    for table in APPEND_ONLY
) + (
    "DROP TRIGGER compliance_complaint_stays ON compliance_complaint;"
    "DROP TRIGGER compliance_complaint_kept ON compliance_complaint;"
)


class Migration(migrations.Migration):
    dependencies = [("compliance", "0001_initial"), ("members", "0002_append_only")]
    operations = [migrations.RunSQL(TRIGGERS + COMPLAINTS, REMOVAL)]
