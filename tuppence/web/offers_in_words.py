"""An offer in words: each figure beside what was asked, and what changed between the two."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

from django.utils.translation import gettext as _

from tuppence.lending.terms import Method
from tuppence.web.costs import CostQuote
from tuppence.web.late_words import late_fee_words
from tuppence.web.parts import Figure, Line, Text
from tuppence.web.reader import current_reader
from tuppence.web.reads.offers import Offer
from tuppence.web.templatetags.money import percent, rate, step, term

Number = TypeVar("Number", int, Fraction)


@dataclass(frozen=True, slots=True)
class OfferLine:
    """One figure as it was asked for, as it is offered, and what changed."""

    name: Text
    asked: Text
    offered: Text
    change: Text


def offer_figures(offer: Offer) -> list[Figure]:
    """What arrives, what is paid each time, and what it costs."""
    reader, currency, quote = current_reader(), offer.currency, offer.offered
    kept = _("after our fee of {fee}, kept back").format(
        fee=reader.money(offer.held_minor, currency)
    )
    return [
        Figure(
            _("Paid out to you"),
            reader.money(offer.paid_out_minor, currency),
            kept if offer.held_minor else _("the whole amount"),
        ),
        Figure(
            _("Instalment"),
            reader.money(quote.instalment_minor, currency),
            instalment_basis(offer),
        ),
        Figure(
            _("Cost in total"),
            reader.money(quote.cost_minor, currency),
            _("interest and fee, if paid on time"),
        ),
        Figure(
            _("Annual percentage rate"),
            percent(quote.apr),
            _("with the fee, by directive 2008/48/EC"),
        ),
    ]


def instalment_basis(offer: Offer) -> str:
    """How often the instalment comes, and where the others differ from it."""
    texts = {
        Method.ANNUITY: _("{count} times, {step}"),
        Method.FLAT: _("{count} times, {step}"),
        Method.EQUAL_PRINCIPAL: _("the first of {count}, {step}; later ones are lower"),
        Method.INTEREST_ONLY: _("{count} times, {step}; with the last, the principal"),
        Method.BULLET: _("one payment, on {day}"),
    }
    reader, rows = current_reader(), offer.offered.rows
    return texts[offer.agreed.method].format(
        count=reader.count(len(rows)),
        step=step(offer.agreed.every, offer.agreed.unit),
        day=reader.day(rows[-1].due_on),
    )


def length(instalments: int, offer: Offer) -> str:
    """How long a loan of so many instalments runs."""
    return term(instalments * offer.agreed.every, offer.agreed.unit)


def offer_lines(offer: Offer) -> list[OfferLine]:
    """The figures that were asked for beside those that are offered."""
    reader, currency = current_reader(), offer.currency

    def money(amount_minor: int) -> str:
        return reader.money(amount_minor, currency)

    def line(name: Text, figure: Callable[[CostQuote], int]) -> OfferLine:
        asked = [figure(quote) for quote in offer.asked]
        return in_range(name, asked, figure(offer.offered), money)

    rates = [quote.annual_rate for quote in offer.asked]
    aprs = [quote.apr for quote in offer.asked if quote.apr is not None]
    lines = [
        OfferLine(
            _("Amount"), money(offer.asked_minor), money(offer.offered_minor), amount_change(offer)
        ),
        OfferLine(
            _("Term"),
            length(offer.asked_instalments, offer),
            length(offer.offered_instalments, offer),
            term_change(offer),
        ),
        in_range(_("Rate a year"), rates, offer.offered.annual_rate, percent, points),
        line(_("Instalment"), lambda quote: quote.instalment_minor),
        line(_("Interest in total"), lambda quote: quote.interest_minor),
        line(_("Fee"), lambda quote: quote.fee_minor),
        line(_("Cost in total"), lambda quote: quote.cost_minor),
    ]
    if aprs and offer.offered.apr is not None:
        lines.append(
            in_range(_("Annual percentage rate"), aprs, offer.offered.apr, percent, points)
        )
    return lines


def amount_change(offer: Offer) -> str:
    """How the amount differs from what was asked."""
    less_minor = offer.asked_minor - offer.offered_minor
    if not less_minor:
        return _("as you asked")
    amount = current_reader().money(abs(less_minor), offer.currency)
    less, more = _("{amount} less than you asked"), _("{amount} more than you asked")
    return (less if less_minor > 0 else more).format(amount=amount)


def term_change(offer: Offer) -> str:
    """How the term differs from what was asked."""
    less = offer.asked_instalments - offer.offered_instalments
    if not less:
        return _("as you asked")
    text = _("{length} shorter than you asked") if less > 0 else _("{length} longer than you asked")
    return text.format(length=length(abs(less), offer))


def points(gap: Fraction) -> str:
    """How far two rates are apart."""
    return _("{number} percentage points").format(number=current_reader().percent(gap))


def in_range(
    name: Text,
    asked: list[Number],
    offered: Number,
    show: Callable[[Number], str],
    show_gap: Callable[[Number], str] | None = None,
) -> OfferLine:
    """A figure that could be anywhere between two when it was asked for."""
    least, most = min(asked), max(asked)
    shown = show(least) if least == most else f"{show(least)} – {show(most)}"
    change = range_change(least, most, offered, show_gap or show)
    return OfferLine(name, shown, show(offered), change)


def range_change(
    least: Number, most: Number, offered: Number, show_gap: Callable[[Number], str]
) -> str:
    """Where in its range a figure came to stand."""
    if least == most == offered:
        return _("as you were shown")
    if offered == least:
        return _("the lowest you were shown")
    if offered == most:
        return _("the highest you were shown")
    if offered > most:
        return _("{amount} above what you were shown").format(amount=show_gap(offered - most))
    if offered < least:
        return _("{amount} below what you were shown").format(amount=show_gap(least - offered))
    return _("{amount} below the highest").format(amount=show_gap(most - offered))


def offer_sentence(offer: Offer) -> str:
    """The offer in one sentence."""
    reader = current_reader()
    return _(
        "We offer {amount} over {length} at {rate}. You would pay back {total} in all, our fee "
        "included."
    ).format(
        amount=reader.money(offer.offered_minor, offer.currency),
        length=length(offer.offered_instalments, offer),
        rate=rate(offer.offered.annual_rate),
        total=reader.money(offer.to_pay_minor, offer.currency),
    )


def besides(offer: Offer) -> list[Line]:
    """What it can cost besides, and what that depends on."""
    agreed = offer.agreed
    early = _("none")
    if agreed.prepayment_compensation:
        early = _("at most {share} of what is paid early, half of it in the last year").format(
            share=percent(agreed.prepayment_compensation)
        )
    return [
        Line(_("Fee for a late instalment"), late_fee_words(agreed, offer.currency)),
        Line(_("Compensation for paying early"), early),
    ]
