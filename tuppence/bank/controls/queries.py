"""Check the client bank's lines, withdrawals and breaks with the money book."""

from tuppence.bank.journal import LINE, WITHDRAWAL
from tuppence.ledger.checks import Check
from tuppence.ledger.controls.queries import differing

# Every way a withdrawal can go; `bank/withdrawal.py` decides, this proves.
LAST_STEP = """
    SELECT DISTINCT ON (withdrawal_id) withdrawal_id, state FROM bank_withdrawalstep
    ORDER BY withdrawal_id, array_position(
        ARRAY['asked', 'approved', 'sent', 'paid', 'returned', 'refused', 'cancelled'], state::text
    ) DESC
"""


def controls() -> list[Check]:
    """Every check of the client bank."""
    return [
        _lines(),
        _stated(),
        _each_line_once(),
        _in_flight(),
        _withdrawal_states(),
        _breaks(),
        _float(),
    ]


def _lines() -> Check:
    """Client money is at the bank: the account moves by statement lines and nothing else."""
    return differing(
        "client bank",
        "I8",
        "the client bank account of the books with the sum of the bank's statement lines",
        count="SELECT count(DISTINCT currency) FROM ledger_account WHERE kind = 'client_bank'",
        differences="""
            SELECT currency, coalesce(lines.minor, 0)::text, coalesce(booked.minor, 0)::text,
                   count(*) OVER ()
            FROM (
                SELECT account.currency, sum(line.amount_minor) AS minor
                FROM bank_bankline AS line
                JOIN bank_clientbankaccount AS account ON account.id = line.account_id
                GROUP BY 1
            ) AS lines
            FULL JOIN (
                SELECT account.currency,
                       coalesce(sum(CASE WHEN t.debit_account_id = account.id THEN t.amount_minor
                                         ELSE -t.amount_minor END), 0) AS minor
                FROM ledger_account AS account
                LEFT JOIN ledger_transfer AS t
                    ON account.id IN (t.debit_account_id, t.credit_account_id)
                WHERE account.kind = 'client_bank' GROUP BY 1
            ) AS booked USING (currency)
            WHERE coalesce(lines.minor, 0) <> coalesce(booked.minor, 0) ORDER BY currency
        """,
    )


def _stated() -> Check:
    """The latest closing balance that the bank stated is what its lines add up to.

    A difference that somebody already owns as an open break is known, not new.
    """
    return differing(
        "stated balances",
        "I8",
        "the latest balance that the bank stated, and open gaps, with the lines up to that day",
        count="SELECT count(DISTINCT account_id) FROM bank_accountstatement"
        " WHERE closing_minor IS NOT NULL",
        differences="""
            SELECT concat_ws(' ', 'client bank account', stated.account_id, stated.closed_on),
                   (stated.closing_minor + stated.gap_minor)::text, stated.lines_minor::text,
                   count(*) OVER ()
            FROM (
                SELECT s.account_id, s.closed_on, s.closing_minor,
                       coalesce((SELECT sum(gap.amount_minor) FROM bank_bankbreak AS gap
                                 WHERE gap.account_id = s.account_id AND gap.kind = 'gap'
                                   AND gap.closed_at IS NULL), 0) AS gap_minor,
                       sum_of_lines.minor AS lines_minor,
                       -- A bank may send a day in parts: of several, one has to agree.
                       row_number() OVER (
                           PARTITION BY s.account_id
                           ORDER BY s.closed_on DESC, s.closing_minor = sum_of_lines.minor DESC,
                                    s.id DESC
                       ) AS place
                FROM bank_accountstatement AS s
                CROSS JOIN LATERAL (
                    SELECT coalesce(sum(line.amount_minor), 0) AS minor FROM bank_bankline AS line
                    WHERE line.account_id = s.account_id AND line.booked_on <= s.closed_on
                ) AS sum_of_lines
                WHERE s.closing_minor IS NOT NULL
                  AND s.closed_on = (SELECT max(latest.closed_on)
                                     FROM bank_accountstatement AS latest
                                     WHERE latest.account_id = s.account_id
                                       AND latest.closing_minor IS NOT NULL)
            ) AS stated
            WHERE stated.place = 1
              AND stated.closing_minor + stated.gap_minor <> stated.lines_minor
            ORDER BY stated.account_id
        """,
    )


def _each_line_once() -> Check:
    return differing(
        "bank lines",
        "I7",
        "the amount of every receipt and charge of the bank with the transfers booked for it",
        count=f"SELECT count(*) FROM bank_bankline AS line WHERE {BOOKED_BY_LINE}",  # noqa: S608
        differences=f"""
            SELECT 'bank line ' || line.id, line.amount_minor::text,
                   coalesce(booked.minor, 0)::text, count(*) OVER ()
            FROM bank_bankline AS line
            LEFT JOIN (
                SELECT t.subject_id AS line_id,
                       sum(CASE WHEN debit.kind = 'client_bank' THEN t.amount_minor
                                ELSE -t.amount_minor END) AS minor
                FROM ledger_transfer AS t
                JOIN ledger_account AS debit ON debit.id = t.debit_account_id
                JOIN ledger_account AS credit ON credit.id = t.credit_account_id
                WHERE t.subject_kind = '{LINE}'
                  AND 'client_bank' IN (debit.kind, credit.kind)
                  AND t.reverses_id IS NULL
                GROUP BY 1
            ) AS booked ON booked.line_id = line.id
            WHERE {BOOKED_BY_LINE} AND line.amount_minor <> coalesce(booked.minor, 0)
            ORDER BY line.id
        """,  # noqa: S608 - constants
    )


