"""The compliance page's list: every rule once, with figures or with the reason why not."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from tuppence.rules.legal_states import Facts, LegalState, State, legal_states
from tuppence.rules.rulebook import PlatformTerms, RuleBook, UnknownRuleError

ON = date(2025, 6, 2)
EU = RuleBook.load("eu", ON)
CN = RuleBook.load("cn", ON)


def state_of(book: RuleBook, rule_id: str, facts: Facts) -> LegalState:
    return next(state for state in legal_states(book, facts) if state.rule.id == rule_id)


@pytest.mark.parametrize("book", [EU, CN])
def test_every_rule_in_force_is_listed_and_without_facts_not_measured(book: RuleBook) -> None:
    states = legal_states(book, {})
    assert [state.rule for state in states] == list(book.in_force(ON))
    assert {state.state for state in states} == {State.NOT_MEASURED}
    assert all(state.reason.en and state.reason.zh for state in states)


@pytest.mark.parametrize(
    ("book", "rule_id", "fact", "state", "figure"),
    [
        (CN, "CN-CAP-1", 200_000_00, State.OK, "200,000.00 CNY <= 200,000.00 CNY"),
        (CN, "CN-CAP-1", 200_000_01, State.FIRES, "200,000.01 CNY > 200,000.00 CNY"),
        (EU, "EU-CAP-2", 25_000_00, State.OK, "25,000.00 EUR >= 25,000.00 EUR"),
        (EU, "EU-CAP-2", 24_999_99, State.FIRES, "24,999.99 EUR < 25,000.00 EUR"),
        (CN, "CN-TIM-1", 20, State.OK, "20 working days <= 20 working days"),
        (CN, "CN-TIM-1", 21, State.FIRES, "21 working days > 20 working days"),
        (CN, "CN-TIM-2", 9, State.FIRES, "9 working days before < 10 working days before"),
        (EU, "EU-TIM-1", 4, State.OK, "4 calendar days >= 4 calendar days"),
        (CN, "CN-INT-1", Fraction(12, 100), State.OK, "12 % <= 12 %"),
        (CN, "CN-INT-1", Fraction(121, 1000), State.FIRES, "12.1 % > 12 %"),
        (EU, "EU-MKT-1", 0, State.OK, "0 breaches"),
        (EU, "EU-MKT-1", 2, State.FIRES, "2 breaches"),
        (EU, "EU-CON-1", 0, State.OK, "0 breaches"),
        (EU, "EU-WRN-2", 1, State.FIRES, "1 breach"),
    ],
)
def test_a_measured_rule_shows_the_figures_compared(
    book: RuleBook, rule_id: str, fact: int | Fraction, state: State, figure: str
) -> None:
    found = state_of(book, rule_id, {rule_id: fact})
    assert (found.state, found.figure) == (state, figure)


def test_amounts_in_another_currency_are_not_measured_unless_the_platform_sets_them() -> None:
    facts = {"EU-CAP-1": 60_000_000_00, "EU-WRN-2": 3, "EU-REC-1": 5}
    abroad = RuleBook.load("eu", ON, platform=PlatformTerms("SEK"))
    cap = state_of(abroad, "EU-CAP-1", facts)
    assert cap.state is State.NOT_MEASURED
    assert "in EUR, the platform in SEK" in cap.reason.en and "EUR" in cap.reason.zh
    assert state_of(abroad, "EU-WRN-2", facts).state is State.NOT_MEASURED
    assert state_of(abroad, "EU-REC-1", facts).state is State.OK
    terms = PlatformTerms("SEK", amounts_minor={"EU-CAP-1": 55_000_000_00})
    own = state_of(RuleBook.load("eu", ON, platform=terms), "EU-CAP-1", facts)
    assert own.figure == "60,000,000.00 SEK > 55,000,000.00 SEK"


def test_a_rate_without_a_reference_of_the_day_is_not_measured() -> None:
    book = RuleBook.of(replace(CN.file, parameters=()), ON)
    found = state_of(book, "CN-INT-1", {"CN-INT-1": Fraction(1, 10)})
    assert found.state is State.NOT_MEASURED
    assert "reference rate" in found.reason.en


def test_a_fact_about_no_rule_in_force_is_refused() -> None:
    with pytest.raises(UnknownRuleError, match="No rule EU-CAP-9"):
        legal_states(EU, {"EU-CAP-9": 1})
