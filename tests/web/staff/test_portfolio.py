"""The portfolio: a return that anybody can compute again, late loans with news, traced payments."""

import csv
import io
import re
from collections.abc import Callable
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.web.conftest import Person, deposit
from tests.web.page_checks import faults_of
from tests.web.staff.conftest import browser, days_ago
from tuppence import platform
from tuppence.lending import operations as lending
from tuppence.lending.collection_records import ContactChannel, ContactOrder, PromiseOrder
from tuppence.lending.lender_return import returns_of
from tuppence.lending.models import Holding, Loan, Payment
from tuppence.lending.orders import PaymentOrder
from tuppence.market.models import Investment
from tuppence.market.operations import invest
from tuppence.market.orders import InvestOrder
from tuppence.members.models import Member
from tuppence.money.xirr import xirr
from tuppence.web.reads.portfolio import coming
from tuppence.web.reads.purse import purse_of
from tuppence.web.views.portfolio import book_of

pytestmark = pytest.mark.django_db


def test_what_a_lender_has_is_what_the_books_say(
    repaid: Callable[[], tuple[Loan, Member]],
) -> None:
    _, lender = repaid()
    today = platform.business_day(timezone.now())
    book = book_of(lender.pk, today)
    held = Holding.objects.get(member=lender)
    purse = purse_of(lender.pk)
    assert book.worth.lent_minor == held.outstanding_minor
    assert book.worth.cash_minor == purse.available_minor
    assert book.worth.promised_minor == purse.reserved_minor
    by_kind = {flow.kind.value: flow.amount_minor for flow in book.flows}
    assert by_kind["lent"] == -held.lent_minor
    assert by_kind["came_back"] == purse.available_minor
    assert by_kind["paid_in"] == held.lent_minor
    (open_part,) = book.holdings
    assert 0 < open_part.expected_loss_minor < held.outstanding_minor


def test_the_file_of_flows_gives_the_same_return_again(
    repaid: Callable[[], tuple[Loan, Member]],
) -> None:
    _, lender = repaid()
    today = platform.business_day(timezone.now())
    file = browser(lender.user).get("/portfolio/return/?format=csv")
    text = b"".join(file.streaming_content).decode()
    assert text.splitlines()[0] == "day,kind,measure,amount,currency"
    flows: dict[str, list[tuple[date, int]]] = {"lent": [], "all": []}
    for row in csv.DictReader(io.StringIO(text)):
        amount_minor = round(float(row["amount"]) * 100)
        flows[row["measure"]].append((date.fromisoformat(row["day"]), amount_minor))
    book = book_of(lender.pk, today)
    lent = [(f.on, f.amount_minor) for f in book.flows if f.kind.is_lending]
    again = xirr(flows["lent"])
    assert again == xirr([*lent, (today, book.worth.lent_minor)]) and again.rate is not None
    assert xirr(flows["all"]).rate is not None
    # Eight days are too few to state a yearly rate.
    assert returns_of(book.flows, book.worth, today).is_young


def test_a_payment_is_traced_to_its_transfer_and_back(
    repaid: Callable[[], tuple[Loan, Member]],
) -> None:
    loan, lender = repaid()
    client = browser(lender.user)
    story = client.get(f"/portfolio/loans/{loan.pk}/")
    assert faults_of(story.content, language="en") == []
    payment = f"/loans/{loan.pk}/payments/{Payment.objects.get().pk}/"
    assert payment.encode() in story.content
    page = client.get(payment).content.decode()
    came = f"€{purse_of(lender.pk).available_minor / 100:.2f}"
    assert came in page and came in story.content.decode()
    (transfer,) = re.findall(r'href="(/cash/transfers/[^"]+)"', page)
    assert payment.encode() in client.get(transfer).content


def test_a_story_is_for_who_holds_a_part(
    repaid: Callable[[], tuple[Loan, Member]], member: Callable[..., Person]
) -> None:
    loan, _ = repaid()
    assert member("eve").client.get(f"/portfolio/loans/{loan.pk}/").status_code == 404
    assert browser(loan.borrower.user).get(f"/portfolio/loans/{loan.pk}/").status_code == 404


def test_late_loans_stand_with_dated_news_and_without_anybodys_notes(
    loan: Callable[..., Loan],
) -> None:
    late = loan()
    Loan.objects.filter(pk=late.pk).update(next_due_on=timezone.now().date() - timedelta(days=9))
    note = ContactOrder(
        uuid4(), late.pk, ContactChannel.PHONE, "is ill, says her husband", days_ago(1)
    )
    assert lending.log_contact([note])
    client = browser(late.holdings.get().member.user)
    for path in ("/portfolio/", f"/portfolio/loans/{late.pk}/"):
        text = client.get(path).content.decode()
        assert "Telephone call" in text and "husband" not in text, path
    assert b"9 days" in client.get("/portfolio/").content
    shown = client.get("/portfolio/?state=late").content
    assert shown.count(b'data-label="State"') == 1
    assert client.get("/portfolio/?state=paid").content.count(b'data-label="State"') == 0


