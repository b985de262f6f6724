"""Applications as a queue: what waits for whom, since when, and how much of it there is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Greatest

from tuppence import platform
from tuppence.lending.models import Application, Signature
from tuppence.lending.queries.information import open_requests_on, requests_on
from tuppence.lending.queries.proposals import applications_proposed, open_proposals
from tuppence.lending.waiting import Progress, Wait, wait_of
from tuppence.web.reads.products import product_name


@dataclass(frozen=True, slots=True)
class QueueRow:
    """An application in the queue; ages are in whole days."""

    id: int
    title: str
    product: str
    borrower: str
    currency: str
    amount_minor: int
    instalments: int
    every: int  # so many units from one instalment to the next
    unit: str
    wait: Wait
    grade: str
    is_asked: bool  # for more information at least once
    submitted_at: datetime
    since: datetime
    age_days: int
    waits_days: int

    @property
    def length(self) -> int:
        """How many units the loan runs."""
        return self.instalments * self.every

    @property
    def state(self) -> str:
        """The next step, and whether its answers came back: of STATES["application_wait"]."""
        came_back = self.wait is Wait.OFFICER and self.is_asked
        return "returned" if came_back else self.wait.value


@dataclass(frozen=True, slots=True)
class WaitTotal:
    """How many applications wait for something, and for how much they ask."""

    wait: Wait
    count: int
    amount_minor: int


def queue() -> QuerySet[Application]:
    """Every application with what a list shows of it; `since` is when it last moved."""
    rows = Application.objects.select_related(
        "product", "borrower", "decision", "withdrawal", "contract", "listing", "loan"
    )
    latest = requests_on()
    return rows.annotate(
        since=Greatest(  # of PostgreSQL: what never happened is left out
            "submitted_at",
            "decision__decided_at",
            Subquery(latest.values("asked_at")[:1]),
            Subquery(latest.values("closing__at")[:1]),
        ),
        is_signed=Exists(_signed()),
        is_asked=Exists(latest),
        is_open=Exists(open_requests_on()),
    )


def queue_rows(rows: Sequence[Any], *, at: datetime) -> list[QueueRow]:
    """One page of `queue` as rows."""
    proposed = open_proposals(at=at)
    return [_row(row, proposed, at) for row in rows]


def waiting_for(code: str, *, at: datetime) -> Q:
    """The condition for applications that wait for something."""
    return _conditions(at)[Wait(code)]


def wait_totals(*, at: datetime) -> list[WaitTotal]:
    """What waits, by who moves next, in the order of an application's way."""
    conditions = _conditions(at)
    whens = [When(q, then=Value(w.value)) for w, q in conditions.items() if w is not Wait.NOBODY]
    rows = (
        Application.objects.filter(in_progress=True)
        .annotate(wait=Case(*whens, default=Value(""), output_field=CharField()))
        .values("wait")
        .annotate(number=Count("pk"), asked=Sum("amount_minor"))
    )
    found = {row["wait"]: (row["number"], int(row["asked"])) for row in rows}
    return [WaitTotal(wait, *found[wait.value]) for wait in Wait if wait.value in found]


def _conditions(at: datetime) -> dict[Wait, Q]:
    """The same order of questions as `wait_of`, for the database."""
    proposed = Q(pk__in=applications_proposed(at=at))
    undecided = Q(in_progress=True, decision=None)
    asked = Q(Exists(open_requests_on()))
    approved = Q(in_progress=True, decision__approved=True)
    written = approved & Q(contract__isnull=False)
    full, signed = written & Q(listing__state="full"), Q(Exists(_signed()))
    living = Q(listing=None) | Q(listing__state__in=("open", "full"))
    return {
        Wait.OFFICER: undecided & ~proposed & ~asked,
        Wait.APPLICANT: undecided & ~proposed & asked,
        Wait.SECOND: undecided & proposed,
        Wait.CONTRACT: approved & Q(contract=None) & living,
        Wait.PUBLICATION: written & Q(listing=None),
        Wait.INVESTORS: written & Q(listing__state="open"),
        Wait.SIGNATURE: full & ~signed,
        Wait.PAY_OUT: full & signed,
        Wait.NOBODY: Q(in_progress=False)
        | Q(listing__state__in=("expired", "withdrawn", "refused")),
    }


def days_between(earlier: datetime, later: datetime) -> int:
    """Days by the platform's calendar: yesterday evening is a day ago."""
    return (platform.business_day(later) - platform.business_day(earlier)).days


def _signed() -> QuerySet[Signature]:
    return Signature.objects.filter(
        contract__application=OuterRef("pk"), member=OuterRef("borrower")
    )


def _row(row: Any, proposed: dict[int, int], at: datetime) -> QueueRow:
    decision, listing = getattr(row, "decision", None), getattr(row, "listing", None)
    ended = getattr(row, "withdrawal", None) or getattr(row, "loan", None)
    progress = Progress(
        approved=decision.approved if decision else None,
        has_ended=ended is not None,
        asked=row.is_open,
        proposed=row.pk in proposed,
        written=getattr(row, "contract", None) is not None,
        signed=row.is_signed,
        listing_state=listing.state if listing else "",
    )
    return QueueRow(
        id=row.pk,
        title=row.title,
        product=product_name(row.product),
        borrower=row.borrower.legal_name,
        currency=row.currency,
        amount_minor=row.amount_minor,
        instalments=row.instalments,
        every=row.product.every,
        unit=row.product.unit,
        wait=wait_of(progress),
        grade=decision.grade if decision else "",
        is_asked=row.is_asked,
        submitted_at=row.submitted_at,
        since=row.since,
        age_days=days_between(row.submitted_at, at),
        waits_days=days_between(row.since, at),
    )
