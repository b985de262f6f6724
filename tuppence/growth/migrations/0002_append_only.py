"""What the database itself refuses: changed spend, imports and steps."""

from django.db import migrations

APPEND_ONLY = ["growth_campaignstep", "growth_spendimport", "growth_spendupload"]

TRIGGERS = "".join(
    f"""
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION members_refuse_change();
CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION members_refuse_change();
"""
    for table in APPEND_ONLY
)
# A row of spend can be taken back, once; what it says stays.
SPEND = """
CREATE TRIGGER growth_spendrow_stays BEFORE UPDATE ON growth_spendrow
    FOR EACH ROW WHEN (
        OLD.reversed_at IS NOT NULL OR
        (OLD.key, OLD.identity, OLD.activity_id, OLD.partner_id, OLD.day, OLD.amount_minor,
         OLD.currency, OLD.price_model, OLD.paid_from, OLD.reference, OLD.partner_campaign,
         OLD.creative, OLD.audience, OLD.showings, OLD.clicks, OLD.results,
         OLD.hours_hundredths, OLD.stated, OLD.batch_id, OLD.by_id, OLD.at)
        IS DISTINCT FROM
        (NEW.key, NEW.identity, NEW.activity_id, NEW.partner_id, NEW.day, NEW.amount_minor,
         NEW.currency, NEW.price_model, NEW.paid_from, NEW.reference, NEW.partner_campaign,
         NEW.creative, NEW.audience, NEW.showings, NEW.clicks, NEW.results,
         NEW.hours_hundredths, NEW.stated, NEW.batch_id, NEW.by_id, NEW.at)
    ) EXECUTE FUNCTION members_refuse_change();
CREATE TRIGGER growth_spendrow_kept BEFORE DELETE ON growth_spendrow
    FOR EACH ROW EXECUTE FUNCTION members_refuse_change();
"""
REMOVAL = "".join(
    f"DROP TRIGGER {table}_append_only ON {table}; DROP TRIGGER {table}_no_truncate ON {table};"
    for table in APPEND_ONLY
) + (
    "DROP TRIGGER growth_spendrow_stays ON growth_spendrow;"
    "DROP TRIGGER growth_spendrow_kept ON growth_spendrow;"
)


class Migration(migrations.Migration):
    dependencies = [("growth", "0001_initial"), ("members", "0002_append_only")]
    operations = [migrations.RunSQL(TRIGGERS + SPEND, REMOVAL)]
