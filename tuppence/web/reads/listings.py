"""Listings as visitors and investors see them: no names, no documents."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from django.db.models import (
    Case,
    ExpressionWrapper,
    F,
    FloatField,
    QuerySet,
    Value,
    When,
)
from django.db.models.expressions import Combinable

from tuppence.lending.lender_outlook import LenderTerms, Outlook, outlook_of
from tuppence.lending.models import Application, ApplicationDecision
from tuppence.lending.schedule import Instalment, build_schedule
from tuppence.lending.terms import LoanTerms, Method
from tuppence.market.models import Listing, ListingState
from tuppence.money.day_count import DayCount
from tuppence.money.months import Unit
from tuppence.web.reads.products import product_name

LEFT = "open_minor"
DAYS_A_UNIT = {Unit.DAYS: 1.0, Unit.WEEKS: 7.0, Unit.MONTHS: 365 / 12, Unit.YEARS: 365.0}


@dataclass(frozen=True, slots=True)
class ListingRow:
    """One listing in a list."""

    id: int
    title: str
    borrower: str  # pseudonym
    product: str
    currency: str
    target_minor: int
    funded_minor: int
    investments: int
    annual_rate: Fraction
    expected_loss: Fraction | None
    grade: str
    instalments: int
    every: int  # so many units from one instalment to the next
    unit: str
    state: str
    opens_at: datetime
    closes_at: datetime

    @property
    def length(self) -> int:
        """How many units the loan runs."""
        return self.instalments * self.every

    @property
    def left_minor(self) -> int:
        """What is still wanted."""
        return self.target_minor - self.funded_minor

    @property
    def funded_percent(self) -> int:
        """The funded share in whole percent, rounded down."""
        return self.funded_minor * 100 // self.target_minor


@dataclass(frozen=True, slots=True)
class ListingPage:
    """One listing with what its page tells."""

    row: ListingRow
    borrower_id: int
    purpose: str
    borrower_kind: str
    borrower_since: datetime
    borrower_verified: bool
    income_minor_monthly: int | None
    spending_minor_monthly: int | None
    method: str
    every: int
    day_count: str
    fee_with_vat: Fraction  # of the lenders' interest
    withholding_tax: Fraction
    minimum_minor: int
    step_minor: int
    floor_minor: int
    reflection_days: int
    grace_principal: int
    grace_interest: int


def listings_in_table() -> QuerySet[Listing]:
    """All listings with what the public list shows of them, and what is left of each."""
    return _with_parts().annotate(**{LEFT: F("target_minor") - F("funded_minor")})


def open_listings(*, at: datetime, limit: int) -> list[ListingRow]:
    """Listings open at a moment, the one that closes first on top."""
    found = (
        _with_parts()
        .filter(state=ListingState.OPEN, opens_at__lte=at, closes_at__gt=at)
        .order_by("closes_at", "id")[:limit]
    )
    return [row_of(listing) for listing in found]


def listings_by_id(ids: Sequence[int]) -> dict[int, ListingRow]:
    """These listings, whatever their state."""
    return {listing.pk: row_of(listing) for listing in _with_parts().filter(pk__in=set(ids))}


def listing_page(listing_id: int) -> ListingPage | None:
    """One listing, whatever its state; None where there is none."""
    listing = _with_parts().filter(pk=listing_id).first()
    if listing is None:
        return None
    application: Application = listing.application
    product, borrower = application.product, listing.borrower
    return ListingPage(
        row=row_of(listing),
        borrower_id=borrower.pk,
        purpose=application.purpose,
        borrower_kind=borrower.kind,
        borrower_since=borrower.joined_at,
        borrower_verified=borrower.verified_at is not None,
        income_minor_monthly=application.income_minor_monthly,
        spending_minor_monthly=application.spending_minor_monthly,
        method=product.method,
        every=product.every,
        day_count=product.day_count,
        fee_with_vat=product.servicing_fee * (1 + product.vat),
        withholding_tax=product.withholding_tax,
        minimum_minor=listing.investment_minor_min,
        step_minor=listing.investment_minor_step,
        floor_minor=listing.floor_minor,
        reflection_days=listing.reflection_days,
        grace_principal=product.grace_principal,
        grace_interest=product.grace_interest,
    )


def preview_schedule(page: ListingPage, *, principal_minor: int, at: datetime) -> list[Instalment]:
    """What an amount lent in a listing would bring if it were paid out today and paid on time.

    A preview: real instalments are split over all lenders, each to the cent.
    """
    return build_schedule(
        LoanTerms(
            principal_minor=principal_minor,
            currency=page.row.currency,
            annual_rate=page.row.annual_rate,
            instalments=page.row.instalments,
            start=at.date(),
            every=page.every,
            unit=Unit(page.row.unit),
            method=Method(page.method),
            day_count=DayCount(page.day_count),
            grace_principal=page.grace_principal,
            grace_interest=page.grace_interest,
        )
    )


def outlook(page: ListingPage, rows: Sequence[Instalment], *, at: datetime) -> Outlook:
    """What a schedule previewed at a moment would leave after fee, tax and expected loss."""
    terms = LenderTerms(page.fee_with_vat, page.withholding_tax, page.row.expected_loss)
    return outlook_of(rows, at.date(), terms)


def row_of(listing: Listing) -> ListingRow:
    """A listing with its application, decision and borrower as one row."""
    application: Application = listing.application
    decision: ApplicationDecision = application.decision
    assert decision.annual_rate is not None, "a listed application was approved with a rate"
    product = application.product
    return ListingRow(
        id=listing.pk,
        title=application.title,
        borrower=listing.borrower.pseudonym,
        product=product_name(product),
        currency=listing.currency,
        target_minor=listing.target_minor,
        funded_minor=listing.funded_minor,
        investments=listing.investments,
        annual_rate=decision.annual_rate,
        expected_loss=decision.expected_loss,
        grade=decision.grade,
        instalments=application.instalments,
        every=product.every,
        unit=product.unit,
        state=listing.state,
        opens_at=listing.opens_at,
        closes_at=listing.closes_at,
    )


def _with_parts() -> QuerySet[Listing]:
    return Listing.objects.select_related(
        "application__decision", "application__product", "borrower"
    )


def term_days() -> Combinable:
    """How long a loan runs, for comparing terms in months with terms in days or weeks.

    Asked for only where a list is sorted or narrowed by it: it joins each listing's product.
    """
    unit = "application__product__unit"
    length = Case(
        *(When(**{unit: code.value}, then=Value(days)) for code, days in DAYS_A_UNIT.items()),
        output_field=FloatField(),
    )
    whole: Combinable = F("application__instalments") * F("application__product__every") * length
    return ExpressionWrapper(whole, output_field=FloatField())
