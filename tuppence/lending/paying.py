"""Decide what orders to pay do to their loans, one after the other. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from tuppence.lending.loan_file import LoanFile
from tuppence.lending.orders import PaymentStatus
from tuppence.lending.servicing.facts import (
    EarlyChoice,
    EarlyRepayment,
    Fact,
    Payment,
    PaymentReceived,
    Recovered,
    StatedSplit,
)
from tuppence.lending.servicing.fold import NeedsReplayError, apply_facts, payoff_quote, quote_of
from tuppence.lending.servicing.loan_state import LoanState, PaymentKind, PaymentOutcome, Status
from tuppence.money.currency import AMOUNT_MAX_MINOR

WAIVER_MAX_MINOR = 100
"""A remainder above this is not waived with a payment: it is owed, or written off."""


@dataclass(frozen=True, slots=True)
class Asked:
    """An order to pay, of any kind. Without an amount: what is due, or what the quote says."""

    key: UUID
    loan_id: int
    on: date
    at: datetime
    today: date  # the business day of `at`
    kind: PaymentKind
    amount_minor: int | None = None
    stated: StatedSplit | None = None
    waived_minor: int = 0
    cost_minor: int = 0
    choice: EarlyChoice | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """A payment that was booked before under some key, as far as a repeat is held against it."""

    loan_id: int
    on: date
    kind: str
    asked_minor: int
    amount_minor: int
    principal_minor: int
    interest_minor: int
    charges_minor: int


@dataclass(frozen=True, slots=True)
class Booked:
    """A payment that is to be written. `surplus_minor` is the lenders' beyond what was owed."""

    place: int  # of the order in the batch
    asked: Asked
    outcome: PaymentOutcome
    sequence: int
    asked_minor: int
    amount_minor: int  # what leaves the borrower's purse
    principal_minor: int  # received, without what is waived
    surplus_minor: int


@dataclass(frozen=True, slots=True)
class LateOrder:
    """An order that belongs before something booked: its place in the batch, and what it pays."""

    place: int
    amount_minor: int


@dataclass(slots=True)
class Desk:
    """The work on a batch: statuses so far, and where each loan stands by now."""

    files: Mapping[int, LoanFile]
    available_minor: dict[int, int]
    statuses: list[PaymentStatus]
    booked: list[Booked] = field(default_factory=list)
    states: dict[int, LoanState] = field(default_factory=dict)
    sequences: dict[int, int] = field(default_factory=dict)
    late: list["LateOrder"] = field(default_factory=list)


def decide_payments(
    orders: Sequence[Asked],
    *,
    files: Mapping[int, LoanFile],
    known: Mapping[UUID, Known],
    available_minor: Mapping[int, int],
) -> Desk:
    """Decide orders by value date, those of one date in order of arrival; one status an order.

    Orders that belong before something that is already booked are left in `late`, their status
    BOOKED so far: they are decided by a replay of their loan.
    """
    desk = Desk(files, dict(available_minor), [PaymentStatus.NOTHING_DUE] * len(orders))
    seen: dict[UUID, int] = {}
    fresh = []
    for place, order in enumerate(orders):
        earlier = seen.setdefault(order.key, place)
        if earlier != place:
            same = _content(orders[earlier]) == _content(order)
            desk.statuses[place] = _repeat(same)
        elif order.key in known:
            desk.statuses[place] = _repeat(_is_known(order, known[order.key]))
        else:
            fresh.append(place)
    fresh.sort(key=lambda place: orders[place].on)
    for place in _after_whole_loans(desk, orders, fresh):
        desk.statuses[place] = _decide(desk, place, orders[place])
    return desk


def fact_of(order: Asked, amount_minor: int, sequence: int) -> Payment:
    """The fact that an order adds to its loan. Waived principal counts as if it were paid."""
    common = (order.key, order.on, amount_minor + order.waived_minor, order.today)
    if order.kind is PaymentKind.RECOVERY:
        return Recovered(*common, cost_minor=order.cost_minor, sequence=sequence)
    if order.kind is PaymentKind.EARLY_REPAYMENT:
        return EarlyRepayment(*common, order.choice or EarlyChoice.SETTLE, sequence=sequence)
    return PaymentReceived(
        *common, sequence=sequence, stated=stated_with_waiver(order.stated, order.waived_minor)
    )


