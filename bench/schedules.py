"""Annuity schedules in columns against numpy-financial in a loop: `python -m bench.schedules`.

100,000 loans of 36 monthly instalments, each with a rate of its own, all figures exact to the minor
unit. numpy-financial works loan by loan on 1/50 of them and is scaled up; its figures are floats
that nobody rounded, so they agree with ours within the cents that rounding moves.
"""

from statistics import median
from time import perf_counter

import numpy as np
import numpy_financial as npf

from tuppence.lending.schedule_columns import ScheduleColumns, annuity_schedules

LOANS = 100_000
INSTALMENTS = 36
RATE_SCALE = 1_000_000
LOOP_SHARE = 50
REPEATS = 5


def run(loans: int = LOANS, repeats: int = REPEATS) -> dict[str, float]:
    """Time both, check that they agree, and return the medians in seconds and their ratio."""
    random = np.random.default_rng(7)
    principals = random.integers(500_00, 40_000_00, loans)
    rates = random.integers(10_000, 360_000, loans)
    sample = max(loans // LOOP_SHARE, 1)
    ours, theirs = [], []
    for _ in range(repeats):
        started = perf_counter()
        columns = annuity_schedules(
            principals, rates, rate_scale=RATE_SCALE, instalments=INSTALMENTS
        )
        ours.append(perf_counter() - started)
        started = perf_counter()
        looped = [_looped(principals[i], rates[i]) for i in range(sample)]
        theirs.append((perf_counter() - started) * loans / sample)
    _check(columns, principals, looped)
    figures = {"columns_s": median(ours), "numpy_financial_s": median(theirs)}
    return figures | {"ratio": figures["numpy_financial_s"] / figures["columns_s"]}


def _looped(principal: int, rate: int) -> tuple[float, np.ndarray, np.ndarray]:
    """Return instalment, interest and principal parts of one loan by numpy-financial."""
    monthly = rate / RATE_SCALE / 12
    periods = np.arange(1, INSTALMENTS + 1)
    return (
        -npf.pmt(monthly, INSTALMENTS, principal),
        -npf.ipmt(monthly, periods, INSTALMENTS, principal),
        -npf.ppmt(monthly, periods, INSTALMENTS, principal),
    )


def _check(columns: ScheduleColumns, principals: np.ndarray, looped: list) -> None:
    """Fail where the two disagree by more than rounding can explain."""
    assert (columns.principal_minor.sum(axis=1) == principals).all()
    assert (columns.balance_minor[:, -1] == 0).all()
    for loan, (instalment, interest, principal) in enumerate(looped):
        assert abs(columns.instalment_minor[loan] - instalment) <= 0.5 + 1e-6
        assert np.abs(columns.interest_minor[loan] - interest).max() <= 2
        # The last row takes the rest: half a unit from each instalment and interest before it.
        assert np.abs(columns.principal_minor[loan] - principal).max() <= 2 * INSTALMENTS


def main() -> None:
    """Print the medians and the ratio."""
    figures = run()
    print(f"{LOANS:,} annuity schedules of {INSTALMENTS} rows, median of {REPEATS} runs")
    print(f"  columns, exact        {figures['columns_s']:9.3f} s")
    print(f"  numpy-financial loop  {figures['numpy_financial_s']:9.3f} s (1/{LOOP_SHARE}, scaled)")
    print(f"  ratio                 {figures['ratio']:9.1f} x")


if __name__ == "__main__":
    main()
