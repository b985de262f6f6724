"""What each source brought for what it cost, first and last touch side by side, with the books."""

from fractions import Fraction

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from tuppence import platform
from tuppence.growth.queries.return_table import (
    DIMENSIONS,
    ReturnTable,
    SourceReturn,
    months_of,
    return_table,
)
from tuppence.growth.return_on_spend import Credit, Month, paid_back_in
from tuppence.members.roles import Permission
from tuppence.members.views import requires
from tuppence.money.rounding import Rounding, round_to_minor
from tuppence.web import charts, tables
from tuppence.web.reader import current_reader
from tuppence.web.templatetags.money import percent
from tuppence.web.words import WORDS


def _url(row: "ReturnRow") -> str:
    path = reverse("staff_return_of", args=[row.dimension])
    return f"{path}?{urlencode({'source': row.source or ''})}"


class ReturnRow:
    """A source as the table reads it: figures by name, by first and by last touch."""

    def __init__(self, found: SourceReturn, dimension: str, currency: str) -> None:
        self.found, self.dimension, self.currency = found, dimension, currency
        self.pk = found.source or ""
        self.name = name_of(found)
        self.source = found.source
        self.spend_minor = found.first.spend_minor
        self.visits = found.first.visits
        for rule in Credit:
            brought = found.by[rule]
            for figure in FIGURES:
                setattr(self, f"{figure}_{rule.value}", getattr(brought.value, figure))
            setattr(self, f"contribution_minor_{rule.value}", brought.contribution_minor)


FIGURES = (
    *("registered", "verified", "first_investors", "invested_minor", "annualised_minor"),
    *("inflow_minor", "fees_minor", "incentives_minor"),
)

RETURNS = tables.Table(
    "return",
    gettext_lazy("Return on spend"),
    columns=(
        tables.text("source", gettext_lazy("Source"), "name", sort=True, url=_url),
        tables.money("spend", gettext_lazy("Spend"), "spend_minor", sort=True, total=True),
        tables.money(
            "incentives", gettext_lazy("Incentives"), "incentives_minor_first", total=True
        ),
        tables.count("visits", gettext_lazy("Visits"), "visits", sort=True, total=True),
        tables.count(
            "registered", gettext_lazy("Registered"), "registered_first", sort=True, total=True
        ),
        tables.count(
            "verified",
            gettext_lazy("Identity verified"),
            "verified_first",
            total=True,
            in_page=False,
        ),
        tables.count(
            "first_investors",
            gettext_lazy("First investors"),
            "first_investors_first",
            sort=True,
            total=True,
        ),
        tables.money(
            "invested",
            gettext_lazy("Invested"),
            "invested_minor_first",
            sort=True,
            total=True,
            in_page=False,
        ),
        tables.money(
            "annualised",
            gettext_lazy("Annualised"),
            "annualised_minor_first",
            total=True,
            in_page=False,
        ),
        tables.money(
            "inflow", gettext_lazy("Net inflow"), "inflow_minor_first", total=True, in_page=False
        ),
        tables.money(
            "fees", gettext_lazy("Fees, first touch"), "fees_minor_first", sort=True, total=True
        ),
        tables.money("fees_last", gettext_lazy("Fees, last touch"), "fees_minor_last", total=True),
        tables.money(
            "fees_even",
            gettext_lazy("Fees, over all touches"),
            "fees_minor_even",
            total=True,
            in_page=False,
        ),
        tables.money(
            "contribution",
            gettext_lazy("Contribution so far"),
            "contribution_minor_first",
            sort=True,
            total=True,
        ),
        tables.money(
            "contribution_last",
            gettext_lazy("Contribution, last touch"),
            "contribution_minor_last",
            total=True,
            in_page=False,
        ),
    ),
    order="-spend",
)


@requires(Permission.SEE_GROWTH)
@require_GET
def returns(request: HttpRequest, dimension: str) -> HttpResponseBase:
    """All sources of one way of looking; their sums against the trial balance."""
    found = table_of(dimension)
    rows = [ReturnRow(row, dimension, found.currency) for row in found.rows]
    context = {
        "dimension": dimension,
        "dimensions": [(name, WORDS["return_by"][name]) for name in DIMENSIONS],
        "found": found,
        "books": books_lines(found),
        "currency": found.currency,
    }
    return tables.table_page(
        request, "staff/growth_returns.html", RETURNS.of(request, rows), context
    )


def table_of(dimension: str) -> ReturnTable:
    """The table of a way of looking, or a page that isn't there."""
    if dimension not in DIMENSIONS:
        raise Http404
    return return_table(dimension, platform.currency(), platform.zone().key)


