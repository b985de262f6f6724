"""Interest as it accrues inside a period: linear over the period's days, rounded down.

Where the contract counts 30/360 and its periods are months or years, days are days of 360
(months of 30 days, the 31st counts as the 30th); everywhere else they are calendar days. The
share of the period's interest is exact and rounded down to the minor unit, so that the days of a
period never add up to more than its interest, and on the due date all of it has accrued. Interest
agreed for a period is spread evenly over it, also where the rate moved inside it, except that a
change of plan counts its days up to the change by the old plan. Nothing accrues after the last
due date (a late borrower owes late fees, not interest on arrears) nor after a write-off.
"""

from datetime import date

import numpy as np
from numpy.typing import NDArray

from tuppence.lending.servicing.contract import LoanContract
from tuppence.lending.servicing.plan import Plan
from tuppence.money.day_count import DayCount
from tuppence.money.months import Unit


def counts_days_of_360(day_count: DayCount, unit: Unit) -> bool:
    """Tell whether accrual inside a period counts days of 360."""
    return day_count.value.startswith("30") and unit in (Unit.MONTHS, Unit.YEARS)


def elapsed_days(start: date, end: date, *, of_360: bool) -> int:
    """Count the days from one day to another.

    >>> elapsed_days(date(2025, 1, 31), date(2025, 3, 31), of_360=True)
    60
    """
    if not of_360:
        return (end - start).days
    months = (end.year - start.year) * 12 + end.month - start.month
    return months * 30 + min(end.day, 30) - min(start.day, 30)


def days_counted(contract: LoanContract, start: date, on: date) -> int:
    """Count the days of a running period up to a day, as the contract counts them."""
    of_360 = counts_days_of_360(contract.day_count, contract.unit)
    return max(elapsed_days(start, on, of_360=of_360), 0)


def accrued_in_period(
    contract: LoanContract, plan: Plan, row: int, interest_minor: int, on: date
) -> int:
    """Return how much of a row's planned interest has accrued by a day, rounded down."""
    if on >= plan.dues[row]:
        return interest_minor
    counted_interest = plan.counted_interest[row]
    start = plan.starts[row]
    if on <= start:
        return min(counted_interest, interest_minor)
    of_360 = counts_days_of_360(contract.day_count, contract.unit)
    counted = plan.counted[row]
    whole = elapsed_days(start, plan.dues[row], of_360=of_360) - counted
    part = elapsed_days(start, on, of_360=of_360) - counted
    if part <= 0 or interest_minor <= counted_interest:
        return min(counted_interest, interest_minor)
    if part >= whole:
        return interest_minor
    return counted_interest + (interest_minor - counted_interest) * part // whole


def accrued_columns(
    period_start: NDArray[np.datetime64],
    period_end: NDArray[np.datetime64],
    period_interest: NDArray[np.int64],
    on: date,
    *,
    of_360: bool | NDArray[np.bool_] = False,
    counted: NDArray[np.int64] | int = 0,
    counted_interest: NDArray[np.int64] | int = 0,
) -> NDArray[np.int64]:
    """Return the interest accrued by a day in the running period of each loan, rounded down.

    The dates are datetime64[D], amounts minor units. The answers are those of
    `accrued_in_period`; `of_360` says per loan which days count (`counts_days_of_360`).
    Amounts stay exact: interest × days must fit 64 bits, which is asserted.
    """
    day = np.datetime64(on, "D")
    start, end = period_start.astype("datetime64[D]"), period_end.astype("datetime64[D]")
    whole = _elapsed_column(start, end, of_360) - counted
    part = np.maximum(
        _elapsed_column(start, np.broadcast_to(day, start.shape), of_360) - counted, 0
    )
    to_come = np.maximum(period_interest - counted_interest, 0)
    assert not to_come.size or int(to_come.max()) * max(int(part.max()), 1) < 2**63
    before_end = day < end
    running = (part > 0) & (part < whole) & before_end & (day > start)
    accrued = np.minimum(counted_interest, period_interest)
    accrued = accrued + np.where(running, to_come * part // np.maximum(whole, 1), 0)
    full = ~before_end | ((part >= whole) & (part > 0) & (day > start))
    return np.where(full, period_interest, accrued).astype(np.int64)


def _elapsed_column(
    start: NDArray[np.datetime64],
    end: NDArray[np.datetime64],
    of_360: bool | NDArray[np.bool_],
) -> NDArray[np.int64]:
    plain = (end - start).astype(np.int64)
    if not np.any(of_360):
        return plain
    start_month, end_month = start.astype("datetime64[M]"), end.astype("datetime64[M]")
    start_day = np.minimum((start - start_month).astype(np.int64) + 1, 30)
    end_day = np.minimum((end - end_month).astype(np.int64) + 1, 30)
    days = (end_month - start_month).astype(np.int64) * 30 + end_day - start_day
    return np.where(of_360, days, plain)
