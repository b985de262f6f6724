"""Import a whole loan tape into a durable cluster of its own: `python -m bench.tape [--limit N]`.

Every loan goes through its life by the same operations that serve members. The figures are
payments of borrowers a second over the whole import, and the books are checked at the end. The
tape is found by TUPPENCE_SHARED_DATA (else ../shared/data beside the repository), or by --file.
"""

import argparse
import cProfile
import os
import pstats
import sys
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter, process_time

from tuppence.postgres.cluster import temporary_cluster

ROOT = Path(__file__).resolve().parents[1]
TAPE = "lendingclub_2010_2011.csv.gz"
OFFERS = "zopa_2011_lender_offers.csv.gz"


def run(
    path: Path, *, map_name: str, limit: int | None, offers: Path | None, profile: bool = False
) -> bool:
    """Import and time; whether the books are right afterwards."""
    from tuppence.cli.imports import pool_of, show_comparison
    from tuppence.tapes.mapping import load_map
    from tuppence.tapes.operations import import_loans

    def progress(done: int, of: int) -> None:
        seconds = perf_counter() - started
        print(f"{done:>7,} of {of:,} loans, {seconds:6.1f} s", file=sys.stderr)

    watch = cProfile.Profile(process_time) if profile else None
    started, busy = perf_counter(), process_time()
    if watch is not None:
        watch.enable()
    report = import_loans(
        path,
        load_map(map_name),
        pool=pool_of(offers),
        at=datetime.now(UTC),
        progress=progress,
        limit=limit,
    )
    if watch is not None:
        watch.disable()
        pstats.Stats(watch, stream=sys.stderr).sort_stats("tottime").print_stats(50)
    seconds = perf_counter() - started
    show_comparison(report)
    print(
        f"{report.booked:,} loans, {report.payments:,} payments, {report.investments:,}"
        f" investments in {seconds:,.1f} s: {report.payments / seconds:,.0f} payments/s,"
        f" {report.booked / seconds:,.1f} loans/s; {process_time() - busy:,.1f} s of it in Python"
    )
    started = perf_counter()
    wrong = _wrong_checks()
    print(f"books check: {'; '.join(wrong) or 'green'} in {perf_counter() - started:,.1f} s")
    return not wrong and not report.differences


def _wrong_checks() -> list[str]:
    from tuppence.cli.books import collect, snapshot

    with snapshot():
        return [found.name for found in collect() if not found.holds]


def main() -> None:
    """Read the options, make a cluster with tables, run, and say by exit status if all is right."""
    data = Path(os.environ.get("TUPPENCE_SHARED_DATA", ROOT.parent / "shared" / "data"))
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--file", type=Path, default=data / TAPE)
    parser.add_argument("--map", default="lendingclub")
    offers = data / OFFERS
    parser.add_argument(
        "--pool",
        type=Path,
        default=offers if offers.exists() else None,
        help="lenders' offers; those of the Zopa market where the file is there, else our pool",
    )
    parser.add_argument("--limit", type=int, default=None)
    parser.add_argument("--profile", action="store_true")
    options = parser.parse_args()
    with temporary_cluster(durable=True) as cluster:
        os.environ["DATABASE_URL"] = os.environ["DATABASE_OWNER_URL"] = cluster.url("owner")
        os.environ["TUPPENCE_DATABASE_ROLE"] = "owner"
        from tuppence.cli import running

        running.set_up_django()
        running.migrate()
        right = run(
            options.file,
            map_name=options.map,
            limit=options.limit,
            offers=options.pool,
            profile=options.profile,
        )
    sys.exit(0 if right else 1)


if __name__ == "__main__":
    main()
