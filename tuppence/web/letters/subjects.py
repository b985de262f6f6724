"""What a batch of events is about, loaded in a number of queries that never grows."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Sum

from tuppence.bank.models import Withdrawal
from tuppence.compliance.models import Complaint
from tuppence.events.happenings import Recorded
from tuppence.lending.models import (
    Application,
    Holding,
    InformationRequest,
    Instalment,
    Loan,
    PlanAnswer,
)
from tuppence.market.models import Listing, Question
from tuppence.members.models import Representation

INFORMATION_ASKED = "application.information_asked"


@dataclass(slots=True)
class Subjects:
    """Rows by number. Overdue amounts are those of today; holdings those of members with users."""

    applications: dict[int, Application] = field(default_factory=dict)
    listings: dict[int, Listing] = field(default_factory=dict)
    loans: dict[int, Loan] = field(default_factory=dict)
    withdrawals: dict[int, Withdrawal] = field(default_factory=dict)
    complaints: dict[int, Complaint] = field(default_factory=dict)
    holdings: dict[int, list[Holding]] = field(default_factory=dict)
    answers: dict[tuple[int, datetime], PlanAnswer] = field(default_factory=dict)
    questions: dict[tuple[int, datetime], Question] = field(default_factory=dict)
    information: dict[tuple[int, datetime], InformationRequest] = field(default_factory=dict)
    overdue_minor: dict[int, int] = field(default_factory=dict)
    first_dues: dict[int, tuple[date, int]] = field(default_factory=dict)


def subjects_of(events: Sequence[Recorded], *, today: date) -> Subjects:
    """Everything that letters about these events tell of."""
    ids: defaultdict[str, set[int]] = defaultdict(set)
    for each in events:
        ids[each.event.subject_kind].add(each.event.subject_id)
    listings = {
        row.pk: row for row in _some(Listing.objects.select_related("application"), ids["listing"])
    }
    applications = {
        row.pk: row
        for row in _some(
            Application.objects.select_related("decision", "contract"), ids["application"]
        )
    }
    paid_out = {row.application_id for row in listings.values() if row.state == "paid_out"}
    about = Q(id__in=ids["loan"]) | Q(application_id__in=paid_out)
    loans = {row.pk: row for row in Loan.objects.select_related("application").filter(about)}
    return Subjects(
        applications=applications,
        listings=listings,
        loans=loans,
        withdrawals={
            row.pk: row
            for row in _some(
                Withdrawal.objects.select_related("bank_account", "account"), ids["withdrawal"]
            )
        },
        complaints={row.pk: row for row in _some(Complaint.objects.all(), ids["complaint"])},
        holdings=holdings_with_readers(loans),
        answers=_answers(ids["loan"]),
        questions=_questions(events),
        information=_information(events),
        overdue_minor=overdue(ids["loan"], today=today),
        first_dues=_first_dues(loans),
    )


def _some(rows: QuerySet[Any], ids: Iterable[int], by: str = "id") -> Iterable[Any]:
    wanted = list(ids)
    return rows.filter(**{f"{by}__in": wanted}) if wanted else ()


def holdings_with_readers(loan_ids: Iterable[int]) -> dict[int, list[Holding]]:
    """The holdings of these loans whose members somebody signs in for, by loan."""
    acting = Representation.objects.filter(member_id=OuterRef("member_id"), ends_at=None)
    rows = Holding.objects.filter(loan_id__in=list(loan_ids)).filter(
        Q(member__user__isnull=False) | Exists(acting)
    )
    found: defaultdict[int, list[Holding]] = defaultdict(list)
    for row in rows.order_by("loan_id", "id"):
        found[row.loan_id].append(row)
    return found


def overdue(loan_ids: Iterable[int], *, today: date) -> dict[int, int]:
    """What of each loan should have been paid before a day and is open, in minor units."""
    due = F("principal_minor") + F("interest_minor") + F("fee_minor") + F("penalty_minor")
    paid = (
        F("paid_principal_minor")
        + F("paid_interest_minor")
        + F("paid_fee_minor")
        + F("paid_penalty_minor")
    )
    rows = Instalment.objects.filter(loan_id__in=list(loan_ids), due_on__lt=today)
    return dict(rows.values_list("loan_id").annotate(open_minor=Sum(due - paid)))


def _answers(loan_ids: Iterable[int]) -> dict[tuple[int, datetime], PlanAnswer]:
    rows = PlanAnswer.objects.select_related("request").filter(request__loan_id__in=list(loan_ids))
    return {(row.request.loan_id, row.answered_at): row for row in rows}


def _questions(events: Sequence[Recorded]) -> dict[tuple[int, datetime], Question]:
    """Questions by their listing, under the moments at which they were asked and answered."""
    ids = {each.event.subject_id for each in events if each.event.verb.startswith("question.")}
    found = {}
    for row in _some(Question.objects.select_related("answer"), ids, "listing_id"):
        found[row.listing_id, row.asked_at] = row
        if hasattr(row, "answer"):
            found[row.listing_id, row.answer.answered_at] = row
    return found


def _information(events: Sequence[Recorded]) -> dict[tuple[int, datetime], InformationRequest]:
    ids = {each.event.subject_id for each in events if each.event.verb == INFORMATION_ASKED}
    rows = InformationRequest.objects.prefetch_related("items")
    return {(row.application_id, row.asked_at): row for row in _some(rows, ids, "application_id")}


def _first_dues(loan_ids: Iterable[int]) -> dict[int, tuple[date, int]]:
    """The first instalment of each loan with something to pay: its day and its amount."""
    paid = Q(agreed_principal_minor__gt=0) | Q(agreed_interest_minor__gt=0)
    rows = Instalment.objects.filter(paid, loan_id__in=list(loan_ids))
    rows = rows.order_by("loan_id", "number").distinct("loan_id")
    return {
        row.loan_id: (row.due_on, row.agreed_principal_minor + row.agreed_interest_minor)
        for row in rows
    }
