"""What a check of the books found: what was compared, how often, and where it differs.

Each room contributes rows of this one shape; `tuppence books check` collects them. The invariant is
the number in the platform's list of promises (I1 … I10).
"""

from collections.abc import Iterable
from dataclasses import dataclass

# Enough to see what is wrong; a broken index may make millions of them.
DIFFERENCES_SHOWN_MAX = 100


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where two figures that must be equal are not."""

    where: str
    expected: str
    found: str


@dataclass(frozen=True, slots=True)
class Check:
    """One comparison of the books: `count` pairs were compared, `different` of them differ.

    A check that compared nothing is true and says so by its count.
    """

    name: str
    invariant: str
    compared: str
    count: int
    different: int = 0
    differences: tuple[Difference, ...] = ()

    def __post_init__(self) -> None:
        assert 0 <= len(self.differences) <= self.different <= self.count, self.name
        assert bool(self.differences) == bool(self.different), self.name

    @property
    def holds(self) -> bool:
        return self.different == 0


def check(
    name: str, invariant: str, compared: str, *, count: int, differences: Iterable[Difference]
) -> Check:
    """A check from every difference there is; the first of them are kept to be shown."""
    found = tuple(differences)
    return Check(name, invariant, compared, count, len(found), found[:DIFFERENCES_SHOWN_MAX])


def compare(
    name: str, invariant: str, compared: str, pairs: Iterable[tuple[str, int, int]]
) -> Check:
    """Compare two figures at each place: (where, expected, found), in minor units or counts.

    >>> compare("sums", "I2", "debits with credits", [("EUR", 5, 5), ("CNY", 5, 4)]).differences
    (Difference(where='CNY', expected='5', found='4'),)
    """
    rows = list(pairs)
    return check(
        name,
        invariant,
        compared,
        count=len(rows),
        differences=[
            Difference(where, str(expected), str(found))
            for where, expected, found in rows
            if expected != found
        ],
    )
