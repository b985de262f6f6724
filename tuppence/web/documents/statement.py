"""A member's statement on paper: balances, sums by kind, what lending brought, every movement."""

from collections.abc import Sequence

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tuppence import papers
from tuppence.web import charts
from tuppence.web.formats import Reader
from tuppence.web.periods import Period, months_between
from tuppence.web.reader import current_reader
from tuppence.web.reads.earnings import Parts
from tuppence.web.reads.movements import StatementRow
from tuppence.web.reads.statements import Statement
from tuppence.web.subjects import subject_text
from tuppence.web.words import transfer_word

NOTHING = "–"


def statement_paper(
    statement: Statement, rows: Sequence[StatementRow], name: str
) -> papers.Document:
    """The statement in the reader's language; `name` is the member's legal name."""
    reader = current_reader()
    title = _("Yearly statement") if statement.period.is_year else _("Monthly statement")
    parts: list[papers.Part] = [figures(statement, reader), sums(statement, reader)]
    if brought(statement):
        parts.append(earnings(statement, reader))
        if statement.period.is_year:
            parts.append(by_month(statement))
    parts += [movements(statement, rows, reader), notes(statement)]
    return papers.Document(
        language=get_language() or settings.LANGUAGE_CODE,
        platform=settings.TUPPENCE_NAME,
        title=f"{title} {period_words(statement.period, reader)}",
        subtitle=name + " · " + _("Member {number}").format(number=statement.member_id),
        reference=_("Statement {period} · member {number}").format(
            period=statement.period.name, number=statement.member_id
        ),
        at=statement.until,
        dated=until_words(statement, reader),
        parts=tuple(parts),
        seal=_("All amounts in {currency}").format(currency=statement.currency),
    )


def period_words(period: Period, reader: Reader) -> str:
    """A month or a year as the reader writes it."""
    return str(period.first.year) if period.is_year else reader.month(period.first)


def until_words(statement: Statement, reader: Reader) -> str:
    """From which day to which."""
    first = reader.day(statement.period.first)
    if statement.is_over:
        return _("{first} to {last}").format(first=first, last=reader.day(statement.period.last))
    return _("{first} to {moment}; the period still runs").format(
        first=first, moment=reader.moment(statement.until)
    )


def figures(statement: Statement, reader: Reader) -> papers.Figures:
    """What stood there at the beginning and at the end."""
    money, currency = reader.money, statement.currency
    end = reader.moment(statement.until)
    if statement.is_over:
        end = _("at the end of {day}").format(day=reader.day(statement.period.last))
    change = statement.closing_minor - statement.opening_minor
    return papers.Figures(
        (
            papers.Figure(
                _("Opening balance"),
                money(statement.opening_minor, currency),
                _("cash at the beginning of {day}").format(day=reader.day(statement.period.first)),
            ),
            papers.Figure(
                _("Net change"),
                money(change, currency, signed=True),
                _("movements: {count}").format(count=reader.count(statement.count)),
            ),
            papers.Figure(_("Closing balance"), money(statement.closing_minor, currency), end),
            papers.Figure(
                _("Promised to listings"), money(statement.promised_minor, currency), end
            ),
        )
    )


def sums(statement: Statement, reader: Reader) -> papers.Table:
    """From the opening to the closing balance, kind by kind."""

    def plain(amount_minor: int) -> str:
        return reader.plain_money(amount_minor, statement.currency)

    opening = (_("Opening balance"), "", plain(statement.opening_minor))
    lines = [
        (
            str(transfer_word(each.kind, comes_in=each.comes_in)),
            reader.count(each.count),
            plain(each.change_minor),
        )
        for each in statement.sums
    ]
    return papers.Table(
        title=_("How the balance came about"),
        columns=(
            papers.Column(_("What"), share=3),
            papers.Column(_("Movements"), figures=True, share=1),
            papers.Column(_("Amount"), figures=True, share=1),
        ),
        rows=(opening, *lines),
        totals=(_("Closing balance"), "", plain(statement.closing_minor)),
    )


def brought(statement: Statement) -> bool:
    """Whether lending brought or cost anything in the period."""
    return bool(statement.parts.net_minor or statement.losses_minor or statement.recovered_minor)


