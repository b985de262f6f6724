"""A month with a partner on paper: claimed, counted, rejected, agreed, and spend by day."""

from collections.abc import Sequence
from datetime import date, datetime

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tuppence import papers
from tuppence.growth.models import SettlementStep
from tuppence.growth.queries.settlements import DaySpent, MonthRow
from tuppence.growth.settlement import Act
from tuppence.web.reader import current_reader
from tuppence.web.words import state_word


def settlement_paper(
    row: MonthRow,
    steps: Sequence[SettlementStep],
    days: Sequence[DaySpent],
    *,
    on: date,
    at: datetime,
) -> papers.Document:
    """The settlement as it stands on a day; `at` is the first moment of that day."""
    reader = current_reader()
    return papers.Document(
        language=get_language() or settings.LANGUAGE_CODE,
        platform=settings.TUPPENCE_NAME,
        title=_("Settlement"),
        subtitle=f"{row.partner} · {reader.month(row.month)}",
        reference=str(state_word("settlement", row.state)[1]),
        at=at,
        dated=_("As it stands on {day}").format(day=reader.day(on)),
        parts=(_figures(row), _rejections(row, steps), _days(row, days)),
        seal=_("All amounts in {currency}").format(currency=row.currency),
    )


def _figures(row: MonthRow) -> papers.Figures:
    reader = current_reader()

    def figure(label: str, minor: int, basis: str) -> papers.Figure:
        return papers.Figure(label, reader.money(minor, row.currency), basis)

    agreed = row.claimed_minor - row.rejected_minor
    invoice = _("invoice {number}").format(number=row.invoice_number or "–")
    return papers.Figures(
        (
            figure(_("Claimed"), row.claimed_minor, _("by the partner")),
            figure(_("Counted"), row.counted_minor, _("spend in our books")),
            figure(_("Claimed less rejected"), agreed, invoice),
            figure(_("Paid"), row.paid_minor, _("lines of our bank, oldest month first")),
        )
    )


def _rejections(row: MonthRow, steps: Sequence[SettlementStep]) -> papers.Table:
    reader = current_reader()
    rejected: list[SettlementStep] = []
    for step in steps:
        if step.act == Act.CLAIM:
            rejected = []  # said again, the rejections begin anew
        if step.act == Act.REJECT:
            rejected.append(step)
    return papers.Table(
        title=_("Rejected"),
        columns=(
            papers.Column(_("Day"), share=1),
            papers.Column(_("Reason"), share=4),
            papers.Column(_("Amount"), figures=True, share=1),
        ),
        rows=tuple(
            (
                reader.day(step.at.date()),
                step.text,
                reader.plain_money(step.amount_minor or 0, row.currency),
            )
            for step in rejected
        )
        or ((_("Nothing was rejected."), "", ""),),
        totals=(_("Together"), "", reader.plain_money(row.rejected_minor, row.currency)),
    )


def _days(row: MonthRow, days: Sequence[DaySpent]) -> papers.Table:
    reader = current_reader()
    return papers.Table(
        title=_("Counted, by day"),
        columns=(
            papers.Column(_("Day"), share=2),
            papers.Column(_("Rows"), figures=True, share=1),
            papers.Column(_("Clicks"), figures=True, share=1),
            papers.Column(_("Amount"), figures=True, share=1),
        ),
        rows=tuple(
            (
                reader.day(each.day),
                reader.count(each.rows),
                reader.count(each.clicks),
                reader.plain_money(each.amount_minor, row.currency),
            )
            for each in days
        )
        or ((_("Nothing is booked for this month."), "", "", ""),),
        totals=(
            _("Together"),
            reader.count(sum(each.rows for each in days)),
            reader.count(sum(each.clicks for each in days)),
            reader.plain_money(sum(each.amount_minor for each in days), row.currency),
        ),
    )
