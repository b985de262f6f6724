"""Applications and listings as credit officers read them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from django.db.models import Max, Q, QuerySet, Sum

from tuppence import platform
from tuppence.lending.models import Application, Loan
from tuppence.market.lifecycle import ListingState as PayOutState
from tuppence.market.models import Investment, InvestmentState, Listing
from tuppence.members.compliance import DeclarationKind
from tuppence.members.models import ApprovalRequest, Member
from tuppence.members.queries import declared_minor
from tuppence.members.registration import MemberKind
from tuppence.rules.borrower import BorrowerRequest, check_borrower
from tuppence.rules.findings import Finding

A_YEAR = timedelta(days=365)


def with_parts() -> QuerySet[Application]:
    """Applications with everything that became of them."""
    return Application.objects.select_related(
        "product", "borrower", "decision", "withdrawal", "contract", "listing", "loan"
    )


@dataclass(frozen=True, slots=True)
class BorrowerFacts:
    """What the platform knows of a borrower beside one application, in minor units."""

    owed_minor: int
    offered_minor: int
    declared_minor: int | None
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
        other_applications=list(
            Application.objects.filter(borrower_id=application.borrower_id)
            .exclude(pk=application.pk)
            .select_related("decision", "withdrawal")
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
