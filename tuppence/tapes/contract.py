"""The contract's schedule of a tape's loan: a monthly annuity on the funded amount.

The same figures as `lending.schedule.build_schedule` gives for such a loan (a test holds them
together), without dates, so that loans of one amount, rate and term share one contract. A tape of
34,258 loans has 14,485 of them, and each takes a fraction of a general schedule's time.
"""

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import accumulate

from tuppence.lending.schedule import level_instalment
from tuppence.lending.terms import RoundingRule
from tuppence.money.rounding import div_round

_ROUNDING = RoundingRule()


@dataclass(frozen=True, slots=True)
class Contract:
    """A schedule's columns, in minor units; the n-th instalment is at place n - 1."""

    instalment_minor: int
    principal: tuple[int, ...]
    interest: tuple[int, ...]
    principal_so_far: tuple[int, ...]


@lru_cache(maxsize=65536)
def contract_of(funded_minor: int, annual_rate: Fraction, term_months: int) -> Contract:
    """Return the schedule of an annuity; interest and instalment half even to the minor unit.

    >>> contract = contract_of(5000_00, Fraction(12, 100), 24)
    >>> contract.instalment_minor, contract.principal[:2], contract.interest[:2]
    (23537, (18537, 18722), (5000, 4815))
    """
    assert funded_minor > 0 and term_months > 0
    month = annual_rate / 12
    instalment_minor = level_instalment(funded_minor, [month] * term_months, _ROUNDING)
    owed_minor = funded_minor
    principal, interest = [], []
    for number in range(1, term_months + 1):
        interest_minor = div_round(owed_minor * month.numerator, month.denominator, _ROUNDING.mode)
        part_minor = min(max(instalment_minor - interest_minor, 0), owed_minor)
        if number == term_months:
            part_minor = owed_minor
        owed_minor -= part_minor
        principal.append(part_minor)
        interest.append(interest_minor)
    assert owed_minor == 0
    return Contract(
        instalment_minor, tuple(principal), tuple(interest), tuple(accumulate(principal))
    )
