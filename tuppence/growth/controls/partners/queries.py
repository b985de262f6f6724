"""Check lines of the firm's bank, and the accounts with partners, with the money book."""

from tuppence.ledger.checks import Check
from tuppence.ledger.controls.queries import differing


def controls() -> list[Check]:
    """Every check of the firm's bank and of partners."""
    return [_firm_lines(), _partners()]


def _firm_lines() -> Check:
    """A line of the firm's bank moves its account by its amount once it is said what it is."""
    return differing(
        "firm bank lines",
        "I7",
        "every line of the firm's bank with the transfers booked for it, or with its twin",
        count="SELECT count(*) FROM growth_firmline",
        differences="""
            SELECT 'firm line ' || line.id, expected.minor::text, booked.minor::text,
                   count(*) OVER ()
            FROM growth_firmline AS line
            LEFT JOIN growth_firmlineuse AS used
                ON used.line_id = line.id AND used.ended_at IS NULL
            CROSS JOIN LATERAL (
                SELECT CASE WHEN used.id IS NULL OR used.use = 'aside' THEN 0
                            ELSE line.amount_minor END AS minor
            ) AS expected
            CROSS JOIN LATERAL (
                SELECT coalesce(sum(CASE WHEN debit.kind = 'firm_bank' THEN t.amount_minor
                                         ELSE -t.amount_minor END), 0) AS minor
                FROM (
                    SELECT * FROM ledger_transfer
                    WHERE subject_kind = 'firm_line' AND subject_id = line.id
                    UNION ALL
                    SELECT * FROM ledger_transfer WHERE id = used.twin
                ) AS t
                JOIN ledger_account AS debit ON debit.id = t.debit_account_id
                JOIN ledger_account AS credit ON credit.id = t.credit_account_id
                WHERE 'firm_bank' IN (debit.kind, credit.kind)
            ) AS booked
            WHERE expected.minor <> booked.minor ORDER BY line.id
        """,
    )


def _partners() -> Check:
    """What a partner is owed and has beforehand: spend, less payments and what was set off."""
    return differing(
        "partners",
        "I7",
        "what every partner is owed, and has beforehand, with spend and payments",
        count="SELECT count(*) FROM growth_partner",
        differences="""
            WITH moved AS (
                SELECT partner_id, currency,
                       sum(amount_minor) FILTER (WHERE paid_from = 'payables') AS owed,
                       -sum(amount_minor) FILTER (WHERE paid_from = 'prepaid') AS prepaid
                FROM growth_spendrow
                WHERE reversed_at IS NULL AND partner_id IS NOT NULL GROUP BY 1, 2
                UNION ALL
                SELECT used.partner_id, account.currency, -sum(used.owed_less_minor),
                       sum(used.prepaid_more_minor)
                FROM growth_firmlineuse AS used
                JOIN growth_firmline AS line ON line.id = used.line_id
                JOIN growth_firmaccount AS account ON account.id = line.account_id
                WHERE used.ended_at IS NULL AND used.partner_id IS NOT NULL GROUP BY 1, 2
                UNION ALL
                SELECT partner_id, currency, -sum(amount_minor), -sum(amount_minor)
                FROM growth_prepaidsetoff GROUP BY 1, 2
            ), told AS (
                SELECT partner_id, currency, coalesce(sum(owed), 0) AS owed,
                       coalesce(sum(prepaid), 0) AS prepaid
                FROM moved GROUP BY 1, 2
            ), booked AS (
                SELECT owner_id AS partner_id, currency,
                       coalesce(sum(balance_minor) FILTER (WHERE kind = 'payables'), 0) AS owed,
                       coalesce(sum(balance_minor)
                                FILTER (WHERE kind = 'prepaid_advertising'), 0) AS prepaid
                FROM ledger_account WHERE kind IN ('payables', 'prepaid_advertising')
                GROUP BY 1, 2
            )
            SELECT 'partner ' || partner_id, concat_ws(' ', coalesce(told.owed, 0),
                       coalesce(told.prepaid, 0)),
                   concat_ws(' ', coalesce(booked.owed, 0), coalesce(booked.prepaid, 0)),
                   count(*) OVER ()
            FROM told FULL JOIN booked USING (partner_id, currency)
            WHERE (coalesce(told.owed, 0), coalesce(told.prepaid, 0))
                  <> (coalesce(booked.owed, 0), coalesce(booked.prepaid, 0))
            ORDER BY partner_id
        """,
    )
