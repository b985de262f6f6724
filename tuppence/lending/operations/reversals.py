"""The bank took payments back: they count as never received."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db import transaction

from tuppence import platform
from tuppence.ledger.ids import derive_id
from tuppence.lending.models import Payment, PaymentReversal
from tuppence.lending.operations.booking import load_batch
from tuppence.lending.operations.day_lock import share_the_day
from tuppence.lending.operations.replays import Late, count_again, write_replays
from tuppence.lending.orders import Acted, ActStatus, ReverseOrder
from tuppence.lending.queries.loan_files import lock_loans
from tuppence.lending.servicing.facts import PaymentReversed


@transaction.atomic
def reverse_payments(orders: Sequence[ReverseOrder]) -> list[Acted]:
    """Take payments back; one outcome an order, in order.

    The loan is counted again without them, the lenders give back what they got, and the money
    stands in the borrower's purse, from where the bank's return takes it. Where a lender has spent
    it, the firm advances it and takes it from that lender's next distributions.
    """
    if not orders:
        return []
    share_the_day()
    payments = {
        row.pk: row for row in Payment.objects.filter(id__in=[order.payment_id for order in orders])
    }
    files = lock_loans(payment.loan_id for payment in payments.values())
    reversals = PaymentReversal.objects.filter(payment_id__in=list(payments))
    reversed_by = {row.payment_id: row.key for row in reversals}
    outcomes: list[Acted] = []
    accepted: defaultdict[int, list[ReverseOrder]] = defaultdict(list)
    for order in orders:
        status = _decide(order, payments, reversed_by)
        outcomes.append(Acted(order.key, status))
        if status is ActStatus.DONE:
            reversed_by[order.payment_id] = order.key
            accepted[payments[order.payment_id].loan_id].append(order)
    rows: list[PaymentReversal] = []
    for currency in sorted({files[loan_id].currency for loan_id in accepted}):
        own = {number: file for number, file in files.items() if file.currency == currency}
        batch = load_batch(own, currency)
        replayed = []
        for loan_id in sorted(accepted.keys() & own.keys()):
            listed = _rows(accepted[loan_id], loan_id, own[loan_id].facts_count)
            facts = [
                PaymentReversed(row.key, row.on, row.payment_id, row.on, row.sequence)
                for row in listed
            ]
            late = Late(
                derive_id("replay", facts[0].id),
                own[loan_id],
                facts,
                {},
                max(row.recorded_at for row in listed),
            )
            replayed.append(count_again(late, batch.holdings))
            rows += listed
        write_replays(replayed, batch)
    PaymentReversal.objects.bulk_create(rows)
    return outcomes


def _decide(
    order: ReverseOrder, payments: Mapping[UUID, Payment], reversed_by: Mapping[UUID, UUID]
) -> ActStatus:
    if order.payment_id not in payments:
        return ActStatus.PAYMENT_NOT_FOUND
    first = reversed_by.get(order.payment_id)
    if first is not None:
        return ActStatus.EXISTS if first == order.key else ActStatus.ALREADY_REVERSED
    return ActStatus.DONE if order.reason.strip() else ActStatus.REASON_MISSING


def _rows(orders: Sequence[ReverseOrder], loan_id: int, facts: int) -> list[PaymentReversal]:
    return [
        PaymentReversal(
            payment_id=order.payment_id,
            key=order.key,
            loan_id=loan_id,
            on=platform.business_day(order.at),
            sequence=facts + 1 + index,
            reason=order.reason,
            recorded_at=order.at,
        )
        for index, order in enumerate(orders)
    ]
