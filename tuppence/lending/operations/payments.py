"""Record payments, collect what is due, repay early, recover: one way of booking for all."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from tuppence import platform
from tuppence.ledger.chart import AccountKind
from tuppence.ledger.ids import derive_id
from tuppence.lending.operations.booking import Batch, load_batch, write_booked
from tuppence.lending.operations.day_lock import share_the_day
from tuppence.lending.operations.late_payments import book_late
from tuppence.lending.orders import (
    CollectOrder,
    EarlyRepayOrder,
    PaymentOrder,
    PaymentResult,
    PaymentStatus,
    RecoverOrder,
)
from tuppence.lending.paying import Asked, Booked, Known, decide_payments
from tuppence.lending.queries.loan_files import collectable_loans, lock_loans, payments_by_key
from tuppence.lending.servicing.loan_state import PaymentKind


def record_payments(orders: Sequence[PaymentOrder]) -> list[PaymentResult]:
    """Book payments of many loans and many days from the borrowers' purses.

    Orders count by value date; one result an order, in the order given. A payment with a value
    date before something already booked is booked through a replay of its loan.
    """
    return book(
        Asked(
            order.key,
            order.loan_id,
            order.on,
            order.at,
            platform.business_day(order.at),
            PaymentKind.PAYMENT,
            amount_minor=order.amount_minor,
            stated=order.stated,
            waived_minor=order.waived_minor,
        )
        for order in orders
    )


def collect(orders: Sequence[CollectOrder]) -> list[PaymentResult]:
    """Book what is due on each loan, as far as the borrower's purse allows."""
    return book(
        Asked(
            order.key,
            order.loan_id,
            order.on,
            order.at,
            platform.business_day(order.at),
            PaymentKind.PAYMENT,
        )
        for order in orders
    )


def collect_due(on: date, *, at: datetime) -> list[PaymentResult]:
    """Collect from every loan with something due by the day whose borrower has money.

    The orders' keys follow from loan, day and moment, so that a repeated run books nothing twice.
    """
    return collect(
        [
            CollectOrder(derive_id("collect", loan_id, str(on), at.isoformat()), loan_id, on, at)
            for loan_id in collectable_loans(on)
        ]
    )


def early_repay(orders: Sequence[EarlyRepayOrder]) -> list[PaymentResult]:
    """Repay before it is due, in full at the day's quote or in part by the borrower's choice."""
    return book(
        Asked(
            order.key,
            order.loan_id,
            order.on,
            order.at,
            platform.business_day(order.at),
            PaymentKind.EARLY_REPAYMENT,
            amount_minor=order.amount_minor,
            choice=order.choice,
        )
        for order in orders
    )


def recover(orders: Sequence[RecoverOrder]) -> list[PaymentResult]:
    """Share out what was recovered on loans given up, less the collector's cost.

    What is beyond the claim is the lenders' too; the claim itself never falls below zero. No
    servicing fee and no tax is taken from a recovery.
    """
    return book(
        Asked(
            order.key,
            order.loan_id,
            order.on,
            order.at,
            platform.business_day(order.at),
            PaymentKind.RECOVERY,
            amount_minor=order.amount_minor,
            cost_minor=order.cost_minor,
        )
        for order in orders
    )


@transaction.atomic
def book(asked: Iterable[Asked]) -> list[PaymentResult]:
    """Book orders to pay; one result an order, in order."""
    orders = list(asked)
    if not orders:
        return []
    share_the_day()
    files = lock_loans(order.loan_id for order in orders)
    known = payments_by_key([order.key for order in orders])
    results: dict[int, PaymentResult] = {}
    for currency in sorted({file.currency for file in files.values()} or {""}):
        chosen = {number: file for number, file in files.items() if file.currency == currency}
        places = [
            place
            for place, order in enumerate(orders)
            if order.loan_id in chosen or order.loan_id not in files
        ]
        batch = load_batch(chosen, currency)
        booked = _book_batch([orders[place] for place in places], batch, known)
        results.update(zip(places, booked, strict=True))
    return [results[place] for place in range(len(orders))]


def _book_batch(
    orders: Sequence[Asked], batch: Batch, known: Mapping[UUID, Known]
) -> list[PaymentResult]:
    borrowers = sorted({file.borrower_id for file in batch.files.values()})
    available = batch.accounts.balance_of(AccountKind.MEMBER_AVAILABLE, borrowers)
    desk = decide_payments(
        orders,
        files=batch.files,
        known=known,
        available_minor=dict(zip(borrowers, available.tolist(), strict=True)),
    )
    if desk.booked:
        write_booked(desk, batch)
    late = book_late(desk.late, orders, batch.currency)
    for place, (status, _) in late.items():
        desk.statuses[place] = status
    booked = {each.place: each for each in desk.booked}
    booked |= {place: each for place, (_, each) in late.items() if each is not None}
    return [
        _result(order, desk.statuses[place], booked.get(place), known, place in late)
        for place, order in enumerate(orders)
    ]


def _result(
    order: Asked,
    status: PaymentStatus,
    booked: Booked | None,
    known: Mapping[UUID, Known],
    replayed: bool,
) -> PaymentResult:
    if booked is not None:
        outcome = booked.outcome
        charges = outcome.fee_minor + outcome.penalty_minor + outcome.compensation_minor
        return PaymentResult(
            order.key,
            status,
            booked.amount_minor,
            booked.principal_minor,
            outcome.interest_minor,
            charges,
            replayed,
        )
    if status is PaymentStatus.EXISTS and order.key in known:
        first = known[order.key]
        return PaymentResult(
            order.key,
            status,
            first.amount_minor,
            first.principal_minor,
            first.interest_minor,
            first.charges_minor,
        )
    return PaymentResult(order.key, status)
