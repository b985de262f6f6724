"""What happens to members and loans becomes letters: to the right people, once, and no others."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.signals import user_logged_in
from django.core import mail
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.web.conftest import Person, deposit
from tests.web.staff.conftest import Desk, applied, ask, complained
from tuppence import platform
from tuppence.events import operations as events
from tuppence.events.happenings import Event, Position, Recorded
from tuppence.lending import operations as lending
from tuppence.lending.information_requests import AskedItem, InformationOrder, ItemKind
from tuppence.lending.models import Loan, Product
from tuppence.lending.orders import PaymentOrder
from tuppence.letters.kinds import LetterKind
from tuppence.letters.models import OutboxLetter
from tuppence.letters.operations import send_letters
from tuppence.market.models import Listing
from tuppence.market.operations.questions import answer_questions, ask_questions
from tuppence.market.questions import AnswerOrder, QuestionOrder
from tuppence.members.models import BankAccount, User
from tuppence.members.roles import Role
from tuppence.web.letters.layout import draw
from tuppence.web.letters.writing import CONSUMER, write_from_events, write_of_day, write_of_events
from tuppence.web.periods import month_of

pytestmark = pytest.mark.django_db


def written(**filters: Any) -> list[OutboxLetter]:
    """Letters in the outbox by kind and member."""
    return list(OutboxLetter.objects.filter(**filters).order_by("id"))


def tell() -> int:
    """Write the letters of everything in the behaviour book, committed or not."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT xid::text::bigint, id, verb, at, member_id, visitor_id, subject_kind,"
            " subject_id, amount_minor, currency, channel, campaign, properties::text"
            " FROM events_event ORDER BY id"
        )
        rows = [(*row[:-1], json.loads(row[-1])) for row in cursor]
    found = [Recorded(Position(*row[:2]), Event(*row[2:])) for row in rows]
    return write_of_events(found, at=timezone.now())


def pay(loan: Loan, amount_minor: int) -> None:
    """A payment of the borrower, booked now."""
    deposit(loan.borrower_id, amount_minor, timezone.now())
    on = platform.business_day(timezone.now())
    order = PaymentOrder(uuid4(), loan.pk, on, amount_minor, timezone.now())
    (booked,) = lending.record_payments([order])
    assert booked.status.accepted, booked


def test_a_loan_is_told_of_from_the_first_step_to_the_payment(loan: Callable[..., Loan]) -> None:
    row = loan()
    lender = row.holdings.get().member_id
    pay(row, 50_00)
    tell()
    told = {(letter.kind, letter.member_id) for letter in written()}
    borrower = row.borrower_id
    assert {
        ("welcome", borrower),
        ("identity_verified", borrower),
        ("bank_account_verified", borrower),
        ("contract_signed", borrower),
        ("listing_open", borrower),
        ("loan_paid_out", borrower),
        ("payment_collected", borrower),
        ("welcome", lender),
        ("investment_placed", lender),
        ("lent_out", lender),
    } <= told
    assert ("lent_out", borrower) not in told and ("payment_collected", lender) not in told
    (paid,) = written(kind="payment_collected")
    assert paid.state == "waiting" and ["Paid", "€50.00"] in paid.content["figures"]
    (lent,) = written(kind="lent_out")
    assert lent.state == "kept", "news of eight days ago is not sent"
    assert ["You lent", "€2,000.00"] in lent.content["figures"]


def test_telling_again_writes_nothing_twice(loan: Callable[..., Loan]) -> None:
    loan()
    assert tell() == len(written()) > 5
    assert tell() == 0


@pytest.mark.django_db(transaction=True)
def test_the_book_is_read_on_and_may_be_read_again(member: Callable[..., Person]) -> None:
    member("ann")
    assert write_from_events(at=timezone.now()) > 0
    before = len(written())
    assert write_from_events(at=timezone.now()) == 0
    events.rewind(CONSUMER, at=timezone.now())
    assert write_from_events(at=timezone.now()) > 0
    assert len(written()) == before > 0


