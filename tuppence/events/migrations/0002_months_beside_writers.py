"""A new month is made without waiting for open writers, and without making others wait."""

from django.db import migrations

# CREATE TABLE … PARTITION OF locks the whole book; a table made apart and then attached locks
# it only against other months being made, and against those who are in the default partition.
ENSURE = """
CREATE OR REPLACE FUNCTION events_ensure_month(month date) RETURNS void LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    first date := date_trunc('month', month)::date;
    name text := 'events_event_' || to_char(first, 'YYYYMM');
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('events_ensure_month'));
    -- The catalogue itself: to_regclass may still answer as before the wait for the lock.
    IF EXISTS (SELECT FROM pg_class AS c
               WHERE c.relname = name AND c.relnamespace = 'public'::regnamespace) THEN
        RETURN;
    END IF;
    EXECUTE format(
        'CREATE TABLE %I (LIKE events_event INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', name);
    EXECUTE format(
        'CREATE TRIGGER %I BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION events_keep()',
        name || '_keep_all', name);
    EXECUTE format(
        'ALTER TABLE events_event ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', name,
        first::timestamp AT TIME ZONE 'UTC',
        (first + interval '1 month')::timestamp AT TIME ZONE 'UTC');
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("events", "0001_initial")]
    operations = [migrations.RunSQL(ENSURE, migrations.RunSQL.noop)]
