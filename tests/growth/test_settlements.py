"""A month with a partner: what is agreed is what the books hold, by two people where it is much."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.growth.conftest import AT, key
from tuppence import platform
from tuppence.growth.models import Channel, Partner, Settlement, SettlementStep
from tuppence.growth.operations import book_spend, settle
from tuppence.growth.operations.settlements import Settled
from tuppence.growth.queries.settlements import MonthRow, days_of_month, month_row, month_rows
from tuppence.growth.settlement import (
    Act,
    SettleFacts,
    SettleOrder,
    SettleStatus,
    State,
    decide_settlement,
    month_after,
    paid_by_month,
)
from tuppence.growth.spend import PriceModel, SpendLine, SpendOrder
from tuppence.members.approvals import Status
from tuppence.members.models import ApprovalRequest
from tuppence.members.operations import decide_approval
from tuppence.members.roles import Role

MONTH = date(2026, 10, 1)


@pytest.fixture
def booked(grower: int, partner: Partner, search: Channel) -> Callable[[int, int], None]:
    """Book spend of a day of October."""

    def book(day: int, amount_minor: int) -> None:
        line = SpendLine(
            channel_id=search.pk,
            campaign_id=None,
            partner_id=partner.pk,
            day=date(2026, 10, day),
            amount_minor=amount_minor,
            price_model=PriceModel.CPC,
            clicks=3,
        )
        (done,) = book_spend([SpendOrder(key("spend", day), line, grower, AT)])
        assert done.status.accepted, done

    return book


@pytest.fixture
def act(grower: int, partner: Partner) -> Callable[..., Settled]:
    def do(act: Act, amount_minor: int = 0, text: str = "", tag: str = "") -> Settled:
        order = SettleOrder(
            key("settle", act, amount_minor, text, tag),
            *(partner.pk, MONTH, act, grower, AT, amount_minor, text),
        )
        return settle(order)

    return do


def row(partner: Partner) -> MonthRow:
    found = month_row(partner.pk, MONTH, "EUR")
    assert found is not None
    return found


def test_from_the_claim_to_the_invoice(
    act: Callable[..., Settled], booked: Callable[[int, int], None], partner: Partner
) -> None:
    booked(5, 30_00)
    booked(6, 50_00)
    assert act(Act.AGREE).status is SettleStatus.WRONG_STATE
    assert act(Act.CLAIM, 90_00, "statement 10").status is SettleStatus.DONE
    assert act(Act.CLAIM, 90_00, "statement 10").status is SettleStatus.EXISTS
    assert act(Act.AGREE).status is SettleStatus.BOOKS_DIFFER
    assert act(Act.REJECT, 90_01, "bots").status is SettleStatus.REJECTED_TOO_MUCH
    assert act(Act.REJECT, 10_00, "clicks of bots").status is SettleStatus.DONE
    found = row(partner)
    assert (found.claimed_minor, found.counted_minor, found.rejected_minor) == (
        *(90_00, 80_00),
        10_00,
    )
    assert found.difference_minor == 0
    assert act(Act.AGREE).status is SettleStatus.DONE
    assert act(Act.INVOICE, text="R-7").status is SettleStatus.DONE
    found = row(partner)
    assert (found.state, found.agreed_minor, found.invoice_number) == ("invoiced", 80_00, "R-7")
    assert not found.is_paid
    assert [each.amount_minor for each in days_of_month(partner.pk, MONTH, "EUR")] == [30_00, 50_00]
    assert [each.partner for each in month_rows(MONTH, "EUR")] == [partner.name]


def test_what_is_much_takes_two_people_on_exactly_these_amounts(
    act: Callable[..., Settled],
    booked: Callable[[int, int], None],
    partner: Partner,
    staff: Callable[..., int],
) -> None:
    much = platform.campaign_alone_minor() + 1
    booked(5, much)
    act(Act.CLAIM, much, "statement")
    asked = act(Act.AGREE)
    assert asked.status is SettleStatus.WAITING_FOR_SECOND
    assert row(partner).state == State.CLAIMED
    request = ApprovalRequest.objects.get(id=asked.approval_id)

    def agree(tag: str) -> Status:
        return decide_approval(
            request.pk,
            by=staff(tag, Role.FINANCE_OFFICER),
            approve=True,
            payload_hash=request.payload_hash,
            reason="",
            at=AT,
        ).status

    booked(6, 1)  # meanwhile the books moved
    assert agree("fin") is Status.CANNOT_APPLY
    assert row(partner).state == State.CLAIMED
    act(Act.CLAIM, much + 1, "statement, corrected")
    request = ApprovalRequest.objects.get(id=act(Act.AGREE, tag="again").approval_id)
    assert agree("fin") is Status.APPROVED
    assert row(partner).agreed_minor == much + 1
    assert SettlementStep.objects.get(act="agree").second is not None


def test_an_invoice_number_counts_once(
    act: Callable[..., Settled],
    booked: Callable[[int, int], None],
    partner: Partner,
) -> None:
    booked(5, 10_00)
    Settlement.objects.create(
        partner=partner,
        month=date(2026, 9, 1),
        currency="EUR",
        state=State.INVOICED,
        agreed_minor=0,
        invoice_number="R-7",
        made_at=AT,
    )
    act(Act.CLAIM, 10_00, "statement")
    act(Act.AGREE)
    assert act(Act.INVOICE, text="R-7").status is SettleStatus.INVOICE_REPEATED
    assert act(Act.REOPEN, text="another amount").status is SettleStatus.DONE
    assert row(partner).agreed_minor is None


def test_a_month_that_runs_is_not_agreed_to() -> None:
    order = SettleOrder(
        key("x"), 1, date(2026, 11, 1), Act.AGREE, 1, datetime(2026, 11, 30, tzinfo=UTC)
    )
    facts = SettleFacts(State.CLAIMED, 5, 0, 5)
    assert decide_settlement(order, facts, today=date(2026, 11, 30)) is SettleStatus.MONTH_RUNS
    assert decide_settlement(order, facts, today=date(2026, 12, 1)) is SettleStatus.DONE


def test_who_may_not_book_does_not(partner: Partner, staff: Callable[..., int]) -> None:
    order = SettleOrder(
        key("x"), partner.pk, MONTH, Act.CLAIM, staff("sue", Role.SUPPORT), AT, 5, "r"
    )
    assert settle(order).status is SettleStatus.NOT_PERMITTED
    assert not Settlement.objects.exists()


@given(st.integers(0, 10**9), st.lists(st.integers(0, 10**8), max_size=12))
def test_payments_fall_on_the_oldest_month_first_and_never_twice(
    paid: int, owed: list[int]
) -> None:
    parts = paid_by_month(paid, owed)
    assert sum(parts) == min(paid, sum(owed))
    assert all(part <= amount for part, amount in zip(parts, owed, strict=True))
    for at, part in enumerate(parts):
        if part < owed[at]:
            assert not any(parts[at + 1 :])


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_the_next_month_begins_on_its_first_day(day: date) -> None:
    after = month_after(day.replace(day=1))
    assert after.day == 1 and 28 <= (after - day.replace(day=1)).days <= 31