def earnings(statement: Statement, reader: Reader) -> papers.Terms:
    """What lending brought, for the tax return."""
    parts = statement.parts
    amounts = [
        (_("Interest received"), parts.interest_minor),
        (_("Late fees received"), parts.late_fee_minor),
        (_("Compensation for early repayment"), parts.compensation_minor),
        (_("Paid beyond what was owed"), parts.surplus_minor),
        (_("Our fee on interest, VAT included"), -parts.fee_minor),
        (_("Tax withheld"), -parts.tax_minor),
        (_("Earned after fee and tax"), parts.net_minor - parts.principal_minor),
        (_("Principal that came back"), parts.principal_minor),
        (_("Principal written off"), -statement.losses_minor),
        (_("Recovered of loans written off"), statement.recovered_minor),
    ]
    kept = {_("Interest received"), _("Tax withheld"), _("Earned after fee and tax")}
    rows = tuple(
        (name, reader.money(amount, statement.currency))
        for name, amount in amounts
        if amount or name in kept
    )
    return papers.Terms(rows, title=_("What lending brought"), figures=True)


def by_month(statement: Statement) -> papers.Picture:
    """What came back in each month of a year, as the charts of the pages draw it."""
    months = months_between(statement.period.first, statement.period.last)[::-1]
    by_month = {month.first: Parts() for month in months}
    for each in statement.shares:
        by_month[each.month] += Parts(*each.parts)
    principal = [parts.principal_minor for parts in by_month.values()]
    income = [parts.income_minor for parts in by_month.values()]
    title = _("What came back by month")
    chart = charts.bars(
        title,
        [month.first for month in months],
        [
            charts.Series(_("principal"), principal, hue=charts.RETURN),
            charts.Series(_("interest and charges"), income),
        ],
        charts.Money(statement.currency),
        stacked=True,
        place_title=_("Month"),
        place_form="month",
    )
    note = _("Before our fee and tax; by the month in which it was recorded.")
    return papers.Picture(charts.paper_svg(chart), title, title, note)


def movements(statement: Statement, rows: Sequence[StatementRow], reader: Reader) -> papers.Table:
    """Every movement with the balance after it; what interest brought, where any did."""
    lends = any(row.parts for row in rows)
    split = (_("Interest and charges"), _("Fee and tax")) if lends else ()
    lines = tuple(movement(row, statement.currency, reader, lends=lends) for row in rows)
    return papers.Table(
        title=_("Every movement"),
        columns=(
            papers.Column(_("Day")),
            papers.Column(_("What"), share=3),
            papers.Column(_("For"), share=2),
            *(papers.Column(head, figures=True) for head in split),
            papers.Column(_("Amount"), figures=True),
            papers.Column(_("Balance"), figures=True),
        ),
        rows=lines or ((NOTHING, _("Nothing moved."), "", "", ""),),
        totals=together(statement, rows, reader, lends=lends),
        note=_("Amounts in {currency}, by the day on which they were recorded.").format(
            currency=statement.currency
        ),
    )


def together(
    statement: Statement, rows: Sequence[StatementRow], reader: Reader, *, lends: bool
) -> tuple[str, ...]:
    """What all movements come to, and the balance they lead to."""
    currency = statement.currency
    parts = [row.parts for row in rows if row.parts]
    split = (
        sum(each.income_minor for each in parts),
        sum(each.fee_minor + each.tax_minor for each in parts),
    )
    amounts = (
        *(split if lends else ()),
        statement.closing_minor - statement.opening_minor,
        statement.closing_minor,
    )
    figures = (reader.plain_money(amount, currency) for amount in amounts)
    return (_("Together"), "", "", *figures)


def movement(row: StatementRow, currency: str, reader: Reader, *, lends: bool) -> tuple[str, ...]:
    """One movement as the cells of its row."""
    parts = row.parts
    split = (parts.income_minor, parts.fee_minor + parts.tax_minor) if parts else (None, None)
    amounts = (*(split if lends else ()), row.change_minor, row.balance_minor)
    return (
        reader.day(reader.day_of(row.recorded_at)),
        str(transfer_word(row.kind, comes_in=row.change_minor > 0)),
        subject_text(row.subject_kind, row.subject_id),
        *("" if each is None else reader.plain_money(each, currency) for each in amounts),
    )


def notes(statement: Statement) -> papers.Prose:
    """How to read it."""
    texts = [
        _(
            "Your money lies on an account of clients' money at a bank, apart from the "
            "platform's own. Money promised to listings and money lent is not in the balance."
        ),
        _(
            "What is entered late or taken back stands on the day it was entered, so a "
            "statement never changes once its period is over."
        ),
    ]
    if statement.parts.net_minor:
        texts.append(_("Fees and tax are taken off before money reaches you; each row shows them."))
    return papers.Prose(tuple(texts), title=_("Notes"), quiet=True)
