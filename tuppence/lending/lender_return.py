"""A lender's yearly return: on what was lent and on all of their money, as it stands and less the
losses still to be expected. Pure.

Each measure is the money-weighted rate (XIRR, `money.xirr`) of dated flows that ends with what is
there on the day of the question. On money lent, money goes in when a loan is paid out and comes
back with each payment, after fee and tax; idle cash doesn't count. On all money, only what was paid
in and taken out counts, so that cash which waits lowers the rate. Open principal counts in full,
interest that has not been paid counts nothing.

Losses still to be expected are taken off the last value: of a loan that pays on time, the expected
loss a year of its grade for as long as its principal is out on average; of an overdue one, a share
that grows with the days past due. (LendingClub's Adjusted NAR of 2013 takes losses off past-due
notes in the same way, by shares of its own.)
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from tuppence.lending.servicing.arrears import Bucket, bucket_of
from tuppence.money.rounding import Rounding, div_round
from tuppence.money.xirr import XirrResult, xirr

DAYS_A_YEAR = 365
DAYS_MIN = 90
"""A return of fewer days would be blown up to a year: none is stated."""

LOSS_WHEN_LATE: dict[Bucket, Fraction] = {
    Bucket.CURRENT: Fraction(0),
    Bucket.GRACE: Fraction(0),
    Bucket.DAYS_1_30: Fraction(1, 10),
    Bucket.DAYS_31_60: Fraction(3, 10),
    Bucket.DAYS_61_90: Fraction(1, 2),
    Bucket.DAYS_91_PLUS: Fraction(3, 4),
}
"""The platform's assumption: of so late a loan's open principal, what will be lost at least."""


class FlowKind(StrEnum):
    """What a day's money was, seen from the lender."""

    LENT = "lent"
    CAME_BACK = "came_back"
    TAKEN_BACK = "taken_back"  # a payment was corrected or reversed
    PAID_IN = "paid_in"
    TAKEN_OUT = "taken_out"

    @property
    def is_lending(self) -> bool:
        """Whether it moved between the lender's purse and loans; else it came from outside."""
        return self in {FlowKind.LENT, FlowKind.CAME_BACK, FlowKind.TAKEN_BACK}


@dataclass(frozen=True, slots=True)
class LenderFlow:
    """What one kind of movement came to on a day; what went to loans or out is negative.

    The sign is that of the purse: lent is negative, paid in is positive.
    """

    on: date
    kind: FlowKind
    amount_minor: int


@dataclass(frozen=True, slots=True)
class OpenHolding:
    """A part of a running loan. `life_days` is how long its open principal is out on average."""

    outstanding_minor: int
    expected_loss: Fraction  # a year, share of what is lent
    life_days: Fraction
    days_past_due: int
    grace_days: int

    @property
    def bucket(self) -> Bucket:
        """How late its loan is."""
        return bucket_of(self.days_past_due, self.grace_days)

    @property
    def loss_share(self) -> Fraction:
        """The share of the open principal that is expected to be lost, 1 at most.

        >>> OpenHolding(100_00, Fraction(2, 100), Fraction(365), 0, 0).loss_share
        Fraction(1, 50)
        """
        by_grade = self.expected_loss * max(self.life_days, Fraction(0)) / DAYS_A_YEAR
        return min(max(by_grade, LOSS_WHEN_LATE[self.bucket]), Fraction(1))

    @property
    def expected_loss_minor(self) -> int:
        """The same in minor units, half even."""
        share = self.loss_share * self.outstanding_minor
        return div_round(share.numerator, share.denominator, Rounding.HALF_EVEN)


@dataclass(frozen=True, slots=True)
class Worth:
    """What a lender has on a day, in minor units."""

    lent_minor: int  # principal still out
    expected_loss_minor: int  # of it
    cash_minor: int
    promised_minor: int
    owed_minor: int = 0  # advanced by the platform, to be taken back

    @property
    def together_minor(self) -> int:
        """Everything, open principal at its full amount."""
        return self.lent_minor + self.cash_minor + self.promised_minor - self.owed_minor


@dataclass(frozen=True, slots=True)
class Measure:
    """One return with the last value it stands on; too young a book has none."""

    result: XirrResult | None
    value_minor: int

    @property
    def rate(self) -> Fraction | None:
        """The rate a year to a millionth; None where there is none."""
        rate = None if self.result is None else self.result.rate
        return None if rate is None else Fraction(round(rate * 10**6), 10**6)


@dataclass(frozen=True, slots=True)
class Returns:
    """The four measures on a day."""

    on: date
    first_lent_on: date | None
    lent: Measure
    lent_after_loss: Measure
    whole: Measure
    whole_after_loss: Measure

    @property
    def is_young(self) -> bool:
        """Whether the first loan is too recent to state a yearly return."""
        return self.first_lent_on is None or (self.on - self.first_lent_on).days < DAYS_MIN


def worth_of(
    holdings: Iterable[OpenHolding], *, cash_minor: int, promised_minor: int, owed_minor: int = 0
) -> Worth:
    """Add up what there is."""
    held = list(holdings)
    return Worth(
        lent_minor=sum(each.outstanding_minor for each in held),
        expected_loss_minor=sum(each.expected_loss_minor for each in held),
        cash_minor=cash_minor,
        promised_minor=promised_minor,
        owed_minor=owed_minor,
    )


def returns_of(flows: Sequence[LenderFlow], worth: Worth, on: date) -> Returns:
    """The four measures on a day; flows after it are not asked."""
    known = [flow for flow in flows if flow.on <= on]
    lending = [(flow.on, flow.amount_minor) for flow in known if flow.kind.is_lending]
    # From outside: what was paid in is what the lender gave, so the sign turns.
    outside = [(flow.on, -flow.amount_minor) for flow in known if not flow.kind.is_lending]
    first = min((flow.on for flow in known if flow.kind is FlowKind.LENT), default=None)
    is_young = first is None or (on - first).days < DAYS_MIN

    def measure(given: list[tuple[date, int]], value_minor: int) -> Measure:
        return Measure(None if is_young else xirr([*given, (on, value_minor)]), value_minor)

    lost = worth.expected_loss_minor
    return Returns(
        on=on,
        first_lent_on=first,
        lent=measure(lending, worth.lent_minor - worth.owed_minor),
        lent_after_loss=measure(lending, worth.lent_minor - worth.owed_minor - lost),
        whole=measure(outside, worth.together_minor),
        whole_after_loss=measure(outside, worth.together_minor - lost),
    )
