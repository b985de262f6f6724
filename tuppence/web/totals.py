"""Sums of a schedule's rows, as its last line shows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


class Row(Protocol):
    """A row of a schedule, whatever else it holds."""

    @property
    def principal_minor(self) -> int: ...
    @property
    def interest_minor(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Total:
    """What all rows come to, in minor units."""

    principal_minor: int
    interest_minor: int
    charges_minor: int = 0

    @property
    def amount_minor(self) -> int:
        """Principal, interest and charges."""
        return self.principal_minor + self.interest_minor + self.charges_minor


def total_of(rows: Sequence[Row]) -> Total:
    """Add up a schedule; rows without charges have none."""
    return Total(
        sum(row.principal_minor for row in rows),
        sum(row.interest_minor for row in rows),
        sum(getattr(row, "charges_minor", 0) for row in rows),
    )
