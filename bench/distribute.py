"""One repayment shared out to 100,000 lenders: `python -m bench.distribute`.

On a cluster of its own with durable settings. Timed is the whole operation, from the order to the
commit: lock the loan, its holdings and every purse, decide, share out, and write transfers with
balances, shares, holdings, the loan and the event. Each run is another instalment of the loan.
"""

import argparse
import os
from datetime import UTC, datetime
from fractions import Fraction
from statistics import median
from time import perf_counter

import numpy as np
import psutil

from tuppence.postgres.cluster import temporary_cluster

LENDERS = 100_000
REPEATS = 5


def run(
    lenders: int, repeats: int, *, profile: bool = False
) -> tuple[float, list[float], list[float]]:
    """Seconds of the pay-out and of each repayment, and processor seconds of the repayments."""
    from django.db import connection, transaction

    from bench import loans
    from bench.people import START, crowd, deposit
    from tuppence.ledger.ids import derive_id
    from tuppence.lending import operations as lending
    from tuppence.lending.models import Instalment
    from tuppence.lending.orders import DisburseOrder, PaymentOrder

    members = crowd(lenders + 1)
    borrower, investors = int(members[0]), members[1:]
    deposit(members, 1_000_00, seed=1)
    amounts = np.random.default_rng(2).integers(1_00, 80_00, lenders)
    product = loans.product(servicing_fee=Fraction(1, 10), vat=Fraction(19, 100))
    (number,) = loans.signed_applications(
        [borrower],
        [int(amounts.sum())],
        product_id=product.pk,
        officer=loans.credit_officer(),
        instalments=36,
        rate=Fraction(9, 100),
        at=START,
    )
    with transaction.atomic():
        loans.reserve(investors, amounts, seed=3)
    order = DisburseOrder(
        derive_id("bench.pay_out"),
        number,
        int(amounts.sum()),
        investors,
        amounts,
        START,
        START.date(),
    )
    started = perf_counter()
    (outcome,) = lending.disburse([order])
    paid_out = perf_counter() - started
    assert outcome.loan_id is not None, outcome
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    seconds: list[float] = []
    processor: list[float] = []
    rows = Instalment.objects.filter(loan_id=outcome.loan_id).order_by("number")[:repeats]
    for row in rows:
        at = datetime(row.due_on.year, row.due_on.month, row.due_on.day, 12, tzinfo=UTC)
        amount = row.principal_minor + row.interest_minor
        key = derive_id("bench.repay", row.number)
        payment = PaymentOrder(key, outcome.loan_id, row.due_on, amount, at)
        busy, started = _cpu_seconds(), perf_counter()
        (result,) = _profiled(lending.record_payments, profile)([payment])
        seconds.append(perf_counter() - started)
        processor.append(_cpu_seconds() - busy)
        assert result.status.value == "booked", result
    return paid_out, seconds, processor


def _cpu_seconds() -> float:
    """What this process and its PostgreSQL process have used of a processor so far."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    times = [psutil.Process(number).cpu_times() for number in (os.getpid(), pid)]
    return sum(each.user + each.system for each in times)


def _profiled(function, profile):
    if not profile:
        return function

    def watched(orders):
        import cProfile
        import pstats

        with cProfile.Profile() as watch:
            results = function(orders)
        pstats.Stats(watch).sort_stats("cumulative").print_stats(40)
        return results

    return watched


def main() -> None:
    """Make a cluster with tables, run, and print the median."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lenders", type=int, default=LENDERS)
    parser.add_argument("--repeats", type=int, default=REPEATS)
    parser.add_argument("--profile", action="store_true")
    options = parser.parse_args()
    with temporary_cluster(durable=True) as cluster:
        os.environ["DATABASE_URL"] = os.environ["DATABASE_OWNER_URL"] = cluster.url("owner")
        os.environ["TUPPENCE_DATABASE_ROLE"] = "owner"
        from tuppence.cli import running

        running.set_up_django()
        running.migrate()
        paid_out, seconds, processor = run(
            options.lenders, options.repeats, profile=options.profile
        )
    print(f"one loan with {options.lenders:,} lenders, {len(seconds)} repayments")
    print(f"  pay-out               {paid_out:9.3f} s")
    print(f"  repayment, median     {median(seconds):9.3f} s")
    print(f"  of a processor        {median(processor):9.3f} s")
    print(f"  repayment, slowest    {max(seconds):9.3f} s")


if __name__ == "__main__":
    main()
