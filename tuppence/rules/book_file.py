"""Reading a rulebook from its TOML file; every error names the file, the row and the key."""

import re
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from tuppence.rules.rule import (
    FIGURES_NEEDED,
    MONEY_NEEDED,
    SENTENCES,
    WHOLE_NEEDED,
    BookHead,
    Bound,
    Check,
    Kind,
    Parameter,
    Rule,
    Sentence,
    Status,
)
from tuppence.rules.suitability import Option, Question, RiskClass, SuitabilityTest
from tuppence.rules.toml_row import RuleBookError, TomlRow

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_SENTENCE_KEYS = ("fires", "asks", "warns", "limits", "statement")
_ROW_KEYS = frozenset(
    {"id", "kind", "scope", "value", "unit", "bound", "valid_from", "valid_to", "article"}
    | {"source", "status", "text", "note", "read", "check", "parameter", "figures", "amounts"}
    | {"words", *_SENTENCE_KEYS}
)


@dataclass(frozen=True, slots=True)
class BookFile:
    """All that one file says, of every date."""

    head: BookHead
    rules: tuple[Rule, ...]
    parameters: tuple[Parameter, ...]
    test: SuitabilityTest | None


def read_book(path: Path) -> BookFile:
    """Read and check one rulebook. Raises RuleBookError with the row and key that is wrong."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise RuleBookError(f"{path.name}: the file can't be read as UTF-8 text.") from error
    return parse_book(text, path.name)


def parse_book(text: str, name: str) -> BookFile:
    """Read a rulebook from TOML text; `name` stands in front of every error."""
    try:
        # Decimal keeps 3.85 exact; a float would already have lost it.
        table = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise RuleBookError(f"{name}: not valid TOML: {error}.") from error
    root = TomlRow(table, name)
    root.only(frozenset({"book", "rule", "parameter", "test"}))
    head = _head(TomlRow(root.table.get("book"), f"{name}: [book]"))
    parameters = _parameters(root)
    known = frozenset(parameter.id for parameter in parameters)
    rules = tuple(_rule(row, head, known) for row in root.rows("rule", "rule"))
    if not rules:
        raise RuleBookError(f"{name}: there is no [[rule]] in it.")
    _refuse_overlaps(name, rules, by_name="id", key=lambda rule: rule.id)
    _refuse_overlaps(
        name, [rule for rule in rules if rule.check], by_name="check", key=lambda rule: rule.check
    )
    test = _test(TomlRow(root.table["test"], f"{name}: [test]")) if "test" in root.table else None
    return BookFile(head, rules, parameters, test)


def _head(row: TomlRow) -> BookHead:
    row.only(
        frozenset({"id", "jurisdiction", "title", "currency", "minor_digits"})
        | {"calendar", "dated", "note"}
    )
    currency = row.text("currency")
    if not re.fullmatch(r"[A-Z]{3}", currency):
        raise row.error("currency", "write a code of three capital letters, such as EUR.")
    return BookHead(
        id=row.text("id"),
        jurisdiction=row.text("jurisdiction"),
        title=row.sentence("title"),
        currency=currency,
        minor_digits=row.whole("minor_digits"),
        calendar=row.text("calendar", ""),
        dated=row.day("dated"),
        note=row.sentence("note"),
    )


def _parameters(root: TomlRow) -> tuple[Parameter, ...]:
    rows = root.rows("parameter", "parameter")
    parameters = [_parameter(row) for row in rows]
    seen: set[tuple[str, object]] = set()
    for row, parameter in zip(rows, parameters, strict=True):
        if (parameter.id, parameter.valid_from) in seen:
            raise row.error("valid_from", f"{parameter.valid_from} is given twice.")
        seen.add((parameter.id, parameter.valid_from))
    return tuple(sorted(parameters, key=lambda parameter: (parameter.id, parameter.valid_from)))


def _parameter(row: TomlRow) -> Parameter:
    row.only(frozenset({"id", "value", "unit", "valid_from", "source", "status"}))
    return Parameter(
        id=row.text("id"),
        value=row.number("value"),
        unit=row.text("unit"),
        valid_from=row.day("valid_from"),
        source=row.text("source"),
        status=row.choice("status", Status),
    )


def _rule(row: TomlRow, head: BookHead, known_parameters: frozenset[str]) -> Rule:
    row.only(_ROW_KEYS)
    kind = row.choice("kind", Kind)
    check = row.choice("check", Check) if "check" in row.table else None
    valid_from = row.day("valid_from")
    valid_to = row.day("valid_to") if "valid_to" in row.table else None
    if valid_to is not None and valid_to <= valid_from:
        raise row.error("valid_to", "write a day after valid_from.")
    parameter = row.text("parameter", "")
    if parameter and parameter not in known_parameters:
        raise row.error("parameter", f"there is no [[parameter]] with the id {parameter}.")
    value = row.number("value") if "value" in row.table else None
    rule = Rule(
        id=row.text("id"),
        jurisdiction=head.jurisdiction,
        kind=kind,
        scope=row.text("scope"),
        value=value,
        unit=row.text("unit", "" if value is None else None),
        bound=_bound(row, kind, has_value=value is not None),
        valid_from=valid_from,
        valid_to=valid_to,
        article=row.text("article", ""),
        source=row.text("source"),
        status=row.choice("status", Status),
        text=row.sentence("text"),
        note=row.text("note", ""),
        read=row.text("read", ""),
        check=check,
        parameter=parameter,
        figures=row.numbers("figures"),
        amounts=row.numbers("amounts"),
        words=_words(row),
        sentences=_sentences(row, check),
    )
    _check_money(row, rule, head)
    _check_figures(row, rule)
    return rule


def is_money(rule: Rule, currency: str) -> bool:
    """Whether the rule's value is an amount: its unit begins with the currency's code."""
    return rule.unit.split(" ")[0] == currency


def _check_money(row: TomlRow, rule: Rule, head: BookHead) -> None:
    """Amounts must be whole minor units, and the caps that need one must be in money."""
    needed = MONEY_NEEDED.get(rule.check, ()) if rule.check else ()
    if "value" in needed and not is_money(rule, head.currency):
        raise row.error("unit", f"write an amount's unit that begins with {head.currency}.")
    amounts = dict(rule.amounts)
    if rule.value is not None and is_money(rule, head.currency):
        amounts["value"] = rule.value
    for key in needed:
        if key not in amounts:
            raise row.error(key, f"the check {rule.check} needs this amount.")
    for key, amount in amounts.items():
        if (amount * Fraction(10) ** head.minor_digits).denominator != 1:
            raise row.error(key, f"an amount has at most {head.minor_digits} decimals.")


def _check_figures(row: TomlRow, rule: Rule) -> None:
    whole = WHOLE_NEEDED.get(rule.check, ()) if rule.check else ()
    needed = FIGURES_NEEDED.get(rule.check, ()) if rule.check else ()
    for key in (*whole, *needed):
        figure = rule.figure(key)
        if figure is None:
            raise row.error(key, f"the check {rule.check} needs this figure.")
        if key in whole and figure.denominator != 1:
            raise row.error(key, f"the check {rule.check} needs a whole number.")
    if rule.check is Check.RATE_CAP and not rule.parameter and rule.unit != "% a year":
        raise row.error("unit", "write % a year, or name the reference rate in 'parameter'.")


def _bound(row: TomlRow, kind: Kind, *, has_value: bool) -> Bound | None:
    if "bound" in row.table:
        return row.choice("bound", Bound)
    if not has_value:
        return None
    if kind is Kind.CAP:
        return Bound.AT_MOST
    if kind in (Kind.FLOOR, Kind.CAPITAL):
        return Bound.AT_LEAST
    if kind is Kind.TIMER:
        raise row.error("bound", "a timer needs at_most (do within) or at_least (wait).")
    return None


def _words(row: TomlRow) -> tuple[str, ...]:
    words = row.table.get("words", [])
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise row.error("words", "write a list of texts.")
    return tuple(words)


def _sentences(row: TomlRow, check: Check | None) -> dict[str, Sentence]:
    allowed = SENTENCES[check] if check else {}
    for key in allowed:
        if key not in row.table:
            raise row.error(key, f"the check {check} needs this sentence, as .en and .zh.")
    found = {key: row.sentence(key) for key in _SENTENCE_KEYS if key in row.table}
    for key, sentence in found.items():
        for name in _PLACEHOLDER.findall(sentence.en + sentence.zh):
            if name not in allowed.get(key, frozenset()):
                raise row.error(key, f"the figure {{{name}}} is not known in this sentence.")
    return found


def _refuse_overlaps(
    name: str, rules: Sequence[Rule], *, by_name: str, key: Callable[[Rule], object]
) -> None:
    periods: dict[object, Rule] = {}
    for rule in sorted(rules, key=lambda rule: rule.valid_from):
        earlier = periods.get(key(rule))
        if earlier and (earlier.valid_to is None or rule.valid_from < earlier.valid_to):
            raise RuleBookError(
                f"{name}: rule {rule.id}, key '{by_name}': {key(rule)} is already in force on "
                f"{rule.valid_from} by rule {earlier.id}; end that row with valid_to first."
            )
        periods[key(rule)] = rule


def _test(row: TomlRow) -> SuitabilityTest:
    row.only(
        frozenset({"id", "title", "source", "status", "note", "pass_mark", "question", "class"})
    )
    questions = tuple(_question(question) for question in row.rows("question", "question"))
    test = SuitabilityTest(
        id=row.text("id"),
        title=row.sentence("title"),
        source=row.text("source"),
        status=row.choice("status", Status),
        note=row.sentence("note"),
        pass_mark=row.whole("pass_mark", 0),
        questions=questions,
        classes=_classes(row),
    )
    if len({question.id for question in questions}) < len(questions) or not questions:
        raise row.error("question", "write at least one, each with an id of its own.")
    if test.pass_mark > test.points_max:
        raise row.error("pass_mark", f"the best answers reach only {test.points_max} points.")
    return test


def _question(row: TomlRow) -> Question:
    row.only(frozenset({"id", "topic", "text", "essential", "option"}))
    options = tuple(_option(option) for option in row.rows("option", "option"))
    if len(options) < 2:
        raise row.error("option", "write at least two.")
    essential = row.table.get("essential", False)
    if not isinstance(essential, bool):
        raise row.error("essential", "write true or false.")
    return Question(row.text("id"), row.text("topic"), row.sentence("text"), options, essential)


def _option(row: TomlRow) -> Option:
    row.only(frozenset({"en", "zh", "points"}))
    return Option(Sentence(row.text("en"), row.text("zh")), row.whole("points"))


def _classes(row: TomlRow) -> tuple[RiskClass, ...]:
    classes: list[RiskClass] = []
    for rank, entry in enumerate(row.rows("class", "class"), 1):
        entry.only(frozenset({"id", "points_min", "limit", "title"}))
        points_min = entry.whole("points_min")
        lowest = classes[-1].points_min + 1 if classes else 0
        if points_min < lowest or (rank == 1 and points_min != 0):
            raise entry.error("points_min", "the first class begins at 0, each later one higher.")
        limit = entry.number("limit") if "limit" in entry.table else None
        title = entry.sentence("title")
        classes.append(RiskClass(rank, entry.text("id"), points_min, limit, title))
    return tuple(classes)
