"""Applications and listings as credit officers read them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from django.db.models import Exists, Max, OuterRef, Q, QuerySet, Sum

from tuppence import platform
from tuppence.lending.models import Application, Loan, Signature
from tuppence.market.lifecycle import ListingState as PayOutState
from tuppence.market.models import Investment, InvestmentState, Listing
from tuppence.members.compliance import DeclarationKind
from tuppence.members.models import ApprovalRequest, Member
from tuppence.members.queries import declared_minor
from tuppence.members.registration import MemberKind
from tuppence.rules.borrower import BorrowerRequest, check_borrower
from tuppence.rules.findings import Finding
from tuppence.web.reads.products import product_name

A_YEAR = timedelta(days=365)


def with_parts() -> QuerySet[Application]:
    """Applications with everything that became of them."""
    return Application.objects.select_related(
        "product", "borrower", "decision", "withdrawal", "contract", "listing", "loan"
    )


def waiting_applications(*, limit: int = 60) -> list[Application]:
    """Applications that nobody has decided on: the oldest first, of one day the largest."""
    rows = with_parts().filter(decision=None, withdrawal=None)
    return list(rows.order_by("submitted_at__date", "-amount_minor", "id")[:limit])


def approved_applications(*, limit: int = 30) -> list["DecidedRow"]:
    """Approved ones that have no listing yet, oldest first."""
    rows = with_parts().filter(decision__approved=True, withdrawal=None, listing=None, loan=None)
    return decided_rows(rows.order_by("decision__decided_at", "id"), limit=limit)


def decided_applications(*, limit: int = 15) -> list["DecidedRow"]:
    """What was decided lately."""
    rows = with_parts().filter(decision__isnull=False)
    return decided_rows(rows.order_by("-decision__decided_at"), limit=limit)


@dataclass(frozen=True, slots=True)
class DecidedRow:
    """An application in a list, with how far it is."""

    id: int
    title: str
    product: str
    currency: str
    amount_minor: int
    state: str
    grade: str
    annual_rate: Fraction | None
    decided_at: datetime
    is_written: bool
    is_signed: bool


def decided_rows(rows: QuerySet[Application], *, limit: int) -> list[DecidedRow]:
    """Decided applications as rows, in as many queries whatever their number."""
    signed = Signature.objects.filter(
        contract__application=OuterRef("pk"), member=OuterRef("borrower")
    )
    found = []
    for row in rows.annotate(is_signed=Exists(signed))[:limit]:
        decision = row.decision
        state = "approved" if decision.approved else "refused"
        found.append(
            DecidedRow(
                id=row.pk,
                title=row.title,
                product=product_name(row.product),
                currency=row.currency,
                amount_minor=row.amount_minor,
                state="withdrawn" if getattr(row, "withdrawal", None) else state,
                grade=decision.grade,
                annual_rate=decision.annual_rate,
                decided_at=decision.decided_at,
                is_written=getattr(row, "contract", None) is not None,
                is_signed=row.is_signed,
            )
        )
    return found


@dataclass(frozen=True, slots=True)
class BorrowerFacts:
    """What the platform knows of a borrower beside one application, in minor units."""

    owed_minor: int
    offered_minor: int
    declared_minor: int | None
    loans: Sequence[Loan]
    other_applications: Sequence[Application]


def borrower_facts(application: Application, *, at: datetime) -> BorrowerFacts:
    """What the borrower owes and has asked for, this application not counted."""
    others = (
        Application.objects.filter(borrower_id=application.borrower_id, withdrawal=None)
        .exclude(pk=application.pk)
        .filter(Q(decision=None) | Q(decision__approved=True))
    )
    open_minor = _sum(others.filter(loan=None), "amount_minor")
    loans = Loan.objects.filter(borrower_id=application.borrower_id)
    declared = declared_minor(
        [application.borrower_id],
        DeclarationKind.BORROWED_ELSEWHERE,
        application.currency,
        at=at,
    )
    return BorrowerFacts(
        owed_minor=open_minor + _sum(loans, "outstanding_minor"),
        offered_minor=_sum(others.filter(submitted_at__gt=at - A_YEAR), "amount_minor"),
        declared_minor=declared.get(application.borrower_id),
        loans=list(loans.order_by("-id")[:20]),
        other_applications=list(
            Application.objects.filter(borrower_id=application.borrower_id)
            .exclude(pk=application.pk)
            .order_by("-id")[:20]
        ),
    )


def _sum(rows: QuerySet[Application] | QuerySet[Loan], field: str) -> int:
    return int(rows.aggregate(total=Sum(field))["total"] or 0)


def findings_of(
    application: Application, facts: BorrowerFacts, rate: Fraction, *, at: datetime
) -> tuple[Finding, ...]:
    """What the rulebook says to this application at a rate, with the figures that fired."""
    borrower: Member = application.borrower
    is_person = borrower.kind == MemberKind.PERSON
    on = platform.business_day(at)
    request = BorrowerRequest(
        kind="person" if is_person else "company",
        principal_minor=application.amount_minor,
        annual_rate=rate,
        business_purpose=application.business_purpose or not is_person,
        owed_here_minor=facts.owed_minor,
        owed_elsewhere_minor=facts.declared_minor,
        offered_here_minor=facts.offered_minor,
        offered_elsewhere_minor=facts.declared_minor,
        purpose=application.purpose,
    )
    return check_borrower(platform.rulebook(on), request, on=on)


def listings() -> QuerySet[Listing]:
    """Every listing with what a list shows of it."""
    return Listing.objects.select_related("application", "borrower")


def listing(listing_id: int) -> Listing | None:
    """One listing with its parts."""
    rows = Listing.objects.select_related(
        "application__product", "application__decision", "application__contract", "borrower"
    )
    return rows.filter(id=listing_id).first()


def pay_out_state(row: Listing) -> PayOutState:
    """What deciding on a pay-out looks at, read without a lock."""
    placed = Investment.objects.filter(listing_id=row.pk, state=InvestmentState.PLACED)
    contract = getattr(row.application, "contract", None)
    signed = contract is not None and contract.signatures.filter(member_id=row.borrower_id).exists()
    return PayOutState(
        id=row.pk,
        state=row.state,
        target_minor=row.target_minor,
        funded_minor=row.funded_minor,
        floor_minor=row.floor_minor,
        closes_at=row.closes_at,
        latest_revocable_until=placed.aggregate(latest=Max("revocable_until"))["latest"],
        signed=signed,
        borrower_blocked=row.borrower.blocked_at is not None,
    )


def pay_out_request(listing_id: int, *, at: datetime) -> int | None:
    """The request to pay a listing out that waits for its second person."""
    rows = ApprovalRequest.objects.filter(
        kind="market.pay_out", decision=None, expires_at__gt=at, payload__listing_id=listing_id
    )
    return rows.values_list("id", flat=True).first()


def investments(listing_id: int, *, limit: int = 80) -> list[Investment]:
    """Who put how much into a listing, newest first."""
    rows = Investment.objects.filter(listing_id=listing_id).select_related("member")
    return list(rows.order_by("-placed_at", "-id")[:limit])
