"""A loan's account on paper, for its borrower: what is owed, what was paid, the plan as it stands.

For a loan that is paid back it is the confirmation that nothing is owed any more.
"""

from datetime import datetime

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tuppence import papers
from tuppence.web.formats import Reader
from tuppence.web.reader import current_reader
from tuppence.web.reads.loans import LoanPage, PaymentRow, ScheduleRow
from tuppence.web.templatetags.money import percent
from tuppence.web.words import state_word

PAID = "paid"


def loan_account_paper(page: LoanPage, name: str, *, at: datetime) -> papers.Document:
    """The account of a loan on the page's day; `at` is the first moment of that day."""
    reader, is_paid = current_reader(), page.row.state == PAID
    parts: list[papers.Part] = [figures(page, reader)]
    if is_paid:
        text = _("The loan is paid back. The borrower owes nothing more on it.")
        parts.append(papers.Prose((text,)))
    parts += [payments(page, reader), schedule(page, reader)]
    return papers.Document(
        language=get_language() or settings.LANGUAGE_CODE,
        platform=settings.TUPPENCE_NAME,
        title=_("Confirmation: loan paid back") if is_paid else _("Loan account"),
        subtitle=f"{name} · {page.row.title}",
        reference=_("Loan {number}").format(number=page.row.id),
        at=at,
        dated=_("As it stands on {day}").format(day=reader.day(page.on)),
        parts=tuple(parts),
        seal=_("All amounts in {currency}").format(currency=page.row.currency),
    )


def figures(page: LoanPage, reader: Reader) -> papers.Figures:
    """What was lent, what of it is paid, what is owed."""
    row, currency = page.row, page.row.currency
    lent = papers.Figure(
        _("Amount lent"),
        reader.money(row.principal_minor, currency),
        _("paid out on {day}").format(day=reader.day(row.starts_on)),
    )
    paid = papers.Figure(
        _("Paid so far"),
        reader.money(sum(each.amount_minor for each in standing(page)), currency),
        _("principal, interest and charges"),
    )
    left = papers.Figure(
        _("Principal still owed"),
        reader.money(row.outstanding_minor, currency),
        _("at {rate} a year").format(rate=percent(row.annual_rate)),
    )
    due = papers.Figure(
        _("Due now"),
        reader.money(page.due_minor, currency),
        _("of it overdue: {amount}").format(amount=reader.money(page.overdue_minor, currency)),
    )
    return papers.Figures((lent, paid, left, due))


def standing(page: LoanPage) -> list[PaymentRow]:
    """The payments that count: those that the bank took back are left out."""
    return [each for each in page.payments if not each.is_reversed]


def payments(page: LoanPage, reader: Reader) -> papers.Table:
    """Every payment and where it went, the oldest first."""

    def plain(amount_minor: int) -> str:
        return reader.plain_money(amount_minor, page.row.currency)

    def cells(each: PaymentRow) -> tuple[str, ...]:
        return (
            plain(each.principal_minor),
            plain(each.interest_minor),
            plain(each.charges_minor + each.compensation_minor),
            plain(each.amount_minor),
        )

    counted = standing(page)
    sums = (
        sum(each.principal_minor for each in counted),
        sum(each.interest_minor for each in counted),
        sum(each.charges_minor + each.compensation_minor for each in counted),
        sum(each.amount_minor for each in counted),
    )
    heads = (_("Principal"), _("Interest"), _("Charges"), _("Paid"))
    note = _("Payments that the bank took back are named and not counted.")
    return papers.Table(
        title=_("Payments"),
        columns=(
            papers.Column(_("Day"), share=2),
            *(papers.Column(head, figures=True, share=1) for head in heads),
        ),
        rows=tuple((day_of(each, reader), *cells(each)) for each in reversed(page.payments))
        or ((_("Nothing was paid yet."), "", "", "", ""),),
        totals=(_("Together"), *(plain(amount) for amount in sums)),
        note=note if len(counted) < len(page.payments) else "",
    )


def day_of(payment: PaymentRow, reader: Reader) -> str:
    """The day of a payment; one that was taken back says so."""
    day = reader.day(payment.on)
    return _("{day}, taken back by the bank").format(day=day) if payment.is_reversed else day


def schedule(page: LoanPage, reader: Reader) -> papers.Table:
    """The plan as it stands, with how far each instalment is paid."""

    def plain(amount_minor: int) -> str:
        return reader.plain_money(amount_minor, page.row.currency)

    def cells(row: ScheduleRow) -> tuple[str, ...]:
        return (
            reader.day(row.due_on),
            str(state_word("instalment", row.state)[1]),
            plain(row.principal_minor),
            plain(row.interest_minor),
            plain(row.charges_minor),
            plain(row.amount_minor),
            plain(row.open_minor),
        )

    rows = page.schedule
    heads = (_("Principal"), _("Interest"), _("Charges"), _("To pay"), _("Still open"))
    return papers.Table(
        title=_("Schedule as planned now"),
        columns=(
            papers.Column(_("Due"), share=2),
            papers.Column(_("State"), share=2),
            *(papers.Column(head, figures=True, share=1) for head in heads),
        ),
        rows=tuple(cells(row) for row in rows),
        totals=(
            _("Together"),
            "",
            plain(sum(row.principal_minor for row in rows)),
            plain(sum(row.interest_minor for row in rows)),
            plain(sum(row.charges_minor for row in rows)),
            plain(sum(row.amount_minor for row in rows)),
            plain(sum(row.open_minor for row in rows)),
        ),
    )
