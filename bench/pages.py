"""Server time of every page: p50 and p95 of members' and staff's pages beside their targets.

    tuppence bench pages             on a practice market that is made for it
    tuppence bench pages --here      on the data where TUPPENCE_DATA or DATABASE_URL points, such as
                                     an imported tape; all that is written is taken back

Each page is asked through the whole stack of Django, middleware and templates, without the network.
Pages are found by following links from each person's first page, each route once.
"""

import argparse
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from time import perf_counter, process_time

import numpy as np
import psutil

ROUNDS = 15
HREF = re.compile(rb'href="(/[^"#]*)"')
NO_PAGE = re.compile(r"(^api/|^static/|^accounts/logout|\.\w+$|download/$)")
TARGETS_MS = {"members": 60.0, "staff": 120.0}


@dataclass(frozen=True, slots=True)
class Measured:
    """One page's times in ms, and its size.

    `busy` is the processor time of both processes, the page's and its PostgreSQL's, on average:
    what the page costs however busy the machine is with other work.
    """

    who: str
    path: str
    p50: float
    p95: float
    busy: float
    kb: float


def run(rounds: int) -> list[Measured]:
    """Ask every page of three people; nothing that they leave behind is kept."""
    from django.db import transaction

    with transaction.atomic():
        people = list(_people())
        found = [
            each
            for who, user, starts in people
            for each in _measure(who, user, starts, rounds=rounds)
        ]
        transaction.set_rollback(True)
    return found


def _people() -> Iterator[tuple[str, object, list[str]]]:
    """A lender with many parts, a borrower with a running loan, staff who may see everything."""
    from django.db.models import Count

    from tuppence.lending.models import Holding, Loan
    from tuppence.members.models import Member
    from tuppence.members.operations import create_staff
    from tuppence.members.roles import Role

    most = Holding.objects.values("member_id").annotate(n=Count("id")).order_by("-n").first()
    lender = Member.objects.get(pk=most["member_id"]) if most else None
    loan = Loan.objects.filter(state="active").order_by("-id").first()
    for member, start in ((lender, "/home/"), (loan and loan.borrower, "/borrowing/")):
        if member is not None:
            yield "members", _user_of(member), [start, "/home/", "/portfolio/", "/listings/"]
    officer = create_staff(
        "bench@staff.example",
        legal_name="Measuring Officer",
        born_on=date(1980, 5, 17),
        roles=list(Role),
        at=datetime.now(UTC),
    )
    yield "staff", officer, ["/staff/"]


def _user_of(member: object) -> object:
    """The account of a member; members of a tape have none and get one until the rollback."""
    from tuppence.members.models import Member, User

    assert isinstance(member, Member)
    if member.user is None:
        member.user = User.objects.create_user(f"bench{member.pk}@member.example")
        member.save(update_fields=["user"])
    return member.user


def _measure(who: str, user: object, starts: list[str], *, rounds: int) -> list[Measured]:
    from django.test import Client
    from django.urls import Resolver404, resolve

    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")  # type: ignore[arg-type]
    queue, seen, found = list(starts), set[str](), []
    while queue:
        path = queue.pop(0)
        try:
            route = str(resolve(path.partition("?")[0]).route)
        except Resolver404:
            continue
        if route in seen or NO_PAGE.search(route) or route.startswith("staff/") != (who == "staff"):
            continue
        seen.add(route)
        answer = client.get(path)
        if answer.status_code != 200 or "html" not in answer.get("Content-Type", ""):
            continue
        queue += [href.decode().replace("&amp;", "&") for href in HREF.findall(answer.content)]
        before = _busy_ms()
        times = [_asked(client, path) for _ in range(rounds)]
        busy = (_busy_ms() - before) / rounds
        p50, p95 = np.percentile(times, [50, 95])
        found.append(Measured(who, path, p50, p95, busy, len(answer.content) / 1000))
    return found


def _asked(client: object, path: str) -> float:
    start = perf_counter()
    client.get(path)  # type: ignore[attr-defined]
    return (perf_counter() - start) * 1000


def _busy_ms() -> float:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (backend,) = cursor.fetchone() or (0,)
    spent = psutil.Process(backend).cpu_times()
    return (process_time() + spent.user + spent.system) * 1000


def report(found: list[Measured]) -> None:
    """A table, the slowest first, and how many are within their target."""
    for who, target in TARGETS_MS.items():
        pages = sorted((each for each in found if each.who == who), key=lambda each: -each.p95)
        within = sum(each.p95 <= target for each in pages)
        print(f"{who}: {len(pages)} pages, target p95 {target:.0f} ms, {within} within it")
        print(f"  {'p50 ms':>8} {'p95 ms':>8} {'busy ms':>8} {'kB':>6}  page")
        for each in pages:
            over = "" if each.p95 <= target else "  over"
            figures = f"{each.p50:>8.1f} {each.p95:>8.1f} {each.busy:>8.1f} {each.kb:>6.1f}"
            print(f"  {figures}  {each.path}{over}")


@contextmanager
def _practice() -> Iterator[None]:
    """A market of its own, gone afterwards."""
    os.environ["TUPPENCE_DEMO"] = "1"
    from bench.stage import stage

    with stage():
        from tuppence.cli.demo import build_practice

        build_practice(1)
        yield


@contextmanager
def _here() -> Iterator[None]:
    """The data that are here already."""
    from tuppence.cli import running

    with running.platform():
        yield


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--here", action="store_true", help="measure the platform's own data")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    given = parser.parse_args()
    with _here() if given.here else _practice():
        from tuppence.lending.models import Loan

        print(f"{Loan.objects.count():,} loans, {given.rounds} rounds a page")
        report(run(given.rounds))


if __name__ == "__main__":
    main()
