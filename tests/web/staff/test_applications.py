"""The credit queue and the case: who moves next, what each role sees, two above a limit."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.web.conftest import Person, form_key
from tests.web.staff.conftest import applied, browser, decide
from tuppence.lending.models import Application, ApplicationDecision, CreditLimit, Product
from tuppence.lending.waiting import Wait
from tuppence.members import operations as members
from tuppence.members.compliance import MarkOrder
from tuppence.members.identity import Finding, MarkKind
from tuppence.members.models import ApprovalRequest, AuditEntry, User
from tuppence.members.operations.documents import store_document
from tuppence.members.paper import PaperKind
from tuppence.members.roles import Role
from tuppence.web.reads.staff import application_queue as queue
from tuppence.web.reads.staff import queues

APPROVAL = {
    "word": "approve",
    "grade": "B",
    "annual_rate": "8.4",
    "expected_loss": "1.9",
    "speaks_for": ["steady_income"],
    "reasons": "Steady trade, low debt.",
}
# The smallest picture: one dot.
DOT = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c626001000000ffff030000060005"
    "57bfabd40000000049454e44ae426082"
)


@pytest.fixture
def carla(staff: Callable[..., User]) -> User:
    """A credit officer."""
    return staff("carla", Role.CREDIT_OFFICER)


@pytest.fixture
def waiting(product: Product, member: Callable[..., Person]) -> Application:
    """An application that nobody has decided on."""
    return applied(product, member("berta").member_id, 12_000_00)


def limit_all(amount_minor: int, staff: Callable[..., User]) -> None:
    """A limit for everybody."""
    one, other = staff("root", Role.ADMINISTRATOR), staff("cora", Role.COMPLIANCE_OFFICER)
    CreditLimit.objects.create(
        amount_minor=amount_minor,
        currency="EUR",
        why="test",
        asked_by=one,
        agreed_by=other,
        set_at=timezone.now(),
    )


def send(client: Client, path: str, **fields: object) -> tuple[int, str]:
    """Open a page, fill its form in and send it; status and the page."""
    key = form_key(client.get(path).content)
    answer = client.post(path, {"key": str(key), **fields}, follow=True)
    return answer.status_code, answer.content.decode()


def test_the_queue_names_the_next_step_and_database_and_rule_agree(
    carla: User,
    product: Product,
    member: Callable[..., Person],
    funded: Callable[..., int],
    listing: Callable[..., int],
    loan: Callable[..., object],
    approved: Callable[..., object],
) -> None:
    applied(product, member("waits").member_id)
    approved("noc")
    listing("written")
    funded("ready")
    loan("runs")
    now = timezone.now()
    by_rule = {row.id: row.wait for row in queue.queue_rows(list(queue.queue()), at=now)}
    assert set(by_rule.values()) >= {Wait.OFFICER, Wait.CONTRACT, Wait.PAY_OUT, Wait.NOBODY}
    for wait in Wait:
        found = queue.queue().filter(queue.waiting_for(wait.value, at=now))
        assert {row.pk for row in found} == {k for k, v in by_rule.items() if v is wait}, wait
    totals = {each.wait: each.count for each in queue.wait_totals(at=now)}
    assert totals == {
        wait: sum(found is wait for found in by_rule.values())
        for wait in set(by_rule.values()) - {Wait.NOBODY}
    }


def test_the_queue_filters_adds_up_and_downloads(
    carla: User, product: Product, member: Callable[..., Person]
) -> None:
    berta = member("berta").member_id
    applied(product, berta, 2_000_00, days=9)
    applied(product, berta, 30_000_00, days=2)
    reader = browser(carla)
    page = reader.get("/staff/applications/").content.decode()
    assert page.index("€2,000.00") < page.index("€30,000.00")  # the oldest first
    assert "€32,000.00" in page and "9 days ago" in page
    large = reader.get("/staff/applications/?amount_from=10000").content.decode()
    assert "€2,000.00" not in large and "€30,000.00" in large
    file = reader.get("/staff/applications/?format=csv&sort=-amount")
    rows = b"".join(file.streaming_content).decode().splitlines()  # type: ignore[attr-defined]
    assert rows[0] == "id,title,borrower,waits,submitted,since,instalments,amount,currency"
    assert ",officer," in rows[1] and rows[1].endswith("30000.00,EUR")
    assert "Nothing matches these filters" in (
        reader.get("/staff/applications/?waits=pay_out").content.decode()
    )


def test_the_case_shows_the_month_with_this_loan_and_the_record(
    carla: User, waiting: Application
) -> None:
    page = browser(carla).get(f"/staff/applications/{waiting.pk}/").content.decode()
    # 12,000 over 12 months at 16 %: 1,088.77 a month, 27.2 % of 4,000; 1,500 - 1,088.77 are left.
    assert "€1,088.77" in page and "27.2 %" in page and "€411.23" in page
    assert "No loan here before this one." in page


def test_marks_are_for_who_decides_and_papers_for_who_may_see_them(
    carla: User, waiting: Application, staff: Callable[..., User]
) -> None:
    cora, sue = staff("cora", Role.COMPLIANCE_OFFICER), staff("sue", Role.SUPPORT)
    order = MarkOrder(
        waiting.borrower_id,
        MarkKind.EXPOSED_PERSON,
        Finding.CONFIRMED,
        timezone.now(),
        "Deputy minister until 2021.",
    )
    members.set_mark(order, by=cora.pk)
    path = f"/staff/applications/{waiting.pk}/"
    seen = browser(carla).get(path).content.decode()
    assert "Politically exposed person" in seen and "confirmed" in seen
    assert "Deputy minister" not in seen
    unseen = browser(sue).get(path).content.decode()
    assert "Politically exposed person" not in unseen and "Papers" not in unseen


def test_a_picture_is_looked_at_in_place_and_leaves_a_trace(
    carla: User,
    waiting: Application,
    staff: Callable[..., User],
    tmp_path: Path,
    settings: Any,
) -> None:
    settings.MEDIA_ROOT = tmp_path
    stored = store_document(
        waiting.borrower_id,
        DOT,
        typed_name="payslip.png",
        kind=PaperKind.INCOME,
        by=None,
        at=timezone.now(),
    )
    assert stored.document_id is not None, stored
    address = f"/members/documents/{stored.document_id}/picture/"
    client = browser(carla)
    assert address in client.get(f"/staff/applications/{waiting.pk}/").content.decode()
    shown = client.get(address)
    assert shown["Content-Type"] == "image/png" and "sandbox" in shown["Content-Security-Policy"]
    assert AuditEntry.objects.filter(action="document.read", user=carla).count() == 1
    assert browser(staff("sue", Role.SUPPORT)).get(address).status_code == 404
    pdf = store_document(
        waiting.borrower_id,
        b"%PDF-1.7\n%%EOF",
        typed_name="a.pdf",
        kind=PaperKind.OTHER,
        by=None,
        at=timezone.now(),
    )
    assert client.get(f"/members/documents/{pdf.document_id}/picture/").status_code == 404


def test_a_refusal_names_what_speaks_against_it(carla: User, waiting: Application) -> None:
    path, client = f"/staff/applications/{waiting.pk}/", browser(carla)
    no = {"word": "refuse", "reasons": "Three loans elsewhere."}
    assert "Choose what speaks against it." in send(client, path, **no)[1]
    assert not ApplicationDecision.objects.exists()
    _, page = send(client, path, **no, speaks_against=["debt_too_high", "papers_missing"])
    assert "Too much other debt" in page and "Three loans elsewhere." in page
    assert ApplicationDecision.objects.get().grounds == ["debt_too_high", "papers_missing"]


def test_above_a_limit_two_officers_approve(
    carla: User, waiting: Application, staff: Callable[..., User]
) -> None:
    limit_all(10_000_00, staff)
    path, client = f"/staff/applications/{waiting.pk}/", browser(carla)
    case = client.get(path)
    assert "For this one a second officer has to agree." in case.content.decode()
    key = form_key(case.content)
    for _ in range(2):  # a double click
        assert client.post(path, {**APPROVAL, "key": str(key)}).status_code == 302
    request = ApprovalRequest.objects.get()
    assert not ApplicationDecision.objects.exists()
    assert "waits for a second officer" in client.get(path).content.decode()
    second = browser(staff("otto", Role.CREDIT_OFFICER))
    asked = second.get(f"/staff/approvals/{request.pk}/").content.decode()
    assert "€12,000.00" in asked and "Income is steady" in asked and "8.40 % a year" in asked
    said = {"payload_hash": request.payload_hash, "word": "approve", "reason": ""}
    second.post(f"/staff/approvals/{request.pk}/", said)
    done = client.get(path).content.decode()
    assert "Agreed by" in done and ApplicationDecision.objects.get().approved


def test_what_waits_for_a_second_officer_is_counted_among_the_approvals(
    carla: User, waiting: Application, staff: Callable[..., User]
) -> None:
    limit_all(10_000_00, staff)
    now = timezone.now()
    assert queues.applications(at=now).number == 1
    path, client = f"/staff/applications/{waiting.pk}/", browser(carla)
    send(client, path, **APPROVAL)
    assert queues.applications(at=timezone.now()).number == 0
    assert (
        queues.applications(at=timezone.now() + timedelta(days=8)).number == 1
    )  # nobody agreed in time
    second = client.get("/staff/applications/?waits=second").content.decode()
    assert waiting.title in second and "a second officer agrees" in second


def test_limits_are_asked_for_by_an_administrator_and_agreed_by_another(
    carla: User, staff: Callable[..., User]
) -> None:
    root = browser(staff("root", Role.ADMINISTRATOR))
    fields = {"officer": str(carla.pk), "amount": "2500", "why": "On probation."}
    send(root, "/staff/applications/limits/set/", **fields)
    request = ApprovalRequest.objects.get(kind="lending.credit_limit")
    cora = browser(staff("cora", Role.COMPLIANCE_OFFICER))
    assert "€2,500.00" in cora.get(f"/staff/approvals/{request.pk}/").content.decode()
    said = {"payload_hash": request.payload_hash, "word": "approve", "reason": ""}
    cora.post(f"/staff/approvals/{request.pk}/", said)
    page = browser(carla).get("/staff/applications/limits/").content.decode()
    assert "€2,500.00" in page and "On probation." in page
    assert browser(carla).get("/staff/applications/limits/set/").status_code == 403


def test_the_queue_costs_the_same_at_any_size(
    carla: User,
    product: Product,
    member: Callable[..., Person],
) -> None:
    reader, berta = browser(carla), member("berta").member_id
    counts = []
    for size in (1, 12):
        for _ in range(size):
            applied(product, berta)
        with CaptureQueriesContext(connection) as captured:
            assert reader.get("/staff/applications/").status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_what_was_decided_elsewhere_says_so(
    carla: User, waiting: Application, staff: Callable[..., User]
) -> None:
    path, client = f"/staff/applications/{waiting.pk}/", browser(carla)
    key = form_key(client.get(path).content)
    decide(waiting, staff("otto", Role.CREDIT_OFFICER))
    answer = client.post(path, {**APPROVAL, "key": str(key)}).content.decode()
    assert "Somebody has decided this meanwhile." in answer
