"""How a list is sorted, as its address says it: `amount`, or `-amount` from the top down. Pure."""

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sort:
    """A column's name, or nothing for the rows' own order, and the direction."""

    name: str = ""
    descending: bool = False

    def __str__(self) -> str:
        return f"-{self.name}" if self.descending else self.name

    def turned(self) -> "Sort":
        """The same column the other way round."""
        return Sort(self.name, not self.descending)


def parse_sort(text: str, names: Collection[str]) -> Sort | None:
    """What an address asks for, or nothing where no such column can be sorted.

    >>> parse_sort("-amount", {"amount"}), parse_sort("colour", {"amount"})
    (Sort(name='amount', descending=True), None)
    """
    name = text.removeprefix("-")
    return Sort(name, text.startswith("-")) if name in names else None
