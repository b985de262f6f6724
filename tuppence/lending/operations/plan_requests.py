"""Requests of borrowers for another plan: ask, take back, answer."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from tuppence.events import operations as events
from tuppence.events.happenings import Event
from tuppence.lending.models import PlanAnswer, PlanRequest, PlanRequestWithdrawal
from tuppence.lending.plan_requests import (
    PlanAnswerOrder,
    PlanCase,
    PlanRequested,
    PlanRequestOrder,
    PlanRequestStatus,
    PlanWithdrawOrder,
    decide_plan_answer,
    decide_plan_withdrawal,
    refuse_plan_request,
)
from tuppence.lending.queries.plan_requests import (
    lock_loans_asked,
    lock_plan_cases,
    plan_requests_by_key,
)
from tuppence.members.audit_trail import Audit
from tuppence.members.operations import audit
from tuppence.members.queries import permissions_of_user, ties_of
from tuppence.members.roles import Permission


@transaction.atomic
def ask_for_plan(orders: Sequence[PlanRequestOrder]) -> list[PlanRequested]:
    """Keep requests for another plan; one outcome an order, in order.

    A loan has one request open at a time: its row is locked, so two at once see each other.
    """
    loans = lock_loans_asked([order.loan_id for order in orders])
    known = plan_requests_by_key([order.key for order in orders])
    outcomes = []
    for order in orders:
        if order.key in known:
            outcomes.append(_repeat(order, known[order.key]))
            continue
        loan = loans.get(order.loan_id)
        refusal = refuse_plan_request(order, loan)
        if refusal is not None or loan is None:
            outcomes.append(PlanRequested(refusal or PlanRequestStatus.NOT_FOUND))
            continue
        row = _write_request(order)
        known[order.key] = row
        loans[loan.id] = replace(loan, open_request=row.pk)
        outcomes.append(PlanRequested(PlanRequestStatus.ASKED, row.pk))
    return outcomes


@transaction.atomic
def withdraw_plan_requests(orders: Sequence[PlanWithdrawOrder]) -> list[PlanRequested]:
    """Take requests back; one outcome an order, in order."""
    cases = lock_plan_cases([order.request_id for order in orders])
    outcomes, done = [], []
    for order in orders:
        case = cases.get(order.request_id)
        status = decide_plan_withdrawal(order, case)
        outcomes.append(PlanRequested(status, case.id if case and status.accepted else None))
        if case and status is PlanRequestStatus.WITHDRAWN:
            cases[case.id] = replace(case, withdrawn=True)
            done.append((order, case))
    PlanRequestWithdrawal.objects.bulk_create(
        [PlanRequestWithdrawal(request_id=case.id, withdrawn_at=order.at) for order, case in done]
    )
    events.record([_event("loan.plan_request_withdrawn", order.at, case) for order, case in done])
    return outcomes


@transaction.atomic
def answer_plan_requests(orders: Sequence[PlanAnswerOrder], *, by: int) -> list[PlanRequested]:
    """Answer requests; one outcome an order, in order. Each try is in the audit trail.

    Saying yes changes no loan: another plan is an act of its own on it.
    """
    cases = lock_plan_cases([order.request_id for order in orders])
    permitted = Permission.SERVICE_LOANS in permissions_of_user(by)
    own = ties_of(by)
    outcomes, done = [], []
    for order in orders:
        case = cases.get(order.request_id)
        status = decide_plan_answer(order, case, permitted=permitted, own=own)
        outcomes.append(PlanRequested(status, order.request_id if status.accepted else None))
        if case and status is PlanRequestStatus.ANSWERED:
            cases[case.id] = replace(case, answer=(order.agreed, order.words.strip()))
            done.append((order, case))
    PlanAnswer.objects.bulk_create(
        [
            PlanAnswer(
                request_id=case.id,
                agreed=order.agreed,
                words=order.words.strip(),
                answered_by_id=by,
                answered_at=order.at,
            )
            for order, case in done
        ]
    )
    events.record([_event("loan.plan_request_answered", order.at, case) for order, case in done])
    audit(
        [
            Audit(
                order.at,
                by,
                "plan_request.answer",
                outcome.status.value,
                "plan_request",
                order.request_id,
                why=order.words,
            )
            for order, outcome in zip(orders, outcomes, strict=True)
        ]
    )
    return outcomes


def _repeat(order: PlanRequestOrder, row: PlanRequest) -> PlanRequested:
    same = (row.loan_id, row.reason, row.story, row.can_pay_minor, row.starts_on) == (
        order.loan_id,
        order.reason.value,
        order.story.strip(),
        order.can_pay_minor,
        order.starts_on,
    )
    if not same:
        return PlanRequested(PlanRequestStatus.EXISTS_WITH_DIFFERENT_FIELDS)
    return PlanRequested(PlanRequestStatus.EXISTS, row.pk)


def _write_request(order: PlanRequestOrder) -> PlanRequest:
    row = PlanRequest.objects.create(
        key=order.key,
        loan_id=order.loan_id,
        reason=order.reason.value,
        story=order.story.strip(),
        can_pay_minor=order.can_pay_minor,
        starts_on=order.starts_on,
        asked_by_id=order.by,
        asked_at=order.at,
    )
    events.record(
        [
            Event(
                "loan.plan_requested",
                order.at,
                member_id=order.member_id,
                subject_kind="loan",
                subject_id=order.loan_id,
                amount_minor=order.can_pay_minor,
                properties={"reason": order.reason.value},
            )
        ]
    )
    return row


def _event(verb: str, at: datetime, case: PlanCase) -> Event:
    return Event(
        verb,
        at,
        member_id=case.borrower_id,
        subject_kind="loan",
        subject_id=case.loan_id,
    )
