"""One table for every list: sorted, filtered, added up, paged by key and downloaded alike.

Declare a list once, give it rows, and let `parts/data_table.html` draw it:

    from tuppence.web import tables

    LISTINGS = tables.Table(
        "listings", _("Listings"),
        columns=(
            tables.text("listing", _("Listing"), "application__title", sort=True,
                        url=lambda row: reverse("staff_listing", args=[row.pk]),
                        sub=lambda row: row.borrower.legal_name),
            tables.chip("state", _("State"), "state", states="listing", sort=True),
            tables.money("wanted", _("Wanted"), "target_minor", sort=True, total=True),
        ),
        filters=(tables.states("state", _("State"), "listing"),
                 tables.Range("wanted", _("Wanted"), "target_minor")),
        order="-wanted",
    )

    def listings(request):
        table = LISTINGS.of(request, Listing.objects.select_related("application", "borrower"))
        return tables.table_page(request, "staff/listings.html", table, {...})

    {% include "parts/data_table.html" %}      {# empty_title, empty_text: what will stand there #}

Rows are a queryset (any size: pages are read by key, with the id for ties, or with another unique
column that `key` names) or a list of row objects. `adapt=` turns one page of models into row
objects at once. Names of columns and filters stand in addresses and in the heads of files: they
never change and are not translated. Money in files is in major units with one column `currency`,
rates are shares, moments are in UTC.
Two tables on one page: `LISTINGS.of(request, rows, prefix="ended_")`, and
`{% include "parts/data_table.html" with table=ended %}`.
"""

from tuppence.web.tables.columns import (
    Column,
    chip,
    code,
    count,
    day,
    figure,
    moment,
    money,
    percent,
    text,
)
from tuppence.web.tables.filters import Choice, Range, Search, states
from tuppence.web.tables.table import Table, TableOnPage, table_page

__all__ = [
    "Choice",
    "Column",
    "Range",
    "Search",
    "Table",
    "TableOnPage",
    "chip",
    "code",
    "count",
    "day",
    "figure",
    "moment",
    "money",
    "percent",
    "states",
    "table_page",
    "text",
]
