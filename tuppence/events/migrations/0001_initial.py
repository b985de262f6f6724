"""The behaviour book: partitioned by month, append-only, readable in the order of commits."""

from django.db import migrations, models

CREATE = """
CREATE TABLE events_event (
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    id bigint GENERATED ALWAYS AS IDENTITY,
    verb text NOT NULL,
    at timestamptz NOT NULL,
    member_id bigint,
    visitor_id uuid,
    subject_kind text NOT NULL DEFAULT '',
    subject_id bigint NOT NULL DEFAULT 0,
    amount_minor bigint,
    currency text NOT NULL DEFAULT '',
    channel text NOT NULL DEFAULT '',
    campaign text NOT NULL DEFAULT '',
    properties jsonb NOT NULL DEFAULT '{}',
    PRIMARY KEY (xid, id, at)
) PARTITION BY RANGE (at);
CREATE INDEX events_event_member ON events_event (member_id, at);
CREATE TABLE events_event_other PARTITION OF events_event DEFAULT;

CREATE FUNCTION events_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'append_only: events are never changed or removed'
        USING ERRCODE = 'insufficient_privilege';
END $$;
-- A row trigger on the parent is copied to every partition; a statement trigger is not.
CREATE TRIGGER events_event_keep BEFORE UPDATE OR DELETE ON events_event
    FOR EACH ROW EXECUTE FUNCTION events_keep();
CREATE TRIGGER events_event_keep_all BEFORE TRUNCATE ON events_event
    FOR EACH STATEMENT EXECUTE FUNCTION events_keep();
CREATE TRIGGER events_event_other_keep_all BEFORE TRUNCATE ON events_event_other
    FOR EACH STATEMENT EXECUTE FUNCTION events_keep();

-- The app may not create tables; this one thing it may ask for.
CREATE FUNCTION events_ensure_month(month date) RETURNS void LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    first date := date_trunc('month', month)::date;
    name text := 'events_event_' || to_char(first, 'YYYYMM');
BEGIN
    IF to_regclass(name) IS NOT NULL THEN
        RETURN;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('events_ensure_month'));
    IF to_regclass(name) IS NOT NULL THEN
        RETURN;
    END IF;
    EXECUTE format(
        'CREATE TABLE %I PARTITION OF events_event FOR VALUES FROM (%L) TO (%L)', name,
        first::timestamp AT TIME ZONE 'UTC',
        (first + interval '1 month')::timestamp AT TIME ZONE 'UTC');
    EXECUTE format(
        'CREATE TRIGGER %I BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION events_keep()',
        name || '_keep_all', name);
END $$;
"""

REMOVE = """
DROP FUNCTION events_ensure_month(date);
DROP TABLE events_event;
DROP FUNCTION events_keep();
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.RunSQL(
            CREATE,
            REMOVE,
            state_operations=[
                migrations.CreateModel(
                    name="Event",
                    fields=[
                        ("xid", models.BigIntegerField()),
                        ("id", models.BigIntegerField()),
                        ("verb", models.TextField()),
                        ("at", models.DateTimeField()),
                        ("pk", models.CompositePrimaryKey("xid", "id", "at")),
                    ],
                    options={"db_table": "events_event", "managed": False},
                ),
            ],
        ),
        migrations.CreateModel(
            name="Cursor",
            fields=[
                ("consumer", models.CharField(max_length=60, primary_key=True, serialize=False)),
                ("xid", models.BigIntegerField(default=0)),
                ("event_id", models.BigIntegerField(default=0)),
                ("moved_at", models.DateTimeField(null=True)),
            ],
        ),
    ]
