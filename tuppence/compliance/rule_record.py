"""What the rulebook said to an act, as it is kept: who, rule, figure, limit, outcome. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from uuid import UUID

from tuppence.rules.findings import Finding
from tuppence.rules.rule import Rule
from tuppence.rules.rulebook import RuleBook, UnknownRuleError

FIGURE_MAX, LIMIT_MAX = 200, 80


@dataclass(frozen=True, slots=True)
class RuleRecord:
    """One rule that fired on one act. `refused`: the act did not go on because of it."""

    at: datetime
    book: str
    rule_id: str
    act: str
    effect: str
    refused: bool
    figure: str
    limit: str = ""
    member_id: int | None = None
    subject_kind: str = ""
    subject_id: int = 0
    key: UUID | None = None


def records_of(
    findings: Iterable[Finding],
    book: RuleBook,
    *,
    at: datetime,
    act: str,
    member_id: int | None = None,
    subject_kind: str = "",
    subject_id: int = 0,
    key: UUID | None = None,
) -> Iterator[RuleRecord]:
    """The findings of one act as records, each with the limit of its rule on that day."""
    for finding in findings:
        yield RuleRecord(
            at=at,
            book=book.head.id,
            rule_id=finding.rule_id,
            act=act,
            effect=finding.effect,
            refused=finding.bars,
            figure=finding.figure[:FIGURE_MAX],
            limit=limit_of(book, finding.rule_id)[:LIMIT_MAX],
            member_id=member_id,
            subject_kind=subject_kind,
            subject_id=subject_id,
            key=key,
        )


def limit_of(book: RuleBook, rule_id: str) -> str:
    """The rule's own value with its unit, nothing where it has none."""
    try:
        return value_of(book.rule(rule_id))
    except UnknownRuleError:
        return ""


def value_of(rule: Rule) -> str:
    """A rule's value with its unit, as its book writes it: 5000000 EUR, 3.85 %."""
    if rule.value is None:
        return ""
    return f"{plain(rule.value)} {rule.unit}".strip()


def plain(value: Fraction) -> str:
    """A number of a book without needless zeros.

    >>> plain(Fraction(77, 20)), plain(Fraction(4))
    ('3.85', '4')
    """
    if value.denominator == 1:
        return str(value.numerator)
    return f"{float(value):.6f}".rstrip("0")
