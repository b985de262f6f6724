"""What a check found: the rule, what follows from it, the figures that fired, and the words."""

from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Literal

from tuppence.rules.rule import Rule, Sentence
from tuppence.rules.rulebook import RuleBook

Effect = Literal["refuse", "warn", "consent", "wait", "disclose"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule that fired.

    effect: refuse (not possible), consent (possible once the person has consented), wait (not
    yet: a time runs or a statement is missing), warn and disclose (possible; say it). `figure`
    tells the values that fired, for records; the sentences are for the reader.
    """

    rule_id: str
    effect: Effect
    figure: str
    sentence_en: str
    sentence_zh: str

    @property
    def bars(self) -> bool:
        """Whether the act must not go on as things stand."""
        return self.effect in ("refuse", "consent", "wait")


def find(
    rule: Rule, effect: Effect, figure: str, *, sentence: str = "fires", **values: str
) -> Finding:
    """The finding of one rule, its sentence filled with the values that fired."""
    words = rule.sentences[sentence]
    return Finding(rule.id, effect, figure, *_fill(words, values))


def _fill(words: Sentence, values: dict[str, str]) -> tuple[str, str]:
    en, zh = words.en, words.zh
    for name, value in values.items():
        en, zh = en.replace(f"{{{name}}}", value), zh.replace(f"{{{name}}}", value)
    assert "{" not in en and "{" not in zh, "a sentence names a figure that its check does not give"
    return en, zh


def show_amount(book: RuleBook, amount_minor: int) -> str:
    """An amount of the platform for sentences and records: 200,000.01 CNY."""
    digits = book.platform.minor_digits
    sign = "-" if amount_minor < 0 else ""
    whole, rest = divmod(abs(amount_minor), 10**digits)
    decimals = f".{rest:0{digits}d}" if digits else ""
    return f"{sign}{whole:,}{decimals} {book.platform.currency}"


def show_percent(rate: Fraction) -> str:
    """A share or rate as percent, with at most six decimals, cut: 13.8 %."""
    millionths = rate * 100 * 10**6
    whole, rest = divmod(millionths.numerator // millionths.denominator, 10**6)
    decimals = f".{rest:06d}".rstrip("0").rstrip(".")
    return f"{whole}{decimals} %"


def show_day(day: date | None) -> str:
    """A day as written in records; a dash for never."""
    return day.isoformat() if day else "-"


def show_moment(moment: datetime) -> str:
    """A moment to the minute, in UTC."""
    return moment.strftime("%Y-%m-%d %H:%M UTC")
