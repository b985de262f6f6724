"""The price of ending a loan on a day, on paper: its parts, how they come about, how to pay it."""

from datetime import datetime

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tuppence import papers
from tuppence.lending.servicing.payoff_basis import PayoffBasis
from tuppence.web.formats import Reader
from tuppence.web.payoffs_in_words import ahead_sentence, how_lines, payoff_lines, validity_sentence
from tuppence.web.reader import current_reader
from tuppence.web.reads.loans import LoanPage
from tuppence.web.reads.payouts import PayInAccount


def payoff_paper(
    page: LoanPage, basis: PayoffBasis, paying: list[papers.Part], *, name: str, at: datetime
) -> papers.Document:
    """The quote of a day, written on the page's day, whose first moment is `at`."""
    reader, currency = current_reader(), page.row.currency
    lines = tuple((str(line.label), str(line.value)) for line in payoff_lines(basis, currency))
    notes = [validity_sentence(basis, currency), ahead_sentence(basis, currency)]
    parts: list[papers.Part] = [
        figures(basis, reader, currency),
        papers.Terms(lines, title=_("To pay"), figures=True),
        papers.Prose(tuple(filter(None, notes))),
        how_table(basis, reader, currency),
        *paying,
    ]
    return papers.Document(
        language=get_language() or settings.LANGUAGE_CODE,
        platform=settings.TUPPENCE_NAME,
        title=_("Payoff quote"),
        subtitle=f"{name} · {page.row.title}",
        reference=_("Loan {number}").format(number=page.row.id),
        at=at,
        dated=_("As it stands on {day}").format(day=reader.day(page.on)),
        parts=tuple(parts),
        seal=_("All amounts in {currency}").format(currency=currency),
    )


def figures(basis: PayoffBasis, reader: Reader, currency: str) -> papers.Figures:
    """The price, the price of a day later, and what is spared."""
    return papers.Figures(
        (
            papers.Figure(
                _("Ends the loan on {day}").format(day=reader.day(basis.quote.on)),
                reader.money(basis.quote.amount_minor, currency),
            ),
            papers.Figure(_("One day later"), reader.money(basis.next_day_minor, currency)),
            papers.Figure(
                _("Less than by the plan"),
                reader.money(basis.spared_minor, currency),
                _("interest, after compensation"),
            ),
        )
    )


def how_table(basis: PayoffBasis, reader: Reader, currency: str) -> papers.Table:
    """How each part is computed."""
    return papers.Table(
        title=_("How it is computed"),
        columns=(
            papers.Column(_("Part"), share=2),
            papers.Column(_("How"), share=4),
            papers.Column(_("Amount"), figures=True, share=1),
        ),
        rows=tuple(
            (str(line.name), str(line.how), reader.plain_money(line.amount_minor, currency))
            for line in how_lines(basis, currency)
        ),
        totals=(_("Together"), "", reader.plain_money(basis.quote.amount_minor, currency)),
    )


def ways(account: PayInAccount | None, reference: str) -> list[papers.Part]:
    """Where to send the money, and what to do then; nothing before an account is set up."""
    if account is None:
        return []
    rows = (
        (_("To"), account.holder_name),
        (_("Account"), account.account),
        *((("BIC", account.bic),) if account.bic else ()),
        (_("Reference"), reference),
    )
    note = _(
        "Send what is missing so that it arrives by the day of the quote; a transfer usually takes "
        "one working day. Then press “Pay off” on the loan's page on that day: nothing is taken by "
        "itself."
    )
    return [
        papers.Terms(rows, title=_("How to pay exactly this")),
        papers.Prose((note,), quiet=True),
    ]
