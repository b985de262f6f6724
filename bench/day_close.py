"""Close days over 200,000 living loans: `python -m bench.day_close`.

On a cluster of its own with durable settings. Before each timed close the instalments of the day
are collected from the borrowers who have money (all but one in twenty), which is timed apart. The
first close takes up all that the book brings along and is not counted.
"""

import argparse
import os
from datetime import date, datetime, timedelta
from fractions import Fraction
from statistics import median
from time import perf_counter

from tuppence.postgres.cluster import temporary_cluster

LOANS = 200_000
LENDERS = 10_000
DAYS = 3
AS_OF = date(2026, 3, 31)


def run(count: int, days: int, *, profile: bool = False) -> dict[str, list[float]]:
    """Seconds of each close and collection; payments collected."""
    from django.db import connection

    from bench import live_book, loans
    from bench.people import crowd, deposit
    from tuppence.lending import operations as lending

    lenders = crowd(LENDERS)
    borrowers = crowd(count)
    product = loans.product(late_fee_minor=5_00, grace_days=5, servicing_fee=Fraction(1, 10))
    live_book.lay_down(borrowers, lenders, product, AS_OF)
    deposit(borrowers[borrowers % 20 != 0], 2_000_00, seed=9)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    lending.close_day(AS_OF, at=_evening(AS_OF))
    figures: dict[str, list[float]] = {"close_s": [], "collect_s": [], "payments": []}
    for offset in range(1, days + 1):
        day = AS_OF + timedelta(days=offset)
        started = perf_counter()
        results = lending.collect_due(day, at=_evening(day))
        figures["collect_s"].append(perf_counter() - started)
        figures["payments"].append(sum(result.status.accepted for result in results))
        started = perf_counter()
        if profile:
            _profile(lambda day=day: lending.close_day(day, at=_evening(day)))
        else:
            lending.close_day(day, at=_evening(day))
        figures["close_s"].append(perf_counter() - started)
    _check()
    return figures


def _check() -> None:
    """Fail where the books and the loans disagree afterwards."""
    from tuppence.lending.queries.controls import lending_controls

    wrong = [check.name for check in lending_controls() if not check.holds]
    assert not wrong, wrong


def _evening(day: date) -> datetime:
    from bench.people import START

    return datetime.combine(day, START.timetz()).replace(hour=18)


def _profile(close) -> None:
    import cProfile
    import pstats

    with cProfile.Profile() as watch:
        close()
    pstats.Stats(watch).sort_stats("cumulative").print_stats(40)


def main() -> None:
    """Make a cluster with tables, run, and print the medians."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--loans", type=int, default=LOANS)
    parser.add_argument("--days", type=int, default=DAYS)
    parser.add_argument("--profile", action="store_true")
    options = parser.parse_args()
    with temporary_cluster(durable=True) as cluster:
        os.environ["DATABASE_URL"] = os.environ["DATABASE_OWNER_URL"] = cluster.url("owner")
        os.environ["TUPPENCE_DATABASE_ROLE"] = "owner"
        from tuppence.cli import running

        running.set_up_django()
        running.migrate()
        figures = run(options.loans, options.days, profile=options.profile)
    rate = sum(figures["payments"]) / max(sum(figures["collect_s"]), 1e-9)
    print(f"{options.loans:,} living loans, {options.days} days closed")
    print(f"  close of a day, median   {median(figures['close_s']):9.3f} s")
    print(f"  close of a day, slowest  {max(figures['close_s']):9.3f} s")
    print(f"  collections between      {rate:9,.0f} payments/s")


if __name__ == "__main__":
    main()
