"""Rebuilding a loan's life from a tape's totals.

A tape states what was received in all and when the last payment came, not the single payments.
The rule, the same for every loan:

1. Instalments stand on their due dates, counted from the day of issue, one a month. The last
   payment stands on the tape's date of it (after the last due date where the tape says so).
2. Principal is paid instalment by instalment as the contract's schedule has it, for as long as
   the tape's principal reaches. Where it does not reach the last payment, instalments were missed:
   nothing is paid until then. The last payment takes the rest, which for a loan that was paid off
   early is the prepayment.
3. Interest is the tape's, split over these payments in proportion to the schedule's interest;
   the last payment bears that of its own instalment and of those missed before it.
4. Late fees come with the last payment: the tape does not say when they arose.
5. A charged-off loan is charged off 150 days after the first due date that follows its last
   payment (after the last payment itself, where it was the last instalment's turn). What was
   recovered comes in one sum 180 days later, or on the day of a settlement that lies later.
   Nothing is dated after the day the tape was drawn.
6. Each component adds up to the tape's own, to the minor unit. `Oddity` names the rest.
"""

from bisect import bisect_left
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from tuppence.money.months import add_months
from tuppence.money.splitting import split
from tuppence.tapes.contract import Contract, contract_of
from tuppence.tapes.loans import TapeLoan, TapeStatus
from tuppence.tapes.oddities import Oddity

CHARGE_OFF_AFTER = timedelta(days=150)
RECOVERY_AFTER = timedelta(days=180)
INSTALMENT_TOLERANCE_MINOR = 100
"""A stated instalment that differs by more was changed after the contract."""


@dataclass(frozen=True, slots=True)
class PaymentFact:
    """One payment of the borrower, in minor units by component."""

    on: date
    principal_minor: int
    interest_minor: int
    late_fee_minor: int

    @property
    def amount_minor(self) -> int:
        """The whole payment."""
        return self.principal_minor + self.interest_minor + self.late_fee_minor


@dataclass(frozen=True, slots=True)
class ChargeOffFact:
    """The day the loan was given up, and the principal that had not come back."""

    on: date
    principal_minor: int


@dataclass(frozen=True, slots=True)
class RecoveryFact:
    """What came back after the charge-off; the fee is paid out of the amount."""

    on: date
    amount_minor: int
    fee_minor: int


@dataclass(frozen=True, slots=True)
class LoanLife:
    """A loan from issue to its end, or to the day the tape was drawn.

    `over_minor` is the part of the last payment's principal beyond what was owed; `waived_minor`
    is what a fully paid loan was short of, given up with the last payment.
    """

    loan: TapeLoan
    contract: Contract
    payments: tuple[PaymentFact, ...]
    over_minor: int
    waived_minor: int
    charge_off: ChargeOffFact | None
    recovery: RecoveryFact | None
    oddities: frozenset[Oddity]

    @property
    def ends_on(self) -> date:
        """The day of the last thing that happened."""
        days = [self.loan.issued_on, *(payment.on for payment in self.payments[-1:])]
        days += [fact.on for fact in (self.charge_off, self.recovery) if fact is not None]
        return max(days)


def rebuild(loan: TapeLoan) -> LoanLife:
    """Rebuild one loan's life by the module's rule; its sums are the tape's own."""
    contract = contract_of(loan.funded_minor, loan.annual_rate, loan.term_months)
    instalments, last_on = _reach(loan, contract)
    payments, missed = _payments(loan, contract, instalments, last_on)
    charge_off = _charge_off(loan, instalments, payments)
    short_minor = loan.funded_minor - loan.principal_minor
    life = LoanLife(
        loan=loan,
        contract=contract,
        payments=payments,
        over_minor=max(-short_minor, 0),
        waived_minor=max(short_minor, 0) if loan.status is TapeStatus.FULLY_PAID else 0,
        charge_off=charge_off,
        recovery=_recovery(loan, charge_off),
        oddities=_oddities(loan, contract, missed=missed),
    )
    _assert_sums(life)
    return life


def _reach(loan: TapeLoan, contract: Contract) -> tuple[int, date]:
    """How many instalments' turns had come at the last payment, and its date."""
    if loan.last_payment_on is not None:
        due = _due_dates_until(loan, loan.last_payment_on)
        return max(due, 1), loan.last_payment_on
    reached = bisect_left(contract.principal_so_far, loan.principal_minor) + 1
    instalments = min(reached, loan.term_months)
    if loan.tape_on is not None:
        instalments = min(instalments, max(_due_dates_until(loan, loan.tape_on), 1))
    return instalments, _until_drawn(loan, add_months(loan.issued_on, instalments))


def _due_dates_until(loan: TapeLoan, day: date) -> int:
    issued = loan.issued_on
    months = (day.year - issued.year) * 12 + day.month - issued.month
    if months > 0 and add_months(issued, months) > day:
        months -= 1
    return max(min(months, loan.term_months), 0)