def test_a_promise_says_whether_it_was_kept(loan: Callable[..., Loan]) -> None:
    row = loan()
    client = browser(row.holdings.get().member.user)
    today = platform.business_day(timezone.now())
    orders = [
        PromiseOrder(uuid4(), row.pk, 10_00, today - timedelta(days=2), days_ago(6)),
        PromiseOrder(uuid4(), row.pk, 15_00, today, days_ago(1)),
        PromiseOrder(uuid4(), row.pk, 99_00, today + timedelta(days=9), days_ago(0)),
    ]
    assert lending.promise_to_pay(orders)
    pay(row)
    text = client.get(f"/portfolio/loans/{row.pk}/").content.decode()
    for amount, state in (("€10.00", ": not kept"), ("€15.00", ": kept"), ("€99.00", "")):
        assert re.search(rf"promised {amount} by [^:<]*{state}</span>", text), amount


def test_overdue_instalments_are_not_counted_as_coming(loan: Callable[..., Loan]) -> None:
    row = loan()
    lender = row.holdings.get().member
    first = row.instalments.order_by("number")[0]
    after = first.due_on + timedelta(days=1)
    found = coming(lender.pk, since=after)
    assert found.overdue_minor == first.principal_minor + first.interest_minor
    planned = sum(each.amount_minor for each in coming(lender.pk, since=row.starts_on).months)
    assert planned == found.overdue_minor + sum(each.amount_minor for each in found.months)


@pytest.mark.parametrize("path", ["/portfolio/", "/portfolio/return/", "/portfolio/investments/"])
def test_pages_are_well_made_with_and_without_holdings(
    path: str, repaid: Callable[[], tuple[Loan, Member]], member: Callable[..., Person]
) -> None:
    _, lender = repaid()
    for client in (browser(lender.user), member("new").client):
        for language, shown in (("en", "en"), ("zh-hans", "zh-Hans")):
            client.cookies["django_language"] = language
            answer = client.get(path)
            assert answer.status_code == 200
            assert faults_of(answer.content, language=shown) == []


def test_pages_take_as_many_queries_for_three_holdings_as_for_one(
    loan: Callable[..., Loan],
) -> None:
    loans = [loan()]
    lender = loans[0].holdings.get().member
    client = browser(lender.user)
    paths = ("/portfolio/", "/portfolio/return/", f"/portfolio/loans/{loans[0].pk}/")

    def counts() -> list[int]:
        found = []
        for path in paths:
            with CaptureQueriesContext(connection) as captured:
                assert client.get(path).status_code == 200
            found.append(len(captured))
        return found

    pay(loans[0])
    before = counts()
    for name in ("cora", "dora"):
        more = loan(name)
        Holding.objects.filter(loan=more).update(member=lender)
        pay(more)
    pay(loans[0], 5_00)
    assert counts() == before and max(before) < 30


def pay(loan: Loan, amount_minor: int = 20_00) -> None:
    """A payment of the borrower."""
    now = timezone.now()
    deposit(loan.borrower_id, amount_minor, now)
    order = PaymentOrder(uuid4(), loan.pk, platform.business_day(now), amount_minor, now)
    (booked,) = lending.record_payments([order])
    assert booked.status.accepted, booked


def test_earlier_investments_are_paged(
    member: Callable[..., Person], listing: Callable[..., int]
) -> None:
    ann, number = member("ann", 5_000_00), listing()
    orders = [
        InvestOrder(uuid4(), ann.member_id, number, 25_00, timezone.now(), consent=True)
        for _ in range(45)
    ]
    assert all(each.status.accepted for each in invest(orders))
    first = ann.client.get("/portfolio/investments/").content.decode()
    links = re.findall(r'href="(/investments/[^"]+)"', first)
    (older,) = re.findall(r'href="([^"]+)" rel="next"', first)
    second = ann.client.get(older.replace("&amp;", "&")).content.decode()
    links += re.findall(r'href="(/investments/[^"]+)"', second)
    assert len(set(links)) == Investment.objects.count() == 45
    shown = ann.client.get("/portfolio/").content.decode()
    assert len(re.findall(r'href="/investments/', shown)) == 20
