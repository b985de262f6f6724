"""The open books: every published figure with what it stands on, worked out now and then.

Anybody may ask for these pages, and a large book takes seconds to add up, so a periodic task works
the figures out and keeps them; readers get what is kept, which says of which moment it is. Only
where nothing is kept, or the task has not run for a day, does a reader wait.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction

from django.core.cache import cache

from tuppence import platform
from tuppence.insight.arrears import Age, AgeSums, at_risk_share, together
from tuppence.insight.concentration import largest_share
from tuppence.insight.default_rate import WindowCount, default_rate, windows
from tuppence.insight.expected_return import GradeOutcome, outcome_of, outcomes_by_grade
from tuppence.insight.queries import open_book, outcomes
from tuppence.insight.queries.open_book import BookTotals
from tuppence.insight.returns import Month, months_of, net_annualised_return
from tuppence.insight.vintages import Vintage, loss_curve

KEPT_FOR = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class OpenBooks:
    """All that is published, of one moment."""

    at: datetime
    on: date
    currency: str
    totals: BookTotals
    ages: dict[Age, AgeSums]
    vintages: tuple[Vintage, ...]
    curves: dict[str, tuple[tuple[int, Fraction], ...]]  # by the quarter's name
    months: tuple[Month, ...]
    largest_debts: tuple[int, ...]
    largest_claims: tuple[int, ...]
    defaults: tuple[WindowCount, ...]
    grades: tuple[GradeOutcome, ...]
    whole: GradeOutcome | None  # every grade in one

    @property
    def late(self) -> AgeSums:
        """Every loan that is a day late or more."""
        return together(self.ages, [age for age in Age if age is not Age.CURRENT])

    @property
    def at_risk_30(self) -> Fraction | None:
        """Balance of loans more than 30 days late over the whole balance."""
        return at_risk_share(self.ages, 30)

    @property
    def at_risk_90(self) -> Fraction | None:
        """Balance of loans more than 90 days late over the whole balance."""
        return at_risk_share(self.ages, 90)

    @property
    def net_return(self) -> Fraction | None:
        """The return a year of the last twelve whole months, after fees and losses."""
        return net_annualised_return(self.months, self.on)

    @property
    def lost_minor(self) -> int:
        """Principal given up less what came back."""
        return self.totals.written_off_minor - self.totals.recovered_minor

    @property
    def loss_share(self) -> Fraction | None:
        """What was lost over all that was ever lent."""
        lent = self.totals.lent_minor
        return Fraction(self.lost_minor, lent) if lent else None

    @property
    def default_rate(self) -> Fraction | None:
        """The average share of loans that default within twelve months."""
        return default_rate(self.defaults)

    def share_of_debts(self, count: int) -> Fraction | None:
        """What the largest borrowers owe over all that is owed."""
        return largest_share(self.largest_debts, self.totals.outstanding_minor, count=count)

    def share_of_claims(self, count: int) -> Fraction | None:
        """What the largest lenders hold over all that is held."""
        return largest_share(self.largest_claims, self.totals.outstanding_minor, count=count)


def open_books(*, at: datetime) -> OpenBooks:
    """The published figures as they were worked out last."""
    currency = platform.currency()
    kept: OpenBooks | None = cache.get(_key(currency))
    if kept is None or not timedelta(0) <= at - kept.at < KEPT_FOR:
        return refresh_open_books(at=at)
    return kept


def refresh_open_books(*, at: datetime) -> OpenBooks:
    """Work the published figures out anew and keep them for the readers."""
    currency = platform.currency()
    found = read_open_books(currency, at=at)
    cache.set(_key(currency), found, KEPT_FOR.total_seconds())
    return found


def _key(currency: str) -> str:
    return f"open_books.2:{currency}"


def read_open_books(currency: str, *, at: datetime) -> OpenBooks:
    """The figures as the books have them now."""
    on = platform.business_day(at)
    vintages = open_book.vintages(currency)
    losses = open_book.losses_by_age(currency)
    first = outcomes.first_loan_on(currency)
    lent = outcomes.batches(currency)
    return OpenBooks(
        at=at,
        on=on,
        currency=currency,
        totals=open_book.totals(currency),
        ages=open_book.arrears_by_age(currency, on=on),
        vintages=tuple(vintages),
        curves={
            each.name: tuple(loss_curve(each, losses.get(each.quarter, ()), on))
            for each in vintages
        },
        months=tuple(months_of(open_book.flows_by_month(currency), on)),
        largest_debts=tuple(open_book.largest_debts(currency)),
        largest_claims=tuple(open_book.largest_claims(currency)),
        defaults=tuple(outcomes.default_counts(currency, windows(first, on) if first else [])),
        grades=tuple(outcomes_by_grade(lent)),
        whole=outcome_of("", lent),
    )
