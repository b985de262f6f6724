"""Business days by published calendars."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuppence.money.calendars import (
    BusinessDayRule,
    UnknownCalendarError,
    add_business_days,
    adjust,
    is_business_day,
)

near = st.dates(date(2024, 1, 1), date(2026, 12, 31))
countries = st.sampled_from(["", "DE", "CN", "XECB"])


@pytest.mark.parametrize(
    ("day", "country", "worked"),
    [
        (date(2025, 4, 18), "XECB", False),  # Good Friday closes TARGET
        (date(2025, 10, 3), "XECB", True),  # a holiday in Germany only
        (date(2025, 10, 3), "DE", False),
        (date(2025, 1, 6), "DE-BY", False),  # Epiphany in Bavaria
        (date(2025, 1, 6), "DE", True),
        (date(2024, 2, 4), "CN", True),  # a Sunday worked before the spring festival
        (date(2024, 2, 12), "CN", False),
        (date(2021, 12, 31), "US", False),  # New Year's Day 2022 observed on the Friday before
        (date(2025, 12, 25), "", True),  # weekends only
        (date(2025, 12, 27), "", False),
    ],
)
def test_known_days(day: date, country: str, worked: bool) -> None:
    assert is_business_day(day, country) is worked


@pytest.mark.parametrize(
    ("day", "rule", "expected"),
    [
        (date(2025, 4, 18), BusinessDayRule.FOLLOWING, date(2025, 4, 22)),  # over Easter
        (date(2025, 4, 18), BusinessDayRule.PRECEDING, date(2025, 4, 17)),
        (date(2025, 4, 18), BusinessDayRule.UNADJUSTED, date(2025, 4, 18)),
        (date(2025, 5, 31), BusinessDayRule.FOLLOWING, date(2025, 6, 2)),
        (date(2025, 5, 31), BusinessDayRule.MODIFIED_FOLLOWING, date(2025, 5, 30)),
        (date(2025, 5, 30), BusinessDayRule.MODIFIED_FOLLOWING, date(2025, 5, 30)),
        (date(2025, 12, 27), BusinessDayRule.MODIFIED_FOLLOWING, date(2025, 12, 29)),
    ],
)
def test_adjusting(day: date, rule: BusinessDayRule, expected: date) -> None:
    assert adjust(day, rule, "XECB") == expected


def test_twenty_working_days_over_the_chinese_national_day() -> None:
    # 2024-10-01 to 2024-10-07 are free; Saturday 2024-10-12 and Sunday 2024-09-29 are worked.
    assert add_business_days(date(2024, 9, 20), 20, "CN") == date(2024, 10, 23)


@given(near, st.sampled_from(list(BusinessDayRule)), countries)
def test_an_adjusted_date_is_worked_and_a_worked_one_stays(
    day: date, rule: BusinessDayRule, country: str
) -> None:
    moved = adjust(day, rule, country)
    if rule is BusinessDayRule.UNADJUSTED or is_business_day(day, country):
        assert moved == day
    else:
        assert is_business_day(moved, country)
    if rule is BusinessDayRule.MODIFIED_FOLLOWING:
        assert moved.month == day.month


@given(near, st.integers(1, 40), countries)
def test_added_days_are_business_days_and_counted_right(day: date, n: int, country: str) -> None:
    end = add_business_days(day, n, country)
    between = [day + timedelta(days=k) for k in range(1, (end - day).days + 1)]
    assert is_business_day(end, country)
    assert sum(is_business_day(each, country) for each in between) == n
    back = add_business_days(end, -n, country)
    assert back <= day
    assert is_business_day(day, country) == (back == day)


def test_adding_nothing_moves_to_a_business_day() -> None:
    assert add_business_days(date(2025, 4, 18), 0, "XECB") == date(2025, 4, 22)
    assert add_business_days(date(2025, 4, 22), 0, "XECB") == date(2025, 4, 22)


@pytest.mark.parametrize("name", ["QQ", "DE-QQ", "de", "XECB-1", " "])
def test_an_unknown_calendar_is_refused_with_a_sentence(name: str) -> None:
    with pytest.raises(UnknownCalendarError, match="use the two letters of a country"):
        is_business_day(date(2025, 1, 1), name)
