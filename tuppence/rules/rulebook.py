"""A rulebook as a platform uses it: the rows in force on a day, with figures in its currency."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import lru_cache
from pathlib import Path

from tuppence.rules.book_file import BookFile, is_money, read_book
from tuppence.rules.rule import BookHead, Check, Parameter, Rule
from tuppence.rules.suitability import SuitabilityTest
from tuppence.rules.toml_row import RuleBookError

BOOKS_FOLDER = Path(__file__).parent / "books"


class UnknownRuleError(LookupError):
    """No row with that id is in force on the day of the book."""


@dataclass(frozen=True, slots=True)
class PlatformTerms:
    """The platform's currency, and amounts of rules set by the platform in that currency.

    Amounts are in minor units, keyed by rule id ("EU-CAP-1"), or by rule id and name for a
    further amount ("EU-WRN-2.least"). This room converts no currencies: without its own amount
    a rule in another currency is not measured.
    """

    currency: str
    minor_digits: int = 2
    amounts_minor: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RuleBook:
    """The rules of one jurisdiction as they stand on `as_of`."""

    file: BookFile
    as_of: date
    platform: PlatformTerms
    _by_id: Mapping[str, Rule]
    _by_check: Mapping[Check, Rule]

    @classmethod
    def load(
        cls, source: str | Path, as_of: date, *, platform: PlatformTerms | None = None
    ) -> "RuleBook":
        """Load a shipped book by name ("eu", "cn") or any book by the path of its TOML file.

        Raises RuleBookError naming file, row and key. A changed file is read again.
        """
        path = _path_of(source)
        try:
            changed_at = path.stat().st_mtime_ns
        except OSError as error:
            raise RuleBookError(f"There is no rulebook at {path.name}; check the path.") from error
        return cls.of(_read(path, changed_at), as_of, platform=platform)

    @classmethod
    def of(
        cls, file: BookFile, as_of: date, *, platform: PlatformTerms | None = None
    ) -> "RuleBook":
        """A book from an already read file; without terms, the platform has its currency."""
        terms = platform or PlatformTerms(file.head.currency, file.head.minor_digits)
        _check_terms(file, terms)
        rows = [rule for rule in file.rules if rule.holds_on(as_of)]
        by_check = {rule.check: rule for rule in rows if rule.check is not None}
        return cls(file, as_of, terms, {rule.id: rule for rule in rows}, by_check)

    @property
    def head(self) -> BookHead:
        """Title, jurisdiction, currency and date of the book."""
        return self.file.head

    @property
    def test(self) -> SuitabilityTest | None:
        """The entry knowledge test or risk assessment, where the book has one."""
        return self.file.test

    def at(self, on: date) -> "RuleBook":
        """The same book as it stands on another day."""
        return self if on == self.as_of else RuleBook.of(self.file, on, platform=self.platform)

    def in_force(self, on: date) -> tuple[Rule, ...]:
        """The rows in force on a day, in the order of the file."""
        return tuple(rule for rule in self.file.rules if rule.holds_on(on))

    def rule(self, rule_id: str) -> Rule:
        """The row with that id in force on `as_of`. Raises UnknownRuleError."""
        try:
            return self._by_id[rule_id]
        except KeyError:
            raise UnknownRuleError(
                f"No rule {rule_id} is in force on {self.as_of} in the book {self.head.id}."
            ) from None

    def enforcing(self, check: Check) -> Rule | None:
        """The row that a check enforces on `as_of`; None where the law asks nothing."""
        return self._by_check.get(check)

    def parameter(self, parameter_id: str, on: date) -> Parameter | None:
        """The latest value published by that day; None before the first."""
        published = [
            parameter
            for parameter in self.file.parameters
            if parameter.id == parameter_id and parameter.valid_from <= on
        ]
        return max(published, key=lambda parameter: parameter.valid_from, default=None)

    @property
    def same_currency(self) -> bool:
        """Whether the platform counts in the currency of the book."""
        return self.platform.currency == self.head.currency

    def amount_minor(self, rule: Rule, name: str = "value") -> int | None:
        """An amount of a rule in the platform's minor units.

        The platform's own amount wins; None where the book's currency is another one and the
        platform has set no amount: the rule is then not measured.
        """
        key = rule.id if name == "value" else f"{rule.id}.{name}"
        if key in self.platform.amounts_minor:
            return self.platform.amounts_minor[key]
        return self.to_minor(rule.needed(name)) if self.same_currency else None

    def to_minor(self, amount: Fraction) -> int:
        """An amount of the book in minor units; exact, as the reading made sure."""
        minor = amount * Fraction(10) ** self.head.minor_digits
        assert minor.denominator == 1
        return minor.numerator

    def is_money(self, rule: Rule) -> bool:
        """Whether the rule's value is an amount."""
        return rule.value is not None and is_money(rule, self.head.currency)

    def rate_cap(self, on: date) -> Fraction | None:
        """The highest rate a year allowed on a day; None where there is none or it is unknown."""
        rule = self.at(on).enforcing(Check.RATE_CAP)
        if rule is None:
            return None
        if not rule.parameter:
            return rule.needed("value") / 100
        reference = self.parameter(rule.parameter, on)
        return None if reference is None else rule.needed("value") * reference.value / 100


def shipped_books() -> tuple[str, ...]:
    """The names of the books that come with the platform."""
    return tuple(sorted(path.stem for path in BOOKS_FOLDER.glob("*.toml")))


def _path_of(source: str | Path) -> Path:
    if isinstance(source, Path) or "/" in source or source.endswith(".toml"):
        return Path(source)
    if source not in shipped_books():
        known = ", ".join(shipped_books())
        raise RuleBookError(
            f"There is no rulebook named {source}; choose one of {known}, or give a path to a file."
        )
    return BOOKS_FOLDER / f"{source}.toml"


@lru_cache(maxsize=16)
def _read(path: Path, changed_at: int) -> BookFile:
    assert changed_at >= 0  # part of the key: a changed file is another entry
    return read_book(path)


def _check_terms(file: BookFile, terms: PlatformTerms) -> None:
    head = file.head
    if terms.currency == head.currency and terms.minor_digits != head.minor_digits:
        raise RuleBookError(f"{head.currency} has {head.minor_digits} decimals in this rulebook.")
    known = set(_amount_keys(file.rules, file.head.currency))
    for key, amount_minor in terms.amounts_minor.items():
        if key not in known:
            raise RuleBookError(f"The platform sets an amount for {key}, which is no amount here.")
        if amount_minor < 0:
            raise RuleBookError(f"The platform's amount for {key} must be 0 or more.")


def _amount_keys(rules: Iterable[Rule], currency: str) -> Iterable[str]:
    for rule in rules:
        if rule.value is not None and is_money(rule, currency):
            yield rule.id
        for name in rule.amounts:
            yield f"{rule.id}.{name}"
