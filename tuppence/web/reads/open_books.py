"""The open books: every published figure with what it stands on, worked out now and then.

Anybody may ask for these pages, so the figures are kept for a quarter of an hour: they say of which
moment they are.
"""

from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from django.core.cache import cache

from tuppence import platform
from tuppence.insight.arrears import Age, AgeSums, at_risk_share, together
from tuppence.insight.concentration import largest_share
from tuppence.insight.queries import open_book
from tuppence.insight.queries.open_book import BookTotals
from tuppence.insight.returns import Month, months_of, net_annualised_return
from tuppence.insight.vintages import Vintage, loss_curve

KEPT_SECONDS = 15 * 60


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

    def share_of_debts(self, count: int) -> Fraction | None:
        """What the largest borrowers owe over all that is owed."""
        return largest_share(self.largest_debts, self.totals.outstanding_minor, count=count)

    def share_of_claims(self, count: int) -> Fraction | None:
        """What the largest lenders hold over all that is held."""
        return largest_share(self.largest_claims, self.totals.outstanding_minor, count=count)


def open_books(*, at: datetime) -> OpenBooks:
    """The published figures of this moment or of at most a quarter of an hour before it."""
    currency = platform.currency()
    key = f"open_books:{currency}"
    kept: OpenBooks | None = cache.get(key)
    if kept is None:
        kept = read_open_books(currency, at=at)
        cache.set(key, kept, KEPT_SECONDS)
    return kept


def read_open_books(currency: str, *, at: datetime) -> OpenBooks:
    """The figures as the books have them now."""
    on = platform.business_day(at)
    vintages = open_book.vintages(currency)
    losses = open_book.losses_by_age(currency)
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
    )
