"""Check the money book against itself. Read one snapshot: call inside a repeatable-read one."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connection

from tuppence.ledger.chart import (
    CHART,
    CLIENT_MONEY_HELD,
    CLIENT_MONEY_OWED,
    AccountKind,
    Owner,
)
from tuppence.ledger.checks import DIFFERENCES_SHOWN_MAX, Check, Difference, check, compare
from tuppence.ledger.controls.pairs import PAIRS, Pair
from tuppence.money.currency import AMOUNT_MAX_MINOR

# Each account's balance on its own side, computed from nothing but the transfers.
RECOMPUTED = """
    recomputed AS MATERIALIZED (
        SELECT coalesce(account.id, moved.account_id) AS id, account.kind, account.book,
               account.owner_id, account.currency, account.floored, account.balance_minor,
               (coalesce(moved.debit_minor, 0)
                   * CASE WHEN account.debit_normal THEN 1 ELSE -1 END)::bigint AS real_minor
        FROM ledger_account AS account
        FULL JOIN (
            SELECT account_id, sum(debit_minor) AS debit_minor FROM (
                SELECT debit_account_id AS account_id, sum(amount_minor) AS debit_minor
                FROM ledger_transfer GROUP BY 1
                UNION ALL
                SELECT credit_account_id, -sum(amount_minor) FROM ledger_transfer GROUP BY 1
            ) AS side GROUP BY 1
        ) AS moved ON moved.account_id = account.id
    )
"""
PAIRED = """
    paired AS (
        SELECT pair.number, owner_id, currency,
               sum(CASE WHEN pair.is_left THEN real_minor ELSE 0 END)::bigint AS left_minor,
               sum(CASE WHEN pair.is_left THEN 0 ELSE real_minor END)::bigint AS right_minor
        FROM recomputed
        JOIN unnest(%s::int[], %s::text[], %s::bool[]) AS pair (number, kind, is_left) USING (kind)
        GROUP BY pair.number, owner_id, currency
    )
