"""Figures in the reader's form."""

from datetime import UTC, date, datetime
from fractions import Fraction
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuppence.money.currency import AMOUNT_MAX_MINOR, minor_digits, parse_amount
from tuppence.web.formats import Reader, receipt_number

BERLIN = ZoneInfo("Europe/Berlin")
ENGLISH, CHINESE = Reader("en", BERLIN), Reader("zh-hans", BERLIN)


@pytest.mark.parametrize(
    ("amount_minor", "currency", "english", "chinese"),
    [
        (123450, "EUR", "€1,234.50", "€1,234.50"),
        (-5, "EUR", "−€0.05", "−€0.05"),
        (1234567, "CNY", "CN¥12,345.67", "¥12,345.67"),
        (1234, "JPY", "JP¥1,234", "JP¥1,234"),
        (1234567, "KWD", "KWD\xa01,234.567", "KWD\xa01,234.567"),
        (0, "EUR", "€0.00", "€0.00"),
    ],
)
def test_money(amount_minor: int, currency: str, english: str, chinese: str) -> None:
    assert ENGLISH.money(amount_minor, currency).replace(" ", "") in {
        english,
        english.replace("\xa0", ""),
    }
    assert CHINESE.money(amount_minor, currency).replace(" ", "") in {
        chinese,
        chinese.replace("\xa0", ""),
    }


@given(
    amount_minor=st.integers(1, AMOUNT_MAX_MINOR - 1),
    currency=st.sampled_from(["EUR", "CNY", "JPY", "KWD", "ALL"]),
)
def test_no_amount_loses_a_minor_unit_on_its_way_to_the_reader(
    amount_minor: int, currency: str
) -> None:
    shown = ENGLISH.plain_money(amount_minor, currency).replace(",", "")
    assert parse_amount(shown, currency) == amount_minor
    digits = minor_digits(currency)
    assert shown in ENGLISH.money(amount_minor, currency).replace(",", "")
    assert len(shown.partition(".")[2]) == digits


def test_signs_are_shown_where_asked() -> None:
    assert ENGLISH.money(100, "EUR", signed=True) == "+€1.00"
    assert ENGLISH.money(-100, "EUR", signed=True) == "−€1.00"
    assert ENGLISH.money(0, "EUR", signed=True) == "€0.00"


def test_rates_are_percent_rounded_half_even() -> None:
    assert ENGLISH.percent(Fraction(84, 1000)) == "8.40"
    assert ENGLISH.percent(Fraction(12345, 1_000_000)) == "1.23"
    assert ENGLISH.percent(Fraction(12355, 1_000_000)) == "1.24"
    assert ENGLISH.percent(Fraction(-1, 3), 0) == "−33"


def test_days_and_moments() -> None:
    day, late = date(2026, 4, 14), datetime(2026, 4, 14, 23, 5, tzinfo=UTC)
    assert ENGLISH.day(day) == "14 Apr 2026"
    assert CHINESE.day(day) == "2026年4月14日"
    assert ENGLISH.month(day) == "Apr 2026"
    assert CHINESE.month(day) == "2026年4月"
    assert ENGLISH.moment(late) == "15 Apr 2026, 01:05"  # the platform's day has begun
    assert CHINESE.moment(late) == "2026年4月15日 01:05"
    assert ENGLISH.day_of(late) == date(2026, 4, 15)


def test_a_language_that_is_not_ours_reads_as_english() -> None:
    assert Reader("fr", BERLIN).day(date(2026, 4, 14)) == "14 Apr 2026"


def test_receipt_numbers_are_short_and_follow_from_the_key() -> None:
    assert receipt_number(UUID("0123456789abcdef0123456789abcdef")) == "0123-4567-89AB"
