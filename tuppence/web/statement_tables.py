"""The tables of statements: months and years, every movement, and the years for a tax return.

The heads of their files are fixed: other programs read them.
"""

from dataclasses import replace
from datetime import date

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tuppence import platform
from tuppence.web import tables
from tuppence.web.documents.statement import period_words
from tuppence.web.reader import current_reader
from tuppence.web.reads.earnings import Parts, YearEarned
from tuppence.web.reads.movements import StatementRow
from tuppence.web.reads.statements import KindSum, Statement
from tuppence.web.subjects import subject_text
from tuppence.web.words import transfer_word

MONTHS_A_PAGE = 24
MOVEMENTS_A_PAGE = 60


def in_currency(_row: object) -> str:
    """All cash is in the platform's currency."""
    return platform.currency()


def parts_of(row: StatementRow) -> Parts:
    """The parts of a movement, nothing where it has none."""
    return row.parts or Parts()


# --- Months and years ---------------------------------------------------------------------
PERIODS = tables.Table(
    "statements",
    gettext_lazy("Statements"),
    columns=(
        tables.text(
            "period",
            gettext_lazy("Period"),
            "period__name",
            show=lambda row: period_words(row.period, current_reader()),
            url=lambda row: reverse("statement", args=[row.period.name]),
        ),
        tables.figure("opening", gettext_lazy("Opening"), "opening_minor"),
        tables.figure("in", gettext_lazy("In"), "in_minor"),
        tables.figure("out", gettext_lazy("Out"), "out_minor"),
        tables.figure("closing", gettext_lazy("Closing"), "closing_minor"),
        tables.count("movements", gettext_lazy("Movements"), "count"),
        tables.text(
            "paper",
            gettext_lazy("Paper"),
            "period__name",
            show=lambda row: "PDF",
            url=lambda row: reverse("statement_pdf", args=[row.period.name]),
            in_file=False,
        ),
    ),
    page_size=MONTHS_A_PAGE,
    counts=False,
)
MONTHS = replace(PERIODS, name="months", caption=gettext_lazy("Months"))
YEARS = replace(PERIODS, name="years", caption=gettext_lazy("Years"))


# --- Every movement -----------------------------------------------------------------------
def movements(statement: Statement) -> tables.Table:
    """The table of one statement; its file is named after the period."""
    caption = _("Every movement, amounts in {currency}").format(currency=statement.currency)
    return tables.Table(
        f"statement-{statement.period.name}",
        caption,
        columns=MOVEMENT_COLUMNS,
        filters=(kinds_filter(statement),),
        page_size=MOVEMENTS_A_PAGE,
    )


def kinds_filter(statement: Statement) -> tables.Choice:
    """Narrow the movements to one kind and direction."""
    by_code = {code_of(each): each for each in statement.sums}
    return tables.Choice(
        "kind",
        gettext_lazy("What"),
        [(code, kind_words(each)) for code, each in by_code.items()],
        by_code.__getitem__,
    )


def code_of(each: KindSum) -> str:
    """Kind and direction as addresses name them."""
    return f"{'in' if each.comes_in else 'out'}-{each.kind}"


def kind_words(each: KindSum) -> str | Promise:
    """Kind and direction in the member's words."""
    return transfer_word(each.kind, comes_in=each.comes_in)


def income_of(row: StatementRow) -> int | None:
    """What a movement earned before fee and tax."""
    return row.parts.income_minor or None if row.parts else None


def taken_off(row: StatementRow) -> int | None:
    """What our fee and tax took off before it came in."""
    return row.parts.fee_minor + row.parts.tax_minor or None if row.parts else None


def day_of(row: StatementRow) -> date:
    """The platform's day of a movement."""
    return platform.business_day(row.recorded_at)


def part(name: str) -> tables.Column:
    """One part of money that came back, in the file only."""
    return tables.figure(
        name,
        "",
        lambda row: getattr(parts_of(row), f"{name}_minor"),
        currency=in_currency,
        in_page=False,
    )


MOVEMENT_COLUMNS = (
    tables.day("day", gettext_lazy("Day"), day_of),
    tables.text(
        "kind",
        gettext_lazy("What"),
        "kind",
        show=lambda row: transfer_word(row.kind, comes_in=row.change_minor > 0),
        url=lambda row: reverse("transfer", args=[row.id]),
        sub=lambda row: subject_text(row.subject_kind, row.subject_id),
    ),
    tables.figure(
        "income",
        gettext_lazy("Interest and charges"),
        income_of,
        currency=in_currency,
        in_file=False,
    ),
    tables.figure(
        "taken_off",
        gettext_lazy("Fee and tax"),
        taken_off,
        currency=in_currency,
        in_file=False,
    ),
    tables.figure(
        "amount", gettext_lazy("Amount"), "change_minor", currency=in_currency, total=True
    ),
    tables.figure("balance", gettext_lazy("Balance"), "balance_minor", currency=in_currency),
    *(
        part(name)
        for name in (
            *("principal", "interest", "late_fee", "compensation", "surplus"),
            *("fee", "tax"),
        )
    ),
    tables.text("subject", "", "subject_kind", in_page=False),
    tables.count("subject_number", "", "subject_id", in_page=False),
    tables.moment("recorded_at", "", "recorded_at", in_page=False),
    tables.moment("happened_at", "", "occurred_at", in_page=False),
    tables.code("transfer", "", "id", in_page=False),
)


# --- Years for a tax return ---------------------------------------------------------------
def others_of(row: YearEarned) -> int:
    """Late fees, compensation and what was paid beyond the debt."""
    return row.parts.income_minor - row.parts.interest_minor


TAX_YEARS = tables.Table(
    "tax-overview",
    gettext_lazy("Calendar years, by the day on which money was recorded"),
    columns=(
        tables.text(
            "year",
            gettext_lazy("Year"),
            "year",
            url=lambda row: reverse("statement", args=[str(row.year)]),
        ),
        tables.figure("interest", gettext_lazy("Interest"), "parts__interest_minor"),
        tables.figure("other_income", gettext_lazy("Late fees and the like"), others_of),
        tables.figure("fee", gettext_lazy("Our fee"), lambda row: -row.parts.fee_minor),
        tables.figure("losses", gettext_lazy("Losses"), lambda row: -row.losses_minor),
        tables.figure("recoveries", gettext_lazy("Recovered"), "recovered_minor"),
        tables.figure("result", gettext_lazy("Result before tax"), "result_minor"),
        tables.figure("tax_withheld", gettext_lazy("Tax withheld"), "parts__tax_minor"),
        tables.figure("principal_back", gettext_lazy("Principal back"), "parts__principal_minor"),
    ),
    counts=False,
)