def stated_with_waiver(stated: StatedSplit | None, waived_minor: int) -> StatedSplit | None:
    """The split as servicing reads it: what is waived settles principal like money."""
    if stated is None or not waived_minor:
        return stated
    return StatedSplit(
        stated.fee_minor,
        stated.penalty_minor,
        stated.interest_minor,
        stated.principal_minor + waived_minor,
        settles=stated.settles,
    )


def booked_of(
    place: int, order: Asked, outcome: PaymentOutcome, sequence: int, asked_minor: int
) -> Booked:
    """What is written of a payment: beyond what was owed, a stated split and a recovery give the
    lenders a surplus; any other money stays with the borrower."""
    keeps = order.stated is None and order.kind is not PaymentKind.RECOVERY
    credit_minor = outcome.credit_minor
    return Booked(
        place=place,
        asked=order,
        outcome=outcome,
        sequence=sequence,
        asked_minor=asked_minor,
        amount_minor=outcome.amount_minor - order.waived_minor - (credit_minor if keeps else 0),
        principal_minor=outcome.principal_minor - order.waived_minor,
        surplus_minor=0 if keeps else credit_minor,
    )


def refuse_alone(order: Asked, file: LoanFile | None) -> PaymentStatus | None:
    """The checks that need no running state; the first that fails wins."""
    amount_minor = order.amount_minor
    if amount_minor is not None and not 0 < amount_minor < AMOUNT_MAX_MINOR:
        return PaymentStatus.AMOUNT_OUT_OF_BOUNDS
    if order.stated is not None and sum(order.stated.amounts()) != amount_minor:
        return PaymentStatus.AMOUNT_OUT_OF_BOUNDS
    if file is None:
        return PaymentStatus.LOAN_NOT_FOUND
    if order.on < file.starts_on:
        return PaymentStatus.BEFORE_LOAN
    if order.on > order.today:
        return PaymentStatus.IN_FUTURE
    if not 0 <= order.cost_minor <= (amount_minor or 0):
        return PaymentStatus.COST_EXCEEDS_AMOUNT
    waivable = order.stated is not None and order.stated.settles
    if order.waived_minor and not (waivable and 0 < order.waived_minor <= WAIVER_MAX_MINOR):
        return PaymentStatus.WAIVER_REFUSED
    return None


def _after_whole_loans(desk: Desk, orders: Sequence[Asked], fresh: Sequence[int]) -> list[int]:
    """Decide loans of which every order is plain in one go; the places that are left.

    Folding a loan's payments together costs a fraction of looking at the loan after each. It is
    only done where the answers cannot differ: every amount is named, the purse holds all that its
    loans ask for, and the loan lives until the last payment.
    """
    by_loan: dict[int, list[int]] = {}
    asked: dict[int, int] = {}
    for place in fresh:
        order = orders[place]
        by_loan.setdefault(order.loan_id, []).append(place)
        file = desk.files.get(order.loan_id)
        if file is not None:
            needed = AMOUNT_MAX_MINOR if order.amount_minor is None else order.amount_minor
            asked[file.borrower_id] = asked.get(file.borrower_id, 0) + max(needed, 0)
    done: set[int] = set()
    for loan_id, places in by_loan.items():
        file = desk.files.get(loan_id)
        if file is None or len(places) == 1:
            continue
        if asked[file.borrower_id] > desk.available_minor.get(file.borrower_id, 0):
            continue
        if _decide_whole(desk, file, [(place, orders[place]) for place in places]):
            done.update(places)
    return [place for place in fresh if place not in done]


