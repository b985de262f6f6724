"""Search: by any number or name, through indexes only, and never beyond a role."""

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.web.conftest import Person
from tests.web.staff.conftest import Scene, browser
from tuppence.ledger.models import Transfer
from tuppence.lending.models import Loan, Payment
from tuppence.members.models import BankAccount, Member, User
from tuppence.members.roles import Permission, Role
from tuppence.web.formats import receipt_number
from tuppence.web.openings import may_open
from tuppence.web.reads.staff.search import search
from tuppence.web.search_terms import read_terms

pytestmark = pytest.mark.django_db


def test_what_is_typed_is_read_in_every_way_it_can_be_meant() -> None:
    def terms(text: str) -> object:
        return read_terms(text, currency="EUR", kinds={"loan": "loan", "借款": "loan"})

    assert (terms("loan 12").kind, terms("loan 12").number) == ("loan", 12)  # type: ignore[attr-defined]
    assert (terms("借款 12").kind, terms("#12").number) == ("loan", 12)  # type: ignore[attr-defined]
    assert terms("loan shark").text == "loan shark"  # type: ignore[attr-defined]
    assert terms("250.00").amount_minor == 250_00  # type: ignore[attr-defined]
    assert terms("3000").account_tail == "3000"  # type: ignore[attr-defined]
    assert terms("Anna").account_tail == ""  # type: ignore[attr-defined]
    assert terms("9" * 30).number is None  # type: ignore[attr-defined]
    key = uuid4()
    low, high = read_terms(receipt_number(key), currency="EUR").keys or (key, key)
    assert low <= key <= high and terms(str(key)).key == key  # type: ignore[attr-defined]


def found(text: str, *permissions: Permission) -> dict[str, list[str]]:
    """The addresses found, by kind."""
    allowed = frozenset(permissions or Permission)
    terms = read_terms(text, currency="EUR")
    groups = search(terms, permissions=allowed, may_open=lambda route: may_open(route, allowed))
    return {str(group.title): [hit.url for hit in group.hits] for group in groups}


def test_everything_is_found_by_its_numbers_and_names(scene: Scene) -> None:
    loan = Loan.objects.get(pk=scene.places["loan_id"])
    borrower = Member.objects.get(pk=loan.borrower_id)
    member = f"/staff/members/{borrower.pk}/"
    for text in (
        str(borrower.pk),
        borrower.payment_reference,
        borrower.payment_reference.lower(),
        "berta@member.example",
        "berta@mem",
        "Berta Fl",
        BankAccount.objects.get(member=borrower).iban[-6:],
    ):
        assert member in found(text)["Members"], text
    assert f"/staff/loans/{loan.pk}/" in found("Berta")["Loans"]
    assert f"/staff/loans/{loan.pk}/" in found(str(loan.pk))["Loans"]
    assert found("A SECOND OVEN")["Listings"] and found("a second")["Applications"]
    payment = Payment.objects.get(pk=scene.places["payment_id"])
    assert found(receipt_number(payment.pk))["Payments"] == [f"/staff/loans/payments/{payment.pk}/"]
    transfer = Transfer.objects.earliest("seq")
    assert f"/staff/books/transfers/{transfer.pk}/" in found(str(transfer.pk))["Transfers"]
    assert found("250.00")["Bank lines"]
    assert found(str(scene.places["withdrawal_id"]))["Withdrawals"]
    assert found(str(scene.places["complaint_id"]))["Complaints"]


def test_one_exact_hit_is_opened_at_once(scene: Scene, staff: Callable[..., User]) -> None:
    officer = browser(staff("fin", Role.FINANCE_OFFICER))
    transfer = Transfer.objects.latest("seq")
    answer = officer.get(f"/staff/search/?q={transfer.pk}")
    assert answer["Location"] == f"/staff/books/transfers/{transfer.pk}/"
    answer = officer.get(f"/staff/search/?q=loan {scene.places['loan_id']}")
    assert answer["Location"] == f"/staff/loans/{scene.places['loan_id']}/"
    assert officer.get("/staff/search/?q=Fletcher").status_code == 200


@pytest.mark.parametrize("role", list(Role))
def test_no_role_finds_what_it_may_not_open(
    role: Role, scene: Scene, staff: Callable[..., User]
) -> None:
    client = browser(staff("somebody", role))
    transfer, loan = Transfer.objects.earliest("seq"), Loan.objects.get(pk=scene.places["loan_id"])
    tail = BankAccount.objects.get(member_id=loan.borrower_id).iban[-8:]
    for text in (str(transfer.pk), "Berta", str(loan.pk), "250.00", "1", tail, "loan 1"):
        answer = client.get("/staff/search/", {"q": text})
        places = [answer["Location"]] if answer.status_code == 302 else links_of(answer.content)
        for place in places:
            assert client.get(place).status_code == 200, (text, place)
    sees_accounts = role in {Role.FINANCE_OFFICER, Role.COMPLIANCE_OFFICER}
    answer = client.get("/staff/search/", {"q": tail})
    text = answer["Location"] if answer.status_code == 302 else answer.content.decode()
    assert (f"/staff/members/{loan.borrower_id}/" in text) == sees_accounts


def links_of(html: bytes) -> list[str]:
    """The addresses of the hits of a page."""
    import re

    text = html.decode()
    main = text[text.index("<main") :]
    return re.findall(r'<li><a href="(/staff/[^"]+)"', main)


@pytest.mark.parametrize(
    "text", ["12", "Berta", "berta@member", "250.00", "0123-4567-89AB", "DE3000", str(UUID(int=7))]
)
def test_no_search_reads_a_whole_table(text: str, scene: Scene) -> None:
    with CaptureQueriesContext(connection) as seen:
        found(text)
    plans = []
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        for query in seen:
            cursor.execute("EXPLAIN " + query["sql"])
            plans += [line for (line,) in cursor if "Seq Scan" in line]
    small = {"bank_clientbankaccount"}
    assert [line for line in plans if not any(name in line for name in small)] == [], text


@pytest.mark.parametrize("text", ["", " ", "%", "_", "'", "\\", "\x00", "🙂", "a" * 300, "1e9"])
def test_odd_texts_are_only_texts(text: str, staff: Callable[..., User]) -> None:
    client = browser(staff("everybody", *Role))
    assert client.get("/staff/search/", {"q": text}).status_code == 200


def test_the_navigation_counts_what_waits(
    scene: Scene, staff: Callable[..., User], member: Callable[..., Person]
) -> None:
    page = browser(staff("carla", Role.COMPLIANCE_OFFICER)).get("/staff/").content.decode()
    nav = page[page.index("<nav") : page.index("</nav>")]
    place = nav.index("/staff/complaints/")
    assert 'class="count"' in nav[place : nav.index("</li>", place)]
    growth = browser(staff("greg", Role.GROWTH_OPERATOR)).get("/staff/").content.decode()
    assert "/staff/complaints/" not in growth and "/staff/books/" not in growth
