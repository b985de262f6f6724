"""One suggestion for money that lies idle, by a rule that anybody can follow. Pure.

Among open listings that the money suffices for, of borrowers with whom the lender has nothing yet,
it names the one whose grade makes up the least of what is lent; of several, the one that closes
first. Neither the rate nor anybody's payment plays a part, and nothing is placed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class OpenListing:
    """A listing that takes money now. Amounts in minor units."""

    id: int
    borrower_id: int
    grade: str
    minimum_minor: int
    left_minor: int
    closes_at: datetime


@dataclass(frozen=True, slots=True)
class Placed:
    """Where the lender's money is: by grade, and with which borrowers, promises included."""

    by_grade: Mapping[str, int]
    borrower_ids: frozenset[int]

    def share_of(self, grade: str) -> Fraction:
        """What a grade makes up of all of it; 0 where nothing is placed."""
        total = sum(self.by_grade.values())
        return Fraction(self.by_grade.get(grade, 0), total) if total else Fraction(0)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A listing to look at, and why it: the share that its grade makes up so far."""

    listing_id: int
    minimum_minor: int
    grade: str
    grade_share: Fraction


def suggest(
    member_id: int, cash_minor: int, listings: Sequence[OpenListing], placed: Placed
) -> Suggestion | None:
    """The one listing, or None where no listing fits."""
    fitting = [
        each
        for each in listings
        if each.borrower_id != member_id
        and each.borrower_id not in placed.borrower_ids
        and 0 < min(each.minimum_minor, each.left_minor) <= cash_minor
    ]
    if not fitting:
        return None
    chosen = min(fitting, key=lambda each: (placed.share_of(each.grade), each.closes_at, each.id))
    least_minor = min(chosen.minimum_minor, chosen.left_minor)
    return Suggestion(chosen.id, least_minor, chosen.grade, placed.share_of(chosen.grade))
