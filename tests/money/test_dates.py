"""Dates are read strictly, and an impossible one is named."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuppence.money.dates import EARLIEST, LATEST, DateError, parse_date


@given(st.dates(EARLIEST, LATEST))
def test_an_iso_date_reads_back(day: date) -> None:
    assert parse_date(day.isoformat()) == day


@pytest.mark.parametrize(
    ("text", "what_to_do"),
    [
        ("2025-02-29", "2025-02 has no day 29: enter a day from 01 to 28"),
        ("2025-04-31", "2025-04 has no day 31: enter a day from 01 to 30"),
        ("2025-04-00", "2025-04 has no day 00: enter a day from 01 to 30"),
        ("2025-13-01", "There is no month 13: enter a month from 01 to 12"),
        ("2025-00-01", "There is no month 00: enter a month from 01 to 12"),
        ("0000-01-01", "no year 0000"),
        ("1899-12-31", "too early: enter 1900-01-01"),
        ("3000-01-01", "too late: enter 2999-12-31"),
        ("31.03.2025", "write year-month-day, for example 2025-03-31"),
        ("2025-3-1", "write year-month-day"),
        ("20250301", "write year-month-day"),
        ("2025-W10-1", "write year-month-day"),
        ("2025-03-01T00:00:00", "write year-month-day"),
        (" 2025-03-01", "write year-month-day"),
        ("2025-03-01\n", "write year-month-day"),
        ("\uff12\uff10\uff12\uff15-03-01", "write year-month-day"),
        ("-2025-03-01", "write year-month-day"),
        ("tomorrow", "write year-month-day"),
        ("", "write year-month-day"),
        ("x" * 10_000, "write year-month-day"),
    ],
)
def test_nonsense_is_refused_with_a_sentence(text: str, what_to_do: str) -> None:
    with pytest.raises(DateError) as refusal:
        parse_date(text)
    said = str(refusal.value)
    assert what_to_do in said and said.endswith(".") and len(said) < 200


def test_a_caller_sets_its_own_bounds() -> None:
    with pytest.raises(DateError, match="too late: enter 2025-06-30 or an earlier date"):
        parse_date("2025-07-01", latest=date(2025, 6, 30))
    assert parse_date("2025-06-30", latest=date(2025, 6, 30)) == date(2025, 6, 30)


def test_what_is_not_text_is_refused() -> None:
    with pytest.raises(DateError, match="Write the date as text"):
        parse_date(20250301)  # type: ignore[arg-type]  # what JSON may hand over
