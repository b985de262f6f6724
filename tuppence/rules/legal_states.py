"""The state of every rule for a compliance page: kept, fired, or not measured, with figures."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from tuppence.rules.findings import show_amount, show_percent
from tuppence.rules.rule import Bound, Rule, Sentence
from tuppence.rules.rulebook import RuleBook, UnknownRuleError

# What was measured of a rule, by its id. Where the rule has a value with a bound: the worst value
# measured (minor units for amounts, a fraction for shares and rates, else in the rule's unit).
# Everywhere else: the number of breaches found, 0 for none.
Facts = Mapping[str, int | Fraction]


class State(StrEnum):
    """How a rule stands."""

    OK = "ok"
    FIRES = "fires"
    NOT_MEASURED = "not_measured"


@dataclass(frozen=True, slots=True)
class LegalState:
    """One rule with its state, the figures compared and, where not measured, the reason."""

    rule: Rule
    state: State
    figure: str
    reason: Sentence


_MEASURED = Sentence("Measured.", "已测量。")
_NO_FACT = Sentence(
    "Nothing was measured for this rule; it is kept by procedure.", "本条没有测量数据，由制度保障。"
)
_NO_REFERENCE = Sentence(
    "The reference rate of this day is not in the rulebook.", "规则表中没有当日的参考利率。"
)


def legal_states(book: RuleBook, facts: Facts) -> tuple[LegalState, ...]:
    """Every rule in force with its state, in the order of the book.

    Raises UnknownRuleError for a fact about a rule that is not in force.
    """
    rules = book.in_force(book.as_of)
    unknown = sorted(set(facts) - {rule.id for rule in rules})
    if unknown:
        raise UnknownRuleError(f"No rule {unknown[0]} is in force on {book.as_of}.")
    return tuple(_state(book, rule, facts.get(rule.id)) for rule in rules)


def _state(book: RuleBook, rule: Rule, fact: int | Fraction | None) -> LegalState:
    if has_foreign_amount(book, rule):
        return LegalState(rule, State.NOT_MEASURED, "", _foreign(book))
    if fact is None:
        return LegalState(rule, State.NOT_MEASURED, "", _NO_FACT)
    if rule.bound is None or rule.value is None:
        state = State.FIRES if fact > 0 else State.OK
        found = "1 breach" if fact == 1 else f"{fact} breaches"
        return LegalState(rule, state, found, _MEASURED)
    limit = _limit(book, rule)
    if limit is None:
        return LegalState(rule, State.NOT_MEASURED, "", _NO_REFERENCE)
    kept = fact <= limit if rule.bound is Bound.AT_MOST else fact >= limit
    sign = {Bound.AT_MOST: ("<=", ">"), Bound.AT_LEAST: (">=", "<")}[rule.bound][0 if kept else 1]
    figure = f"{_show(book, rule, fact)} {sign} {_show(book, rule, limit)}"
    return LegalState(rule, State.OK if kept else State.FIRES, figure, _MEASURED)


def has_foreign_amount(book: RuleBook, rule: Rule) -> bool:
    """Whether an amount of the rule is in another currency and the platform has set none."""
    names = (*(["value"] if book.is_money(rule) else []), *rule.amounts)
    return any(book.amount_minor(rule, name) is None for name in names)


def _limit(book: RuleBook, rule: Rule) -> int | Fraction | None:
    if book.is_money(rule):
        return book.amount_minor(rule)
    if rule.parameter:
        return book.rate_cap(book.as_of)
    value = rule.needed("value")
    return value / 100 if rule.unit.startswith("%") else value


def _show(book: RuleBook, rule: Rule, value: int | Fraction) -> str:
    if book.is_money(rule):
        return show_amount(book, int(value))
    if rule.parameter or rule.unit.startswith("%"):
        return show_percent(Fraction(value))
    return f"{value} {rule.unit}"


def _foreign(book: RuleBook) -> Sentence:
    law, ours = book.head.currency, book.platform.currency
    return Sentence(
        f"The rule is in {law}, the platform in {ours}; set the amount in {ours} to measure it.",
        f"本条以 {law} 计，平台以 {ours} 计；请设定 {ours} 金额后再测量。",
    )
