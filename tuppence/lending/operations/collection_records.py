"""Note contacts with borrowers and what they promised."""

from collections.abc import Sequence

from django.db import transaction

from tuppence import platform
from tuppence.events import operations as events
from tuppence.events.happenings import Event
from tuppence.lending.collection_records import ContactOrder, PromiseOrder
from tuppence.lending.models import Contact, Loan, Promise
from tuppence.lending.orders import Acted, ActStatus
from tuppence.money.currency import AMOUNT_MAX_MINOR


@transaction.atomic
def log_contact(orders: Sequence[ContactOrder]) -> list[Acted]:
    """Note contacts; one outcome an order, in order. The same key again answers EXISTS."""
    borrowers = _borrowers([order.loan_id for order in orders])
    keys = [order.key for order in orders]
    known = set(Contact.objects.filter(key__in=keys).values_list("key", flat=True))
    outcomes, rows = [], []
    for order in orders:
        if order.key in known:
            outcomes.append(Acted(order.key, ActStatus.EXISTS))
            continue
        status = _refuse(order.loan_id, borrowers)
        if status is None and not order.note.strip():
            status = ActStatus.REASON_MISSING
        if status is None:
            known.add(order.key)
            rows.append(
                Contact(
                    key=order.key,
                    loan_id=order.loan_id,
                    channel=order.channel.value,
                    note=order.note,
                    by_id=order.by,
                    at=order.at,
                )
            )
        outcomes.append(Acted(order.key, status or ActStatus.DONE))
    Contact.objects.bulk_create(rows)
    events.record(
        [
            Event(
                "loan.contact_noted",
                row.at,
                member_id=borrowers[row.loan_id],
                subject_kind="loan",
                subject_id=row.loan_id,
                properties={"kind": row.channel},
            )
            for row in rows
        ]
    )
    return outcomes


@transaction.atomic
def promise_to_pay(orders: Sequence[PromiseOrder]) -> list[Acted]:
    """Note promises; one outcome an order, in order. The same key again answers EXISTS."""
    borrowers = _borrowers([order.loan_id for order in orders])
    keys = [order.key for order in orders]
    known = set(Promise.objects.filter(key__in=keys).values_list("key", flat=True))
    outcomes, rows = [], []
    for order in orders:
        if order.key in known:
            outcomes.append(Acted(order.key, ActStatus.EXISTS))
            continue
        status = _refuse(order.loan_id, borrowers)
        if status is None and not 0 < order.amount_minor < AMOUNT_MAX_MINOR:
            status = ActStatus.AMOUNT_OUT_OF_BOUNDS
        if status is None and order.by_day < platform.business_day(order.at):
            status = ActStatus.BEFORE_LATEST_FACT
        if status is None:
            known.add(order.key)
            rows.append(
                Promise(
                    key=order.key,
                    loan_id=order.loan_id,
                    amount_minor=order.amount_minor,
                    by_day=order.by_day,
                    note=order.note,
                    taken_by_id=order.by,
                    at=order.at,
                )
            )
        outcomes.append(Acted(order.key, status or ActStatus.DONE))
    Promise.objects.bulk_create(rows)
    events.record(
        [
            Event(
                "loan.promise_noted",
                row.at,
                member_id=borrowers[row.loan_id],
                subject_kind="loan",
                subject_id=row.loan_id,
                amount_minor=row.amount_minor,
            )
            for row in rows
        ]
    )
    return outcomes


def _borrowers(loan_ids: Sequence[int]) -> dict[int, int]:
    return dict(Loan.objects.filter(id__in=set(loan_ids)).values_list("id", "borrower_id"))


def _refuse(loan_id: int, borrowers: dict[int, int]) -> ActStatus | None:
    return None if loan_id in borrowers else ActStatus.LOAN_NOT_FOUND