def test_money_in_and_out_is_told_of_and_sent(desk: Desk, member: Callable[..., Person]) -> None:
    ann = member("ann", 500_00)
    ask(ann, 40_00)
    tell()
    (letter,) = written(kind="withdrawal_asked")
    assert letter.member_id == ann.member_id
    send_letters(draw, at=timezone.now())
    (message,) = [each for each in mail.outbox if "take out" in each.subject]
    assert message.to == [ann.user.email] and "€40.00" in message.body
    assert "/cash/out/" in message.body and "Ann Fletcher" in message.body
    assert practice_account(ann) not in message.body, "account numbers are masked"


def practice_account(person: Person) -> str:
    """The member's whole account number."""
    return BankAccount.objects.get(member_id=person.member_id).iban


def test_lateness_is_told_once_a_step_and_to_lenders_after_the_days_of_grace(
    loan: Callable[..., Loan],
) -> None:
    row = loan()
    lender = row.holdings.get().member_id
    now = timezone.now()
    for bucket, days in (("grace", 1), ("1-30", 8), ("1-30", 8)):
        about = {"bucket": bucket, "days_past_due": days}
        events.record(
            [
                Event(
                    "loan.bucket_entered",
                    now,
                    row.borrower_id,
                    None,
                    "loan",
                    row.pk,
                    row.outstanding_minor,
                    "EUR",
                    properties=about,
                )
            ]
        )
    tell()
    assert len(written(kind="instalment_late", member_id=row.borrower_id)) == 2
    (told,) = written(kind="lent_late")
    assert told.member_id == lender and "8 days late" in told.content["subject"]


def test_a_lender_hears_of_a_whole_day_in_one_letter(loan: Callable[..., Loan]) -> None:
    row = loan()
    lender = row.holdings.get().member_id
    pay(row, 30_00)
    pay(row, 20_00)
    tomorrow = timezone.now() + timedelta(days=1)
    write_of_day(at=tomorrow)
    write_of_day(at=tomorrow + timedelta(minutes=5))
    (letter,) = written(kind="money_came_back")
    assert letter.member_id == lender and letter.facts["count"] == 2
    net = letter.facts["amount_minor"]
    parts = letter.facts["principal_minor"] + letter.facts.get("interest_minor", 0)
    assert net == parts - letter.facts.get("fee_minor", 0) > 0


def test_a_month_is_told_of_once_with_its_chart(loan: Callable[..., Loan]) -> None:
    row = loan()
    pay(row, 30_00)
    paid_on = platform.business_day(timezone.now())
    begins = month_of(paid_on).last + timedelta(days=1)
    at = timezone.now() + (begins - paid_on)
    write_of_day(at=at - timedelta(days=1))
    assert not written(kind="month_statement")
    for day in range(4):
        write_of_day(at=at + timedelta(days=day))
    (letter,) = written(kind="month_statement")
    assert letter.member_id == row.holdings.get().member_id
    assert letter.content["path"].endswith(f"/{paid_on:%Y-%m}/")
    *before, last = letter.content["bars"]["rows"]
    assert [bar["parts"] for bar in before] == [[]] * 5
    gross = letter.facts["principal_minor"] + letter.facts.get("interest_minor", 0)
    assert last["words"] == f"€{gross / 100:.2f}"


def test_an_instalment_is_announced_three_days_ahead_with_what_is_missing(
    loan: Callable[..., Loan],
) -> None:
    row = loan()
    assert row.next_due_on is not None
    ahead = timezone.now() + timedelta(
        days=(row.next_due_on - platform.business_day(timezone.now())).days - 3
    )
    write_of_day(at=ahead)
    (letter,) = written(kind="instalment_soon")
    assert letter.member_id == row.borrower_id
    assert letter.facts["available_minor"] > letter.facts["amount_minor"]
    assert "Your cash covers it" in letter.content["closing"][0]


