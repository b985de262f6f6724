"""The tables of the open books, each of them a file too."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tuppence.insight.default_rate import default_rate, over_grades
from tuppence.web import tables
from tuppence.web.reader import current_reader
from tuppence.web.reads.open_books import OpenBooks
from tuppence.web.words import WORDS


def window_words(row: Any) -> str:
    """The days of a window."""
    reader, window = current_reader(), row["count"].window
    return _("{first} to {last}").format(
        first=reader.day(window.first), last=reader.day(window.last)
    )


def early_words(row: Any) -> str:
    """Of how many loans that were paid back."""
    outcome, reader = row["outcome"], current_reader()
    if not outcome.ended:
        return ""
    return _("{early} of {ended}").format(
        early=reader.count(outcome.ended_early), ended=reader.count(outcome.ended)
    )


ARREARS = tables.Table(
    "arrears",
    gettext_lazy("Open loans by how late they are"),
    columns=(
        tables.text(
            "days_past_due",
            gettext_lazy("Days past due"),
            lambda row: row["age"].value,
            show=lambda row: WORDS["age"][row["age"].value],
        ),
        tables.count("loans", gettext_lazy("Loans"), lambda row: row["sums"].loans),
        tables.money(
            "balance",
            gettext_lazy("Balance at risk"),
            lambda row: row["sums"].balance_minor,
            currency=lambda row: row["currency"],
        ),
        tables.money(
            "overdue",
            gettext_lazy("Due and unpaid"),
            lambda row: row["sums"].overdue_minor,
            currency=lambda row: row["currency"],
        ),
    ),
)
VINTAGES = tables.Table(
    "vintages",
    gettext_lazy("Losses by quarter of pay-out"),
    columns=(
        tables.text("quarter", gettext_lazy("Quarter"), lambda row: row["vintage"].name),
        tables.count("loans", gettext_lazy("Loans"), lambda row: row["vintage"].loans),
        tables.money(
            "lent",
            gettext_lazy("Lent"),
            lambda row: row["vintage"].lent_minor,
            currency=lambda row: row["currency"],
        ),
        tables.money(
            "outstanding",
            gettext_lazy("Outstanding"),
            lambda row: row["vintage"].outstanding_minor,
            currency=lambda row: row["currency"],
        ),
        tables.money(
            "written_off",
            gettext_lazy("Given up"),
            lambda row: row["vintage"].written_off_minor,
            currency=lambda row: row["currency"],
        ),
        tables.money(
            "recovered",
            gettext_lazy("Came back"),
            lambda row: row["vintage"].recovered_minor,
            currency=lambda row: row["currency"],
        ),
        tables.percent("net_loss", gettext_lazy("Net loss"), lambda row: row["vintage"].loss_share),
    ),
)
DEFAULTS = tables.Table(
    "default_rates",
    gettext_lazy("Loans that defaulted within twelve months"),
    columns=(
        tables.text(
            "first",
            gettext_lazy("Window"),
            lambda row: row["count"].window.first,
            show=window_words,
        ),
        tables.text(
            "last", gettext_lazy("To"), lambda row: row["count"].window.last, in_page=False
        ),
        tables.text(
            "grade",
            gettext_lazy("Grade"),
            lambda row: row["count"].grade,
            show=lambda row: row["count"].grade or _("all"),
        ),
        tables.count("loans", gettext_lazy("Loans"), lambda row: row["count"].loans),
        tables.count("defaulted", gettext_lazy("Defaulted"), lambda row: row["count"].defaulted),
        tables.percent("rate", gettext_lazy("Default rate"), lambda row: row["count"].rate),
    ),
)
GRADES = tables.Table(
    "grades",
    gettext_lazy("Expected and actual, by grade"),
    columns=(
        tables.text(
            "grade",
            gettext_lazy("Grade"),
            lambda row: row["outcome"].grade,
            show=lambda row: row["outcome"].grade or _("all"),
        ),
        tables.count("loans", gettext_lazy("Loans"), lambda row: row["outcome"].loans),
        tables.money(
            "lent",
            gettext_lazy("Lent"),
            lambda row: row["outcome"].lent_minor,
            currency=lambda row: row["currency"],
        ),
        tables.percent("rate", gettext_lazy("Rate a year"), lambda row: row["outcome"].annual_rate),
        tables.percent(
            "expected_loss",
            gettext_lazy("Expected loss a year"),
            lambda row: row["outcome"].expected_loss,
        ),
        tables.percent(
            "expected_return",
            gettext_lazy("Expected return a year"),
            lambda row: row["outcome"].expected_return,
        ),
        tables.percent(
            "net_loss", gettext_lazy("Lost so far"), lambda row: row["outcome"].loss_share
        ),
        tables.percent(
            "default_rate", gettext_lazy("Default rate"), lambda row: row["default_rate"]
        ),
        tables.percent(
            "ended_early",
            gettext_lazy("Paid back early"),
            lambda row: row["outcome"].early_share,
            sub=early_words,
        ),
    ),
)


def arrears_rows(found: OpenBooks) -> list[dict[str, Any]]:
    """A row for every age."""
    return [
        {"age": age, "sums": sums, "currency": found.currency} for age, sums in found.ages.items()
    ]


def vintage_rows(found: OpenBooks) -> list[dict[str, Any]]:
    """A row for every quarter, the latest first."""
    return [{"vintage": each, "currency": found.currency} for each in reversed(found.vintages)]


def default_rows(found: OpenBooks) -> list[dict[str, Any]]:
    """Each window, the latest first: all loans, then every grade."""
    rows: list[dict[str, Any]] = []
    for whole in reversed(over_grades(found.defaults)):
        rows.append({"count": whole})
        rows += [{"count": each} for each in found.defaults if each.window == whole.window]
    return rows


def grade_rows(found: OpenBooks) -> list[dict[str, Any]]:
    """Every grade that was lent to, then all of them in one."""
    outcomes = [*found.grades, *([found.whole] if found.whole else [])]
    return [
        {
            "outcome": each,
            "currency": found.currency,
            "default_rate": default_rate(found.defaults, each.grade),
        }
        for each in outcomes
    ]
