"""One member's whole story: complete for who may read it, by pages, and short for who may not."""

import ast
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

import tuppence
from tests.web.staff.conftest import Scene, browser
from tuppence.bank.withdrawal import State
from tuppence.events.happenings import Event
from tuppence.events.operations import record
from tuppence.ledger.models import Transfer
from tuppence.lending.models import Loan
from tuppence.members.compliance import Finding, MarkKind, MarkOrder
from tuppence.members.models import Member, User
from tuppence.members.operations import set_mark, write_note
from tuppence.members.roles import ROLE_PERMISSIONS, Role
from tuppence.web.reads.staff.story import counts, story
from tuppence.web.stories import PARTS, VERBS, Kind
from tuppence.web.tables.cursor import Cursor

pytestmark = pytest.mark.django_db
ALL = list(Kind)


@pytest.fixture
def lena(scene: Scene, staff: Callable[..., User]) -> int:
    """A member with money, a complaint, a note and a mark of compliance; her number."""
    member_id, cora = int(str(scene.places["member_id"])), staff("cora", Role.COMPLIANCE_OFFICER)
    write_note(member_id, by=cora.pk, at=timezone.now(), text="Spoke to her about a transfer.")
    order = MarkOrder(
        member_id, MarkKind.SANCTIONS, Finding.POSSIBLE, timezone.now(), "A name alike."
    )
    set_mark(order, by=cora.pk)
    return member_id


def main_of(client: Client, path: str) -> str:
    """The story on a member's page."""
    page = client.get(path).content.decode()
    return page[page.index('id="story"') : page.index("</main>")]


def test_all_that_happened_is_told_once_and_in_order(lena: int) -> None:
    page = story(lena, ALL, at=None, size=500)
    assert [(r.at, r.key) for r in page.rows] == sorted(
        ((r.at, r.key) for r in page.rows), reverse=True
    )
    codes = {row.code for row in page.rows}
    assert {"member.registered", "deposit.received", "withdrawal.asked"} <= codes
    assert {"complaint.made", "sanctions.possible", "member.note/done"} <= codes
    assert sum(counts(lena).values()) == len(page.rows)
    assert len({row.key for row in page.rows}) == len(page.rows)


def test_pages_follow_one_another_both_ways_without_gap(lena: int) -> None:
    at = timezone.now() - timedelta(days=1)
    record([Event("member.suitability", at, member_id=lena) for _ in range(20)])  # one moment
    whole = [row.key for row in story(lena, ALL, at=None, size=500).rows]
    read: list[int] = []
    place: Cursor | None = None
    while True:
        page = story(lena, ALL, at=place, size=3)
        read += [row.key for row in page.rows]
        if page.older is None:
            break
        place = page.older
    assert read == whole
    back: list[int] = []
    while page.newer is not None:
        back = [row.key for row in page.rows] + back
        page = story(lena, ALL, at=page.newer, size=3)
    assert [row.key for row in page.rows] + back == whole


def test_a_lender_sees_the_money_that_came_back(scene: Scene) -> None:
    loan = Loan.objects.get(pk=scene.places["loan_id"])
    lender = loan.holdings.get().member_id
    told = story(lender, [Kind.LENDING], at=None, size=100).rows
    got = [row for row in told if row.code == "repayment"]
    assert got and all(row.subject_kind == "loan" for row in got)
    assert Transfer.objects.filter(pk__in=[row.text for row in got]).count() == len(got)


@pytest.mark.parametrize("role", list(Role))
def test_each_role_reads_its_parts_and_is_told_of_the_rest(
    role: Role, lena: int, staff: Callable[..., User]
) -> None:
    counted = counts(lena)
    client = browser(staff("reader", role))
    text = main_of(client, f"/staff/members/{lena}/")
    for kind, number in counted.items():
        sees = PARTS[kind].permission in ROLE_PERMISSIONS[role]
        noun = "entry" if number == 1 else "entries"
        said = f"{number} {noun} of {PARTS[kind].title}"
        assert (said in text) is not sees, (role, kind)
        assert (f"part={kind}" in text) is sees, (role, kind)
        alone = main_of(client, f"/staff/members/{lena}/?part={kind}")
        assert ("or that your role may not read" in alone) is not sees, (role, kind)
    secrets = ("Spoke to her about a transfer.", "A name alike.", "Sanctions list")
    sees_notes = role is Role.COMPLIANCE_OFFICER
    pages = [text] + [main_of(client, f"/staff/members/{lena}/?part={kind}") for kind in Kind]
    for page in pages:
        assert sees_notes or not any(secret in page for secret in secrets)
    for link in set(re.findall(r'href="(/staff/[^"?#]+)', "".join(pages))):
        assert client.get(link).status_code == 200, (role, link)


@pytest.mark.parametrize("query", ["part=nothing", "at=nonsense", "at=WyJhIiwieCIsIngiXQ", "part="])
def test_odd_addresses_tell_the_whole_story(
    query: str, lena: int, staff: Callable[..., User]
) -> None:
    client = browser(staff("cora2", Role.COMPLIANCE_OFFICER))
    text = main_of(client, f"/staff/members/{lena}/?{query}")
    assert "Signed up" in text and ("that there isn" in text) is (query != "part=")


def test_a_long_story_costs_no_more_queries(lena: int, staff: Callable[..., User]) -> None:
    client = browser(staff("cora2", Role.COMPLIANCE_OFFICER))
    path = f"/staff/members/{lena}/"

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(path).status_code == 200
        return len(seen)

    queries()
    before = queries()
    at = timezone.now()
    record([Event("investment.placed", at, member_id=lena, subject_id=1, subject_kind="listing")])
    record([Event("deposit.received", at, member_id=lena) for _ in range(30)])
    assert queries() == before


def test_what_nobody_named_is_told_to_readers_of_the_trail_alone(lena: int) -> None:
    record([Event("member.newly_invented", timezone.now(), member_id=lena)])
    assert "member.newly_invented" in [r.code for r in story(lena, ALL, at=None, size=100).rows]
    others = [kind for kind in Kind if kind is not Kind.STAFF]
    told = [r.code for r in story(lena, others, at=None, size=100).rows]
    assert "member.newly_invented" not in told
    assert Member.objects.get(pk=lena).pk == lena


def verbs_in_source() -> Iterator[str]:
    """Every verb that the rooms write to the behaviour book by name."""
    root = Path(tuppence.__file__).parent
    for room in ("members", "bank", "lending", "market", "compliance"):
        for path in (root / room / "operations").rglob("*.py"):
            for call in ast.walk(ast.parse(path.read_text())):
                if not isinstance(call, ast.Call):
                    continue
                name = getattr(call.func, "id", getattr(call.func, "attr", ""))
                said = [*call.args[:1], *(k.value for k in call.keywords if k.arg == "verb")]
                if "event" in name.lower() or any(k.arg == "verb" for k in call.keywords):
                    yield from (v.value for v in said if isinstance(v, ast.Constant))


def test_every_verb_that_the_rooms_write_has_words() -> None:
    of_nobody = re.compile(r"^(day|bank_break|receipt|listing|promo_float)\.")
    written = {verb for verb in verbs_in_source() if isinstance(verb, str) and "." in verb}
    assert len(written) > 25
    unknown = {verb for verb in written if verb not in VERBS and not of_nobody.match(verb)}
    assert unknown == set()
    withdrawals = {f"withdrawal.{state}" for state in State}
    assert withdrawals <= set(VERBS)