def _decide_whole(desk: Desk, file: LoanFile, placed: Sequence[tuple[int, Asked]]) -> bool:
    """Decide all payments of a loan at once; False where they need a look one by one."""
    before = file.before
    if before.status is not Status.ACTIVE:
        return False
    if any(
        order.kind is not PaymentKind.PAYMENT or refuse_alone(order, file) is not None
        for _, order in placed
    ):
        return False
    first = file.facts_count + 1
    facts = [
        fact_of(order, order.amount_minor or 0, first + index)
        for index, (_, order) in enumerate(placed)
    ]
    try:
        after = apply_facts(before, facts, as_of=max(before.as_of, placed[-1][1].on))
    except NeedsReplayError:
        return False
    outcomes = after.outcomes[-len(placed) :]
    booked = [
        booked_of(place, order, outcome, first + index, order.amount_minor or 0)
        for index, ((place, order), outcome) in enumerate(zip(placed, outcomes, strict=True))
    ]
    repaid_before_last = sum(outcome.principal_minor for outcome in outcomes[:-1])
    lives = repaid_before_last < before.outstanding_principal_minor
    waived = [each for each in booked if each.asked.waived_minor]
    if not lives or waived or not all(each.amount_minor for each in booked):
        return False
    desk.states[file.id] = after
    desk.sequences[file.id] = first + len(placed) - 1
    desk.available_minor[file.borrower_id] -= sum(each.amount_minor for each in booked)
    desk.booked += booked
    for each in booked:
        desk.statuses[each.place] = PaymentStatus.BOOKED
    return True


def _decide(desk: Desk, place: int, order: Asked) -> PaymentStatus:
    file = desk.files.get(order.loan_id)
    refusal = refuse_alone(order, file)
    if refusal is not None or file is None:
        return refusal or PaymentStatus.LOAN_NOT_FOUND
    state = desk.states.get(file.id) or file.before
    if order.kind is PaymentKind.RECOVERY and state.status is not Status.WRITTEN_OFF:
        return PaymentStatus.LOAN_NOT_WRITTEN_OFF
    if order.kind is not PaymentKind.RECOVERY and state.status is not Status.ACTIVE:
        return PaymentStatus.LOAN_CLOSED
    return _apply(desk, place, order, file, state)


def _apply(desk: Desk, place: int, order: Asked, file: LoanFile, state: LoanState) -> PaymentStatus:
    available = desk.available_minor.get(file.borrower_id, 0)
    sequence = desk.sequences.get(file.id, file.facts_count) + 1
    amount_minor = _amount(order, file, state, available)
    if not amount_minor:
        return PaymentStatus.NOTHING_DUE
    if amount_minor > available:
        return PaymentStatus.EXCEEDS_AVAILABLE
    try:
        fact: Fact = fact_of(order, amount_minor, sequence)
        after = apply_facts(state, [fact], as_of=max(state.as_of, order.on))
    except NeedsReplayError:
        desk.late.append(LateOrder(place, amount_minor))
        return PaymentStatus.BOOKED
    booked = booked_of(place, order, after.outcomes[-1], sequence, order.amount_minor or 0)
    if booked.amount_minor == 0:
        return PaymentStatus.NOTHING_DUE
    if order.waived_minor and (after.status is not Status.PAID or booked.surplus_minor):
        return PaymentStatus.WAIVER_REFUSED
    desk.states[file.id] = after
    desk.sequences[file.id] = sequence
    desk.available_minor[file.borrower_id] = available - booked.amount_minor
    desk.booked.append(booked)
    return PaymentStatus.BOOKED


def _amount(order: Asked, file: LoanFile, state: LoanState, available_minor: int) -> int:
    """What an order pays: its amount, the quote of the day, or what is due and at hand."""
    if order.amount_minor is not None:
        return order.amount_minor
    if order.kind is PaymentKind.EARLY_REPAYMENT:
        if order.on < state.as_of:
            return payoff_quote(file.contract, file.facts, order.on).amount_minor
        return quote_of(state, order.on).amount_minor
    due = apply_facts(state, [], as_of=order.on) if order.on > state.as_of else state
    return min(due.due_minor, available_minor)


def _repeat(same: bool) -> PaymentStatus:
    return PaymentStatus.EXISTS if same else PaymentStatus.EXISTS_WITH_DIFFERENT_FIELDS


def _content(order: Asked) -> tuple[int, date, str, int]:
    return order.loan_id, order.on, order.kind.value, order.amount_minor or 0


def _is_known(order: Asked, known: Known) -> bool:
    return _content(order) == (known.loan_id, known.on, known.kind, known.asked_minor)
