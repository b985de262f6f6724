"""Which dues a payment covers, component by component: the waterfall."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import groupby


class Component(StrEnum):
    """What a due consists of."""

    FEE = "fee"
    PENALTY = "penalty"
    INTEREST = "interest"
    PRINCIPAL = "principal"


class Direction(StrEnum):
    """Which comes first inside one rank: the older due or the earlier component."""

    HORIZONTAL = "horizontal"  # all components of the oldest due, then those of the next
    VERTICAL = "vertical"  # the first component of all dues, oldest first, then the next one


DEFAULT_ORDER = (Component.FEE, Component.PENALTY, Component.INTEREST, Component.PRINCIPAL)


@dataclass(frozen=True, slots=True)
class Due:
    """What is owed by a day, in minor units. A lower rank is covered before any higher one."""

    name: str
    due_on: date
    rank: int = 0
    fee_minor: int = 0
    penalty_minor: int = 0
    interest_minor: int = 0
    principal_minor: int = 0

    def amount_minor(self, component: Component) -> int:
        """Return what is owed of one component."""
        return _amounts(self)[component]


@dataclass(frozen=True, slots=True)
class DuePaid:
    """What a payment covers of one due, in minor units."""

    name: str
    fee_minor: int = 0
    penalty_minor: int = 0
    interest_minor: int = 0
    principal_minor: int = 0

    @property
    def total_minor(self) -> int:
        """All components together."""
        return sum(_amounts(self).values())


@dataclass(frozen=True, slots=True)
class Allocation:
    """What a payment covers of each due, in the order of the dues, and what is left of it."""

    paid: list[DuePaid]
    credit_minor: int


def allocate(
    payment_minor: int,
    dues: Sequence[Due],
    order: Sequence[Component] = DEFAULT_ORDER,
    direction: Direction = Direction.HORIZONTAL,
) -> Allocation:
    """Cover the dues with a payment until it is used up; what is left becomes credit.

    Ranks come first, the lowest before any other; inside a rank the oldest due, dues of one day in
    the order given. Horizontal (the default) covers each due's components in `order` before the
    next due; vertical covers one component of all the rank's dues before the next component. A
    component that `order` does not name is not covered.

    >>> dues = [Due("March", date(2025, 3, 31), interest_minor=5, principal_minor=100)]
    >>> allocate(25, dues).paid
    [DuePaid(name='March', fee_minor=0, penalty_minor=0, interest_minor=5, principal_minor=20)]
    """
    assert payment_minor >= 0
    assert len(set(order)) == len(order)
    left_minor = payment_minor
    covered = [dict.fromkeys(Component, 0) for _ in dues]
    for position, component in _waterfall(dues, order, direction):
        part_minor = min(left_minor, dues[position].amount_minor(component))
        assert part_minor >= 0
        covered[position][component] = part_minor
        left_minor -= part_minor
    paid = [_due_paid(due.name, parts) for due, parts in zip(dues, covered, strict=True)]
    assert sum(row.total_minor for row in paid) + left_minor == payment_minor
    return Allocation(paid, left_minor)


def _waterfall(
    dues: Sequence[Due], order: Sequence[Component], direction: Direction
) -> Iterator[tuple[int, Component]]:
    """Yield the components of the dues, by position, in the order in which they are covered."""
    positions = sorted(range(len(dues)), key=lambda i: (dues[i].rank, dues[i].due_on, i))
    if direction is Direction.HORIZONTAL:
        yield from ((position, component) for position in positions for component in order)
        return
    for _, group in groupby(positions, key=lambda position: dues[position].rank):
        ranked = list(group)
        yield from ((position, component) for component in order for position in ranked)


def _amounts(row: Due | DuePaid) -> dict[Component, int]:
    return {
        Component.FEE: row.fee_minor,
        Component.PENALTY: row.penalty_minor,
        Component.INTEREST: row.interest_minor,
        Component.PRINCIPAL: row.principal_minor,
    }


def _due_paid(name: str, parts: dict[Component, int]) -> DuePaid:
    return DuePaid(
        name,
        fee_minor=parts[Component.FEE],
        penalty_minor=parts[Component.PENALTY],
        interest_minor=parts[Component.INTEREST],
        principal_minor=parts[Component.PRINCIPAL],
    )
