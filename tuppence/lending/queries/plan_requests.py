"""Read requests for another plan: those of a loan, and those that wait for an answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import QuerySet

from tuppence.lending.models import Loan, PlanRequest
from tuppence.lending.plan_requests import LoanAsked, PlanCase, PlanRequestState, state_of


@dataclass(frozen=True, slots=True)
class PlanRequestRow:
    """A request with what became of it."""

    id: int
    loan_id: int
    borrower_id: int
    title: str  # of the loan
    currency: str
    reason: str
    story: str
    can_pay_minor: int
    starts_on: date
    asked_at: datetime
    state: PlanRequestState
    words: str  # of the answer; empty until there is one
    answered_at: datetime | None


def plan_requests_of(loan_id: int) -> list[PlanRequestRow]:
    """The requests on a loan, newest first."""
    return [_row(row) for row in _with_parts().filter(loan_id=loan_id).order_by("-id")]


def open_plan_requests(*, limit: int = 100, after_id: int = 0) -> list[PlanRequestRow]:
    """Requests that wait for an answer, the oldest first; from behind one of them if named."""
    waiting = _with_parts().filter(answer=None, withdrawal=None, id__gt=after_id)
    return [_row(row) for row in waiting.order_by("id")[:limit]]


def open_plan_requests_of_borrower(member_id: int) -> dict[int, PlanRequestRow]:
    """The open requests of a borrower, by loan."""
    waiting = _with_parts().filter(answer=None, withdrawal=None, loan__borrower_id=member_id)
    return {row.loan_id: _row(row) for row in waiting}


def plan_request(request_id: int) -> PlanRequestRow | None:
    """One request; None where there is none."""
    row = _with_parts().filter(id=request_id).first()
    return _row(row) if row else None


def plan_requests_by_key(keys: Sequence[UUID]) -> dict[UUID, PlanRequest]:
    """Those of these requests that were made."""
    return {row.key: row for row in PlanRequest.objects.filter(key__in=list(keys))}


def lock_loans_asked(loan_ids: Sequence[int]) -> dict[int, LoanAsked]:
    """These loans with their open request, locked in id order."""
    rows = Loan.objects.select_for_update(no_key=True).filter(id__in=set(loan_ids)).order_by("id")
    found = list(rows.values_list("id", "borrower_id", "state"))
    waiting = PlanRequest.objects.filter(
        loan_id__in=[row[0] for row in found], answer=None, withdrawal=None
    )
    open_of = dict(waiting.values_list("loan_id", "id"))
    return {row[0]: LoanAsked(*row, open_request=open_of.get(row[0])) for row in found}


def lock_plan_cases(request_ids: Sequence[int]) -> dict[int, PlanCase]:
    """These requests with what was done to them; their loans are locked, in id order."""
    wanted = PlanRequest.objects.filter(id__in=set(request_ids))
    lock_loans_asked(list(wanted.values_list("loan_id", flat=True)))
    rows = wanted.select_related("loan", "answer", "withdrawal")
    return {row.pk: _case(row) for row in rows}


def _case(row: PlanRequest) -> PlanCase:
    answer = getattr(row, "answer", None)
    return PlanCase(
        id=row.pk,
        loan_id=row.loan_id,
        borrower_id=row.loan.borrower_id,
        withdrawn=getattr(row, "withdrawal", None) is not None,
        answer=(answer.agreed, answer.words) if answer else None,
    )


def _row(row: PlanRequest) -> PlanRequestRow:
    answer = getattr(row, "answer", None)
    withdrawn = getattr(row, "withdrawal", None) is not None
    return PlanRequestRow(
        id=row.pk,
        loan_id=row.loan_id,
        borrower_id=row.loan.borrower_id,
        title=row.loan.application.title,
        currency=row.loan.currency,
        reason=row.reason,
        story=row.story,
        can_pay_minor=row.can_pay_minor,
        starts_on=row.starts_on,
        asked_at=row.asked_at,
        state=state_of(withdrawn=withdrawn, agreed=answer.agreed if answer else None),
        words=answer.words if answer else "",
        answered_at=answer.answered_at if answer else None,
    )


def _with_parts() -> QuerySet[PlanRequest]:
    return PlanRequest.objects.select_related("loan__application", "answer", "withdrawal")
