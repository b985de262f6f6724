"""Complaints: taken at once with a number, talked about, answered, escalated."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.conf import settings
from django.db import transaction

from tuppence import platform
from tuppence.compliance.complaint import (
    Complained,
    ComplaintCase,
    ComplaintOrder,
    ComplaintStatus,
    EntryKind,
    EntryOrder,
    State,
    refuse_complaint,
    refuse_entry,
)
from tuppence.compliance.deadlines import complaint_deadlines
from tuppence.compliance.models import Complaint, ComplaintEntry
from tuppence.compliance.queries.complaints import complaints_by_key, entries_by_key, lock_cases
from tuppence.events import operations as events
from tuppence.events.happenings import Event
from tuppence.members import queries as members
from tuppence.members.audit_trail import Audit
from tuppence.members.naming import clean_text
from tuppence.members.operations import audit
from tuppence.members.roles import Permission

VERBS = {
    EntryKind.DECISION: "complaint.answered",
    EntryKind.ESCALATION: "complaint.escalated",
    EntryKind.WITHDRAWAL: "complaint.withdrawn",
}


@transaction.atomic
def make_complaints(orders: Sequence[ComplaintOrder]) -> list[Complained]:
    """Take complaints; one outcome an order, in order, with the number it goes by from then on.

    The deadlines are the rulebook's of the day on which it came in; a later change of the book
    does not move them.
    """
    found = members.members({order.member_id for order in orders})
    known = complaints_by_key([order.key for order in orders])
    outcomes: list[Complained] = []
    for order in orders:
        if order.key in known:
            outcomes.append(_repeat(order, known[order.key]))
            continue
        may_act = _acts_for_or_handles(order)
        refusal = refuse_complaint(order, member_found=order.member_id in found, may_act=may_act)
        if refusal is not None:
            outcomes.append(Complained(refusal))
            continue
        row = known[order.key] = _write(order)
        outcomes.append(Complained(ComplaintStatus.DONE, row.pk))
    return outcomes


@transaction.atomic
def add_complaint_entries(orders: Sequence[EntryOrder]) -> list[Complained]:
    """Add what is said or done; one outcome an order. Acts of staff are in the audit trail."""
    cases = lock_cases([order.complaint_id for order in orders])
    known = entries_by_key([order.key for order in orders])
    rights = {
        order.by: (
            members.ties_of(order.by),
            Permission.HANDLE_COMPLAINTS in members.permissions_of_user(order.by),
        )
        for order in orders
    }
    outcomes = []
    for order in orders:
        if order.key in known:
            outcomes.append(_repeated_entry(order, known[order.key]))
            continue
        status = _decide(order, cases.get(order.complaint_id), *rights[order.by])
        if status is ComplaintStatus.DONE:
            known[order.key] = _write_entry(order, cases)
        outcomes.append(Complained(status, order.complaint_id if status.accepted else None))
    audit(
        [
            _audit(order, outcome.status)
            for order, outcome in zip(orders, outcomes, strict=True)
            if not order.by_member
        ]
    )
    return outcomes


def _acts_for_or_handles(order: ComplaintOrder) -> bool:
    if order.member_id in members.acts_for(order.by, at=order.at):
        return True
    return Permission.HANDLE_COMPLAINTS in members.permissions_of_user(order.by)


def _repeat(order: ComplaintOrder, row: Complaint) -> Complained:
    same = (row.member_id, row.topic, row.what_happened, row.what_is_wanted) == (
        order.member_id,
        order.topic,
        clean_text(order.what_happened),
        clean_text(order.what_is_wanted),
    )
    status = ComplaintStatus.EXISTS if same else ComplaintStatus.EXISTS_WITH_DIFFERENT_FIELDS
    return Complained(status, row.pk if same else None)


def _write(order: ComplaintOrder) -> Complaint:
    on = platform.business_day(order.at)
    country = settings.TUPPENCE_COUNTRY
    deadlines = complaint_deadlines(platform.rulebook(on), on, country=country)
    row = Complaint.objects.create(
        key=order.key,
        member_id=order.member_id,
        topic=order.topic,
        way=order.way,
        subject_kind=order.subject_kind,
        subject_id=order.subject_id,
        what_happened=clean_text(order.what_happened),
        what_is_wanted=clean_text(order.what_is_wanted),
        received_at=order.at,
        made_by_id=order.by,
        receipt_by=deadlines.receipt_by,
        answer_by=deadlines.answer_by,
    )
    events.record([_event("complaint.made", order.at, row.member_id, row.pk, kind=order.topic)])
    if order.member_id not in members.acts_for(order.by, at=order.at):
        entry = Audit(
            at=order.at,
            user_id=order.by,
            action="complaint.take",
            outcome="done",
            subject_kind="complaint",
            subject_id=row.pk,
            after={"way": order.way.value},
        )
        audit([entry])
    return row


def _decide(
    order: EntryOrder, case: ComplaintCase | None, own: frozenset[int], handles: bool
) -> ComplaintStatus:
    refusal = refuse_entry(
        order,
        case,
        may_act=order.by_member or handles,
        own=own,
        today=platform.business_day(order.at),
    )
    return refusal or ComplaintStatus.DONE


def _repeated_entry(order: EntryOrder, row: ComplaintEntry) -> Complained:
    same = (row.complaint_id, row.kind, row.text) == (
        order.complaint_id,
        order.kind,
        clean_text(order.text),
    )
    status = ComplaintStatus.EXISTS if same else ComplaintStatus.EXISTS_WITH_DIFFERENT_FIELDS
    return Complained(status, row.complaint_id if same else None)


def _write_entry(order: EntryOrder, cases: dict[int, ComplaintCase]) -> ComplaintEntry:
    case = cases[order.complaint_id]
    row = ComplaintEntry.objects.create(
        key=order.key,
        complaint_id=order.complaint_id,
        kind=order.kind,
        by_member=order.by_member,
        by_id=order.by,
        at=order.at,
        text=clean_text(order.text),
        outcome=order.outcome or "",
        expected_on=order.expected_on,
    )
    after = cases[case.id] = replace(case, kinds=(*case.kinds, order.kind))
    if after.state is not case.state:
        _close_or_open(after, order.at)
        properties = {"outcome": order.outcome.value} if order.outcome else {}
        verb = VERBS[order.kind]
        events.record([_event(verb, order.at, case.member_id, case.id, **properties)])
    return row


def _close_or_open(case: ComplaintCase, at: datetime) -> None:
    """An escalated complaint is owed an answer again, in a time as long as the first one's."""
    changes: dict[str, object] = {"closed_at": None if case.state.is_open else at}
    if case.state is State.ESCALATED:
        on, country = platform.business_day(at), settings.TUPPENCE_COUNTRY
        again = complaint_deadlines(platform.rulebook(on), on, country=country)
        changes["answer_by"] = again.answer_by
    Complaint.objects.filter(id=case.id).update(**changes)


def _audit(order: EntryOrder, status: ComplaintStatus) -> Audit:
    return Audit(
        at=order.at,
        user_id=order.by,
        action=f"complaint.{order.kind}",
        outcome=status,
        subject_kind="complaint",
        subject_id=order.complaint_id,
        after={"outcome": order.outcome.value} if order.outcome else {},
    )


def _event(verb: str, at: datetime, member_id: int, number: int, **properties: str) -> Event:
    return Event(
        verb,
        at,
        member_id=member_id,
        subject_kind="complaint",
        subject_id=number,
        properties=properties,
    )
