"""Many investors, one listing: `python -m bench.hot_listing [--http] [--spread 1000]`.

The whole of `invest` (checks, rulebook, investments, transfers, balances, events, listing) in
batches, on a durable PostgreSQL with production settings; beside it the same as plain Django code
writes it, a bare COPY of the same rows, and pgbench. `--http` runs 64 clients through the real web
server instead. Every figure is a median of runs; the books are checked at the end.
"""

import argparse

from bench.stage import machine, stage

INVESTORS = 200_000
BATCHES = (1_000, 5_000, 10_000, 20_000, 50_000)
RUNS = 3


def main() -> None:
    """Read the options and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--http", action="store_true", help="through the web server")
    parser.add_argument("--spread", type=int, default=0, help="over so many listings, not one")
    parser.add_argument("--investors", type=int, default=INVESTORS)
    parser.add_argument("--batches", type=int, nargs="*", default=list(BATCHES))
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--seconds", type=float, default=10.0, help="of each run over HTTP")
    chosen = parser.parse_args()
    with stage() as cluster:
        # These need the rooms, which are only set up now.
        from bench import books, in_batches, over_http

        print(machine(cluster))
        if chosen.http:
            over_http.measure(cluster, runs=chosen.runs, seconds=chosen.seconds)
        else:
            in_batches.measure(
                cluster,
                investors=chosen.investors,
                listings=max(chosen.spread, 1),
                sizes=chosen.batches,
                runs=chosen.runs,
            )
        books.check()


if __name__ == "__main__":
    main()
