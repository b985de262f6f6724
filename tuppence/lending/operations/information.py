"""Ask applicants for what a decision needs; take their answers, one thing at a time."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from tuppence.events import operations as events
from tuppence.events.happenings import Event
from tuppence.lending.information_requests import (
    AnswerItemOrder,
    AskedApplication,
    AskedItem,
    Closing,
    InformationOrder,
    InformationStatus,
    Informed,
    ItemKind,
    TakeBackOrder,
    decide_item_answer,
    decide_taking_back,
    refuse_information_request,
)
from tuppence.lending.models import (
    ApplicationPaper,
    InformationAnswer,
    InformationClosing,
    InformationItem,
    InformationRequest,
)
from tuppence.lending.queries.information import (
    InformationRow,
    lock_asked_applications,
    lock_request_cases,
    requests_by_key,
    requests_of_items,
)
from tuppence.members.audit_trail import Audit
from tuppence.members.operations import audit
from tuppence.members.paper import PaperKind
from tuppence.members.queries import document, permissions_of_user, ties_of
from tuppence.members.roles import Permission


@transaction.atomic
def ask_for_information(orders: Sequence[InformationOrder], *, by: int) -> list[Informed]:
    """Ask for things that a decision needs; one outcome an order. An application has one request
    open at a time: its row is locked. Each try is in the audit trail."""
    applications = lock_asked_applications([order.application_id for order in orders])
    known = requests_by_key([order.key for order in orders])
    permitted = Permission.DECIDE_APPLICATION in permissions_of_user(by)
    own = ties_of(by)
    outcomes = []
    for order in orders:
        if order.key in known:
            outcomes.append(_repeat(order, known[order.key]))
            continue
        asked = applications.get(order.application_id)
        refusal = refuse_information_request(order, asked, permitted=permitted, own=own)
        if refusal is not None or asked is None:
            outcomes.append(Informed(refusal or InformationStatus.NOT_FOUND))
            continue
        number = _write_request(order, by)
        applications[asked.id] = replace(asked, open_request=number)
        known |= requests_by_key([order.key])
        outcomes.append(Informed(InformationStatus.ASKED, number))
        events.record([_event("application.information_asked", order.at, asked)])
    audit(
        [
            _tried("information.ask", order.at, by, outcome, order.application_id, order.why)
            for order, outcome in zip(orders, outcomes, strict=True)
        ]
    )
    return outcomes


@transaction.atomic
def answer_items(orders: Sequence[AnswerItemOrder]) -> list[Informed]:
    """Keep answers of applicants; one outcome an order. The last one closes its request.

    A paper must be one of the member's own; it goes with the application from then on.
    """
    request_of = requests_of_items([order.item_id for order in orders])
    cases = lock_request_cases(list(request_of.values()))
    outcomes = []
    for order in orders:
        case = cases.get(request_of.get(order.item_id, 0))
        status = decide_item_answer(order, case)
        if status.accepted and not _is_own_paper(order):
            status = InformationStatus.PAPER_MISSING
        outcomes.append(Informed(status, case.id if case and status.accepted else None))
        if case is None or status not in {InformationStatus.ANSWERED, InformationStatus.COMPLETE}:
            continue
        _write_answer(order, case.application)
        answer = (order.words.strip(), order.document_id)
        case = replace(case, answers={**case.answers, order.item_id: answer})
        if status is InformationStatus.COMPLETE:
            case = replace(case, closing=Closing.ANSWERED)
            _close(case.id, Closing.ANSWERED, order.by, order.at)
            events.record([_event("application.information_given", order.at, case.application)])
        cases[case.id] = case
    return outcomes


@transaction.atomic
def take_back_information_requests(orders: Sequence[TakeBackOrder], *, by: int) -> list[Informed]:
    """Need no longer what was asked for; one outcome an order. Each try is in the audit trail."""
    cases = lock_request_cases([order.request_id for order in orders])
    permitted = Permission.DECIDE_APPLICATION in permissions_of_user(by)
    own = ties_of(by)
    outcomes, entries = [], []
    for order in orders:
        case = cases.get(order.request_id)
        status = decide_taking_back(case, permitted=permitted, own=own)
        outcomes.append(Informed(status, order.request_id if status.accepted else None))
        subject = case.application.id if case else 0
        entries.append(_tried("information.take_back", order.at, by, outcomes[-1], subject, ""))
        if case is None or status is not InformationStatus.TAKEN_BACK:
            continue
        cases[case.id] = replace(case, closing=Closing.TAKEN_BACK)
        _close(case.id, Closing.TAKEN_BACK, by, order.at)
        events.record([_event("application.information_taken_back", order.at, case.application)])
    audit(entries)
    return outcomes


def _repeat(order: InformationOrder, row: InformationRow) -> Informed:
    items = tuple(
        AskedItem(ItemKind(item.kind), item.words, PaperKind(item.paper) if item.paper else None)
        for item in row.items
    )
    asked = tuple(replace(item, words=item.words.strip()) for item in order.items)
    same = (row.application_id, row.why, row.due_on, items) == (
        order.application_id,
        order.why.strip(),
        order.due_on,
        asked,
    )
    if not same:
        return Informed(InformationStatus.EXISTS_WITH_DIFFERENT_FIELDS)
    return Informed(InformationStatus.EXISTS, row.id)


def _write_request(order: InformationOrder, by: int) -> int:
    row = InformationRequest.objects.create(
        key=order.key,
        application_id=order.application_id,
        why=order.why.strip(),
        due_on=order.due_on,
        asked_by_id=by,
        asked_at=order.at,
    )
    InformationItem.objects.bulk_create(
        [
            InformationItem(
                request=row,
                number=number,
                kind=item.kind.value,
                paper=item.paper.value if item.paper else "",
                words=item.words.strip(),
            )
            for number, item in enumerate(order.items, start=1)
        ]
    )
    return row.pk


def _is_own_paper(order: AnswerItemOrder) -> bool:
    if order.document_id is None:
        return True
    found = document(order.document_id)
    return found is not None and found.member_id == order.member_id


def _write_answer(order: AnswerItemOrder, application: AskedApplication) -> None:
    InformationAnswer.objects.create(
        item_id=order.item_id,
        words=order.words.strip(),
        document_id=order.document_id,
        by_id=order.by,
        at=order.at,
    )
    if order.document_id is not None:
        ApplicationPaper.objects.get_or_create(
            document_id=order.document_id,
            defaults={
                "application_id": application.id,
                "added_by_id": order.by,
                "added_at": order.at,
            },
        )


def _close(request_id: int, how: Closing, by: int | None, at: datetime) -> None:
    InformationClosing.objects.create(request_id=request_id, how=how.value, by_id=by, at=at)


def _event(verb: str, at: datetime, application: AskedApplication) -> Event:
    return Event(
        verb,
        at,
        member_id=application.borrower_id,
        subject_kind="application",
        subject_id=application.id,
    )


def _tried(
    action: str, at: datetime, by: int, outcome: Informed, application_id: int, why: str
) -> Audit:
    status = outcome.status.value
    return Audit(at, by, action, status, "application", application_id, why=why)