# A line that paid or returned withdrawals is booked under them, not under itself.
BOOKED_BY_LINE = "NOT EXISTS (SELECT FROM bank_withdrawalstep AS step WHERE step.line_id = line.id)"


def _in_flight() -> Check:
    return differing(
        "payouts in flight",
        "I8",
        "the payouts in flight of the books with the withdrawals asked, approved and sent",
        count="SELECT count(*) FROM bank_withdrawal WHERE state IN ('asked', 'approved', 'sent')",
        differences="""
            SELECT currency, coalesce(waiting.minor, 0)::text, coalesce(booked.minor, 0)::text,
                   count(*) OVER ()
            FROM (
                SELECT account.currency, sum(w.amount_minor) AS minor FROM bank_withdrawal AS w
                JOIN bank_clientbankaccount AS account ON account.id = w.account_id
                WHERE w.state IN ('asked', 'approved', 'sent') GROUP BY 1
            ) AS waiting
            FULL JOIN (
                SELECT currency, sum(balance_minor) AS minor FROM ledger_account
                WHERE kind = 'payouts_in_flight' GROUP BY 1
            ) AS booked USING (currency)
            WHERE coalesce(waiting.minor, 0) <> coalesce(booked.minor, 0) ORDER BY currency
        """,
    )


def _withdrawal_states() -> Check:
    """A withdrawal's money is in flight from the ask until it is paid or put back, never twice."""
    return differing(
        "withdrawals",
        "I7, I10",
        "the state of every withdrawal with its last step, and what it has in flight",
        count="SELECT count(*) FROM bank_withdrawal",
        differences=f"""
            SELECT 'withdrawal ' || w.id, concat_ws(' ', coalesce(last.state, 'asked'),
                       CASE WHEN w.state IN ('asked', 'approved', 'sent') THEN w.amount_minor
                            ELSE 0 END),
                   concat_ws(' ', w.state, coalesce(booked.minor, 0)), count(*) OVER ()
            FROM bank_withdrawal AS w
            LEFT JOIN ({LAST_STEP}) AS last ON last.withdrawal_id = w.id
            LEFT JOIN (
                SELECT t.subject_id AS withdrawal_id,
                       sum(CASE WHEN credit.kind = 'payouts_in_flight' THEN t.amount_minor
                                ELSE -t.amount_minor END) AS minor
                FROM ledger_transfer AS t
                JOIN ledger_account AS debit ON debit.id = t.debit_account_id
                JOIN ledger_account AS credit ON credit.id = t.credit_account_id
                WHERE t.subject_kind = '{WITHDRAWAL}'
                  AND 'payouts_in_flight' IN (debit.kind, credit.kind)
                GROUP BY 1
            ) AS booked ON booked.withdrawal_id = w.id
            WHERE w.state <> coalesce(last.state, 'asked')
               OR coalesce(booked.minor, 0)
                  <> CASE WHEN w.state IN ('asked', 'approved', 'sent') THEN w.amount_minor
                          ELSE 0 END
            ORDER BY w.id
        """,  # noqa: S608 - constants
    )


def _breaks() -> Check:
    return differing(
        "breaks",
        "I8",
        "the breaks of the books with the open breaks that somebody owns",
        count="SELECT count(*) FROM bank_bankbreak WHERE kind <> 'gap'",
        differences="""
            SELECT currency, coalesce(owned.minor, 0)::text, coalesce(booked.minor, 0)::text,
                   count(*) OVER ()
            FROM (
                SELECT account.currency, sum(b.amount_minor) AS minor FROM bank_bankbreak AS b
                JOIN bank_clientbankaccount AS account ON account.id = b.account_id
                WHERE b.kind <> 'gap' AND b.closed_at IS NULL GROUP BY 1
            ) AS owned
            FULL JOIN (
                SELECT currency, sum(balance_minor) AS minor FROM ledger_account
                WHERE kind = 'breaks' GROUP BY 1
            ) AS booked USING (currency)
            WHERE coalesce(owned.minor, 0) <> coalesce(booked.minor, 0) ORDER BY currency
        """,
    )


def _float() -> Check:
    """What campaigns may still give, and members have earned, lies in the client bank already."""
    return differing(
        "float for gifts",
        "I8",
        "the firm's float with what campaigns have claimed of it and what members have earned",
        count="SELECT count(*) FROM ledger_account WHERE kind = 'promo_float'",
        differences="""
            SELECT currency, 'at least ' || (claimed.minor)::text, held.minor::text,
                   count(*) OVER ()
            FROM (
                SELECT currency, sum(balance_minor) AS minor FROM ledger_account
                WHERE kind IN ('budget_available', 'budget_reserved', 'incentive_liability')
                GROUP BY 1
            ) AS claimed
            CROSS JOIN LATERAL (
                SELECT coalesce(sum(float.balance_minor), 0) AS minor
                FROM ledger_account AS float
                WHERE float.kind = 'promo_float' AND float.currency = claimed.currency
            ) AS held
            WHERE claimed.minor > held.minor ORDER BY currency
        """,
    )
