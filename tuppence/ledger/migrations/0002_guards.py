"""What PostgreSQL itself refuses, whoever asks: crossing books, overdrafts, changed history."""

from django.db import migrations

APPLY = """
CREATE SEQUENCE ledger_transfer_order OWNED BY ledger_transfer.seq;
ALTER TABLE ledger_transfer ALTER COLUMN seq SET DEFAULT nextval('ledger_transfer_order');
ALTER TABLE ledger_account SET (fillfactor = 60);

-- Moves the balances of a whole batch and refuses it whole where one transfer is not lawful.
-- The balance checks (account_floor) see the net of the batch.
CREATE FUNCTION ledger_apply_transfers() RETURNS trigger LANGUAGE plpgsql
    SET enable_seqscan = off AS $$
DECLARE
    unmoved bigint;
    alike boolean;
    crossing bigint := 0;
BEGIN
    WITH net AS MATERIALIZED (
        SELECT account_id, sum(debit_minor)::bigint AS debit_minor
        FROM (
            SELECT debit_account_id AS account_id, amount_minor AS debit_minor FROM fresh
            UNION ALL
            SELECT credit_account_id, -amount_minor FROM fresh
        ) AS side
        GROUP BY account_id
        ORDER BY account_id
    ), moved AS (
        UPDATE ledger_account AS account
        SET balance_minor = account.balance_minor
            + CASE WHEN account.debit_normal THEN net.debit_minor ELSE -net.debit_minor END
        FROM net
        WHERE account.id = net.account_id AND account.closed_at IS NULL
        RETURNING account.book, account.currency
    )
    SELECT (SELECT count(*) FROM net) - count(*),
           min(book) = max(book) AND min(currency) = max(currency)
    INTO unmoved, alike FROM moved;
    IF unmoved > 0 THEN
        RAISE EXCEPTION 'transfer_unlawful: % accounts of this batch are unknown or closed', unmoved
            USING ERRCODE = 'check_violation';
    END IF;
    -- Where all accounts are of one book and currency, no transfer can cross.
    IF NOT alike THEN
        SELECT count(*) INTO crossing
        FROM fresh AS t
        JOIN ledger_account AS debit ON debit.id = t.debit_account_id
        JOIN ledger_account AS credit ON credit.id = t.credit_account_id
        WHERE debit.book <> credit.book OR debit.currency <> credit.currency;
    END IF;
    IF crossing > 0 THEN
        RAISE EXCEPTION 'transfer_unlawful: % of this batch cross books or currencies', crossing
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER ledger_transfer_apply AFTER INSERT ON ledger_transfer
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION ledger_apply_transfers();

CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'append_only: rows of % are never changed or removed; post a correction',
        TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER ledger_transfer_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_transfer
    FOR EACH STATEMENT EXECUTE FUNCTION append_only();

-- An account is never removed, and of its columns only the balance and the closing may change.
CREATE FUNCTION ledger_keep_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.id, NEW.kind, NEW.book, NEW.owner_id, NEW.currency, NEW.debit_normal, NEW.floored)
        IS DISTINCT FROM
       (OLD.id, OLD.kind, OLD.book, OLD.owner_id, OLD.currency, OLD.debit_normal, OLD.floored) THEN
        RAISE EXCEPTION 'append_only: what an account is does not change; open another'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_account_keep
    BEFORE UPDATE OF id, kind, book, owner_id, currency, debit_normal, floored ON ledger_account
    FOR EACH ROW EXECUTE FUNCTION ledger_keep_account();
CREATE TRIGGER ledger_account_no_delete BEFORE DELETE OR TRUNCATE ON ledger_account
    FOR EACH STATEMENT EXECUTE FUNCTION append_only();
"""

UNDO = """
DROP TRIGGER ledger_account_no_delete ON ledger_account;
DROP TRIGGER ledger_account_keep ON ledger_account;
DROP FUNCTION ledger_keep_account();
DROP TRIGGER ledger_transfer_append_only ON ledger_transfer;
DROP FUNCTION append_only();
DROP TRIGGER ledger_transfer_apply ON ledger_transfer;
DROP FUNCTION ledger_apply_transfers();
ALTER TABLE ledger_transfer ALTER COLUMN seq SET DEFAULT 0;
DROP SEQUENCE ledger_transfer_order;
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [migrations.RunSQL(APPLY, UNDO)]
