"""Caps on borrowers at their edge: the figure itself is allowed, one minor unit more is not."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from tuppence.rules.borrower import BorrowerRequest, check_borrower
from tuppence.rules.rulebook import PlatformTerms, RuleBook

ON = date(2025, 6, 2)
CN = RuleBook.load("cn", ON)
EU = RuleBook.load("eu", ON)

PERSON = BorrowerRequest(
    kind="person",
    business_purpose=True,
    principal_minor=10_000_00,
    annual_rate=Fraction(10, 100),
    owed_elsewhere_minor=0,
    offered_elsewhere_minor=0,
)
COMPANY = replace(PERSON, kind="company")


def effects(book: RuleBook, request: BorrowerRequest, on: date = ON) -> dict[str, str]:
    return {found.rule_id: found.effect for found in check_borrower(book, request, on=on)}


@pytest.mark.parametrize("book", [CN, EU])
@pytest.mark.parametrize("request_", [PERSON, COMPANY])
def test_an_ordinary_request_meets_no_objection(book: RuleBook, request_: BorrowerRequest) -> None:
    assert effects(book, request_) == {}


@pytest.mark.parametrize("excess_minor", [-1, 0, 1])
@pytest.mark.parametrize(
    ("book", "request_", "owed_field", "cap_minor", "rule_id"),
    [
        (CN, PERSON, "owed_here_minor", 200_000_00, "CN-CAP-1"),
        (CN, PERSON, "owed_elsewhere_minor", 1_000_000_00, "CN-CAP-2"),
        (CN, COMPANY, "owed_here_minor", 1_000_000_00, "CN-CAP-3"),
        (CN, COMPANY, "owed_elsewhere_minor", 5_000_000_00, "CN-CAP-4"),
        (EU, COMPANY, "offered_here_minor", 5_000_000_00, "EU-CAP-1"),
        (EU, PERSON, "offered_elsewhere_minor", 5_000_000_00, "EU-CAP-1"),
    ],
)
def test_a_cap_is_kept_to_the_minor_unit(
    book: RuleBook,
    request_: BorrowerRequest,
    owed_field: str,
    cap_minor: int,
    rule_id: str,
    excess_minor: int,
) -> None:
    owed_minor = cap_minor - request_.principal_minor + excess_minor
    request = replace(request_, **{owed_field: owed_minor})
    assert effects(book, request) == ({rule_id: "refuse"} if excess_minor > 0 else {})


def test_a_refusal_tells_the_figures_that_fired_in_both_languages() -> None:
    request = replace(PERSON, owed_here_minor=190_000_01)
    (found,) = check_borrower(CN, request, on=ON)
    assert found.figure == "200,000.01 CNY > 200,000.00 CNY"
    assert found.bars
    assert "would owe 200,000.01 CNY on this platform; the law allows 200,000.00" in (
        found.sentence_en
    )
    assert "200,000.01 CNY，法定上限为 200,000.00 CNY" in found.sentence_zh


@pytest.mark.parametrize(
    ("book", "field", "rule_id"),
    [(CN, "owed_elsewhere_minor", "CN-CAP-2"), (EU, "offered_elsewhere_minor", "EU-CAP-1")],
)
def test_a_cap_across_platforms_waits_for_the_declaration(
    book: RuleBook, field: str, rule_id: str
) -> None:
    request = replace(PERSON, **{field: None})
    (found,) = check_borrower(book, request, on=ON)
    assert (found.rule_id, found.effect, found.bars) == (rule_id, "wait", True)
    assert found.sentence_en.startswith("State what you")


def test_our_own_part_alone_can_break_a_cap_across_platforms() -> None:
    request = replace(COMPANY, owed_here_minor=5_000_000_00, owed_elsewhere_minor=None)
    assert effects(CN, request) == {"CN-CAP-3": "refuse", "CN-CAP-4": "refuse"}


def test_a_consumer_is_no_project_owner_in_the_eu() -> None:
    consumer = replace(PERSON, business_purpose=False)
    assert effects(EU, consumer) == {"EU-SCP-1": "refuse"}
    assert effects(CN, consumer) == {}
    assert effects(EU, replace(COMPANY, business_purpose=False)) == {}


@pytest.mark.parametrize(
    ("share", "staff", "refused"),
    [
        (Fraction(1999, 10_000), False, False),
        (Fraction(20, 100), False, True),
        (Fraction(2001, 10_000), False, True),
        (Fraction(0), True, True),
    ],
)
def test_insiders_of_the_platform_do_not_borrow_in_the_eu(
    share: Fraction, staff: bool, refused: bool
) -> None:
    request = replace(COMPANY, share_of_platform=share, staff_or_manager=staff)
    assert effects(EU, request) == ({"EU-CON-1": "refuse"} if refused else {})


@pytest.mark.parametrize(
    ("on", "rate", "effect"),
    [
        (date(2025, 6, 2), Fraction(12, 100), None),
        (date(2025, 6, 2), Fraction(12, 100) + Fraction(1, 10**9), "refuse"),
        (date(2025, 5, 19), Fraction(124, 1000), None),
        (date(2025, 5, 19), Fraction(1241, 10_000), "refuse"),
        (date(2020, 8, 19), Fraction(24, 100), None),
        (date(2020, 8, 19), Fraction(2401, 10_000), "warn"),
        (date(2020, 8, 19), Fraction(36, 100), "warn"),
        (date(2020, 8, 19), Fraction(3601, 10_000), "refuse"),
    ],
)
def test_the_rate_is_capped_by_the_law_of_the_day(
    on: date, rate: Fraction, effect: str | None
) -> None:
    request = replace(PERSON, annual_rate=rate)
    assert effects(CN, request, on) == ({"CN-INT-1": effect} if effect else {})


def test_the_capped_rate_is_told_with_the_cap_of_the_day() -> None:
    request = replace(PERSON, annual_rate=Fraction(155, 1000))
    (found,) = check_borrower(CN, request, on=date(2021, 1, 1))
    assert found.figure == "15.5 % > 15.4 %"
    assert found.sentence_en == "The rate is 15.5 % a year; the law allows 15.4 %. Lower the rate."


@pytest.mark.parametrize(
    ("withheld_minor", "on", "refused"),
    [
        (0, ON, False),
        (1, ON, True),
        (1, date(2017, 11, 30), False),
        (1, date(2017, 12, 1), True),
    ],
)
def test_nothing_is_held_back_from_the_principal_in_china(
    withheld_minor: int, on: date, refused: bool
) -> None:
    request = replace(PERSON, withheld_minor=withheld_minor)
    assert effects(CN, request, on) == ({"CN-INT-2": "refuse"} if refused else {})
    assert effects(EU, request) == {}


def test_banned_purposes_and_second_listings_are_refused_in_china() -> None:
    request = replace(PERSON, purpose="futures", listed_elsewhere=True)
    assert effects(CN, request) == {"CN-BOR-1": "refuse", "CN-ACT-11": "refuse"}
    assert effects(EU, request) == {}
    assert effects(CN, replace(PERSON, purpose="stock for the shop")) == {}


def test_a_cap_in_another_currency_is_not_measured_without_an_own_amount() -> None:
    big = replace(COMPANY, principal_minor=900_000_000_00, offered_elsewhere_minor=None)
    abroad = RuleBook.load("eu", ON, platform=PlatformTerms("SEK"))
    assert effects(abroad, big) == {}
    own = PlatformTerms("SEK", amounts_minor={"EU-CAP-1": 899_999_999_99})
    (found,) = check_borrower(RuleBook.load("eu", ON, platform=own), big, on=ON)
    assert found.figure == "900,000,000.00 SEK > 899,999,999.99 SEK"


def test_before_a_law_is_in_force_it_asks_nothing() -> None:
    consumer = replace(PERSON, business_purpose=False, offered_elsewhere_minor=None)
    assert effects(EU, consumer, date(2021, 11, 9)) == {}
    assert effects(EU, consumer, date(2021, 11, 10)) == {"EU-SCP-1": "refuse", "EU-CAP-1": "wait"}
