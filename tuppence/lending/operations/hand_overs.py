"""Give loans to a collector, and take them back."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from tuppence import platform
from tuppence.events import operations as events
from tuppence.events.happenings import Event
from tuppence.lending.collection_records import HandOverOrder, RecallOrder
from tuppence.lending.models import HandOver, Loan, Recall
from tuppence.lending.orders import Acted, ActStatus


@transaction.atomic
def hand_over(orders: Sequence[HandOverOrder]) -> list[Acted]:
    """Give loans to collectors; one outcome an order, in order. One collector at a time."""
    loans = _locked([order.loan_id for order in orders])
    known = set(
        HandOver.objects.filter(key__in=[order.key for order in orders]).values_list(
            "key", flat=True
        )
    )
    given = set(
        HandOver.objects.filter(loan_id__in=loans, recall=None).values_list("loan_id", flat=True)
    )
    outcomes, rows = [], []
    for order in orders:
        status = _refuse_hand_over(order, loans.get(order.loan_id), given)
        if order.key in known:
            status = ActStatus.EXISTS
        outcomes.append(Acted(order.key, status or ActStatus.DONE))
        if status is None:
            known.add(order.key)
            given.add(order.loan_id)
            rows.append(
                HandOver(
                    key=order.key,
                    loan_id=order.loan_id,
                    collector=order.collector.strip(),
                    on=platform.business_day(order.at),
                    fee_share=str(order.fee_share),
                    note=order.note,
                    by_id=order.by,
                    at=order.at,
                )
            )
    HandOver.objects.bulk_create(rows)
    events.record([_event("loan.handed_over", loans[row.loan_id], row.at) for row in rows])
    return outcomes


@transaction.atomic
def recall(orders: Sequence[RecallOrder]) -> list[Acted]:
    """Take loans back from their collector; one outcome an order, in order."""
    loans = _locked([order.loan_id for order in orders])
    known = set(
        Recall.objects.filter(key__in=[order.key for order in orders]).values_list("key", flat=True)
    )
    given = {row.loan_id: row for row in HandOver.objects.filter(loan_id__in=loans, recall=None)}
    outcomes, rows = [], []
    for order in orders:
        found = given.get(order.loan_id)
        if order.key in known:
            outcomes.append(Acted(order.key, ActStatus.EXISTS))
        elif found is None:
            outcomes.append(Acted(order.key, ActStatus.NOT_WITH_COLLECTOR))
        elif not order.reason.strip():
            outcomes.append(Acted(order.key, ActStatus.REASON_MISSING))
        else:
            outcomes.append(Acted(order.key, ActStatus.DONE))
            known.add(order.key)
            del given[order.loan_id]
            rows.append(_recall_row(order, found))
    Recall.objects.bulk_create(rows)
    events.record([_event("loan.recalled", loans[row.hand_over.loan_id], row.at) for row in rows])
    return outcomes


def _locked(loan_ids: Sequence[int]) -> dict[int, Loan]:
    rows = Loan.objects.select_for_update(no_key=True).filter(id__in=set(loan_ids))
    return {row.pk: row for row in rows.order_by("id")}


def _refuse_hand_over(order: HandOverOrder, loan: Loan | None, given: set[int]) -> ActStatus | None:
    if loan is None:
        return ActStatus.LOAN_NOT_FOUND
    if loan.state == "paid":
        return ActStatus.LOAN_CLOSED
    if order.loan_id in given:
        return ActStatus.WITH_COLLECTOR
    if not order.collector.strip():
        return ActStatus.REASON_MISSING
    return None if 0 <= order.fee_share <= 1 else ActStatus.RATE_OUT_OF_RANGE


def _recall_row(order: RecallOrder, found: HandOver) -> Recall:
    return Recall(
        key=order.key,
        hand_over=found,
        on=platform.business_day(order.at),
        reason=order.reason,
        by_id=order.by,
        at=order.at,
    )


def _event(kind: str, loan: Loan, at: datetime) -> Event:
    return Event(
        kind,
        at,
        member_id=loan.borrower_id,
        subject_kind="loan",
        subject_id=loan.pk,
        amount_minor=loan.outstanding_minor,
        currency=loan.currency,
    )
