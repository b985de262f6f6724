"""One instalment with what was charged on it and what paid it, and a payment by instalments."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from tuppence.lending.allocation import Component
from tuppence.web.reads.loans import LoanPage, ScheduleRow


@dataclass(frozen=True, slots=True)
class PaidPart:
    """What one payment paid of one instalment, in minor units; number 0 is the loan as a whole."""

    payment_id: UUID
    on: date
    number: int
    due_on: date | None
    principal_minor: int
    interest_minor: int
    charges_minor: int

    @property
    def amount_minor(self) -> int:
        """All of it."""
        return self.principal_minor + self.interest_minor + self.charges_minor


@dataclass(frozen=True, slots=True)
class ChargeLine:
    """A fee or late charge on an instalment; less stands where it was waived or counted anew."""

    on: date
    component: str
    charged_minor: int
    standing_minor: int


@dataclass(frozen=True, slots=True)
class InstalmentPage:
    """An instalment as planned now, its charges, what paid it and what was given up of it."""

    row: ScheduleRow
    starts_on: date
    before: int | None  # the numbers of its neighbours
    after: int | None
    charges: list[ChargeLine]
    paid: list[PaidPart]
    waived_minor: int


def instalment_of(page: LoanPage, number: int) -> InstalmentPage | None:
    """An instalment of the loan by its number; None where the plan has no such row."""
    rows = {row.number: place for place, row in enumerate(page.schedule)}
    place = rows.get(number)
    if place is None:
        return None
    state = page.state
    return InstalmentPage(
        row=page.schedule[place],
        starts_on=state.plan.starts[place],
        before=page.schedule[place - 1].number if place else None,
        after=page.schedule[place + 1].number if place + 1 < len(page.schedule) else None,
        charges=[
            ChargeLine(each.on, each.component.value, each.charged_minor, each.standing_minor)
            for each in state.charges
            if each.number == number
        ],
        paid=[part for part in all_parts(page) if part.number == number],
        waived_minor=sum(
            part.amount_minor
            for waiver in state.waivers
            for part in waiver.parts
            if part.number == number
        ),
    )


def parts_of(page: LoanPage, payment_id: UUID) -> list[PaidPart]:
    """What a payment paid, by instalment; nothing where the bank took it back."""
    return [part for part in all_parts(page) if part.payment_id == payment_id]


def all_parts(page: LoanPage) -> list[PaidPart]:
    """Every payment that counts, by instalment, in the order of their days."""
    dues = {row.number: row.due_on for row in page.schedule}
    found = []
    for outcome in page.state.outcomes:
        sums: dict[int, dict[Component, int]] = defaultdict(lambda: defaultdict(int))
        for part in outcome.parts:
            sums[part.number][part.component] += part.amount_minor
        for number, by in sums.items():
            found.append(
                PaidPart(
                    outcome.id,
                    outcome.on,
                    number,
                    dues.get(number),
                    by[Component.PRINCIPAL],
                    by[Component.INTEREST],
                    by[Component.FEE] + by[Component.PENALTY],
                )
            )
    return [part for part in found if part.amount_minor]
