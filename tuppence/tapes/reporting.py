"""What an import did and what it found, and the same as plain values for a file."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from tuppence.tapes.loans import BadRow
from tuppence.tapes.oddities import Oddity
from tuppence.tapes.vintages import Difference, Totals, Vintage, differences, grand_total


@dataclass(frozen=True, slots=True)
class ImportReport:
    """Rows of a tape by what became of them, and both sides of the comparison by vintage.

    `booked` counts the loans that this run wrote, `known` those that an earlier one had written.
    The totals of both sides are over these loans; bad and changed rows are in neither.
    """

    tape: str
    currency: str
    pool: str
    booked: int
    known: int
    payments: int  # of the borrowers, written by this run, recoveries included
    investments: int
    bad: Sequence[BadRow] = ()
    changed: Sequence[BadRow] = ()
    oddities: Mapping[Oddity, int] = field(default_factory=dict)
    on_tape: Mapping[Vintage, Totals] = field(default_factory=dict)
    in_books: Mapping[Vintage, Totals] = field(default_factory=dict)

    @property
    def differences(self) -> list[Difference]:
        """Every figure in which the books are not the tape."""
        return differences(self.on_tape, self.in_books)

    def plain(self) -> dict[str, Any]:
        """The report as plain values; amounts in minor units."""
        return {
            "tape": self.tape,
            "currency": self.currency,
            "pool": self.pool,
            "booked": self.booked,
            "known": self.known,
            "payments": self.payments,
            "investments": self.investments,
            "bad_rows": [asdict(row) for row in self.bad],
            "changed_rows": [asdict(row) for row in self.changed],
            "oddities": [
                {"name": oddity.value, "loans": count, "rule": oddity.rule}
                for oddity, count in sorted(self.oddities.items())
            ],
            "tape_totals": _plain_totals(self.on_tape),
            "book_totals": _plain_totals(self.in_books),
            "differences": [
                {
                    "vintage": str(found.vintage) if found.vintage else "total",
                    "figure": found.figure,
                    "tape": found.tape,
                    "books": found.books,
                }
                for found in self.differences
            ],
        }


def _plain_totals(by_vintage: Mapping[Vintage, Totals]) -> dict[str, dict[str, int]]:
    rows = {str(vintage): asdict(totals) for vintage, totals in by_vintage.items()}
    return rows | {"total": asdict(grand_total(by_vintage))}
