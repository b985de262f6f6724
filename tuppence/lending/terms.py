"""What a loan's contract fixes: everything a schedule of repayments is computed from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import MAXYEAR, date, timedelta
from enum import StrEnum
from fractions import Fraction
from typing import Final

from tuppence.money.currency import AMOUNT_MAX_MINOR, minor_digits
from tuppence.money.day_count import DayCount
from tuppence.money.months import Unit, step
from tuppence.money.refusals import InputRefusedError, sentence
from tuppence.money.rounding import Rounding, round_to_minor

INSTALMENTS_MAX: Final = 3_660  # ten years of days
EVERY_MAX: Final = 1_200
ANNUAL_RATE_MAX: Final = Fraction(100)  # 10,000 % a year
CHANGES_MAX: Final = 100


class TermsError(InputRefusedError):
    """Terms that make no loan. `key` names the term, the sentence says what to do."""

    def __init__(
        self, key: str, template: str, params: Mapping[str, str | int] | None = None
    ) -> None:
        self.key = key
        super().__init__(template, {"key": key} | dict(params or {}))


class Method(StrEnum):
    """How principal and interest are spread over the instalments."""

    ANNUITY = "annuity"  # level instalments
    EQUAL_PRINCIPAL = "equal_principal"  # level principal, interest on what is still owed
    INTEREST_ONLY = "interest_only"  # interest as it accrues, the principal at the end
    BULLET = "bullet"  # principal and interest at the end
    FLAT = "flat"  # level principal, interest on the amount first lent


@dataclass(frozen=True, slots=True)
class RoundingRule:
    """Round to a multiple of `step_minor` minor units by the named mode."""

    step_minor: int = 1
    mode: Rounding = Rounding.HALF_EVEN

    def apply(self, amount_minor: Fraction) -> int:
        """Round an exact figure in minor units."""
        return round_to_minor(amount_minor, self.mode, self.step_minor)


@dataclass(frozen=True, slots=True)
class RateChange:
    """From the day `effective_from` on, interest accrues at another rate a year."""

    effective_from: date
    annual_rate: Fraction


@dataclass(frozen=True, slots=True)
class InterestPause:
    """No interest accrues from the first to the last day, both included."""

    first_day: date
    last_day: date

    def covers(self, day: date) -> bool:
        """Tell whether no interest accrues on that day."""
        return self.first_day <= day <= self.last_day


@dataclass(frozen=True, slots=True)
class LoanTerms:
    """The terms of one loan, checked when they are made.

    Amounts are minor units of the currency; rates are exact shares (8.4 % is 84/1000). A day's
    interest is that from this day to the next, so the day of paying out bears interest and the
    day of repayment does not.

    - `first_due` None, or equal to one period after `start`: due dates count from `start`.
      Any other day makes a broken first period, and due dates count from that day.
    - `grace_principal`: so many first instalments hold no principal.
    - `grace_interest`: the interest of so many first periods falls due, without interest on it,
      with the first instalment after them (at the latest with the last one).
    - `interest_free_periods`: so many first periods bear no interest.
    - `down_payment`: this share of the principal is repaid on the start date, as a row of its
      own; `instalments` does not count it.

    Raises TermsError for terms that make no loan.
    """

    principal_minor: int
    currency: str
    annual_rate: Fraction
    instalments: int
    start: date
    first_due: date | None = None
    every: int = 1
    unit: Unit = Unit.MONTHS
    method: Method = Method.ANNUITY
    day_count: DayCount = DayCount.PERIOD_30_360
    interest_rounding: RoundingRule = field(default_factory=RoundingRule)
    instalment_rounding: RoundingRule = field(default_factory=RoundingRule)
    grace_principal: int = 0
    grace_interest: int = 0
    interest_free_periods: int = 0
    down_payment: Fraction = Fraction(0)
    rate_changes: tuple[RateChange, ...] = ()
    interest_pauses: tuple[InterestPause, ...] = ()

    def __post_init__(self) -> None:
        # A plain text of the same value would compare equal, but is never the same object.
        kinds = ((self.method, Method), (self.unit, Unit), (self.day_count, DayCount))
        assert all(isinstance(value, kind) for value, kind in kinds)
        _check_size(self)
        _check_periods(self)
        _check_dates(self)
        _check_rates(self)
        _check_pauses(self)

    @property
    def down_payment_minor(self) -> int:
        """The down payment, rounded as instalments are; never more than the principal."""
        exact = self.principal_minor * self.down_payment
        return min(self.instalment_rounding.apply(exact), self.principal_minor)

    @property
    def financed_minor(self) -> int:
        """What the instalments repay: the principal less the down payment."""
        return self.principal_minor - self.down_payment_minor


def due_date(terms: LoanTerms, number: int) -> date:
    """Return the due date of an instalment, counted from the anchor; number 0 is the start."""
    if number == 0:
        return terms.start
    if has_broken_first_period(terms):
        assert terms.first_due is not None
        return step(terms.first_due, (number - 1) * terms.every, terms.unit)
    return step(terms.start, number * terms.every, terms.unit)


def has_broken_first_period(terms: LoanTerms) -> bool:
    """Tell whether the first due date is another than one period after the start."""
    return terms.first_due is not None and terms.first_due != step(
        terms.start, terms.every, terms.unit
    )


def _check_size(terms: LoanTerms) -> None:
    minor_digits(terms.currency)
    if not 0 < terms.principal_minor < AMOUNT_MAX_MINOR:
        raise TermsError(
            "principal", sentence("“%(key)s” must be above zero and below the largest amount.")
        )
    for key, rule in (
        ("interest_rounding", terms.interest_rounding),
        ("instalment_rounding", terms.instalment_rounding),
    ):
        if not 0 < rule.step_minor < AMOUNT_MAX_MINOR:
            raise TermsError(key, sentence("“%(key)s” must round to an amount above zero."))
    if not 0 <= terms.down_payment < 1:
        raise TermsError(
            "down_payment_percent", sentence("“%(key)s” must be at least 0 and below 100.")
        )
    if terms.financed_minor == 0:
        raise TermsError(
            "down_payment_percent", sentence("“%(key)s” repays the whole loan: make it smaller.")
        )


def _check_periods(terms: LoanTerms) -> None:
    last = terms.instalments
    amortises = terms.method not in (Method.INTEREST_ONLY, Method.BULLET)
    for key, value, least, most in (
        ("instalments", last, 1, INSTALMENTS_MAX),
        ("every", terms.every, 1, EVERY_MAX),
        ("grace_principal", terms.grace_principal, 0, last - 1 if amortises else last),
        ("grace_interest", terms.grace_interest, 0, last),
        ("interest_free_periods", terms.interest_free_periods, 0, last),
    ):
        if not least <= value <= most:
            raise TermsError(
                key,
                sentence("“%(key)s” must be a whole number from %(least)s to %(most)s."),
                {"least": least, "most": most},
            )


def _check_dates(terms: LoanTerms) -> None:
    if terms.first_due is not None and terms.first_due <= terms.start:
        raise TermsError("first_due", sentence("“%(key)s” must be after the start of the loan."))
    try:
        end = due_date(terms, terms.instalments)
    except OverflowError:
        end = date.max
    if end.year >= MAXYEAR:
        raise TermsError(
            "instalments", sentence("“%(key)s”: the last due date is outside the calendar.")
        )


def _check_rates(terms: LoanTerms) -> None:
    days = [change.effective_from for change in terms.rate_changes]
    if len(days) != len(set(days)):
        raise TermsError("rate_changes", sentence("“%(key)s” has two rates from the same day."))
    if len(days) > CHANGES_MAX:
        raise TermsError(
            "rate_changes",
            sentence("“%(key)s” has too many changes: give at most %(most)s."),
            {"most": CHANGES_MAX},
        )
    rates = [("annual_rate_percent", terms.annual_rate)]
    rates += [("rate_changes", change.annual_rate) for change in terms.rate_changes]
    for key, rate in rates:
        if not 0 <= rate <= ANNUAL_RATE_MAX:
            raise TermsError(
                key,
                sentence("“%(key)s”: a rate must be from 0 to %(most)s percent a year."),
                {"most": int(ANNUAL_RATE_MAX * 100)},
            )


def _check_pauses(terms: LoanTerms) -> None:
    if len(terms.interest_pauses) > CHANGES_MAX:
        raise TermsError(
            "interest_pauses",
            sentence("“%(key)s” has too many pauses: give at most %(most)s."),
            {"most": CHANGES_MAX},
        )
    for pause in terms.interest_pauses:
        if pause.last_day < pause.first_day:
            raise TermsError(
                "interest_pauses", sentence("“%(key)s”: the last day is before the first day.")
            )
        if pause.last_day > date.max - timedelta(days=366):
            raise TermsError(
                "interest_pauses", sentence("“%(key)s”: the last day is outside the calendar.")
            )
