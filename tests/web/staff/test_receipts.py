"""An unidentified receipt: whose it may be and why, one press, and the next one comes up."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.web.conftest import Person
from tests.web.staff.conftest import PAYER, Desk, browser
from tuppence.bank import operations as bank
from tuppence.bank.models import LineMatch
from tuppence.bank.receipt_suggestions import Clue
from tuppence.bank.small_bank import paid_in
from tuppence.members.payment_reference import payment_reference
from tuppence.web.reads.staff.suggestions import suggestions_of

pytestmark = pytest.mark.django_db


def waiting() -> list[LineMatch]:
    rows = LineMatch.objects.filter(meaning="unallocated", ends_at=None)
    return list(rows.select_related("line__account").order_by("line_id"))


@pytest.fixture
def receipts(desk: Desk, member: Callable[..., Person]) -> Person:
    """Two receipts that name nobody rightly: one with a slip, one with the name turned round."""
    lena = member("lena")
    number = payment_reference(lena.member_id)
    slipped = number[:-2] + number[-1] + number[-2]
    assert slipped != number
    desk.day = desk.day.with_lines(
        [
            paid_in(50_00, "EUR", payer="Somebody", payer_account=PAYER, text=f"ref {slipped}"),
            paid_in(75_00, "EUR", payer="FLETCHER LENA", payer_account="", text="for my account"),
        ]
    )
    bank.import_statement(desk.file(), "camt.053", at=timezone.now(), by=desk.ann.pk)
    return lena


def test_clues_name_the_member(receipts: Person) -> None:
    first, second = waiting()
    assert [(s.member_id, s.clues) for s in suggestions_of(first.line)] == [
        (receipts.member_id, (Clue.NEAR_REFERENCE,))
    ]
    assert [(s.member_id, s.clues) for s in suggestions_of(second.line)] == [
        (receipts.member_id, (Clue.SAME_NAME,))
    ]


def test_one_press_gives_it_and_leads_to_the_next(desk: Desk, receipts: Person) -> None:
    officer = browser(desk.ann)
    first, second = waiting()
    url = reverse("staff_bank_line", args=[first.line_id])
    page = officer.get(url)
    assert 'data-key="1"' in page.content.decode()
    sent = {
        "key": str(page.context["form"]["key"].value()),
        "member": receipts.member_id,
        "why": page.context["suggested"][0][1],
    }
    answer = officer.post(url, sent)
    assert answer["Location"] == reverse("staff_bank_line", args=[second.line_id])
    officer.post(url, sent)
    assert [match.line_id for match in waiting()] == [second.line_id]
    last = reverse("staff_bank_line", args=[second.line_id])
    key = str(officer.get(last).context["form"]["key"].value())
    done = officer.post(last, sent | {"key": key})
    assert done["Location"] == reverse("staff_finance") and waiting() == []
