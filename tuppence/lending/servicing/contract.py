"""What a loan's contract says about servicing: the agreed rows and the rules that read them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Protocol

from tuppence.lending.allocation import DEFAULT_ORDER, Component, Direction
from tuppence.lending.payoff import InterestUntil
from tuppence.lending.schedule import build_schedule
from tuppence.lending.terms import LoanTerms, Method, due_date
from tuppence.money.day_count import DayCount
from tuppence.money.months import Unit
from tuppence.money.rounding import Rounding, round_to_minor

COLUMNS = (Component.FEE, Component.PENALTY, Component.INTEREST, Component.PRINCIPAL)
"""The components that are owed per instalment, in the order of the account's columns."""

FEE, PENALTY, INTEREST, PRINCIPAL = range(4)

COLUMN_OF = {component: column for column, component in enumerate(COLUMNS)}


class Excess(StrEnum):
    """What happens to money beyond what is due by its value date."""

    CREDIT = "credit"  # it stays with the borrower
    NEXT_INSTALMENTS = "next_instalments"  # it pays the coming instalments as scheduled


class LateFeeTo(StrEnum):
    """Whose income a late fee is."""

    LENDERS = "lenders"
    FIRM = "firm"


class RecoveryOrder(StrEnum):
    """In which order a recovery pays the claims that were written off."""

    PRINCIPAL_FIRST = "principal_first"  # principal, interest, penalty, fee
    PRO_RATA = "pro_rata"  # each claim in proportion to its size
    WATERFALL = "waterfall"  # as the contract orders a payment


class PlannedRow(Protocol):
    """One row of a schedule, as `tuppence.lending.schedule.Instalment` has it."""

    @property
    def number(self) -> int: ...
    @property
    def due_on(self) -> date: ...
    @property
    def principal_minor(self) -> int: ...
    @property
    def interest_minor(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Row:
    """A planned row by itself, where no schedule was computed."""

    number: int
    due_on: date
    principal_minor: int
    interest_minor: int


@dataclass(frozen=True, slots=True)
class LateFeeRule:
    """One fee per instalment that is still unpaid after the contract's grace days.

    The fee is a flat amount and, beside it, a share of the instalment's unpaid principal and
    interest; together at least `at_least_minor` and, where it is set, at most `cap_minor`. The
    greater of 5 % and 15.00 is `of_overdue=Fraction(5, 100), at_least_minor=15_00`.
    """

    flat_minor: int = 0
    of_overdue: Fraction = Fraction(0)
    at_least_minor: int = 0
    cap_minor: int | None = None
    to: LateFeeTo = LateFeeTo.LENDERS

    def fee_minor(self, overdue_minor: int, rounding: Rounding) -> int:
        """Return the fee in minor units on that unpaid amount; nothing unpaid, no fee."""
        if overdue_minor <= 0:
            return 0
        share_minor = round_to_minor(overdue_minor * self.of_overdue, rounding)
        fee_minor = max(self.flat_minor + share_minor, self.at_least_minor)
        return fee_minor if self.cap_minor is None else min(fee_minor, self.cap_minor)


@dataclass(frozen=True, slots=True)
class EarlyRepaymentPolicy:
    """What a borrower owes who repays principal before it is due.

    The compensation is a share of the principal repaid early: `compensation_rate` where more
    than a year is left to run, `compensation_rate_last_year` otherwise, and never above the
    interest that the repaid principal would still have borne (directive 2008/48/EC, article 16;
    its ceilings are 1 % and 0.5 %).
    """

    interest_until: InterestUntil = InterestUntil.PAYOFF_DATE
    compensation_rate: Fraction = Fraction(0)
    compensation_rate_last_year: Fraction = Fraction(0)


@dataclass(frozen=True, slots=True)
class LoanContract:
    """The frozen terms that servicing reads. Amounts are minor units of `currency`.

    `rows` are in order of their due dates. `grace_days` is how long an instalment may be late
    before a fee is charged; until then the loan's bucket is `grace`. `day_count` and `unit` say
    which days count inside a period (see `accrual.py`). `rounding` and `instalment_step_minor`
    round instalments that servicing plans anew, and fees; accrued interest is rounded down.
    `deferred_number` names a row with the interest of several periods, accruing since
    `deferred_from`, while the rows before it bear none (a bullet loan, grace on interest).
    `contract_of` fills these in from a loan's terms.
    """

    rows: Sequence[PlannedRow]
    currency: str
    starts_on: date
    waterfall: tuple[Component, ...] = DEFAULT_ORDER
    direction: Direction = Direction.HORIZONTAL
    excess: Excess = Excess.CREDIT
    grace_days: int = 0
    late_fee: LateFeeRule | None = None
    day_count: DayCount = DayCount.PERIOD_30_360
    unit: Unit = Unit.MONTHS
    early_repayment: EarlyRepaymentPolicy = field(default_factory=EarlyRepaymentPolicy)
    recovery_order: RecoveryOrder = RecoveryOrder.PRINCIPAL_FIRST
    rounding: Rounding = Rounding.HALF_EVEN
    instalment_step_minor: int = 1
    deferred_number: int | None = None
    deferred_from: date | None = None

    def __post_init__(self) -> None:
        """Refuse terms that no fold could read."""
        assert self.rows, "a contract has at least one instalment"
        assert sorted(self.waterfall) == sorted(COLUMNS), "the waterfall names each component once"
        assert self.grace_days >= 0 and self.instalment_step_minor > 0

    @property
    def principal_minor(self) -> int:
        """Return the principal that the contract lent."""
        return sum(row.principal_minor for row in self.rows)

    @property
    def late_fees_go_to(self) -> LateFeeTo:
        """Return whose income a penalty is under this contract."""
        return LateFeeTo.LENDERS if self.late_fee is None else self.late_fee.to


def contract_of(terms: LoanTerms) -> LoanContract:
    """Return the contract over the schedule of a loan's terms, with the default rules.

    Put the product's rules in with `dataclasses.replace`.
    """
    last = terms.instalments
    number = last if terms.method is Method.BULLET else min(terms.grace_interest + 1, last)
    is_deferred = number > terms.interest_free_periods + 1
    return LoanContract(
        rows=tuple(build_schedule(terms)),
        currency=terms.currency,
        starts_on=terms.start,
        day_count=terms.day_count,
        unit=terms.unit,
        rounding=terms.instalment_rounding.mode,
        instalment_step_minor=terms.instalment_rounding.step_minor,
        deferred_number=number if is_deferred else None,
        deferred_from=due_date(terms, terms.interest_free_periods) if is_deferred else None,
    )
