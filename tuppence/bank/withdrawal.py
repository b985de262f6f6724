"""Money that leaves the platform to a member's own bank account: who may, how far it is.

    asked -> approved -> sent -> paid -> returned
      |          |         |
      +----------+---------+--> refused, or cancelled by the member before it was sent

From `asked` on the money is out of the member's reach (payouts in flight); refused, cancelled
and returned put it back. Each state is reached once, and the database refuses any other way.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from tuppence.money.currency import AMOUNT_MAX_MINOR


class State(StrEnum):
    """How far a withdrawal is."""

    ASKED = "asked"
    APPROVED = "approved"
    SENT = "sent"
    PAID = "paid"
    RETURNED = "returned"
    REFUSED = "refused"
    CANCELLED = "cancelled"


NEXT: Mapping[State, frozenset[State]] = {
    State.ASKED: frozenset({State.APPROVED, State.REFUSED, State.CANCELLED}),
    State.APPROVED: frozenset({State.SENT, State.REFUSED, State.CANCELLED}),
    State.SENT: frozenset({State.PAID, State.REFUSED}),
    State.PAID: frozenset({State.RETURNED}),
    State.RETURNED: frozenset(),
    State.REFUSED: frozenset(),
    State.CANCELLED: frozenset(),
}


class Purpose(StrEnum):
    """Why money leaves; it decides which permissions the two people need."""

    WITHDRAWAL = "withdrawal"
    """The member takes money out."""
    LOAN_PAYOUT = "loan_payout"
    """A loan is paid out to its borrower; two members of staff see to it."""


@dataclass(frozen=True, slots=True)
class AskOrder:
    """Somebody asks that a member's money go to the member's own bank account.

    `by` is the user who asks (the member, who acts for an organisation, or for a loan's payout
    a member of staff); None is the platform itself, for members that nobody signs in for.
    """

    key: UUID
    member_id: int
    amount_minor: int
    currency: str
    at: datetime
    by: int | None = None
    purpose: Purpose = Purpose.WITHDRAWAL


class AskStatus(StrEnum):
    """What became of an ask. Where several checks fail, the first in this order is named."""

    ASKED = "asked"
    EXISTS = "exists"
    EXISTS_WITH_DIFFERENT_FIELDS = "exists_with_different_fields"
    AMOUNT_MUST_BE_POSITIVE = "amount_must_be_positive"
    AMOUNT_TOO_LARGE = "amount_too_large"
    NOT_PAID_IN_THIS_CURRENCY = "not_paid_in_this_currency"
    MEMBER_NOT_FOUND = "member_not_found"
    NOT_PERMITTED = "not_permitted"
    MEMBER_NOT_VERIFIED = "member_not_verified"
    MEMBER_BLOCKED = "member_blocked"
    NO_VERIFIED_ACCOUNT = "no_verified_account"
    EXCEEDS_AVAILABLE = "exceeds_available"

    @property
    def accepted(self) -> bool:
        """Whether the withdrawal stands."""
        return self in {AskStatus.ASKED, AskStatus.EXISTS}


@dataclass(frozen=True, slots=True)
class Asked:
    """What became of one order; the withdrawal and its promised day where it stands."""

    key: UUID
    status: AskStatus
    withdrawal_id: int | None = None
    promised_on: date | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """A withdrawal that stands already, as far as a repeated order is compared with it."""

    withdrawal_id: int
    member_id: int
    amount_minor: int
    currency: str
    purpose: Purpose
    promised_on: date

    def is_same_as(self, order: AskOrder) -> bool:
        """Whether a repeated order says what the first one said."""
        return (self.member_id, self.amount_minor, self.currency, self.purpose) == (
            order.member_id,
            order.amount_minor,
            order.currency,
            order.purpose,
        )


@dataclass(frozen=True, slots=True)
class Payee:
    """A member as far as paying out is concerned."""

    member_id: int
    is_verified: bool
    is_blocked: bool
    bank_account_id: int | None


@dataclass(frozen=True, slots=True)
class AskBook:
    """What asking depends on. `available_minor` is by member and currency."""

    standing: Mapping[UUID, Standing] = field(default_factory=dict)
    payees: Mapping[int, Payee] = field(default_factory=dict)
    permitted: frozenset[tuple[int | None, int, Purpose]] = frozenset()
    available_minor: Mapping[tuple[int, str], int] = field(default_factory=dict)
    currencies: frozenset[str] = frozenset()


def decide_asks(orders: Sequence[AskOrder], book: AskBook) -> list[AskStatus]:
    """One status an order, in order; what an earlier order took is gone for a later one."""
    available = dict(book.available_minor)
    taken: dict[UUID, AskOrder] = {}
    statuses = []
    for order in orders:
        if order.key in taken:
            same = _content(taken[order.key]) == _content(order)
            status = AskStatus.EXISTS if same else AskStatus.EXISTS_WITH_DIFFERENT_FIELDS
        else:
            purse = (order.member_id, order.currency)
            status = _decide_ask(order, book, available.get(purse, 0))
            if status is AskStatus.ASKED:
                taken[order.key] = order
                available[purse] -= order.amount_minor
                assert available[purse] >= 0
        statuses.append(status)
    return statuses


def _content(order: AskOrder) -> tuple[int, int, str, Purpose]:
    return (order.member_id, order.amount_minor, order.currency, order.purpose)


def _decide_ask(order: AskOrder, book: AskBook, available_minor: int) -> AskStatus:
    standing = book.standing.get(order.key)
    if standing is not None:
        same = standing.is_same_as(order)
        return AskStatus.EXISTS if same else AskStatus.EXISTS_WITH_DIFFERENT_FIELDS
    if order.amount_minor <= 0:
        return AskStatus.AMOUNT_MUST_BE_POSITIVE
    if order.amount_minor >= AMOUNT_MAX_MINOR:
        return AskStatus.AMOUNT_TOO_LARGE
    if order.currency not in book.currencies:
        return AskStatus.NOT_PAID_IN_THIS_CURRENCY
    payee = book.payees.get(order.member_id)
    if payee is None:
        return AskStatus.MEMBER_NOT_FOUND
    if (order.by, order.member_id, order.purpose) not in book.permitted:
        return AskStatus.NOT_PERMITTED
    return _decide_payee(order, payee, available_minor)


def _decide_payee(order: AskOrder, payee: Payee, available_minor: int) -> AskStatus:
    if not payee.is_verified:
        return AskStatus.MEMBER_NOT_VERIFIED
    if payee.is_blocked:
        return AskStatus.MEMBER_BLOCKED
    if payee.bank_account_id is None:
        return AskStatus.NO_VERIFIED_ACCOUNT
    if order.amount_minor > available_minor:
        return AskStatus.EXCEEDS_AVAILABLE
    return AskStatus.ASKED


@dataclass(frozen=True, slots=True)
class StepOrder:
    """Move one withdrawal on: approve, refuse or cancel it. A refusal needs a reason."""

    key: UUID
    withdrawal_id: int
    by: int
    at: datetime
    reason: str = ""


class StepStatus(StrEnum):
    """What became of a step. Where several checks fail, the first in this order is named."""

    DONE = "done"
    EXISTS = "exists"
    EXISTS_WITH_DIFFERENT_FIELDS = "exists_with_different_fields"
    NOT_FOUND = "not_found"
    NOT_PERMITTED = "not_permitted"
    SAME_PERSON = "same_person"
    PERSON_UNKNOWN = "person_unknown"
    OWN_CASE = "own_case"
    WRONG_STATE = "wrong_state"
    REASON_MISSING = "reason_missing"

    @property
    def accepted(self) -> bool:
        """Whether the withdrawal is now where the order wants it."""
        return self in {StepStatus.DONE, StepStatus.EXISTS}


@dataclass(frozen=True, slots=True)
class StepOutcome:
    """What became of one step order."""

    key: UUID
    status: StepStatus


@dataclass(frozen=True, slots=True)
class Case:
    """A withdrawal as it stands, with the person who asked for it."""

    withdrawal_id: int
    member_id: int
    purpose: Purpose
    state: State
    asked_by: int | None
    asker_human_id: int | None


@dataclass(frozen=True, slots=True)
class Actor:
    """Who gives the word: account, person, whom they act for, and what they may approve."""

    user_id: int
    human_id: int | None
    acts_for: frozenset[int]
    may_approve: frozenset[Purpose]


@dataclass(frozen=True, slots=True)
class StepBook:
    """What a step depends on. `used` holds what each repeated key did: withdrawal and state."""

    cases: Mapping[int, Case] = field(default_factory=dict)
    actors: Mapping[int, Actor] = field(default_factory=dict)
    used: Mapping[UUID, tuple[int, State]] = field(default_factory=dict)


def decide_steps(orders: Sequence[StepOrder], to: State, book: StepBook) -> list[StepStatus]:
    """One status an order, in order; a withdrawal that an earlier order moved has moved."""
    used = dict(book.used)
    states = {case.withdrawal_id: case.state for case in book.cases.values()}
    statuses = []
    for order in orders:
        if order.key in used:
            same = used[order.key] == (order.withdrawal_id, to)
            statuses.append(StepStatus.EXISTS if same else StepStatus.EXISTS_WITH_DIFFERENT_FIELDS)
            continue
        status = _decide_step(order, to, book, states)
        if status is StepStatus.DONE:
            used[order.key] = (order.withdrawal_id, to)
            states[order.withdrawal_id] = to
        statuses.append(status)
    return statuses


def _decide_step(
    order: StepOrder, to: State, book: StepBook, states: Mapping[int, State]
) -> StepStatus:
    case, actor = book.cases.get(order.withdrawal_id), book.actors.get(order.by)
    if case is None:
        return StepStatus.NOT_FOUND
    if actor is None:
        return StepStatus.NOT_PERMITTED
    refusal = _cancel_refusal(case, actor) if to is State.CANCELLED else _word_refusal(case, actor)
    if refusal is not None:
        return refusal
    # What a bank may have carried out is not undone by one word: see the two-person operation.
    if to not in NEXT[states[case.withdrawal_id]] or states[case.withdrawal_id] is State.SENT:
        return StepStatus.WRONG_STATE
    if to is State.REFUSED and not order.reason.strip():
        return StepStatus.REASON_MISSING
    return StepStatus.DONE


def _cancel_refusal(case: Case, actor: Actor) -> StepStatus | None:
    """Only who acts for the member takes an own wish back."""
    is_own_wish = case.purpose is Purpose.WITHDRAWAL and case.member_id in actor.acts_for
    return None if is_own_wish else StepStatus.NOT_PERMITTED


def _word_refusal(case: Case, actor: Actor) -> StepStatus | None:
    """The second person: permitted, another account, another human, not the member's own."""
    if case.purpose not in actor.may_approve:
        return StepStatus.NOT_PERMITTED
    if case.asked_by == actor.user_id:
        return StepStatus.SAME_PERSON
    if actor.human_id is None or (case.asked_by is not None and case.asker_human_id is None):
        return StepStatus.PERSON_UNKNOWN
    if actor.human_id == case.asker_human_id:
        return StepStatus.SAME_PERSON
    return StepStatus.OWN_CASE if case.member_id in actor.acts_for else None
