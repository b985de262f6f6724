"""What can be measured of the rules in force, for the compliance page.

A rule with a bound gets the worst value found; any other gets the number of breaches.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from fractions import Fraction

from django.db.models import F, Min, Sum

from tuppence import platform
from tuppence.compliance.models import Complaint
from tuppence.lending.models import Loan, Product
from tuppence.market.models import Investment, InvestmentState, Listing, ListingState
from tuppence.members.registration import MemberKind
from tuppence.money.months import add_months
from tuppence.rules.rule import Bound, Check, Rule
from tuppence.rules.rulebook import RuleBook

LIVING = (ListingState.OPEN, ListingState.FULL)
Fact = int | Fraction


def rule_facts(book: RuleBook, *, at: datetime) -> dict[str, Fact]:
    """A figure for each rule that the platform's own rows can answer for."""
    facts: dict[str, Fact] = {}
    for check, measure in MEASURES.items():
        rule = book.enforcing(check)
        if rule is None:
            continue
        found = measure(rule, at)
        if found is not None:
            facts[rule.id] = found
    return facts


def consumers(rule: Rule, at: datetime) -> Fact | None:
    """Listings on the market whose borrower is a person who does not borrow for a business."""
    people = Listing.objects.filter(state__in=LIVING, borrower__kind=MemberKind.PERSON)
    return people.filter(application__business_purpose=False).count()


def largest_debt(kind: MemberKind) -> Callable[[Rule, datetime], Fact | None]:
    """The largest outstanding principal of one borrower of a kind."""

    def measure(rule: Rule, at: datetime) -> Fact | None:
        sums = (
            Loan.objects.filter(borrower__kind=kind, state="active")
            .values("borrower_id")
            .annotate(owed=Sum("outstanding_minor"))
        )
        largest = sums.order_by("-owed").values_list("owed", flat=True).first()
        return int(largest or 0) if rule.bound is Bound.AT_MOST else None

    return measure


def shortest_reflection(rule: Rule, at: datetime) -> Fact | None:
    """The fewest days in which an investor may change their mind, among living listings."""
    if rule.bound is not Bound.AT_LEAST:
        return None
    found: int | None = Listing.objects.filter(state__in=LIVING).aggregate(
        least=Min("reflection_days")
    )["least"]
    return found


def unwarned(rule: Rule, at: datetime) -> Fact | None:
    """Investments placed by members who never acknowledged the warning, nor are sophisticated."""
    placed = Investment.objects.filter(state=InvestmentState.PLACED, member__sophisticated=False)
    return placed.filter(member__warning_acknowledged_at=None).count()


def oldest_test(rule: Rule, at: datetime) -> Fact | None:
    """The age in whole years of the oldest test behind an investment that is placed."""
    if rule.bound is not Bound.AT_MOST or rule.unit != "years":
        return None
    placed = Investment.objects.filter(state=InvestmentState.PLACED, member__sophisticated=False)
    oldest = placed.aggregate(oldest=Min(F("member__test_passed_on")))["oldest"]
    return (at.date() - oldest).days // 365 if oldest else None


def highest_rate(rule: Rule, at: datetime) -> Fact | None:
    """The highest rate on the market."""
    if rule.bound is not Bound.AT_MOST:
        return None
    rates = Listing.objects.filter(state__in=LIVING).values_list(
        "application__decision__annual_rate", flat=True
    )
    return max((Fraction(rate) for rate in rates if rate is not None), default=None)


def deductions(rule: Rule, at: datetime) -> Fact | None:
    """Products on offer that keep a fee back of the principal."""
    offered = Product.objects.filter(retired_at=None, pays_out_net=True)
    return offered.exclude(origination_fee=Fraction(0)).count()


def oldest_complaint(rule: Rule, at: datetime) -> Fact | None:
    """How long the oldest open complaint has waited, in whole units of the rule."""
    oldest = Complaint.objects.filter(closed_at=None).aggregate(at=Min("received_at"))["at"]
    if oldest is None:
        return 0
    since, today = platform.business_day(oldest), platform.business_day(at)
    if rule.unit == "days":
        return (today - since).days
    if rule.unit != "months":
        return None
    months = (today.year - since.year) * 12 + today.month - since.month
    # A day past the limit counts as one more: two months and a day are more than two.
    return months if today <= add_months(since, months) else months + 1


MEASURES: Mapping[Check, Callable[[Rule, datetime], Fact | None]] = {
    Check.NO_CONSUMER: consumers,
    Check.CAP_PERSON_HERE: largest_debt(MemberKind.PERSON),
    Check.CAP_COMPANY_HERE: largest_debt(MemberKind.ORGANISATION),
    Check.REFLECTION: shortest_reflection,
    Check.RISK_WARNING: unwarned,
    Check.KNOWLEDGE_TEST: oldest_test,
    Check.RATE_CAP: highest_rate,
    Check.NO_DEDUCTION: deductions,
    Check.COMPLAINT_RECEIPT: lambda rule, at: 0,  # acknowledged with its number at once
    Check.COMPLAINT_ANSWER: oldest_complaint,
}
