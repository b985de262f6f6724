"""Listings: what is open, and one listing with risk beside return."""

from fractions import Fraction
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from tuppence import platform
from tuppence.lending.lender_outlook import Outlook
from tuppence.lending.terms import Method
from tuppence.market.models import ListingState
from tuppence.market.queries.questions import questions_of
from tuppence.market.questions import TAKES_QUESTIONS
from tuppence.members.views import public
from tuppence.money.currency import minor_digits
from tuppence.web import tables
from tuppence.web.acting import acting_member
from tuppence.web.forms.investing import InvestForm
from tuppence.web.investor_rules import may_invest
from tuppence.web.listing_table import listings_for
from tuppence.web.outlook_lines import outlook_lines
from tuppence.web.parts import Figure
from tuppence.web.reader import current_reader
from tuppence.web.reads import listings as reads
from tuppence.web.reads.idle_money import lent_to
from tuppence.web.reads.purse import purse_of
from tuppence.web.reads.standing import investor_facts
from tuppence.web.templatetags.money import percent, term
from tuppence.web.totals import total_of

PREVIEW_MAJOR = 100


@public
@require_GET
def listing_list(request: HttpRequest) -> HttpResponseBase:
    """Listings as the address asks: open now unless it says otherwise."""
    asked = listings_for(request.GET.get("state", ""))
    table = asked.of(request, reads.listings_in_table())
    return tables.table_page(request, "pages/listings.html", table)


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
        context |= own_context(member.id, page)
    return render(request, "pages/listing.html", context)


def own_context(member_id: int, page: reads.ListingPage) -> dict[str, Any]:
    """What a member sees beside it: the form, what stands before it, and their concentration."""
    with_borrower, together = lent_to(member_id, page.borrower_id)
    return {
        "form": InvestForm(page=page, available_minor=purse_of(member_id).available_minor),
        "may_invest": may_invest(investor_facts(member_id), platform.business_day(timezone.now())),
        "is_own": page.borrower_id == member_id,
        "with_borrower_minor": with_borrower,
        "with_borrower_share": Fraction(with_borrower, together) if with_borrower else None,
    }


def listing_context(page: reads.ListingPage) -> dict[str, Any]:
    """What the page of a listing shows to anybody."""
    now = timezone.now()
    row = page.row
    preview_minor = PREVIEW_MAJOR * 10 ** minor_digits(row.currency)
    preview = reads.preview_schedule(page, principal_minor=preview_minor, at=now)
    outlook = reads.outlook(page, preview, at=now)
    return {
        "page": page,
        "row": row,
        "figures": listing_figures(page, outlook),
        "outlook_lines": outlook_lines(preview, outlook, row.currency),
        "preview": preview,
        "preview_total": total_of(preview),
        "preview_minor": preview_minor,
        "is_open": row.state == ListingState.OPEN and row.opens_at <= now < row.closes_at,
        "questions": questions_of(row.id),
        "takes_questions": row.state in TAKES_QUESTIONS,
    }


def listing_figures(page: reads.ListingPage, outlook: Outlook) -> list[Figure]:
    """Return, risk, what is left of it, the time and the rest: in one row and one size."""
    reader, row = current_reader(), page.row
    is_flat = page.method == Method.FLAT
    investors = ngettext("%(number)s investment", "%(number)s investments", row.investments) % {
        "number": reader.count(row.investments)
    }
    return [
        Figure(
            _("Rate"),
            percent(row.annual_rate),
            _("a year on the amount first lent") if is_flat else _("a year on what is still lent"),
        ),
        Figure(
            _("Expected loss"),
            percent(row.expected_loss),
            _("a year on average, grade {grade}").format(grade=row.grade),
        ),
        Figure(
            _("After fee and losses"),
            percent(outlook.yearly),
            _("a year on what is still lent, on average over many such loans; no promise"),
        ),
        Figure(_("Term"), term(row.length, row.unit), _("you can't take the money out before")),
        Figure(
            _("Still open"),
            reader.money(row.left_minor, row.currency),
            _("of {target}, {investments}").format(
                target=reader.money(row.target_minor, row.currency), investments=investors
            ),
        ),
    ]
