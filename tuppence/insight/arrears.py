"""How much of a book is late, and by how long. Pure.

Days past due of a loan are the cut-off day less the due day of its oldest instalment that is not
fully paid. Two amounts are told apart: instalments that are due and unpaid, and the whole balance
of loans that are late ("balance at risk"). Every rate is taken on what is still outstanding, never
on what was lent since the start: that denominator would make lateness melt as a platform grows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction


class Age(StrEnum):
    """How late a loan is, in days past due."""

    CURRENT = "current"
    DAYS_1_30 = "1-30"
    DAYS_31_60 = "31-60"
    DAYS_61_90 = "61-90"
    DAYS_91_180 = "91-180"
    DAYS_181_PLUS = "181+"


AGES = tuple(Age)
FIRST_DAYS = (1, 31, 61, 91, 181)
"""The first day past due of every age after `current`, for queries that sort loans into them."""


@dataclass(frozen=True, slots=True)
class AgeSums:
    """The open loans of one age. Amounts in minor units."""

    loans: int = 0
    balance_minor: int = 0  # whole outstanding principal
    overdue_minor: int = 0  # instalments due and unpaid, principal and interest

    def __add__(self, other: "AgeSums") -> "AgeSums":
        return AgeSums(
            self.loans + other.loans,
            self.balance_minor + other.balance_minor,
            self.overdue_minor + other.overdue_minor,
        )


Book = Mapping[Age, AgeSums]


def age_of(days_past_due: int) -> Age:
    """The age of a loan that is so many days past due.

    >>> [age_of(days).value for days in (0, 1, 30, 31, 90, 91, 180, 181)]
    ['current', '1-30', '1-30', '31-60', '61-90', '91-180', '91-180', '181+']
    """
    return AGES[sum(days_past_due >= first for first in FIRST_DAYS)]


def together(book: Book, ages: Sequence[Age] = AGES) -> AgeSums:
    """Several ages in one."""
    return sum((book.get(age, AgeSums()) for age in ages), start=AgeSums())


def at_risk_share(book: Book, beyond_days: int) -> Fraction | None:
    """The balance of loans more than so many days past due over the whole balance (PAR n).

    `beyond_days` ends an age: 0, 30, 60, 90 or 180. None where nothing is outstanding.
    """
    late = together(book, AGES[FIRST_DAYS.index(beyond_days + 1) + 1 :])
    whole_minor = together(book).balance_minor
    return Fraction(late.balance_minor, whole_minor) if whole_minor else None
