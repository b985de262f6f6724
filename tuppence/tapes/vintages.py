"""Totals per vintage (year of issue and term), and where two such tables differ."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from fractions import Fraction

from tuppence.tapes.loans import TapeLoan, TapeStatus


@dataclass(frozen=True, slots=True, order=True)
class Vintage:
    """Loans issued in one year with one term."""

    year: int
    term_months: int

    def __str__(self) -> str:
        return f"{self.year}, {self.term_months} months"


@dataclass(frozen=True, slots=True)
class Totals:
    """What was lent and what came back; amounts in minor units of one currency."""

    loans: int = 0
    charged_off: int = 0
    funded_minor: int = 0
    principal_minor: int = 0
    interest_minor: int = 0
    late_fee_minor: int = 0
    recovered_minor: int = 0
    recovery_fee_minor: int = 0

    def __add__(self, other: "Totals") -> "Totals":
        return Totals(
            self.loans + other.loans,
            self.charged_off + other.charged_off,
            self.funded_minor + other.funded_minor,
            self.principal_minor + other.principal_minor,
            self.interest_minor + other.interest_minor,
            self.late_fee_minor + other.late_fee_minor,
            self.recovered_minor + other.recovered_minor,
            self.recovery_fee_minor + other.recovery_fee_minor,
        )

    @property
    def received_minor(self) -> int:
        """All that borrowers paid, recoveries before their fee included."""
        return (
            self.principal_minor + self.interest_minor + self.late_fee_minor + self.recovered_minor
        )

    @property
    def charged_off_share(self) -> Fraction:
        """Charged-off loans by count, as a share of all loans of the vintage."""
        return Fraction(self.charged_off, self.loans) if self.loans else Fraction(0)

    @property
    def gross_loss_share(self) -> Fraction:
        """Principal that did not come back, as a share of what was lent.

        Meant for a book that has ended: on an open one it also counts what is still owed.
        """
        lost_minor = self.funded_minor - self.principal_minor
        return Fraction(lost_minor, self.funded_minor) if self.funded_minor else Fraction(0)

    @property
    def net_loss_share(self) -> Fraction:
        """The gross loss less recoveries, which count after their fee."""
        regained_minor = self.recovered_minor - self.recovery_fee_minor
        lost_minor = self.funded_minor - self.principal_minor - regained_minor
        return Fraction(lost_minor, self.funded_minor) if self.funded_minor else Fraction(0)


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure that is not the same in two tables; `vintage` None means the grand total."""

    vintage: Vintage | None
    figure: str
    tape: int
    books: int


def vintage_of(loan: TapeLoan) -> Vintage:
    """The vintage that a loan belongs to."""
    return Vintage(loan.issued_on.year, loan.term_months)


def totals_of(loan: TapeLoan) -> Totals:
    """One loan as totals, straight from its row."""
    return Totals(
        loans=1,
        charged_off=int(loan.status is TapeStatus.CHARGED_OFF),
        funded_minor=loan.funded_minor,
        principal_minor=loan.principal_minor,
        interest_minor=loan.interest_minor,
        late_fee_minor=loan.late_fee_minor,
        recovered_minor=loan.recovered_minor,
        recovery_fee_minor=loan.recovery_fee_minor,
    )


def totals_by_vintage(loans: Iterable[TapeLoan]) -> dict[Vintage, Totals]:
    """Add up a tape per vintage, in order of year and term."""
    totals: dict[Vintage, Totals] = {}
    for loan in loans:
        vintage = vintage_of(loan)
        totals[vintage] = totals.get(vintage, Totals()) + totals_of(loan)
    return dict(sorted(totals.items()))


def grand_total(by_vintage: Mapping[Vintage, Totals]) -> Totals:
    """The sum over all vintages."""
    return sum(by_vintage.values(), start=Totals())


def differences(
    tape: Mapping[Vintage, Totals], books: Mapping[Vintage, Totals]
) -> list[Difference]:
    """Every figure that differs between the tape and the books, vintage by vintage, total last."""
    found: list[Difference] = []
    rows: list[tuple[Vintage | None, Totals, Totals]] = [
        (vintage, tape.get(vintage, Totals()), books.get(vintage, Totals()))
        for vintage in sorted(set(tape) | set(books))
    ]
    rows.append((None, grand_total(tape), grand_total(books)))
    for vintage, on_tape, in_books in rows:
        for figure in fields(Totals):
            stated, booked = getattr(on_tape, figure.name), getattr(in_books, figure.name)
            if stated != booked:
                found.append(Difference(vintage, figure.name, stated, booked))
    return found
