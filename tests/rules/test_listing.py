"""Funding windows, information sheets, times of reflection and what a platform may offer."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from tuppence.money.calendars import add_business_days
from tuppence.rules.allowances import firm_may_stand_in, incentive_ban, payout_net_allowed
from tuppence.rules.listing import (
    ListingTerms,
    check_listing,
    check_payout,
    latest_close,
    reflection_ends,
)
from tuppence.rules.rulebook import RuleBook

ON = date(2025, 6, 2)
CN = RuleBook.load("cn", ON)
EU = RuleBook.load("eu", ON)


def add_weekdays(day: date, number: int, country: str) -> date:
    """Business days of a country without holidays, so that these tests know no calendar."""
    assert country == "CN"
    while number:
        day += timedelta(days=1)
        number -= day.weekday() < 5
    return day


@pytest.mark.parametrize(
    ("closes_on", "refused"),
    [(date(2025, 6, 27), False), (date(2025, 6, 30), False), (date(2025, 7, 1), True)],
)
def test_funding_lasts_at_most_20_working_days_in_china(closes_on: date, refused: bool) -> None:
    terms = ListingTerms(opens_on=date(2025, 6, 2), closes_on=closes_on)
    found = check_listing(CN, terms, add_business_days=add_weekdays)
    assert [finding.rule_id for finding in found] == (["CN-TIM-1"] if refused else [])
    assert all(finding.figure == "2025-07-01 > 2025-06-30" for finding in found)
    assert check_listing(EU, terms, add_business_days=add_weekdays) == ()


def test_the_window_counts_in_the_unit_of_the_book() -> None:
    file = CN.file
    by_days = [replace(rule, unit="days") if rule.id == "CN-TIM-1" else rule for rule in file.rules]
    book = RuleBook.of(replace(file, rules=tuple(by_days)), ON)
    assert latest_close(book, ON, add_business_days=add_weekdays) == date(2025, 6, 22)
    assert latest_close(EU, ON, add_business_days=add_weekdays) is None


def test_the_window_counts_on_the_calendar_of_the_country() -> None:
    opens_on = date(2025, 1, 20)
    latest = latest_close(CN, opens_on, add_business_days=add_business_days)
    assert latest == add_business_days(opens_on, 20, "CN")
    assert latest > add_weekdays(opens_on, 20, "CN")  # the spring festival lies between


@pytest.mark.parametrize(("sides", "refused"), [(None, False), (5, False), (6, False), (7, True)])
def test_the_information_sheet_has_at_most_six_sides(sides: int | None, refused: bool) -> None:
    terms = ListingTerms(opens_on=ON, closes_on=ON, information_sheet_sides=sides)
    found = check_listing(EU, terms, add_business_days=add_weekdays)
    assert [finding.rule_id for finding in found] == (["EU-KII-1"] if refused else [])


def test_a_banned_purpose_is_not_listed() -> None:
    terms = ListingTerms(opens_on=ON, closes_on=ON, purpose="stocks")
    found = check_listing(CN, terms, add_business_days=add_weekdays)
    assert [finding.figure for finding in found] == ["purpose stocks"]


def test_reflection_lasts_four_days_to_the_second_whatever_the_zone() -> None:
    accepted_at = datetime(2025, 3, 28, 23, 30, tzinfo=UTC)
    ends = datetime(2025, 4, 1, 23, 30, tzinfo=UTC)
    assert reflection_ends(accepted_at, EU) == ends
    assert reflection_ends(accepted_at.astimezone(timezone(timedelta(hours=2))), EU) == ends
    assert reflection_ends(accepted_at, EU, sophisticated=True) is None
    assert reflection_ends(accepted_at, CN) is None


@pytest.mark.parametrize(("seconds", "waits"), [(-1, True), (0, False), (1, False)])
def test_pay_out_waits_for_the_last_reflection(seconds: int, waits: bool) -> None:
    accepted_at = datetime(2025, 6, 2, 12, tzinfo=UTC)
    at = accepted_at + timedelta(days=4, seconds=seconds)
    found = check_payout(EU, last_accepted_at=accepted_at, at=at, withheld_minor=0)
    assert [(finding.rule_id, finding.effect) for finding in found] == (
        [("EU-TIM-1", "wait")] if waits else []
    )
    assert check_payout(EU, last_accepted_at=None, at=at, withheld_minor=5) == ()


def test_pay_out_is_gross_in_china() -> None:
    at = datetime(2025, 6, 2, 12, tzinfo=UTC)
    found = check_payout(CN, last_accepted_at=at, at=at, withheld_minor=1)
    assert [finding.figure for finding in found] == ["0.01 CNY withheld"]


def test_what_a_platform_may_offer() -> None:
    assert (payout_net_allowed(CN), payout_net_allowed(EU)) == (False, True)
    assert (firm_may_stand_in(CN), firm_may_stand_in(EU)) == (False, True)
    ban = incentive_ban(EU)
    assert ban is not None and ban.id == "EU-INC-1"
    assert incentive_ban(CN) is None
    assert incentive_ban(EU, tied_to_listing=False) is None
    assert incentive_ban(EU.at(date(2021, 11, 9))) is None