def _payments(
    loan: TapeLoan, contract: Contract, instalments: int, last_on: date
) -> tuple[tuple[PaymentFact, ...], bool]:
    """Rules 1 to 4: the payments, and whether instalments were missed."""
    whole = 0
    left_minor = loan.principal_minor
    while whole < instalments - 1 and contract.principal[whole] <= left_minor:
        left_minor -= contract.principal[whole]
        whole += 1
    interest = _interest(loan.interest_minor, contract.interest[:instalments], whole)
    payments = [
        PaymentFact(add_months(loan.issued_on, index + 1), contract.principal[index], part, 0)
        for index, part in enumerate(interest[:-1])
    ]
    payments.append(PaymentFact(last_on, left_minor, interest[-1], loan.late_fee_minor))
    # A row of zero (a tiny loan's last ones, interest that is waived) is no payment.
    payments = [payment for payment in payments if payment.amount_minor > 0]
    return tuple(payments), whole < instalments - 1


def _interest(interest_minor: int, scheduled: tuple[int, ...], whole: int) -> list[int]:
    """Rule 3: one part for each whole instalment, and the last payment's part."""
    weights = [*scheduled[:whole], sum(scheduled[whole:])]
    if sum(weights) == 0:
        return [0] * whole + [interest_minor]
    return split(interest_minor, weights)


def _charge_off(
    loan: TapeLoan, instalments: int, payments: tuple[PaymentFact, ...]
) -> ChargeOffFact | None:
    """Rule 5."""
    if loan.status is not TapeStatus.CHARGED_OFF:
        return None
    paid_until = payments[-1].on if payments else loan.issued_on
    turn = instalments + 1 if payments else 1
    missed_on = add_months(loan.issued_on, turn) if turn <= loan.term_months else paid_until
    day = max(_until_drawn(loan, missed_on + CHARGE_OFF_AFTER), paid_until)
    return ChargeOffFact(day, max(loan.funded_minor - loan.principal_minor, 0))


def _recovery(loan: TapeLoan, charge_off: ChargeOffFact | None) -> RecoveryFact | None:
    if charge_off is None or loan.recovered_minor == 0:
        return None
    day = charge_off.on + RECOVERY_AFTER
    if loan.settled_on is not None and loan.settled_on > charge_off.on:
        day = loan.settled_on
    day = max(_until_drawn(loan, day), charge_off.on)
    return RecoveryFact(day, loan.recovered_minor, loan.recovery_fee_minor)


def _until_drawn(loan: TapeLoan, day: date) -> date:
    """The day, or that on which the tape was drawn, whichever is earlier."""
    return day if loan.tape_on is None else max(min(day, loan.tape_on), loan.issued_on)


def _oddities(loan: TapeLoan, contract: Contract, *, missed: bool) -> frozenset[Oddity]:
    without_date = loan.last_payment_on is None
    maturity = add_months(loan.issued_on, loan.term_months)
    short_minor = loan.funded_minor - loan.principal_minor
    paid_minor = loan.received_minor - loan.recovered_minor
    is_paid_off = loan.status is TapeStatus.FULLY_PAID
    is_charged_off = loan.status is TapeStatus.CHARGED_OFF
    instalment_gap_minor = abs(loan.instalment_minor - contract.instalment_minor)
    found = {
        Oddity.REPAID_MORE_THAN_FUNDED: short_minor < 0,
        Oddity.PAID_OFF_SHORT: is_paid_off and short_minor > 0,
        Oddity.LAST_PAYMENT_AFTER_MATURITY: (loan.last_payment_on or maturity) > maturity,
        Oddity.NO_LAST_PAYMENT_DATE: without_date,
        Oddity.MONEY_WITHOUT_LAST_DATE: without_date and loan.received_minor > 0,
        Oddity.NOTHING_PAID: loan.received_minor == 0 and is_charged_off,
        Oddity.INTEREST_ONLY_PAID: loan.principal_minor == 0 and paid_minor > 0,
        Oddity.MISSED_INSTALMENTS: missed and paid_minor > 0 and not is_paid_off,
        Oddity.OUTSIDE_CREDIT_POLICY: loan.outside_policy,
        Oddity.FUNDED_LESS_THAN_ASKED: loan.funded_minor < loan.asked_minor,
        Oddity.PLATFORM_TOOK_A_PART: loan.from_investors_minor < loan.funded_minor,
        Oddity.INSTALMENT_CHANGED: instalment_gap_minor > INSTALMENT_TOLERANCE_MINOR,
        Oddity.SETTLED: loan.settled_on is not None,
        Oddity.RECOVERED_MORE_THAN_LOST: (
            is_charged_off and loan.recovered_minor > max(short_minor, 0)
        ),
        Oddity.TOTAL_DIFFERS_FROM_PARTS: loan.total_minor != loan.received_minor,
    }
    return frozenset(oddity for oddity, is_so in found.items() if is_so)


def _assert_sums(life: LoanLife) -> None:
    loan, payments = life.loan, life.payments
    assert sum(payment.principal_minor for payment in payments) == loan.principal_minor
    assert sum(payment.interest_minor for payment in payments) == loan.interest_minor
    assert sum(payment.late_fee_minor for payment in payments) == loan.late_fee_minor
    assert all(early.on <= late.on for early, late in pairwise(payments))
