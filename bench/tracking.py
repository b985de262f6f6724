"""What pages tell, through the real web server: `python -m bench.tracking [--seconds 6]`.

Sixty-four clients send signals of pages that were shown, each with a sealed token of its own.
Beside it the same rows as a plain Django view writes them: one request, one transaction, through
the ORM. At the end the book is counted: every signal that was answered with 204 must stand in it.
"""

import argparse
import json
from collections.abc import Callable
from datetime import UTC, datetime
from statistics import median
from typing import Any
from uuid import uuid4

from bench.stage import machine, rest, stage

SIGNALS = 60_000  # more than any run can send
RUNS = 3


def main() -> None:
    """Read the options and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--seconds", type=float, default=6.0)
    chosen = parser.parse_args()
    with stage() as cluster:
        # These need the rooms, which are only set up now.
        from bench.over_http import asked, serving
        from bench.server import TOLD
        from tuppence.web.measuring.beacon import PATH

        print(machine(cluster))
        rates = {}
        with serving() as port:
            for name, path in (("POST /t", PATH), ("plain Django", TOLD)):
                found = []
                for _ in range(chosen.runs):
                    rest(cluster)
                    before = in_the_book()
                    run = asked(port, requests(path), chosen.seconds)
                    assert set(run["statuses"]) == {"204"}, run["statuses"]
                    assert in_the_book() - before == run["statuses"]["204"], "a signal is lost"
                    found.append(run)
                rates[name] = report(name, found)
        print(f"  POST /t is {rates['POST /t'] / rates['plain Django']:.1f} x plain Django;")
        print("  every answered signal stands in the book, once")


def report(name: str, found: list[dict[str, Any]]) -> float:
    """Print the medians of a route; its events a second."""
    figures = ("a_second", "p50_ms", "p99_ms")
    a_second, p50, p99 = (median(one[figure] for one in found) for figure in figures)
    print(f"  {name:<13} {a_second:>7,.0f} events/s   p50 {p50:>6.1f} ms   p99 {p99:>6.1f} ms")
    return float(a_second)


def requests(path: str) -> list[dict[str, Any]]:
    """Signals of pages that were just shown; none is sent twice in a run."""
    seal = sealer()
    return [{"path": path, "headers": {}, "body": body(seal())} for _ in range(SIGNALS)]


def body(token: str) -> str:
    """What the page's script sends when it is hidden."""
    told = {"token": token, "kind": "read", "number": 0, "seconds": 21, "scroll": 80}
    return json.dumps(told)


def sealer() -> Callable[[], str]:
    """Makes tokens of pages, each shown to another visitor."""
    from tuppence.growth.signals import ShownPage
    from tuppence.web.measuring.beacon import seal_page

    at = datetime.now(UTC)

    def seal() -> str:
        token = seal_page(ShownPage(uuid4(), uuid4(), 7, at, "/listings/"))
        # The clients put a fresh key wherever a body says so; a seal may say it by chance.
        return token if "KEY" not in token else seal()

    return seal


def in_the_book() -> int:
    """How many signals the behaviour book holds."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM events_event WHERE verb = 'page.read'")
        return int(cursor.fetchone()[0])


if __name__ == "__main__":
    main()
