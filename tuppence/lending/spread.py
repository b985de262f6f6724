"""How lent money is spread, and where it is concentrated. Pure.

The measure is the Herfindahl-Hirschman index: the sum of the squares of the parts' shares. Its
inverse is the effective number: so many equal parts would be as concentrated as these.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

LOANS_MIN = 20
BORROWER_SHARE_MAX = Fraction(1, 10)
GRADE_SHARE_MAX = Fraction(3, 5)


@dataclass(frozen=True, slots=True)
class Part:
    """One borrower, grade or term, and what of it is lent."""

    name: str
    loans: int
    outstanding_minor: int


@dataclass(frozen=True, slots=True)
class Spread:
    """Parts of what is lent, the largest first."""

    parts: tuple[Part, ...]

    @property
    def total_minor(self) -> int:
        """All that is lent."""
        return sum(part.outstanding_minor for part in self.parts)

    @property
    def loans(self) -> int:
        """In how many loans."""
        return sum(part.loans for part in self.parts)

    def share(self, part: Part) -> Fraction:
        """What a part is of the whole, 0 to 1."""
        total = self.total_minor
        return Fraction(part.outstanding_minor, total) if total else Fraction(0)

    @property
    def index(self) -> Fraction:
        """The sum of squared shares: 1 for one part, near 0 for many small ones.

        Shares of 30, 30, 20 and 20 % make 0.26, the example of the U.S. Department of Justice.
        """
        return sum((self.share(part) ** 2 for part in self.parts), Fraction(0))

    @property
    def effective_number(self) -> Fraction | None:
        """How many equal parts would be as concentrated; None where nothing is lent."""
        return 1 / self.index if self.index else None


class Hint(StrEnum):
    """Something about the spread that a lender should know."""

    FEW_LOANS = "few_loans"
    LARGE_BORROWER = "large_borrower"
    ONE_GRADE = "one_grade"


def spread_of(parts: Sequence[Part]) -> Spread:
    """Parts in order of size; what is paid back is left out."""
    open_parts = [part for part in parts if part.outstanding_minor > 0]
    return Spread(tuple(sorted(open_parts, key=lambda part: (-part.outstanding_minor, part.name))))


def hints_of(borrowers: Spread, grades: Spread) -> list[Hint]:
    """What stands out; nothing where nothing is lent."""
    if not borrowers.parts:
        return []
    hints = []
    if borrowers.share(borrowers.parts[0]) > BORROWER_SHARE_MAX:
        hints.append(Hint.LARGE_BORROWER)
    if borrowers.loans < LOANS_MIN:
        hints.append(Hint.FEW_LOANS)
    if len(grades.parts) > 1 and grades.share(grades.parts[0]) > GRADE_SHARE_MAX:
        hints.append(Hint.ONE_GRADE)
    return hints
