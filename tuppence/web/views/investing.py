"""Invest: amount, review with the risk, confirm, receipt; and take it back in time."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tuppence import platform
from tuppence.growth.operations import OfferedOrder, invest_with_offers
from tuppence.growth.operations.investing import OfferedOutcome
from tuppence.ledger.ids import derive_id
from tuppence.market.lifecycle import CancelStatus
from tuppence.market.operations import CancelOrder, cancel
from tuppence.market.orders import InvestOrder, InvestStatus
from tuppence.market.queries import loans_of_listings
from tuppence.members.views import MemberRequest, member_page
from tuppence.rules.findings import Finding
from tuppence.web import investor_rules as rules
from tuppence.web.forms.fields import OrderForm
from tuppence.web.forms.investing import ConsentForm, InvestForm
from tuppence.web.offer_words import USE_REFUSALS
from tuppence.web.outcomes import CANCEL_REFUSALS, INVEST_REFUSALS
from tuppence.web.parts import Line
from tuppence.web.reader import current_reader
from tuppence.web.reads import gifts, listings
from tuppence.web.reads import investments as reads
from tuppence.web.reads.purse import purse_of
from tuppence.web.reads.standing import investor_facts
from tuppence.web.templatetags.money import percent, term
from tuppence.web.views.listings import listing_context, own_context


@member_page
@require_GET
def invest_review(request: MemberRequest, listing_id: int) -> HttpResponse:
    """What would be lent, on what terms, and what stands against it."""
    page = page_or_404(listing_id)
    purse = purse_of(request.member.id)
    asked = InvestForm(request.GET, page=page, available_minor=purse.available_minor)
    if not asked.is_valid():
        return listing_again(request, page, asked)
    amount_minor = asked.cleaned_data["amount"]
    findings = findings_for(request, page, amount_minor)
    form = ConsentForm(
        page=page,
        available_minor=None,
        needs_consent=any(is_consent(finding) for finding in findings),
        usable=usable(request, listing_id, amount_minor),
        initial={"key": asked.cleaned_data["key"], "amount": request.GET.get("amount", "")},
    )
    return review_page(request, page, form, amount_minor, findings)


@member_page
@require_POST
def invest_confirm(request: MemberRequest, listing_id: int) -> HttpResponse:
    """Place the order; the same page sent twice places one."""
    page = page_or_404(listing_id)
    # Without the balance: a repeat must reach the operation, which answers with what it did.
    asked = InvestForm(request.POST, page=page, available_minor=None)
    if not asked.is_valid():
        return listing_again(request, page, asked)
    amount_minor = asked.cleaned_data["amount"]
    form_key = asked.cleaned_data["key"]
    key = derive_id("web.invest", request.member.id, listing_id, form_key, amount_minor)
    order = InvestOrder(
        key=key,
        member_id=request.member.id,
        listing_id=listing_id,
        amount_minor=amount_minor,
        at=timezone.now(),
        consent=request.POST.get("consent") == "on",
    )
    wanted = [int(text) for text in request.POST.getlist("offers") if text.isdecimal()][:20]
    (offered,) = invest_with_offers([OfferedOrder(order, tuple(wanted))])
    # A repeat whose money or listing is used up by now still gets its receipt.
    if offered.accepted or reads.investment_of(request.member.id, key) is not None:
        return redirect("investment", key)
    if offered.outcome is None or offered.outcome.status is InvestStatus.RULE_REFUSES:
        return review_again(request, page, amount_minor, offered)
    asked.add_error("amount", str(INVEST_REFUSALS[offered.outcome.status]))
    return listing_again(request, page, asked)


def review_again(
    request: MemberRequest, page: listings.ListingPage, amount_minor: int, offered: OfferedOutcome
) -> HttpResponse:
    """The review with what stood against the order: a rule, or an offer that does not fit."""
    findings = findings_for(request, page, amount_minor)
    form = ConsentForm(
        request.POST,
        page=page,
        available_minor=None,
        needs_consent=any(is_consent(finding) for finding in findings),
        usable=usable(request, page.row.id, amount_minor),
    )
    if offered.outcome is None:
        form.add_error(
            "offers" if "offers" in form.fields else None, str(USE_REFUSALS[offered.use])
        )
    return review_page(request, page, form, amount_minor, findings)


def usable(request: MemberRequest, listing_id: int, amount_minor: int) -> Sequence[gifts.Usable]:
    """The offers that the member could take along."""
    today = platform.business_day(timezone.now())
    return gifts.usable_for(request.member.id, listing_id, amount_minor, on=today)


@member_page
@require_GET
def investment(request: MemberRequest, investment_id: UUID) -> HttpResponse:
    """What happened, the receipt, what comes next, and the way back while there is one."""
    found = reads.investment_of(request.member.id, investment_id)
    if found is None:
        raise Http404
    now = timezone.now()
    context = {
        "investment": found,
        "may_be_taken_back": found.may_be_taken_back(now),
        "loan_id": loans_of_listings([found.listing_id]).get(found.listing_id),
        "cancel_form": OrderForm(),
        "gifts": gifts.gifts_of_investment(investment_id),
    }
    return render(request, "pages/investment.html", context)


@member_page
@require_POST
def cancel_investment(request: MemberRequest, investment_id: UUID) -> HttpResponse:
    """Take an investment back in the reflection period; once taken back, it stays so."""
    order = CancelOrder(investment_id, request.member.id, timezone.now())
    (status,) = cancel([order])
    if status is CancelStatus.NOT_FOUND:
        raise Http404
    if status in {CancelStatus.CANCELLED, CancelStatus.EXISTS}:
        messages.success(request, _("Taken back. The money is in your cash again."))
    else:
        messages.error(request, str(CANCEL_REFUSALS[status]))
    return redirect("investment", investment_id)


def page_or_404(listing_id: int) -> listings.ListingPage:
    """The listing, or no such page."""
    page = listings.listing_page(listing_id)
    if page is None:
        raise Http404
    return page


def listing_again(
    request: MemberRequest, page: listings.ListingPage, form: InvestForm
) -> HttpResponse:
    """The listing with what was typed still there and what is wrong with it."""
    context = listing_context(page) | own_context(request.member.id, page) | {"form": form}
    return render(request, "pages/listing.html", context)


def findings_for(
    request: MemberRequest, page: listings.ListingPage, amount_minor: int
) -> tuple[Finding, ...]:
    """What the rulebook would say to this order, all at once."""
    return rules.findings_of(
        investor_facts(request.member.id),
        amount_minor,
        already_minor=reads.invested_in(request.member.id, page.row.id),
        on=platform.business_day(timezone.now()),
    )


def is_consent(finding: Finding) -> bool:
    """Whether a word given with the order is enough."""
    return rules.is_consent(finding, platform.business_day(timezone.now()))


def review_page(
    request: MemberRequest,
    page: listings.ListingPage,
    form: ConsentForm,
    amount_minor: int,
    findings: tuple[Finding, ...],
) -> HttpResponse:
    """The terms of the order, the risk in the same size, and the button."""
    is_chinese = get_language() == "zh-hans"
    blocking = [finding for finding in findings if finding.bars and not is_consent(finding)]
    context: dict[str, Any] = {
        "page": page,
        "row": page.row,
        "form": form,
        "lines": review_lines(page, amount_minor),
        "findings": [
            finding.sentence_zh if is_chinese else finding.sentence_en for finding in findings
        ],
        "is_blocked": bool(blocking),
    }
    return render(request, "pages/invest_review.html", context)


def review_lines(page: listings.ListingPage, amount_minor: int) -> list[Line]:
    """Amount, party, terms, fee, what could come back and what could be lost."""
    reader, row = current_reader(), page.row
    now = timezone.now()
    preview = listings.preview_schedule(page, principal_minor=amount_minor, at=now)
    outlook = listings.outlook(page, preview, at=now)
    left = outlook.left_minor
    return [
        Line(_("You lend"), reader.money(amount_minor, row.currency)),
        Line(_("To"), f"{row.borrower}, {row.title}"),
        Line(_("Rate a year"), percent(row.annual_rate)),
        Line(_("Expected loss a year"), percent(row.expected_loss)),
        Line(_("Term"), term(row.length, row.unit)),
        Line(
            _("Comes back if all is paid on time"), reader.money(outlook.total_minor, row.currency)
        ),
        Line(
            _("Of it our fee ({share} of the interest)").format(share=percent(page.fee_with_vat)),
            reader.money(outlook.fee_minor, row.currency),
        ),
        Line(
            _("Left on average, less tax and expected loss"),
            reader.money(left, row.currency) if left is not None else "–",
        ),
        Line(_("You can lose at most"), reader.money(amount_minor, row.currency)),
        Line(_("Fee for investing"), reader.money(0, row.currency)),
    ]