"""
ACCOUNT = "concat_ws(' ', 'account', id, book, kind, nullif(owner_id, 0), currency)"


def controls() -> list[Check]:
    """Every check that the money book can do alone."""
    return [
        _balances(),
        _floors(),
        _books(),
        _client_money(),
        *_pairs(),
        _crossings(),
        _amounts(),
        _reversals(),
        _carried(),
        _chart(),
        _guards(),
    ]


def _balances() -> Check:
    return differing(
        "balances",
        "I3",
        "the kept balance of every account with the sum of its transfers",
        count="SELECT count(*) FROM ledger_account",
        differences=f"""
            WITH {RECOMPUTED}
            SELECT {ACCOUNT}, real_minor::text, coalesce(balance_minor::text, 'no such account'),
                   count(*) OVER ()
            FROM recomputed WHERE balance_minor IS DISTINCT FROM real_minor ORDER BY id
        """,  # noqa: S608 - constants of this module
    )


def _floors() -> Check:
    return differing(
        "floors",
        "I3",
        "the sum of transfers of every floored account with zero",
        count="SELECT count(*) FROM ledger_account WHERE floored",
        differences=f"""
            WITH {RECOMPUTED}
            SELECT {ACCOUNT}, 'at least 0', real_minor::text, count(*) OVER ()
            FROM recomputed WHERE floored AND (real_minor < 0 OR balance_minor < 0) ORDER BY id
        """,  # noqa: S608 - constants of this module
    )


def _books() -> Check:
    """Debits and credits of each book, from the kept balances: what a reader would add up."""
    rows = _fetch(
        """
        SELECT concat_ws(' ', 'book', book, currency),
               coalesce(sum(balance_minor) FILTER (WHERE debit_normal), 0)::bigint,
               coalesce(sum(balance_minor) FILTER (WHERE NOT debit_normal), 0)::bigint
        FROM ledger_account GROUP BY book, currency ORDER BY book, currency
        """
    )
    return compare("books balance", "I1, I2", "debits with credits of each book and currency", rows)


def _client_money() -> Check:
    """What is held for clients equals what is owed: from transfers, kind by kind."""
    rows = _fetch(
        f"""
        WITH {RECOMPUTED}
        SELECT currency,
               coalesce(sum(real_minor) FILTER (WHERE kind = ANY(%(owed)s)), 0)::bigint,
               coalesce(sum(real_minor) FILTER (WHERE kind = ANY(%(held)s)), 0)::bigint
        FROM recomputed WHERE book = 'C' GROUP BY currency ORDER BY currency
        """,  # noqa: S608 - a constant of this module
        {"owed": _names(CLIENT_MONEY_OWED), "held": _names(CLIENT_MONEY_HELD)},
    )
    return compare(
        "client money",
        "I8",
        "client bank, in transit and breaks with payouts in flight and all that is owed",
        rows,
    )


def _pairs() -> list[Check]:
    kinds = [
        (number, kind.value, side is pair.left)
        for number, pair in enumerate(PAIRS)
        for side in (pair.left, pair.right)
        for kind in side
    ]
    totals = _fetch(
        f"WITH {RECOMPUTED}, {PAIRED} SELECT number, count(*),"  # noqa: S608 - constants
        " count(*) FILTER (WHERE left_minor <> right_minor) FROM paired GROUP BY number",
        [list(column) for column in zip(*kinds, strict=True)],
    )
    counted = {number: (count, different) for number, count, different in totals}
    return [
        Check(
            pair.name,
            pair.invariant,
            f"{' + '.join(pair.left)} with {' + '.join(pair.right)}".replace("_", " "),
            *counted.get(number, (0, 0)),
            differences=_unequal(pair) if counted.get(number, (0, 0))[1] else (),
        )
        for number, pair in enumerate(PAIRS)
    ]


def _unequal(pair: Pair) -> tuple[Difference, ...]:
    kinds = [
        (0, kind.value, side is pair.left) for side in (pair.left, pair.right) for kind in side
    ]
    rows = _fetch(
        f"WITH {RECOMPUTED}, {PAIRED} SELECT concat_ws(' ', nullif(owner_id, 0), currency),"  # noqa: S608 - constants
        " left_minor::text, right_minor::text FROM paired WHERE left_minor <> right_minor"
        f" ORDER BY owner_id, currency LIMIT {DIFFERENCES_SHOWN_MAX}",
        [list(column) for column in zip(*kinds, strict=True)],
    )
    return tuple(Difference(*row) for row in rows)


def _crossings() -> Check:
    return differing(
        "no crossing",
        "I1",
        "book and currency of both accounts of every transfer",
        count="SELECT count(*) FROM ledger_transfer",
        differences="""
            SELECT 'transfer ' || t.id, concat_ws(' ', debit.book, debit.currency),
                   concat_ws(' ', credit.book, credit.currency), count(*) OVER ()
            FROM ledger_transfer AS t
            LEFT JOIN ledger_account AS debit ON debit.id = t.debit_account_id
            LEFT JOIN ledger_account AS credit ON credit.id = t.credit_account_id
            WHERE (debit.book, debit.currency) IS DISTINCT FROM (credit.book, credit.currency)
               OR debit.id IS NULL OR credit.id IS NULL
            ORDER BY t.seq
        """,
    )


def _amounts() -> Check:
    return differing(
        "amounts",
        "I1",
        "every transfer: an amount above zero and below the bound, between two accounts",
        count="SELECT count(*) FROM ledger_transfer",
        differences=f"""
            SELECT 'transfer ' || id, 'between two accounts, 0 < amount < {AMOUNT_MAX_MINOR}',
                   concat_ws(' ', amount_minor, debit_account_id, credit_account_id),
                   count(*) OVER ()
            FROM ledger_transfer
            WHERE amount_minor <= 0 OR amount_minor >= {AMOUNT_MAX_MINOR}
               OR debit_account_id = credit_account_id
            ORDER BY seq
        """,  # noqa: S608 - a constant
    )


def _reversals() -> Check:
    return differing(
        "reversals",
        "I7",
        "every reversal with the transfer it takes back: its mirror, and the only one",
        count="SELECT count(*) FROM ledger_transfer WHERE reverses_id IS NOT NULL",
        differences="""
            SELECT 'transfer ' || mirror.id, 'the mirror of ' || mirror.reverses_id,
                   CASE WHEN original.id IS NULL THEN 'no such transfer'
                        WHEN mirror.times > 1 THEN mirror.times || ' reversals of it'
                        ELSE 'another amount or other accounts' END,
                   count(*) OVER ()
            FROM (
                SELECT *, count(*) OVER (PARTITION BY reverses_id) AS times
                FROM ledger_transfer WHERE reverses_id IS NOT NULL
            ) AS mirror
            LEFT JOIN ledger_transfer AS original ON original.id = mirror.reverses_id
            WHERE mirror.times > 1
               OR (original.debit_account_id, original.credit_account_id, original.amount_minor)
                  IS DISTINCT FROM
                  (mirror.credit_account_id, mirror.debit_account_id, mirror.amount_minor)
            ORDER BY mirror.seq
        """,
    )


def _carried() -> Check:
    """Sums carried forward, each against the transfers up to where its account was carried."""
    return differing(
        "sums carried forward",
        "I10",
        "movements of each purse by day, kind and direction with its transfers",
        count="SELECT count(*) FROM ledger_carriedsum",
        differences="""
            WITH place AS (
                SELECT account_id, zone, max(until_seq) AS seq
                FROM ledger_carriedsum GROUP BY account_id, zone
            ), side AS (
                SELECT account_id, zone, kind, true AS comes_in, recorded_at, occurred_at,
                       amount_minor
                FROM place JOIN ledger_transfer AS t
                    ON t.credit_account_id = account_id AND t.seq <= place.seq
                UNION ALL
                SELECT account_id, zone, kind, false, recorded_at, occurred_at, amount_minor
                FROM place JOIN ledger_transfer AS t
                    ON t.debit_account_id = account_id AND t.seq <= place.seq
            ), real AS (
                SELECT account_id, zone, kind, comes_in,
                       (recorded_at AT TIME ZONE zone)::date AS recorded_on,
                       (occurred_at AT TIME ZONE zone)::date AS occurred_on,
                       count(*) AS count, sum(amount_minor) AS amount_minor
                FROM side GROUP BY 1, 2, 3, 4, 5, 6
            ), kept AS (
                SELECT account_id, zone, kind, comes_in, recorded_on, occurred_on,
                       sum(count) AS count, sum(amount_minor) AS amount_minor
                FROM ledger_carriedsum GROUP BY 1, 2, 3, 4, 5, 6
            )
            SELECT concat_ws(' ', 'account', account_id, recorded_on, occurred_on, kind, comes_in),
                   concat_ws(' ', real.count, real.amount_minor),
                   concat_ws(' ', kept.count, kept.amount_minor), count(*) OVER ()
            FROM real FULL JOIN kept
                USING (account_id, zone, kind, comes_in, recorded_on, occurred_on)
            WHERE (real.count, real.amount_minor) IS DISTINCT FROM (kept.count, kept.amount_minor)
            ORDER BY 1
        """,
    )


def _chart() -> Check:
    """Every account is what the chart says of its kind, so that no purse lost its floor."""
    rules = [(kind.value, rule) for kind, rule in CHART.items()]
    return differing(
        "chart",
        "I10",
        "book, side, floor and owner of every account with the chart of accounts",
        count="SELECT count(*) FROM ledger_account",
        differences="""
            SELECT concat_ws(' ', 'account', account.id, account.kind),
                   concat_ws(' ', rule.book, rule.debit_normal, rule.floored, rule.owned),
                   concat_ws(' ', account.book, account.debit_normal, account.floored,
                             account.owner_id > 0),
                   count(*) OVER ()
            FROM ledger_account AS account
            LEFT JOIN unnest(%s::text[], %s::text[], %s::bool[], %s::bool[], %s::bool[])
                AS rule (kind, book, debit_normal, floored, owned) USING (kind)
            WHERE (account.book, account.debit_normal, account.floored, account.owner_id > 0)
                IS DISTINCT FROM (rule.book, rule.debit_normal, rule.floored, rule.owned)
               OR account.closed_at IS NOT NULL AND account.balance_minor <> 0
            ORDER BY account.id
        """,
        params=[
            [kind for kind, _ in rules],
            [rule.book.value for _, rule in rules],
            [rule.debit_normal for _, rule in rules],
            [rule.floored for _, rule in rules],
            [rule.owner is not Owner.PLATFORM for _, rule in rules],
        ],
    )


# What keeps the books as they are; a trigger that is off or gone would let history change.
GUARDS = (
    ("ledger_transfer", "ledger_transfer_apply"),
    ("ledger_transfer", "ledger_transfer_append_only"),
    ("ledger_account", "ledger_account_keep"),
    ("ledger_account", "ledger_account_no_delete"),
    ("ledger_account", "ledger_account_balance"),
    ("ledger_account", "ledger_account_opens_empty"),
    ("events_event", "events_event_keep"),
    ("events_event", "events_event_keep_all"),
)


def _guards() -> Check:
    tables, names = zip(*GUARDS, strict=True)
    missing = _fetch(
        """
        SELECT guard.name, 'on', CASE WHEN tg.oid IS NULL THEN 'gone' ELSE 'off' END
        FROM unnest(%s::text[], %s::text[]) AS guard (on_table, name)
        LEFT JOIN pg_trigger AS tg
            ON tg.tgname = guard.name AND tg.tgrelid = to_regclass(guard.on_table)
        WHERE tg.tgenabled IS NULL OR tg.tgenabled NOT IN ('O', 'A') ORDER BY 1
        """,
        [list(tables), list(names)],
    )
    return check(
        "guards",
        "I9",
        "the triggers that refuse changed history: there and on",
        count=len(GUARDS),
        differences=[Difference(*row) for row in missing],
    )


def differing(
    name: str,
    invariant: str,
    compared: str,
    *,
    count: str,
    differences: str,
    params: Sequence[Any] = (),
) -> Check:
    """A check in SQL. `differences` yields where, expected, found and how many there are in all."""
    ((compared_count,),) = _fetch(count)
    rows = list(_fetch(f"{differences} LIMIT {DIFFERENCES_SHOWN_MAX}", params))
    different = rows[0][3] if rows else 0
    return Check(
        name,
        invariant,
        compared,
        max(compared_count, different),
        different,
        tuple(Difference(where, expected, found) for where, expected, found, _ in rows),
    )


def _fetch(query: str, params: Any = ()) -> Iterator[Any]:
    with connection.cursor() as cursor:
        cursor.execute(query, params or None)
        yield from cursor.fetchall()


def _names(kinds: Sequence[AccountKind]) -> list[str]:
    return [kind.value for kind in kinds]
