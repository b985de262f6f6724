"""The price of ending a loan on a day, in words: its parts, and how each comes about."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tuppence.lending.servicing.payoff_basis import Compensation, PayoffBasis, RunningInterest
from tuppence.web.formats import Reader
from tuppence.web.parts import Line, Text
from tuppence.web.reader import current_reader
from tuppence.web.templatetags.money import percent


@dataclass(frozen=True, slots=True)
class HowLine:
    """One part of the price, how it is computed, and what it comes to."""

    name: Text
    how: Text
    amount_minor: int


def payoff_lines(basis: PayoffBasis, currency: str) -> list[Line]:
    """The parts of the price and their sum."""
    reader, quote = current_reader(), basis.quote
    parts = [
        (_("Principal"), quote.principal_minor),
        (_("Interest to the day"), quote.interest_minor),
        (_("Fees and late charges"), quote.fee_minor + quote.penalty_minor),
        (_("Compensation for paying early"), quote.compensation_minor),
    ]
    day = reader.day(quote.on)
    return [
        *(Line(label, reader.money(amount, currency)) for label, amount in parts),
        Line(
            _("To pay on {day}").format(day=day),
            reader.money(quote.amount_minor, currency),
            is_sum=True,
        ),
    ]


def how_lines(basis: PayoffBasis, currency: str) -> list[HowLine]:
    """How each part is computed; parts of nothing are left out, but for the compensation."""
    reader, quote = current_reader(), basis.quote
    lines = [HowLine(_("Principal"), principal_how(basis, reader, currency), quote.principal_minor)]
    if basis.due_interest_minor:
        how = _("of instalments that are due by then and not paid")
        lines.append(HowLine(_("Interest that is due"), how, basis.due_interest_minor))
    if basis.running is not None:
        how = running_how(basis.running, reader, currency)
        lines.append(HowLine(_("Interest of the running period"), how, basis.running.owed_minor))
    charges_minor = quote.fee_minor + quote.penalty_minor
    if charges_minor:
        how = _("charged and not paid")
        lines.append(HowLine(_("Fees and late charges"), how, charges_minor))
    how = compensation_how(basis.compensation, basis.early_principal_minor, reader, currency)
    lines.append(HowLine(_("Compensation for paying early"), how, quote.compensation_minor))
    return lines


def principal_how(basis: PayoffBasis, reader: Reader, currency: str) -> str:
    """Of what the principal is made."""
    if not basis.due_principal_minor:
        return _("all that is still owed, none of it due yet")
    return _("all that is still owed; of it {amount} is due by then").format(
        amount=reader.money(basis.due_principal_minor, currency)
    )


def running_how(running: RunningInterest, reader: Reader, currency: str) -> str:
    """Days, period, and what was borne or paid before."""
    text = _("{days} of {whole} days from {start} on, of {amount} for the whole period").format(
        days=reader.count(running.days),
        whole=reader.count(running.days_whole),
        start=reader.day(running.starts_on),
        amount=reader.money(running.planned_minor, currency),
    )
    more = []
    if running.of_360:
        more.append(_("each month counts 30 days"))
    if running.counted_days:
        more.append(
            _("the first {days} days, before the plan changed, bore {amount}").format(
                days=reader.count(running.counted_days),
                amount=reader.money(running.counted_interest_minor, currency),
            )
        )
    if running.paid_minor:
        more.append(
            _("{amount} of it is paid").format(amount=reader.money(running.paid_minor, currency))
        )
    return pgettext("list", "; ").join([text, *more])


def compensation_how(
    compensation: Compensation, early_minor: int, reader: Reader, currency: str
) -> str:
    """The rate with its reason, and the ceiling."""
    if not compensation.rate:
        return _("none was agreed")
    if not early_minor:
        return _("nothing is paid before its day")
    why = _("more than a year is left")
    if compensation.is_last_year:
        why = _("a year or less is left")
    return _(
        "{share} of {amount} paid before its day, as {why}; never more than the interest that is "
        "spared, {spared}"
    ).format(
        share=percent(compensation.rate),
        amount=reader.money(early_minor, currency),
        why=why,
        spared=reader.money(compensation.spared_minor, currency),
    )


def ahead_sentence(basis: PayoffBasis, currency: str) -> str:
    """What is supposed to be paid on the way to a later day; nothing where nothing is due."""
    if not basis.ahead:
        return ""
    reader = current_reader()
    listed = [
        _("{amount} on {day}").format(
            amount=reader.money(row.amount_minor, currency), day=reader.day(row.due_on)
        )
        for row in basis.ahead
    ]
    shown = listed if len(listed) <= 3 else [listed[0], "…", listed[-1]]
    return _(
        "This counts on the instalments before that day being paid on theirs: {instalments}. What "
        "you leave unpaid comes on top, with its late fees."
    ).format(instalments=pgettext("list", ", ").join(shown))


def validity_sentence(basis: PayoffBasis, currency: str) -> str:
    """Until when the price holds, and what a day more costs."""
    reader = current_reader()
    return _(
        "It holds until the end of {day}, as long as nothing else is paid or charged before. One "
        "day later it is {later}."
    ).format(day=reader.day(basis.quote.on), later=reader.money(basis.next_day_minor, currency))
