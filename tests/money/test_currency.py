"""Currencies and amounts as text."""

import pycountry
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuppence.money.currency import (
    AMOUNT_MAX_MINOR,
    AmountError,
    UnknownCurrencyError,
    format_plain,
    minor_digits,
    parse_amount,
)

# ISO 4217, list one: every currency in use whose minor unit is not a hundredth.
NO_DECIMALS = frozenset(
    (
        "BIF",
        "CLP",
        "DJF",
        "GNF",
        "ISK",
        "JPY",
        "KMF",
        "KRW",
        "PYG",
        "RWF",
        "UGX",
        "VND",
        "VUV",
        "XAF",
        "XOF",
        "XPF",
    )
)
THREE_DECIMALS = frozenset(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"))
# Units of account, metals and codes for testing: no legal tender, so no currency of a loan.
NO_TENDER = frozenset(
    (
        "BOV",
        "CHE",
        "CHW",
        "CLF",
        "COU",
        "MXV",
        "USN",
        "UYI",
        "UYW",
        "VED",
        "XAD",
        "XAG",
        "XAU",
        "XBA",
        "XBB",
        "XBC",
        "XBD",
        "XDR",
        "XPD",
        "XPT",
        "XSU",
        "XTS",
        "XUA",
        "XXX",
    )
)


def test_digits_are_those_of_iso_4217_for_every_currency_in_use() -> None:
    in_use = {entry.alpha_3 for entry in pycountry.currencies} - NO_TENDER
    expected = dict.fromkeys(NO_DECIMALS, 0) | dict.fromkeys(THREE_DECIMALS, 3)
    assert len(in_use) > 140
    assert {code: minor_digits(code) for code in in_use} == dict.fromkeys(in_use, 2) | expected


def test_a_retired_currency_stays_readable() -> None:
    assert format_plain(1999, "DEM") == "19.99"
    assert format_plain(1999, "ITL") == "1999"


@pytest.mark.parametrize("code", ["", "eur", "EURO", "XXX", "XAU", "ZZZ", "EU", "EUR "])
def test_an_unknown_currency_is_refused_with_a_sentence(code: str) -> None:
    with pytest.raises(UnknownCurrencyError, match=r"capital letters of ISO 4217"):
        minor_digits(code)


@pytest.mark.parametrize(
    ("text", "currency", "amount_minor"),
    [
        ("1234.50", "EUR", 123450),
        ("1234.5", "EUR", 123450),
        ("1234", "EUR", 123400),
        ("0.01", "EUR", 1),
        ("007", "EUR", 700),
        ("1234", "JPY", 1234),
        ("0.001", "KWD", 1),
        ("1.5", "KWD", 1500),
        ("9999999999999.99", "EUR", AMOUNT_MAX_MINOR - 1),
    ],
)
def test_a_plain_amount_is_read_exactly(text: str, currency: str, amount_minor: int) -> None:
    assert parse_amount(text, currency) == amount_minor


@pytest.mark.parametrize(
    ("text", "what_to_do"),
    [
        ("", "Enter a number, for example 1234.50"),
        (" ", "leave them out"),
        (" 5", "leave them out"),
        ("5\n", "leave them out"),
        ("1 000", "leave them out"),
        ("1\u00a0000", "leave them out"),
        ("-5", "leave it out"),
        ("+5", "leave it out"),
        ("\u22125", "leave it out"),
        ("nan", "write it out in digits"),
        ("NaN", "write it out in digits"),
        ("Infinity", "write it out in digits"),
        ("inf", "write it out in digits"),
        ("1e400", "write it out in digits"),
        ("1E2", "write it out in digits"),
        ("\uff11\uff12", "digits 0 to 9"),
        ("\u0663\u0664", "digits 0 to 9"),
        ("½", "digits 0 to 9"),
        ("²", "digits 0 to 9"),
        ("€5", "digits 0 to 9"),
        ("1,234.50", "leave out commas"),
        ("1234,50", "leave out commas"),
        ("1_000", "use only the digits"),
        ("0x10", "use only the digits"),
        ("1.2.3", "use only the digits"),
        ("ten", "use only the digits"),
        ("5.", "both sides of it"),
        (".5", "both sides of it"),
        (".", "both sides of it"),
        ("0", "at least 0.01 EUR"),
        ("0.00", "at least 0.01 EUR"),
        ("1.005", "has 2 decimals"),
        ("1.500", "has 2 decimals"),
        ("10000000000000.00", "at most 9999999999999.99 EUR"),
        ("9" * 10_000, "at most 9999999999999.99 EUR"),
        ("0" * 10_000 + "1", "at most"),
        ("5\x00", "use only the digits"),
    ],
)
def test_nonsense_is_refused_with_a_sentence_that_says_what_to_do(
    text: str, what_to_do: str
) -> None:
    with pytest.raises(AmountError) as refusal:
        parse_amount(text, "EUR")
    said = str(refusal.value)
    assert what_to_do in said
    assert said.endswith(".") and said.isprintable() and len(said) < 200
    assert refusal.value.template % refusal.value.params == said


def test_a_number_that_is_not_text_is_refused() -> None:
    with pytest.raises(AmountError, match="Write the number as text"):
        parse_amount(12.5, "EUR")  # type: ignore[arg-type]  # what JSON may hand over


def test_decimals_in_a_currency_without_them() -> None:
    with pytest.raises(AmountError, match="JPY has no decimals: enter a whole number"):
        parse_amount("5.0", "JPY")


def test_zero_may_be_allowed() -> None:
    assert parse_amount("0.00", "EUR", allow_zero=True) == 0


@given(st.integers(0, AMOUNT_MAX_MINOR - 1), st.sampled_from(["JPY", "EUR", "KWD"]))
def test_what_is_written_reads_back(amount_minor: int, currency: str) -> None:
    text = format_plain(amount_minor, currency)
    assert parse_amount(text, currency, allow_zero=True) == amount_minor


@given(st.text(max_size=30) | st.text("0123456789.,-+eE _", max_size=12))
def test_any_text_is_an_amount_or_a_refusal(text: str) -> None:
    try:
        amount_minor = parse_amount(text, "EUR")
    except AmountError:
        return
    assert 0 < amount_minor < AMOUNT_MAX_MINOR
    assert text.isascii()
