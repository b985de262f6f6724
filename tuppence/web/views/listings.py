"""Listings: what is open, and one listing with risk beside return."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from tuppence.market.models import ListingState
from tuppence.members.views import public
from tuppence.money.currency import minor_digits
from tuppence.web.acting import acting_member
from tuppence.web.forms.investing import InvestForm
from tuppence.web.parts import Figure
from tuppence.web.reader import current_reader
from tuppence.web.reads import listings as reads
from tuppence.web.reads.purse import purse_of
from tuppence.web.templatetags.money import percent, term
from tuppence.web.totals import total_of

PREVIEW_MAJOR = 100


@public
@require_GET
def listing_list(request: HttpRequest) -> HttpResponse:
    """What is open now, and what was filled lately."""
    now = timezone.now()
    context = {"open": reads.open_listings(at=now), "ended": reads.ended_listings()}
    return render(request, "pages/listings.html", context)


@public
@require_GET
def listing(request: HttpRequest, listing_id: int) -> HttpResponse:
    """One listing: figures, purpose, borrower, and what 100 would bring."""
    page = reads.listing_page(listing_id)
    if page is None:
        raise Http404
    context = listing_context(page)
    member = acting_member(request)
    if member is not None:
        available_minor = purse_of(member.id).available_minor
        context["form"] = InvestForm(page=page, available_minor=available_minor)
    return render(request, "pages/listing.html", context)


def listing_context(page: reads.ListingPage) -> dict[str, Any]:
    """What the page of a listing shows to anybody."""
    now = timezone.now()
    row = page.row
    preview_minor = PREVIEW_MAJOR * 10 ** minor_digits(row.currency)
    preview = reads.preview_schedule(page, principal_minor=preview_minor, at=now)
    return {
        "page": page,
        "row": row,
        "figures": listing_figures(row),
        "preview": preview,
        "preview_total": total_of(preview),
        "preview_minor": preview_minor,
        "is_open": row.state == ListingState.OPEN and row.opens_at <= now < row.closes_at,
    }


def listing_figures(row: reads.ListingRow) -> list[Figure]:
    """Return, risk, what is left of it, the time and the rest: in one row and one size."""
    reader = current_reader()
    investors = ngettext("%(number)s investment", "%(number)s investments", row.investments) % {
        "number": reader.count(row.investments)
    }
    return [
        Figure(_("Rate"), percent(row.annual_rate), _("a year on what is still lent")),
        Figure(
            _("Expected loss"),
            percent(row.expected_loss),
            _("a year on average, grade {grade}").format(grade=row.grade),
        ),
        Figure(
            _("After expected loss"),
            percent(row.rate_after_loss),
            _("a year, before our fee; no promise"),
        ),
        Figure(
            _("Term"), term(row.instalments, row.unit), _("you can't take the money out before")
        ),
        Figure(
            _("Still open"),
            reader.money(row.left_minor, row.currency),
            _("of {target}, {investments}").format(
                target=reader.money(row.target_minor, row.currency), investments=investors
            ),
        ),
    ]
