"""The close of a day by its pages: rehearsed, done, signed with the figures as they stood."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone

from tests.web.conftest import Person
from tests.web.staff.conftest import PAYER, Desk, browser
from tests.web.staff.test_credit import send
from tuppence import platform
from tuppence.bank.operations import import_statement
from tuppence.bank.small_bank import charged, paid_in
from tuppence.events.models import Event
from tuppence.ledger.models import Transfer
from tuppence.lending.models import DayClose, DaySignOff, Loan
from tuppence.members.models import User
from tuppence.members.payment_reference import payment_reference
from tuppence.members.roles import Role

PAGE = "/staff/days/"


@pytest.fixture
def ann(desk: Desk) -> Client:
    """A finance officer's browser."""
    return browser(desk.ann)


def told(desk: Desk, member_id: int) -> None:
    """The bank tells of a deposit, a receipt that names nobody, and a charge."""
    said = {"payer": "Lena Fletcher", "payer_account": PAYER}
    desk.day = desk.day.with_lines(
        [
            paid_in(250_00, "EUR", text=payment_reference(member_id), **said),
            paid_in(75_00, "EUR", text="for the garden", **said),
            charged(3_50, "EUR"),
        ]
    )
    import_statement(desk.file(), "camt.053", at=timezone.now(), by=desk.ann.pk)


def test_a_rehearsal_says_what_the_close_then_does_and_keeps_nothing(
    ann: Client, loan: Callable[..., Loan]
) -> None:
    loan()
    before = (Transfer.objects.count(), Event.objects.count())
    rehearsed = ann.get(f"{PAGE}rehearsal/").context["report"]
    assert not DayClose.objects.exists()
    assert before == (Transfer.objects.count(), Event.objects.count())
    yesterday = platform.business_day(timezone.now()) - timedelta(days=1)
    send(ann, PAGE, day=yesterday.isoformat(), remark="")
    assert DayClose.objects.get().report == rehearsed
    assert "Every day before today is closed" in ann.get(f"{PAGE}rehearsal/").content.decode()


def test_a_day_is_signed_with_every_term_as_it_stood(
    ann: Client, desk: Desk, member: Callable[..., Person]
) -> None:
    lena = member("lena").member_id
    told(desk, lena)
    page = ann.get(PAGE).content.decode()
    assert "Held less owed" in page and "1 · €75.00" in page and "1 · €3.50" in page
    yesterday = platform.business_day(timezone.now()) - timedelta(days=1)
    for _ in range(2):
        send(ann, PAGE, day=yesterday.isoformat(), remark="The charge is known.")
    signed = DaySignOff.objects.get()
    (figures,) = signed.figures["currencies"]
    assert (signed.by, signed.remark) == (desk.ann, "The charge is known.")
    assert figures["held"] == {"client_bank": 321_50, "in_transit": 0, "breaks": 3_50}
    assert figures["held_minor"] == figures["owed_minor"] == 325_00
    assert figures["owed"]["member_available"] == 250_00
    assert (figures["breaks"], figures["unmatched"]) == (
        {"count": 1, "minor": 3_50},
        {"count": 1, "minor": 75_00},
    )
    import_statement_of_tomorrow(desk, lena)
    shown = ann.get(f"{PAGE}{yesterday.isoformat()}/").content.decode()
    assert "Figures as they were signed" in shown and "€321.50" in shown
    assert desk.ann.email in shown and desk.ann.email in ann.get(PAGE).content.decode()
    with pytest.raises(DatabaseError), transaction.atomic():
        DaySignOff.objects.update(remark="another")


def import_statement_of_tomorrow(desk: Desk, member_id: int) -> None:
    """More happens after the signature."""
    desk.day = desk.day.next_day(platform.business_day(timezone.now()))
    line = paid_in(10_00, "EUR", payer="L", payer_account="", text=payment_reference(member_id))
    desk.day = desk.day.with_lines([line])
    import_statement(desk.file(), "camt.053", at=timezone.now(), by=desk.ann.pk)


def test_figures_that_do_not_agree_are_signed_with_words_only(
    ann: Client, desk: Desk, member: Callable[..., Person]
) -> None:
    told(desk, member("lena").member_id)
    gap = desk.day.next_day(platform.business_day(timezone.now()))
    left_out = gap.with_lines([paid_in(40_00, "EUR", payer="L", payer_account="", text="x")])
    desk.day = gap.__class__(gap.account, gap.currency, gap.on, left_out.closing_minor)
    desk.day = desk.day.with_lines(
        [paid_in(5_00, "EUR", payer="L", payer_account="", text="later")]
    )
    import_statement(desk.file(), "camt.053", at=timezone.now(), by=desk.ann.pk)
    yesterday = platform.business_day(timezone.now()) - timedelta(days=1)
    send(ann, PAGE, day=yesterday.isoformat(), remark=" ")
    assert DayClose.objects.count() == 1 and not DaySignOff.objects.exists()
    path = f"{PAGE}{yesterday.isoformat()}/"
    assert "Sign the day" in ann.get(path).content.decode()
    assert send(ann, path, remark=" ")[0] == 200
    assert send(ann, path, remark="The bank sends the missing statement today.")[0] == 302
    assert send(browser(desk.bob), PAGE, day=yesterday.isoformat(), remark="Me too.")[0] == 302
    assert DaySignOff.objects.get().by == desk.ann


def test_who_reads_the_books_reads_but_does_not_sign(
    ann: Client, staff: Callable[..., User]
) -> None:
    yesterday = platform.business_day(timezone.now()) - timedelta(days=2)
    send(ann, PAGE, day=yesterday.isoformat(), remark="")
    reader = browser(staff("cora", Role.COMPLIANCE_OFFICER))
    path = f"{PAGE}{yesterday.isoformat()}/"
    assert reader.get(path).status_code == 200
    assert reader.post(path, {"remark": "x"}).status_code == 403
