"""Withdrawals as they are shown: queues, a member's own, and the states of one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from tuppence.bank.models import Withdrawal
from tuppence.bank.withdrawal import State


@dataclass(frozen=True, slots=True)
class WithdrawalView:
    """A withdrawal as it is shown; the account masked by the page that needs it masked."""

    id: int
    member_id: int
    amount_minor: int
    currency: str
    purpose: str
    state: State
    asked_by: int | None
    asked_at: datetime
    promised_on: date
    iban: str
    holder_name: str
    is_late: bool


def withdrawals_in(states: Sequence[State], *, on: date, limit: int = 500) -> list[WithdrawalView]:
    """Withdrawals in these states, oldest first; late are those not paid by the promised day."""
    rows = Withdrawal.objects.filter(state__in=list(states)).order_by("id")[:limit]
    return [_view(row, on) for row in rows.select_related("account", "bank_account")]


def withdrawals_of(member_id: int, *, on: date, limit: int = 100) -> list[WithdrawalView]:
    """A member's withdrawals, newest first."""
    rows = Withdrawal.objects.filter(member_id=member_id).order_by("-asked_at", "-id")[:limit]
    return [_view(row, on) for row in rows.select_related("account", "bank_account")]


def _view(row: Withdrawal, on: date) -> WithdrawalView:
    state = State(row.state)
    return WithdrawalView(
        id=row.pk,
        member_id=row.member_id,
        amount_minor=row.amount_minor,
        currency=row.account.currency,
        purpose=row.purpose,
        state=state,
        asked_by=row.asked_by_id,
        asked_at=row.asked_at,
        promised_on=row.promised_on,
        iban=row.bank_account.iban,
        holder_name=row.bank_account.holder_name,
        is_late=state in {State.ASKED, State.APPROVED, State.SENT} and on > row.promised_on,
    )


@dataclass(frozen=True, slots=True)
class WithdrawalHistoryLine:
    """One state that a withdrawal reached."""

    state: State
    at: datetime
    by: int | None
    reason: str


def history(withdrawal_id: int) -> list[WithdrawalHistoryLine]:
    """The states of a withdrawal, in the order in which it reached them."""
    steps = Withdrawal.objects.get(id=withdrawal_id).steps.order_by("id")
    return [WithdrawalHistoryLine(State(s.state), s.at, s.by_id, s.reason) for s in steps]
