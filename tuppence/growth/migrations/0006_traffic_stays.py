"""What the database itself refuses: changed visits, changed links, clicks that go back."""

from django.db import migrations

VISITS = """
-- A visit that was nobody's may be given its visitor, once; nothing else of it changes.
CREATE FUNCTION growth_visit_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.visitor_id IS NULL AND NEW.visitor_id IS NOT NULL THEN
        OLD.visitor_id := NEW.visitor_id;
        IF OLD IS NOT DISTINCT FROM NEW THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'append_only: visits are never changed or removed'
        USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER growth_visit_stays BEFORE UPDATE OR DELETE ON growth_visit
    FOR EACH ROW EXECUTE FUNCTION growth_visit_stays();
"""
LINKS = """
-- Whose a visitor is can be undone, once; what was said stays.
CREATE TRIGGER growth_visitorlink_stays BEFORE UPDATE ON growth_visitorlink
    FOR EACH ROW WHEN (
        OLD.undone_at IS NOT NULL OR
        (OLD.visitor_id, OLD.member_id, OLD.cause, OLD.by_id, OLD.at)
        IS DISTINCT FROM (NEW.visitor_id, NEW.member_id, NEW.cause, NEW.by_id, NEW.at)
    ) EXECUTE FUNCTION members_refuse_change();
CREATE TRIGGER growth_visitorlink_kept BEFORE DELETE ON growth_visitorlink
    FOR EACH ROW EXECUTE FUNCTION members_refuse_change();
-- A link in print says what it said; only whether it rests may change.
CREATE TRIGGER growth_trackedlink_stays BEFORE UPDATE ON growth_trackedlink
    FOR EACH ROW WHEN (
        (OLD.code, OLD.name, OLD.channel_id, OLD.campaign_id, OLD.partner_id, OLD.creative,
         OLD.target, OLD.utm_source, OLD.utm_medium, OLD.utm_campaign, OLD.utm_content,
         OLD.utm_term, OLD.owner_id, OLD.made_at)
        IS DISTINCT FROM
        (NEW.code, NEW.name, NEW.channel_id, NEW.campaign_id, NEW.partner_id, NEW.creative,
         NEW.target, NEW.utm_source, NEW.utm_medium, NEW.utm_campaign, NEW.utm_content,
         NEW.utm_term, NEW.owner_id, NEW.made_at)
    ) EXECUTE FUNCTION members_refuse_change();
CREATE TRIGGER growth_trackedlink_kept BEFORE DELETE ON growth_trackedlink
    FOR EACH ROW EXECUTE FUNCTION members_refuse_change();
"""
TRUNCATES = "".join(
    f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}"
    " FOR EACH STATEMENT EXECUTE FUNCTION members_refuse_change();\n"
    for table in ("growth_visit", "growth_visitorlink", "growth_trackedlink")
)
REMOVAL = """
DROP TRIGGER growth_visit_stays ON growth_visit;
DROP FUNCTION growth_visit_stays();
DROP TRIGGER growth_visitorlink_stays ON growth_visitorlink;
DROP TRIGGER growth_visitorlink_kept ON growth_visitorlink;
DROP TRIGGER growth_trackedlink_stays ON growth_trackedlink;
DROP TRIGGER growth_trackedlink_kept ON growth_trackedlink;
DROP TRIGGER growth_visit_no_truncate ON growth_visit;
DROP TRIGGER growth_visitorlink_no_truncate ON growth_visitorlink;
DROP TRIGGER growth_trackedlink_no_truncate ON growth_trackedlink;
"""


class Migration(migrations.Migration):
    dependencies = [("growth", "0005_traffic"), ("members", "0002_append_only")]
    operations = [migrations.RunSQL(VISITS + LINKS + TRUNCATES, REMOVAL)]
