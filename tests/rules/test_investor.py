"""Orders of investors: each edge once, and the batch form against the single one."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuppence.rules.investor import (
    CONSENT_BITS,
    CONSENT_LARGE_INVESTMENT,
    InvestorProfile,
    InvestorRules,
    Refusal,
    check_investor,
    investor_check,
)
from tuppence.rules.rulebook import PlatformTerms, RuleBook
from tuppence.rules.validity import are_fresh, holds_until, is_fresh, sophisticated_until

ON = date(2025, 6, 2)
EU_BOOK = RuleBook.load("eu", ON)
CN_BOOK = RuleBook.load("cn", ON)
EU = investor_check(EU_BOOK)
CN = investor_check(CN_BOOK)
NOTHING: frozenset[str] = frozenset()

READY = InvestorProfile(test_passed_on=date(2025, 1, 15), warning_acknowledged=True)


def rule_of(
    rules: InvestorRules, profile: InvestorProfile, amount_minor: int = 100_00, **more: int
) -> str | None:
    found = rules.decide(profile, amount_minor, NOTHING, ON, **more)
    return found.rule_id if found else None


@pytest.mark.parametrize("rules", [EU, CN])
def test_a_ready_investor_may_invest(rules: InvestorRules) -> None:
    assert rules.decide(READY, 100_00, NOTHING, ON) is None


@pytest.mark.parametrize(
    ("taken_on", "rule_id"),
    [
        (None, "EU-KNO-1"),
        (date(2023, 6, 1), "EU-KNO-1"),  # two years and a day
        (date(2023, 6, 2), None),  # two years exactly
        (ON, None),
        (date(2025, 6, 3), "EU-KNO-1"),  # not yet taken
    ],
)
def test_a_test_holds_two_years_to_the_day(taken_on: date | None, rule_id: str | None) -> None:
    profile = replace(READY, test_passed_on=taken_on)
    assert rule_of(EU, profile) == rule_id
    assert rule_of(CN, profile) == ("CN-LEN-2" if rule_id else None)
    assert rule_of(EU, replace(profile, sophisticated=True)) is None


def test_the_warning_is_acknowledged_first() -> None:
    profile = replace(READY, warning_acknowledged=False)
    assert rule_of(EU, profile) == "EU-WRN-1"
    assert rule_of(CN, profile) == "CN-LEN-1"
    assert rule_of(EU, replace(profile, sophisticated=True)) is None
    assert rule_of(CN, replace(profile, sophisticated=True)) == "CN-LEN-1"


@pytest.mark.parametrize(
    ("net_worth_minor", "threshold_minor"),
    [
        (None, 1_000_00),
        (-1, 1_000_00),
        (0, 1_000_00),
        (20_000_00, 1_000_00),
        (20_000_20, 1_000_01),  # 5 % is 1,000.01 exactly
        (20_000_39, 1_000_01),  # 5 % is 1,000.0195
        (200_000_00, 10_000_00),
    ],
)
@pytest.mark.parametrize("excess_minor", [-1, 0, 1])
def test_a_large_investment_needs_consent_above_the_higher_figure(
    net_worth_minor: int | None, threshold_minor: int, excess_minor: int
) -> None:
    profile = replace(READY, net_worth_minor=net_worth_minor)
    amount_minor = threshold_minor + excess_minor
    refused = "EU-WRN-2" if excess_minor > 0 else None
    assert rule_of(EU, profile, amount_minor) == refused
    assert rule_of(EU, profile, amount_minor - 500_00, already_minor=500_00) == refused
    assert rule_of(EU, replace(profile, sophisticated=True), amount_minor) is None
    assert rule_of(CN, profile, amount_minor) is None


@pytest.mark.parametrize(
    ("consents", "refused"),
    [
        (frozenset({CONSENT_LARGE_INVESTMENT}), False),
        (frozenset({"another"}), True),
        (CONSENT_BITS[CONSENT_LARGE_INVESTMENT], False),
        (0, True),
        (6, True),
        (7, False),
    ],
)
def test_consent_is_read_as_names_or_bits(consents: frozenset[str] | int, refused: bool) -> None:
    found = EU.decide(READY, 1_000_01, consents, ON)
    assert (found is not None) == refused


def test_a_finding_tells_the_figures() -> None:
    found = EU.decide(replace(READY, net_worth_minor=30_000_00), 1_500_01, NOTHING, ON)
    assert found is not None
    assert (found.rule_id, found.effect, found.bars) == ("EU-WRN-2", "consent", True)
    assert found.figure == "1,500.01 EUR > 1,500.00 EUR"
    assert "You are investing 1,500.01 EUR, more than 1,500.00 EUR" in found.sentence_en
    assert "1,500.01 EUR，超过 1,500.00 EUR" in found.sentence_zh
    old = EU.decide(replace(READY, test_passed_on=date(2020, 1, 1)), 1, NOTHING, ON)
    assert old is not None
    assert old.figure == "taken 2020-01-01, holds 2 years"


@pytest.mark.parametrize(
    ("risk_class", "lent_minor", "amount_minor", "rule_id"),
    [
        (None, 10**12, 100_00, None),  # classes are not kept
        (0, 0, 1, "CN-LEN-2"),  # kept, and there is none
        (1, 9_900_00, 99_99, None),
        (1, 9_900_00, 100_00, None),
        (1, 9_900_00, 100_01, "CN-LEN-2"),
        (5, 0, 1_000_000_00, None),
        (5, 1, 1_000_000_00, "CN-LEN-2"),
    ],
)
def test_a_risk_class_limits_what_is_lent(
    risk_class: int | None, lent_minor: int, amount_minor: int, rule_id: str | None
) -> None:
    profile = replace(READY, risk_class=risk_class, lent_minor=lent_minor)
    assert rule_of(CN, profile, amount_minor) == rule_id
    assert rule_of(EU, profile, 100_00) is None


def test_a_limit_names_what_was_lent_and_the_limit() -> None:
    found = CN.decide(replace(READY, risk_class=2, lent_minor=50_000_00), 1, NOTHING, ON)
    assert found is not None
    assert found.figure == "50,000.01 CNY > 50,000.00 CNY"
    assert "your risk class allows 50,000.00 CNY" in found.sentence_en


def test_every_objection_is_listed_in_the_order_of_its_code() -> None:
    profile = InvestorProfile()
    found = check_investor(EU_BOOK, profile, amount_minor=2_000_00, consents=0, on=ON)
    assert [finding.rule_id for finding in found] == ["EU-KNO-1", "EU-WRN-1", "EU-WRN-2"]
    before = date(2021, 11, 9)
    assert check_investor(EU_BOOK, profile, amount_minor=1, consents=0, on=before) == ()


def test_the_codes_name_the_rules_of_the_book() -> None:
    assert EU.codes == {1: "EU-KNO-1", 3: "EU-WRN-1", 5: "EU-WRN-2"}
    assert CN.codes == {2: "CN-LEN-2", 4: "CN-LEN-1", 6: "CN-LEN-2"}


def test_a_threshold_in_another_currency_is_not_measured_without_an_own_amount() -> None:
    abroad = investor_check(RuleBook.load("eu", ON, platform=PlatformTerms("SEK")))
    assert abroad.unmeasured == ("EU-WRN-2",)
    assert abroad.decide(READY, 10**12, NOTHING, ON) is None
    terms = PlatformTerms("SEK", amounts_minor={"EU-WRN-2.least": 11_000_00})
    own = investor_check(RuleBook.load("eu", ON, platform=terms))
    assert (rule_of(own, READY, 11_000_00), rule_of(own, READY, 11_000_01)) == (None, "EU-WRN-2")
    assert own.unmeasured == ()


@pytest.mark.parametrize(
    ("taken_on", "last_on"),
    [
        (date(2023, 6, 2), date(2025, 6, 2)),
        (date(2024, 2, 29), date(2026, 2, 28)),
        (date(2022, 2, 28), date(2024, 2, 28)),
    ],
)
def test_a_status_holds_whole_years(taken_on: date, last_on: date) -> None:
    assert holds_until(taken_on, 2) == last_on
    assert sophisticated_until(taken_on, EU_BOOK) == last_on
    assert sophisticated_until(taken_on, CN_BOOK) is None


@given(
    on=st.dates(date(2000, 1, 1), date(2060, 12, 31)),
    age=st.one_of(st.integers(-2, 1500), st.sampled_from([729, 730, 731, 732])),
    years=st.integers(1, 4),
)
def test_freshness_of_a_column_is_that_of_each_day(on: date, age: int, years: int) -> None:
    taken = on - timedelta(days=age)
    column = np.array([taken, None], dtype="datetime64[D]")
    assert are_fresh(column, on, years).tolist() == [is_fresh(taken, on, years), False]


@pytest.mark.parametrize(
    ("taken_on", "on", "fresh"),
    [
        (date(2022, 2, 28), date(2024, 2, 28), True),
        (date(2022, 2, 28), date(2024, 2, 29), False),
        (date(2022, 3, 1), date(2024, 2, 29), True),
        (date(2024, 2, 29), date(2026, 2, 28), True),
        (date(2024, 2, 29), date(2026, 3, 1), False),
    ],
)
def test_freshness_around_the_29th_of_february(taken_on: date, on: date, fresh: bool) -> None:
    column = np.array([taken_on], dtype="datetime64[D]")
    assert is_fresh(taken_on, on, 2) == fresh
    assert are_fresh(column, on, 2).tolist() == [fresh]


LEAP_DAYS = [date(2024, 2, 28), date(2024, 2, 29), date(2024, 3, 1), date(2026, 2, 28)]


@st.composite
def orders(draw: st.DrawFn) -> tuple[InvestorProfile, int, bool, int]:
    worth = st.one_of(st.none(), st.integers(0, 10**15), st.integers(1_990_000, 2_010_000))
    amount = st.one_of(
        st.integers(1, 10**15),
        st.integers(990_00, 1_010_00),
        st.sampled_from([10_000_00, 10_000_01, 1_000_000_00, 1_000_000_01]),
    )
    near_two_years = st.dates(date(2023, 5, 25), date(2023, 6, 10))
    profile = InvestorProfile(
        test_passed_on=draw(st.one_of(st.none(), near_two_years, st.sampled_from(LEAP_DAYS))),
        sophisticated=draw(st.booleans()),
        warning_acknowledged=draw(st.sampled_from([True, True, False])),
        net_worth_minor=draw(worth),
        risk_class=draw(st.integers(0, 5)),
        lent_minor=draw(st.sampled_from([0, 1, 10**6, 10**8])),
    )
    return profile, draw(amount), draw(st.booleans()), draw(st.sampled_from([0, 1, 500_00]))


@pytest.mark.parametrize("rules", [EU, CN])
@pytest.mark.parametrize("keeps_classes", [True, False])
@given(
    batch=st.lists(orders(), max_size=8),
    on=st.one_of(st.dates(date(2025, 5, 30), date(2025, 6, 5)), st.sampled_from(LEAP_DAYS)),
)
def test_a_batch_is_decided_as_its_orders_are(
    rules: InvestorRules,
    keeps_classes: bool,
    batch: list[tuple[InvestorProfile, int, bool, int]],
    on: date,
) -> None:
    if not keeps_classes:
        batch = [(replace(profile, risk_class=None), *rest) for profile, *rest in batch]
    profiles = [profile for profile, *_ in batch]
    worths = [-1 if p.net_worth_minor is None else p.net_worth_minor for p in profiles]
    codes = rules.decide_columns(
        np.array([p.test_passed_on for p in profiles], dtype="datetime64[D]"),
        np.array([p.sophisticated for p in profiles], dtype=np.bool_),
        np.array([p.warning_acknowledged for p in profiles], dtype=np.bool_),
        np.array(worths, dtype=np.int64),
        np.array([amount for _, amount, _, _ in batch], dtype=np.int64),
        np.array([consent for _, _, consent, _ in batch], dtype=np.bool_),
        on,
        already_minor=np.array([already for *_, already in batch], dtype=np.int64),
        risk_class=np.array([p.risk_class for p in profiles], dtype=np.int8)
        if keeps_classes
        else None,
        lent_minor=np.array([p.lent_minor for p in profiles], dtype=np.int64),
    )
    assert codes.dtype == np.int8
    for code, (profile, amount, consent, already) in zip(codes.tolist(), batch, strict=True):
        single = rules.decide(profile, amount, int(consent), on, already_minor=already)
        again = rules.finding(code, profile, amount, already) if code else None
        assert single == again
        assert rules.codes.get(code) == (single.rule_id if single else None)


def test_a_share_that_would_overflow_is_computed_exactly() -> None:
    rules = replace(EU, large_share=Fraction(123_456_789, 10**10), large_least_minor=0)
    worth = 9 * 10**17
    threshold = worth * 123_456_789 // 10**10
    codes = rules.decide_columns(
        np.array([ON, ON], dtype="datetime64[D]"),
        np.zeros(2, dtype=np.bool_),
        np.ones(2, dtype=np.bool_),
        np.array([worth, worth], dtype=np.int64),
        np.array([threshold, threshold + 1], dtype=np.int64),
        np.zeros(2, dtype=np.bool_),
        ON,
    )
    assert codes.tolist() == [Refusal.NONE, Refusal.LARGE_INVESTMENT]