def books_lines(found: ReturnTable) -> list[dict[str, object]]:
    """Spend, incentives and fees: the rows, the trial balance, and the difference."""
    total = found.total(Credit.FIRST)
    differences = found.difference_minor(Credit.FIRST)
    names = (_("Marketing expense"), _("Incentives"), _("Fee income without VAT"))
    rows = (total.spend_minor, total.value.incentives_minor, total.value.fees_minor)
    books = (found.books.spend_minor, found.books.incentives_minor, found.books.fees_minor)
    kinds = ("marketing_expense", "incentive_expense", "fee_income")
    return [
        {"name": name, "rows": row, "books": book, "difference": difference, "kind": kind}
        for name, row, book, difference, kind in zip(
            names, rows, books, differences, kinds, strict=True
        )
    ]


@requires(Permission.SEE_GROWTH)
@require_GET
def return_of(request: HttpRequest, dimension: str) -> HttpResponse:
    """One source: what it cost, whom and what it brought, by each rule of credit, by month."""
    found = table_of(dimension)
    source = request.GET.get("source", "")[:200] or None
    row = next((each for each in found.rows if each.source == source), None)
    if row is None:
        raise Http404
    months = months_of(dimension, source, Credit.FIRST, found.currency, platform.zone().key)
    context = {
        "dimension": dimension,
        "row": row,
        "name": name_of(row),
        "currency": found.currency,
        "lines": figure_lines(row, found.currency),
        "paid_back": paid_back_in(months),
        "chart": chart_of(months, found.currency) if months else None,
    }
    return render(request, "staff/growth_return.html", context)


def name_of(row: SourceReturn) -> str:
    """A source's name; what has none is unattributed."""
    return row.name if row.source is not None else _("Unattributed")


def figure_lines(row: SourceReturn, currency: str) -> list[dict[str, object]]:
    """Each figure by first and by last touch, with what one of it cost."""
    reader = current_reader()

    def money(minor: int | Fraction | None) -> str:
        if minor is None:
            return "–"
        whole = minor if isinstance(minor, int) else round_to_minor(minor, Rounding.HALF_EVEN)
        return reader.money(whole, currency)

    def counted(name: str, figure: str) -> dict[str, object]:
        pair = [getattr(each.value, figure) for each in (row.first, row.last)]
        shown = [money(each) if figure.endswith("_minor") else reader.count(each) for each in pair]
        cost = row.first.cost_each(figure) if not figure.endswith("_minor") else None
        return {"name": name, "first": shown[0], "last": shown[1], "each": money(cost)}

    def derived(name: str, read: object) -> dict[str, object]:
        first, last = (read(each) for each in (row.first, row.last))  # type: ignore[operator]
        return {"name": name, "first": first, "last": last, "each": "–"}

    def share(value: Fraction | None) -> str:
        return percent(value, 1) if value is not None else "–"

    return [
        {
            "name": _("Visits"),
            "first": reader.count(row.first.visits),
            "last": reader.count(row.last.visits),
            "each": money(row.first.cost_each("visits")),
        },
        counted(_("Registered"), "registered"),
        counted(_("Identity verified"), "verified"),
        counted(_("First investors"), "first_investors"),
        counted(_("Invested"), "invested_minor"),
        counted(_("Invested, annualised (amount × days / 365)"), "annualised_minor"),
        counted(_("Net inflow: paid in less taken out"), "inflow_minor"),
        derived(_("Returned principal invested again"), lambda each: share(each.reinvestment)),
        derived(_("Gone after the first loan"), lambda each: share(each.gone_share)),
        counted(_("Fees so far, without VAT"), "fees_minor"),
        counted(_("Incentives so far"), "incentives_minor"),
        derived(_("Contribution so far"), lambda each: money(each.contribution_minor)),
        derived(_("Return so far: contribution / cost"), lambda each: share(each.return_share)),
        derived(_("Paid back so far: fees / cost"), lambda each: share(each.paid_back)),
    ]


def chart_of(months: list[Month], currency: str) -> charts.Chart:
    """Cost beside what came back, both added up from the first month."""
    costs: list[int] = []
    fees: list[int] = []
    for month in months:
        costs.append((costs[-1] if costs else 0) + month.cost_minor)
        fees.append((fees[-1] if fees else 0) + month.fees_minor)
    return charts.lines(
        _("Cost and what came back, added up"),
        places=[month.first for month in months],
        series=[
            charts.Series(_("spend and incentives"), costs, hue=charts.SPEND),
            charts.Series(_("fees of who came by it"), fees, hue=charts.RETURN),
        ],
        unit=charts.Money(currency),
        place_title=_("Month"),
        place_form="month",
        note=_("first touch; by the end of each month, everything up to then"),
    )