def test_questions_go_to_the_borrower_and_answers_to_who_asked(
    listing: Callable[..., int], member: Callable[..., Person]
) -> None:
    number = listing()
    borrower = Listing.objects.get(pk=number).borrower_id
    ann, now = member("ann", 500_00), timezone.now()
    question = QuestionOrder(uuid4(), number, ann.member_id, "What does the oven earn?", now)
    (asked,) = ask_questions([question])
    assert asked.question_id is not None, asked
    answer = AnswerOrder(uuid4(), asked.question_id, borrower, "900 a month.", now)
    (answered,) = answer_questions([answer])
    assert answered.status.accepted, answered
    tell()
    (told,) = written(kind="question_asked")
    assert told.member_id == borrower and "What does the oven earn?" in told.content["paragraphs"]
    (told,) = written(kind="question_answered")
    assert told.member_id == ann.member_id and "900 a month." in told.content["paragraphs"]


def test_what_is_missing_is_asked_for_with_the_day(
    product: Product, member: Callable[..., Person], staff: Callable[..., User]
) -> None:
    ann, now = member("ann"), timezone.now()
    application = applied(product, ann.member_id)
    today = platform.business_day(now)
    order = InformationOrder(
        uuid4(),
        application.pk,
        (AskedItem(ItemKind.EXPLANATION, "Who pays the rent?"),),
        "Your spending is low.",
        today + timedelta(days=7),
        now,
        today,
    )
    (asked,) = lending.ask_for_information([order], by=staff("chris", Role.CREDIT_OFFICER).pk)
    assert asked.status.accepted, asked
    tell()
    (letter,) = written(kind="information_asked")
    assert letter.member_id == ann.member_id
    assert "Your spending is low.\n• Who pays the rent?" in letter.content["paragraphs"]
    assert letter.facts["on"] == (today + timedelta(days=7)).isoformat()


def test_complaints_are_confirmed_with_the_day_of_their_answer(
    member: Callable[..., Person],
) -> None:
    ann = member("ann")
    number = complained(ann)
    tell()
    (letter,) = written(kind="complaint_received")
    assert letter.member_id == ann.member_id and letter.facts["number"] == number
    assert "on" in letter.facts


def test_letters_are_written_in_the_language_of_their_reader(
    desk: Desk, member: Callable[..., Person]
) -> None:
    ann = member("ann")
    ann.client.post("/language/", {"language": "zh-hans", "next": "/"})
    ask(member("bob", 100_00), 40_00)
    deposit(ann.member_id, 90_00, timezone.now())
    ask(ann, 20_00)
    tell()
    by_language = {row.language: row for row in written(kind="withdrawal_asked")}
    assert "提现" in by_language["zh-hans"].content["subject"]
    assert "take out" in by_language["en"].content["subject"]


def test_a_sign_in_from_another_browser_is_told_of(member: Callable[..., Person]) -> None:
    ann = member("ann")
    agent = "Mozilla/5.0 (iPhone) AppleWebKit/605 Version/26.0 Mobile/15 Safari/604.1"
    request = RequestFactory().get("/", HTTP_USER_AGENT=agent)
    for _ in range(2):
        user_logged_in.send(sender=User, request=request, user=ann.user)
    (letter,) = written(kind=LetterKind.NEW_DEVICE)
    assert letter.member_id == ann.member_id
    assert ["Browser", "Safari, iOS"] in letter.content["figures"]


def test_queries_do_not_grow_with_events(desk: Desk, member: Callable[..., Person]) -> None:
    ask(member("ann", 500_00), 10_00)
    with CaptureQueriesContext(connection) as few:
        assert tell() > 0
    for number in range(6):
        ask(member(f"bob{number}", 500_00), 10_00)
    with CaptureQueriesContext(connection) as many:
        assert tell() > 6
    assert len(many) <= len(few)
