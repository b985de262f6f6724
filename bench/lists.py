"""Long lists: pages of tables with a million rows, beside what a user would pick instead.

    tuppence bench lists                       1,000,000 rows of each list
    tuppence bench lists --rows 200000 --rounds 5

Ours reads a page by key and counts up to a bound. Beside it, in the same run and on the same rows,
stands Django's Paginator as its admin uses it: COUNT(*), then LIMIT and OFFSET. Both are measured
without drawing the page. Times are medians; blocks are what PostgreSQL touched for one page.
"""

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import Any
from urllib.parse import parse_qsl

from bench.stage import machine, stage

ROWS = 1_000_000
ROUNDS = 7
DEEP = 0.9  # of all rows lie before a deep page


@dataclass(frozen=True, slots=True)
class Question:
    """One page of one list: how its address asks for it, and the share of rows before it."""

    name: str
    table: Any
    rows: Any
    address: str = ""
    depth: float = 0.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What a page cost one way: its time, and the blocks that were touched for it."""

    ms: float
    blocks: int


# --- Filling ------------------------------------------------------------------------------
def fill(rows: int) -> None:
    """Listings with their applications and decisions, an audit trail, and one account's lines."""
    from django.db import connection, transaction

    from bench.loans import product
    from bench.people import START, crowd, deposit
    from tuppence.members.models import User

    members = crowd(min(rows, 200_000))
    given = {
        "rows": rows,
        "at": START,
        "first": int(members[0]),
        "members": len(members),
        "product": product().pk,
        "officer": User.objects.create_user("bench@staff.example").pk,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in (_APPLICATIONS, _DECISIONS, _LISTINGS, _AUDIT):
            cursor.execute(statement, given)
    for number in range(-(-rows // len(members))):
        deposit(members, 1_00 + number, seed=number)


_APPLICATIONS = """
    INSERT INTO lending_application (key, product_id, borrower_id, amount_minor, currency,
        instalments, title, purpose, business_purpose, submitted_at)
    SELECT gen_random_uuid(), %(product)s, %(first)s + n %% %(members)s, 500000 + n %% 4000 * 100,
           'EUR', 12, 'Loan ' || n, 'bench', n %% 3 = 0, %(at)s + n * interval '1 second'
    FROM generate_series(1, %(rows)s) AS n
"""
_DECISIONS = """
    INSERT INTO lending_applicationdecision (application_id, approved, reasons, grade, annual_rate,
        expected_loss, grounds, decided_by_id, decided_at)
    SELECT id, true, '', chr(65 + (id %% 7)::int), '8/100', '2/100', '[]', %(officer)s, submitted_at
    FROM lending_application
"""
# Every hundredth listing is open, as on a platform of some years.
_LISTINGS = """
    INSERT INTO market_listing (application_id, borrower_id, currency, target_minor, funded_minor,
        investments, investment_minor_min, investment_minor_step, floor_minor, reflection_days,
        state, opens_at, closes_at)
    SELECT id, borrower_id, currency, amount_minor, id %% 5000 * 100, id %% 50, 2500, 2500,
           amount_minor, 0, CASE WHEN id %% 100 = 0 THEN 'open' ELSE 'paid_out' END, submitted_at,
           CASE WHEN id %% 100 = 0 THEN now() ELSE %(at)s END + id * interval '1 second'
    FROM lending_application
"""
_AUDIT = """
    INSERT INTO members_auditentry (at, user_id, action, outcome, subject_kind, subject_id, before,
        after, why, origin)
    SELECT %(at)s + n * interval '1 second', %(officer)s,
           CASE WHEN n %% 1000 = 0 THEN 'identity.decide' ELSE 'members.view' END, 'done', 'member',
           %(first)s + n %% %(members)s, '{}', '{}', '', '127.0.0.1'
    FROM generate_series(1, %(rows)s) AS n
"""


def questions() -> list[Question]:
    """Every list first, deep, filtered, and sorted by another column."""
    from tuppence.members.queries import audit_trail
    from tuppence.web.listing_table import LISTINGS as PUBLIC
    from tuppence.web.reads.listings import listings_in_table
    from tuppence.web.reads.staff.credit import listings
    from tuppence.web.views.staff.audit import TRAIL
    from tuppence.web.views.staff.listings import LISTINGS

    return [
        Question("listings of staff: first page", LISTINGS, listings()),
        Question("listings of staff: deep page", LISTINGS, listings(), depth=DEEP),
        Question("listings of staff: those open", LISTINGS, listings(), "state=open"),
        Question("listings of staff: by amount", LISTINGS, listings(), "sort=-wanted"),
        Question("listings of staff: by amount, deep", LISTINGS, listings(), "sort=-wanted", DEEP),
        Question("public listings: open now", PUBLIC, listings_in_table()),
        Question("public listings: paid out", PUBLIC, listings_in_table(), "state=paid_out"),
        Question("audit trail: first page", TRAIL, audit_trail()),
        Question("audit trail: deep page", TRAIL, audit_trail(), depth=DEEP),
        Question("audit trail: one act in 1,000", TRAIL, audit_trail(), "act=identity.decide"),
        Question("audit trail: one day", TRAIL, audit_trail(), "day_from=2026-03-05"),
    ]


# --- Asking -------------------------------------------------------------------------------
def on_page(question: Question, at: str = "") -> Any:
    """The table as a request asks for it."""
    from django.test import RequestFactory

    given = dict(parse_qsl(question.address)) | ({"at": at} if at else {})
    return question.table.of(RequestFactory().get("/", given), question.rows)


def ours(question: Question, at: str) -> Callable[[], object]:
    """A page by its key, with what is said of the number of rows."""

    def page() -> object:
        table = on_page(question, at)
        return table.slice, table.totals

    return page


def paginator(question: Question) -> Callable[[], object]:
    """The same page by number, with the count that a paginator asks for."""
    from django.core.paginator import Paginator

    def page() -> object:
        table = on_page(question)
        pages = Paginator(table.source._ordered(reverse=False), table.table.page_size)
        return list(pages.page(int(pages.num_pages * question.depth) or 1).object_list)

    return page


def place(question: Question) -> str:
    """The cursor of the row before a deep page."""
    from tuppence.web.tables.cursor import Cursor, Side, encode

    if not question.depth:
        return ""
    source = on_page(question).source
    rows = source._ordered(reverse=False)
    row = rows[int(rows.count() * question.depth)]
    return encode(Cursor(Side.AFTER, row.sort_key if source.column else None, row.pk))


def asked(page: Callable[[], object], rounds: int) -> Answer:
    """Median of some rounds, and what one of them touched."""
    page()
    before, times = _blocks(), []
    for _ in range(rounds):
        start = perf_counter()
        page()
        times.append((perf_counter() - start) * 1000)
    return Answer(median(times), (_blocks() - before) // rounds)


def _blocks() -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT blks_hit + blks_read FROM pg_stat_database WHERE datname = current_database()"
        )
        (blocks,) = cursor.fetchone() or (0,)
    return int(blocks)


def run(rounds: int) -> None:
    """Print one line a question: both ways, and how many times as fast ours is."""
    print(f"{'':36} {'ours ms':>9} {'blocks':>8} {'Paginator':>10} {'blocks':>8} {'ratio':>7}")
    ratios = []
    for question in questions():
        mine = asked(ours(question, place(question)), rounds)
        theirs = asked(paginator(question), rounds)
        ratios.append(theirs.ms / mine.ms)
        print(
            f"{question.name:36} {mine.ms:>9.1f} {mine.blocks:>8,} {theirs.ms:>10.1f}"
            f" {theirs.blocks:>8,} {ratios[-1]:>6.1f} x"
        )
    print(f"median of the ratios: {median(ratios):.1f} x")


def main() -> None:
    """Fill, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    given = parser.parse_args()
    with stage() as cluster:
        import psycopg

        print(machine(cluster))
        fill(given.rows)
        with psycopg.connect(cluster.url("admin"), autocommit=True) as admin:
            admin.execute("VACUUM ANALYZE")
        print(f"{given.rows:,} rows of each list, medians of {given.rounds} rounds")
        run(given.rounds)


if __name__ == "__main__":
    main()
