"""The money-weighted return of dated flows (XIRR), or the reason why there is none.

The rate r solves sum(c_k / (1 + r) ** t_k) = 0, with t_k the years from the first flow to the
k-th by the day count; flows paid in and flows paid out have opposite signs.

Which root is given, in this order:

1. Flows of one moment are added up first. If they then change sign once in time, there is
   exactly one root above -100 % (Descartes' rule of signs, which holds for any exponents).
2. Otherwise all roots above -100 % are found with proof (`present_value_roots`). One is the answer.
3. Of several, the answer is the one between -99.99 % and 100,000,000 %, if just one lies there:
   a reward of 1 on the day before a deposit of 1,000 adds a root of ten to the power of a
   thousand, and that is nobody's return.
4. Or it is the positive one, where the running total of the flows changes sign just once and
   does not end at zero: there is then exactly one positive root (Norstrom), and money that was
   first on one side only and ended on the other has a return of that sign.
5. Otherwise there is no answer: any of the roots would be as right as the others.

A rate is a float here and nowhere else in money.
"""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from itertools import accumulate, pairwise
from types import MappingProxyType

from tuppence.money.day_count import DayCount, year_fraction
from tuppence.money.present_value_roots import all_roots, only_root
from tuppence.money.refusals import sentence

PLAUSIBLE_RATE_MIN = -0.9999
PLAUSIBLE_RATE_MAX = 1e6
# What a float can tell apart: nearer to -100 % or further out, digits would be made up.
_LOG_GROWTH_MIN = math.log(1e-9)
_LOG_GROWTH_MAX = 700.0


class XirrOutcome(StrEnum):
    """Why there is a rate, or none."""

    UNIQUE = "unique"
    CHOSEN = "chosen"
    NO_FLOWS = "no_flows"
    ONE_SIGN = "one_sign"
    NO_ROOT = "no_root"
    SEVERAL_ROOTS = "several_roots"
    OUT_OF_RANGE = "out_of_range"
    UNDECIDED = "undecided"


OUTCOME_SENTENCES: Mapping[XirrOutcome, str] = MappingProxyType(
    {
        XirrOutcome.UNIQUE: sentence("No other rate solves these flows."),
        XirrOutcome.CHOSEN: sentence(
            "Other rates solve these flows too, but this is the only plausible one."
        ),
        XirrOutcome.NO_FLOWS: sentence(
            "There is nothing to compute a return from: the flows of each day add up to zero."
        ),
        XirrOutcome.ONE_SIGN: sentence(
            "A return needs money paid in and money paid out on different days."
        ),
        XirrOutcome.NO_ROOT: sentence("No rate solves these flows."),
        XirrOutcome.SEVERAL_ROOTS: sentence(
            "Several rates solve these flows, and none is better than the others."
        ),
        XirrOutcome.OUT_OF_RANGE: sentence(
            "The rate is too close to a total loss, or too large, to be stated."
        ),
        XirrOutcome.UNDECIDED: sentence(
            "The rates that solve these flows lie too close together to be told apart."
        ),
    }
)


@dataclass(frozen=True, slots=True)
class XirrResult:
    """The yearly rate (0.05 is 5 %) or None, why, and every root that a float can state."""

    rate: float | None
    outcome: XirrOutcome
    roots: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        has_rate = self.outcome in (XirrOutcome.UNIQUE, XirrOutcome.CHOSEN)
        assert has_rate == (self.rate is not None)


def xirr(
    flows: Sequence[tuple[date, int]], day_count: DayCount = DayCount.ACT_365_FIXED
) -> XirrResult:
    """Return the yearly money-weighted return of flows in minor units, in any order.

    No flow may reach 10**30. The rule for the choice of a root is told above.

    >>> result = xirr([(date(2024, 1, 1), -100_00), (date(2024, 12, 31), 105_00)])
    >>> round(result.rate, 9), result.outcome.value
    (0.05, 'unique')
    """
    net = _net_by_time(flows, day_count)
    if not net:
        return XirrResult(None, XirrOutcome.NO_FLOWS)
    amounts = [amount for _, amount in net]
    changes = _sign_changes(amounts)
    if changes == 0:
        return XirrResult(None, XirrOutcome.ONE_SIGN)
    times = [time for time, _ in net]
    if changes == 1:
        return _choose([only_root(times, amounts)], amounts)
    logs = all_roots(times, amounts)
    if logs is None:
        return XirrResult(None, XirrOutcome.UNDECIDED)
    return _choose(logs, amounts)


def _net_by_time(
    flows: Sequence[tuple[date, int]], day_count: DayCount
) -> list[tuple[Fraction, int]]:
    """Return the years from the first date and what flows then, without the moments of nothing."""
    by_day: defaultdict[date, int] = defaultdict(int)
    for day, amount in flows:
        by_day[day] += amount
    if not by_day:
        return []
    first = min(by_day)
    # By some conventions two days are the same moment: the 30th and 31st of a month.
    by_time: defaultdict[Fraction, int] = defaultdict(int)
    for day, amount in by_day.items():
        by_time[year_fraction(first, day, day_count)] += amount
    return sorted((time, amount) for time, amount in by_time.items() if amount)


def _choose(logs: list[float], amounts: Sequence[int]) -> XirrResult:
    """Pick the root that stands for the return; `logs` holds ln(1 + rate) of each."""
    rates = tuple(math.expm1(x) for x in logs if _LOG_GROWTH_MIN <= x <= _LOG_GROWTH_MAX)
    if not logs:
        return XirrResult(None, XirrOutcome.NO_ROOT)
    if len(logs) == 1:
        if not rates:
            return XirrResult(None, XirrOutcome.OUT_OF_RANGE)
        return XirrResult(rates[0], XirrOutcome.UNIQUE, rates)
    plausible = [rate for rate in rates if PLAUSIBLE_RATE_MIN < rate < PLAUSIBLE_RATE_MAX]
    if len(plausible) == 1:
        return XirrResult(plausible[0], XirrOutcome.CHOSEN, rates)
    positive = [rate for rate in plausible if rate > 0]
    if len(positive) == 1 and _turns_once(amounts):
        return XirrResult(positive[0], XirrOutcome.CHOSEN, rates)
    return XirrResult(None, XirrOutcome.SEVERAL_ROOTS, rates)


def _turns_once(amounts: Sequence[int]) -> bool:
    """Norstrom's criterion: the running total changes sign once and does not end at zero."""
    running = list(accumulate(amounts))
    return running[-1] != 0 and _sign_changes([total for total in running if total]) == 1


def _sign_changes(amounts: Sequence[int]) -> int:
    return sum((before < 0) != (after < 0) for before, after in pairwise(amounts))
