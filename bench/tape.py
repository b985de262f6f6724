"""Import a whole loan tape into a durable cluster of its own: `python -m bench.tape [--limit N]`.

Every loan goes through its life by the same operations that serve members. The figure is payments
of borrowers a second over the whole import, reading and comparing included; the books are checked
at the end. The tape is found by TUPPENCE_SHARED_DATA (else ../shared/data beside the repository),
or by --file.
"""

import argparse
import cProfile
import os
import pstats
import sys
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter, process_time

import psutil

from bench.stage import ROOT, machine, stage

TAPE = "lendingclub_2010_2011.csv.gz"
OFFERS = "zopa_2011_lender_offers.csv.gz"


def run(path: Path, *, map_name: str, limit: int | None, offers: Path | None) -> bool:
    """Import, time and check; whether the books are right afterwards, and the tape's own."""
    from tuppence.cli.imports import pool_of, show_comparison
    from tuppence.tapes.mapping import load_map
    from tuppence.tapes.operations import import_loans

    def progress(done: int, of: int) -> None:
        print(f"{done:>7,} of {of:,} loans, {perf_counter() - started:6.1f} s", file=sys.stderr)

    started, busy = perf_counter(), processor_seconds()
    report = import_loans(
        path,
        load_map(map_name),
        pool=pool_of(offers),
        at=datetime.now(UTC),
        progress=progress,
        limit=limit,
    )
    seconds, busy = perf_counter() - started, processor_seconds() - busy
    show_comparison(report)
    print(
        f"{report.booked:,} loans, {report.payments:,} payments, {report.investments:,} investments"
        f" in {seconds:,.1f} s: {report.payments / seconds:,.0f} payments/s\n"
        f"by processor time, Python and PostgreSQL together: {busy:,.1f} s,"
        f" {report.payments / busy:,.0f} payments/s"
    )
    started = perf_counter()
    wrong = wrong_checks()
    print(f"books check: {'; '.join(wrong) or 'right'}, in {perf_counter() - started:,.1f} s")
    return not wrong and not report.differences


def processor_seconds() -> float:
    """What this process and its PostgreSQL process have used of a processor so far."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    times = [psutil.Process(number).cpu_times() for number in (os.getpid(), pid)]
    return sum(each.user + each.system for each in times)


def wrong_checks() -> list[str]:
    """The names of the checks that do not hold."""
    from tuppence.cli.books import collect, snapshot

    with snapshot():
        return [found.name for found in collect() if not found.holds]


def main() -> None:
    """Read the options, make a platform, run, and say by the exit status whether all is right."""
    data = Path(os.environ.get("TUPPENCE_SHARED_DATA", ROOT.parent / "shared" / "data"))
    offers = data / OFFERS
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--file", type=Path, default=data / TAPE)
    parser.add_argument("--map", default="lendingclub")
    parser.add_argument(
        "--pool",
        type=Path,
        default=offers if offers.exists() else None,
        help="lenders' offers; those of the Zopa market where the file is there, else our pool",
    )
    parser.add_argument("--limit", type=int, default=None, help="the first so many loans")
    parser.add_argument("--profile", action="store_true", help="where Python's time goes")
    options = parser.parse_args()
    if not options.file.exists():
        sys.exit(f"{options.file} is not here: set TUPPENCE_SHARED_DATA, or give --file.")
    with stage() as cluster:
        print(machine(cluster))
        watch = cProfile.Profile(process_time)
        if options.profile:
            watch.enable()
        right = run(options.file, map_name=options.map, limit=options.limit, offers=options.pool)
        if options.profile:
            watch.disable()
            pstats.Stats(watch, stream=sys.stderr).sort_stats("tottime").print_stats(50)
    sys.exit(0 if right else 1)


if __name__ == "__main__":
    main()
