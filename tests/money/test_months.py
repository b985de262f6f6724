"""Months are counted from the anchor."""

from datetime import date, timedelta

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from tuppence.money.months import Unit, add_months, step


def test_the_31st_does_not_decay() -> None:
    due = [add_months(date(2023, 1, 31), count).isoformat() for count in range(4)]
    assert due == ["2023-01-31", "2023-02-28", "2023-03-31", "2023-04-30"]


@given(st.dates(date(1900, 1, 1), date(2200, 12, 31)), st.integers(-1200, 1200))
def test_as_dateutil_counts(anchor: date, months: int) -> None:
    assert add_months(anchor, months) == anchor + relativedelta(months=months)


@pytest.mark.parametrize(
    ("unit", "expected"),
    [
        (Unit.DAYS, date(2024, 3, 2)),
        (Unit.WEEKS, date(2024, 3, 14)),
        (Unit.MONTHS, date(2024, 4, 29)),
        (Unit.YEARS, date(2026, 2, 28)),
    ],
)
def test_two_units_on(unit: Unit, expected: date) -> None:
    assert step(date(2024, 2, 29), 2, unit) == expected


def test_a_leap_day_comes_back_every_fourth_year() -> None:
    assert step(date(2024, 2, 29), 4, Unit.YEARS) == date(2028, 2, 29)


def test_counting_back() -> None:
    assert step(date(2024, 3, 1), -1, Unit.DAYS) == date(2024, 3, 1) - timedelta(days=1)
    assert add_months(date(2024, 3, 31), -1) == date(2024, 2, 29)


@pytest.mark.parametrize("months", [12 * 8000, -12 * 3000])
def test_outside_the_calendar(months: int) -> None:
    with pytest.raises(OverflowError, match="outside the calendar"):
        add_months(date(2024, 1, 1), months)
