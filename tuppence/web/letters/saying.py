"""How letters say things: one way to build them, and amounts as their reader writes them."""

from fractions import Fraction

from django.utils.translation import ngettext

from tuppence.letters.letter import Bars, Letter
from tuppence.web.letters.facts import Facts
from tuppence.web.reader import current_reader
from tuppence.web.templatetags.money import percent


def letter(
    subject: str,
    *paragraphs: str,
    figures: tuple[tuple[str, str], ...] = (),
    closing: tuple[str, ...] = (),
    action: str = "",
    path: str = "",
    bars: Bars | None = None,
) -> Letter:
    """A letter whose greeting is still to come; figures without a value are left out."""
    return Letter(
        subject=" ".join(subject.split()),
        greeting="",
        paragraphs=paragraphs,
        figures=tuple((name, value) for name, value in figures if value),
        closing=closing,
        action=action,
        path=path,
        bars=bars,
    )


def money(facts: Facts, amount_minor: int | None = None) -> str:
    """An amount in the letter's currency: that of the letter, unless another is given."""
    amount = facts.amount_minor if amount_minor is None else amount_minor
    return current_reader().money(amount, facts.currency)


def known_money(facts: Facts, amount_minor: int) -> str:
    """An amount, nothing where it is not known: then its figure is left out."""
    return money(facts, amount_minor) if amount_minor else ""


def rate(facts: Facts) -> str:
    """The letter's rate a year, nothing where it tells of none."""
    return percent(Fraction(facts.rate)) if facts.rate else ""


def day(facts: Facts) -> str:
    """The letter's day, nothing where it tells of none."""
    return current_reader().day(facts.on) if facts.on else ""


def days_of(facts: Facts) -> str:
    """How many days the letter tells of."""
    return ngettext("%(days)s day", "%(days)s days", facts.days) % {
        "days": current_reader().count(facts.days)
    }
