"""Template tags for amounts, rates, dates and states, in the reader's form.

{{ listing.target_minor|money:listing.currency }}   {{ row.interest_minor|figure:currency }}
{{ rate|rate }}   {{ day|day }}   {{ at|moment }}   {% chip "listing" listing.state %}
"""

from datetime import date, datetime
from fractions import Fraction
from uuid import UUID

from django import template
from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from tuppence.web import formats
from tuppence.web.reader import current_reader
from tuppence.web.words import state_word, word_of

register = template.Library()
NOTHING = "–"


@register.filter
def money(amount_minor: int | None, currency: str = "") -> str:
    """An amount with its currency, a dash where there is none."""
    if not isinstance(amount_minor, int):
        return NOTHING
    return current_reader().money(amount_minor, currency or settings.TUPPENCE_CURRENCY)


@register.filter
def iban(number: str) -> str:
    """An account number in groups of four, as banks print it and take it."""
    number = number.replace(" ", "")
    return " ".join(number[at : at + 4] for at in range(0, len(number), 4))


@register.filter
def signed_money(amount_minor: int | None, currency: str = "") -> str:
    """An amount with its sign, plus as well as minus."""
    if not isinstance(amount_minor, int):
        return NOTHING
    return current_reader().money(amount_minor, currency or settings.TUPPENCE_CURRENCY, signed=True)


@register.filter
def figure(amount_minor: int | None, currency: str = "") -> str:
    """An amount without its currency, for a column whose head names it."""
    if not isinstance(amount_minor, int):
        return NOTHING
    return current_reader().plain_money(amount_minor, currency or settings.TUPPENCE_CURRENCY)


@register.filter
def rate(value: Fraction | None) -> str:
    """A rate a year: 8.40 % a year."""
    if not isinstance(value, Fraction):
        return NOTHING
    return gettext("{percent} % a year").format(percent=current_reader().percent(value))


@register.filter
def percent(value: Fraction | None, decimals: int = 2) -> str:
    """A share in percent: 1.90 %."""
    if not isinstance(value, Fraction):
        return NOTHING
    return gettext("{percent} %").format(
        percent=current_reader().percent(Fraction(value), decimals)
    )


@register.filter
def count(number: int | None) -> str:
    """A whole number with grouping."""
    return NOTHING if not isinstance(number, int) else current_reader().count(number)


@register.filter
def day(on: date | None) -> str | SafeString:
    """A date; of a moment, the platform's day on which it falls."""
    if not on:
        return NOTHING
    reader = current_reader()
    if isinstance(on, datetime):
        on = reader.day_of(on)
    return format_html('<time datetime="{}">{}</time>', on.isoformat(), reader.day(on))


@register.filter
def month(on: date | None) -> str:
    """A month with its year."""
    return current_reader().month(on) if on else NOTHING


@register.filter
def moment(at: datetime | None) -> str | SafeString:
    """A moment to the minute, in the platform's time zone."""
    if not at:
        return NOTHING
    return format_html(
        '<time datetime="{}">{}</time>',
        at.isoformat(timespec="seconds"),
        current_reader().moment(at),
    )


@register.filter
def receipt(key: UUID) -> str:
    """The receipt number of an order."""
    return formats.receipt_number(key)


@register.filter
def term(instalments: int, unit: str = "months") -> str:
    """How long a loan runs: 24 months."""
    number = current_reader().count(instalments)
    words = {
        "days": ngettext("%(number)s day", "%(number)s days", instalments),
        "weeks": ngettext("%(number)s week", "%(number)s weeks", instalments),
        "months": ngettext("%(number)s month", "%(number)s months", instalments),
        "years": ngettext("%(number)s year", "%(number)s years", instalments),
    }
    return words[str(unit)] % {"number": number}


@register.filter
def step(every: int, unit: str = "months") -> str:
    """How often an instalment falls due: every 2 weeks."""
    texts = {
        "days": ngettext("every day", "every %(number)s days", every),
        "weeks": ngettext("every week", "every %(number)s weeks", every),
        "months": ngettext("every month", "every %(number)s months", every),
        "years": ngettext("every year", "every %(number)s years", every),
    }
    return texts[str(unit)] % {"number": current_reader().count(every)}


@register.filter
def word(value: str, kind: str) -> str:
    """The word that people read for a code: {{ product.method|word:"method" }}."""
    return str(word_of(kind, value))


@register.inclusion_tag("parts/chip.html")
def chip(kind: str, value: str) -> dict[str, object]:
    """A state as a word with a shape: {% chip "listing" listing.state %}."""
    tone, text = state_word(kind, value)
    return {"tone": tone, "text": text}
