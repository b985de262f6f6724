"""What the law says to a listing and its pay-out: funding window, sheet, purpose, reflection."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from tuppence.rules.borrower import payout_findings, purpose_findings
from tuppence.rules.findings import Finding, find, show_day, show_moment
from tuppence.rules.rule import Check
from tuppence.rules.rulebook import RuleBook

# (day, number, country) -> the number-th business day after that day; money.calendars has one.
AddBusinessDays = Callable[[date, int, str], date]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingTerms:
    """A listing about to be published: its first and last day of funding, and what it shows."""

    opens_on: date
    closes_on: date
    purpose: str = ""
    information_sheet_sides: int | None = None

    def __post_init__(self) -> None:
        """The edge has refused a window that ends before it begins."""
        assert self.opens_on <= self.closes_on


def check_listing(
    book: RuleBook, terms: ListingTerms, *, add_business_days: AddBusinessDays
) -> tuple[Finding, ...]:
    """Every rule that fires on a listing's terms, as the law stands on its first day."""
    book = book.at(terms.opens_on)
    found = (
        *_funding_window(book, terms, add_business_days),
        *_sheet(book, terms.information_sheet_sides),
        *purpose_findings(book, terms.purpose),
    )
    return tuple(found)


def latest_close(
    book: RuleBook, opens_on: date, *, add_business_days: AddBusinessDays
) -> date | None:
    """The last day on which funding may close; None where the law sets no window.

    The day of opening is not counted. A unit of working days is counted on the calendar of the
    book's country, any other as calendar days.
    """
    rule = book.at(opens_on).enforcing(Check.FUNDING_WINDOW)
    if rule is None:
        return None
    days = int(rule.needed("value"))
    if rule.unit == "working days":
        return add_business_days(opens_on, days, book.head.calendar)
    return opens_on + timedelta(days=days)


def reflection_ends(
    accepted_at: datetime, book: RuleBook, *, sophisticated: bool = False
) -> datetime | None:
    """Until when (exclusive, UTC) an investor may withdraw an offer; None where the law gives no
    such time, or to a sophisticated investor.

    A calendar day is counted as 24 hours from the moment of the offer.
    """
    assert accepted_at.tzinfo is not None, "a moment without a zone is no moment"
    rule = book.enforcing(Check.REFLECTION)
    if rule is None or sophisticated:
        return None
    return accepted_at.astimezone(UTC) + timedelta(days=int(rule.needed("value")))


def check_payout(
    book: RuleBook, *, last_accepted_at: datetime | None, at: datetime, withheld_minor: int
) -> tuple[Finding, ...]:
    """What stands against paying a full listing out at that moment.

    `last_accepted_at` is the latest offer of a non-sophisticated investor, None where there is
    none; `withheld_minor` what would be held back of the principal.
    """
    return (
        *_reflection(book, last_accepted_at, at),
        *payout_findings(book, withheld_minor=withheld_minor),
    )


def _funding_window(
    book: RuleBook, terms: ListingTerms, add_business_days: AddBusinessDays
) -> Iterator[Finding]:
    rule = book.enforcing(Check.FUNDING_WINDOW)
    latest = latest_close(book, terms.opens_on, add_business_days=add_business_days)
    if rule and latest and terms.closes_on > latest:
        closes = show_day(terms.closes_on)
        figure = f"{closes} > {show_day(latest)}"
        yield find(rule, "refuse", figure, closes=closes, latest=show_day(latest))


def _sheet(book: RuleBook, sides: int | None) -> Iterator[Finding]:
    rule = book.enforcing(Check.SHEET_LENGTH)
    cap = int(rule.needed("value")) if rule else 0
    if rule and sides is not None and sides > cap:
        yield find(rule, "refuse", f"{sides} > {cap} sides", pages=str(sides), cap=str(cap))


def _reflection(
    book: RuleBook, last_accepted_at: datetime | None, at: datetime
) -> Iterator[Finding]:
    rule = book.enforcing(Check.REFLECTION)
    ends = reflection_ends(last_accepted_at, book) if last_accepted_at else None
    if rule and ends and at < ends:
        yield find(rule, "wait", f"{show_moment(at)} < {show_moment(ends)}", ends=show_moment(ends))
