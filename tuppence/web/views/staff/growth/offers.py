"""Offers of a campaign: added to a draft's plan, given by hand, followed grant by grant."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from tuppence.growth.campaign import CampaignStatus
from tuppence.growth.models import Grant, Offer
from tuppence.growth.offer import OfferKind
from tuppence.growth.operations import give_offer, rewrite_plan, take_back_reward
from tuppence.growth.operations.clawback import ClawbackStatus
from tuppence.growth.queries.campaigns import plan_of
from tuppence.growth.queries.offer_figures import offers_of
from tuppence.growth.queries.offers import terms_of
from tuppence.members.roles import Permission
from tuppence.members.views import requires
from tuppence.web import tables
from tuppence.web.forms.staff_offers import GiveForm, OfferForm, TakeBackForm
from tuppence.web.forms.staff_words import ConfirmForm
from tuppence.web.gifts_in_words import conditions, gives_in_words
from tuppence.web.order_keys import order_key, staff_id
from tuppence.web.parts import Line
from tuppence.web.reader import current_reader
from tuppence.web.staff_outcomes import sentence_of
from tuppence.web.views.staff.act_pages import act_page
from tuppence.web.views.staff.growth.campaigns import campaign_of
from tuppence.web.words import WORDS

GRANTS = tables.Table(
    "grants",
    gettext_lazy("Grants"),
    columns=(
        tables.text(
            "member",
            gettext_lazy("Member"),
            "member__pseudonym",
            url=lambda row: reverse("staff_member", args=[row.member_id]),
            sub=lambda row: row.why,
        ),
        tables.chip("state", gettext_lazy("State"), "state", states="grant", sort=True),
        tables.moment("granted", gettext_lazy("Granted"), "granted_at", sort=True),
        tables.day("until", gettext_lazy("Until"), "last_day", sort=True),
        tables.money("reserved", gettext_lazy("Reserved"), "reserved_minor", total=True),
        tables.money("earned", pgettext_lazy("offer", "Earned"), "earned_minor", total=True),
        tables.money(
            "paid",
            pgettext_lazy("offer", "Paid"),
            "paid_minor",
            total=True,
            url=lambda row: reverse("staff_take_back_reward", args=[row.pk]),
        ),
    ),
    filters=(tables.states("state", gettext_lazy("State"), "grant"),),
    order="-granted",
)


@requires(Permission.MANAGE_CAMPAIGNS)
@require_http_methods(["GET", "POST"])
def new_offer(request: HttpRequest, campaign_id: int, kind: str) -> HttpResponse:
    """Add an offer of a kind to the plan of a draft."""
    row = campaign_of(campaign_id)
    if kind not in set(OfferKind):
        raise Http404
    form = OfferForm(request.POST or None, kind=OfferKind(kind))
    if request.method == "POST" and form.is_valid():
        plan = plan_of(row)
        return _rewritten(request, campaign_id, form, (*plan.offers, form.terms()))
    return _offer_page(request, form, campaign_id, OfferKind(kind))


def _offer_page(
    request: HttpRequest, form: OfferForm, campaign_id: int, kind: OfferKind
) -> HttpResponse:
    return act_page(
        request,
        form,
        title=WORDS["offer_kind"][kind.value],
        purpose=_(
            "Its worst case is reserved from the campaign's budget with every grant; what is left"
            " over goes back."
        ),
        submit=_("Put it in the plan"),
        back_url=reverse("staff_campaign", args=[campaign_id]),
    )


@requires(Permission.MANAGE_CAMPAIGNS)
@require_http_methods(["GET", "POST"])
def remove_offer(request: HttpRequest, campaign_id: int, place: int) -> HttpResponse:
    """Take an offer out of the plan of a draft."""
    row = campaign_of(campaign_id)
    offers = plan_of(row).offers
    if place >= len(offers):
        raise Http404
    form = ConfirmForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        rest = (*offers[:place], *offers[place + 1 :])
        return _rewritten(request, campaign_id, form, rest)
    return act_page(
        request,
        form,
        title=_("Take the offer out of the plan"),
        submit=_("Take it out"),
        back_url=reverse("staff_campaign", args=[campaign_id]),
        lines=_lines(offers[place], row.currency),
    )


def _rewritten(request: HttpRequest, campaign_id: int, form: Any, offers: Any) -> HttpResponse:
    """Keep the plan with these offers; a campaign that is no draft any more says so."""
    plan = replace(plan_of(campaign_of(campaign_id)), offers=offers)
    status = rewrite_plan(campaign_id, plan, by=staff_id(request), at=timezone.now())
    if status is CampaignStatus.DONE:
        messages.success(request, _("The plan is changed."))
    else:
        messages.error(request, sentence_of(status))
    return redirect("staff_campaign", campaign_id)


@requires(Permission.SEE_GROWTH)
@require_GET
def offer(request: HttpRequest, offer_id: int) -> HttpResponseBase:
    """One offer: its terms, what it has cost and may still cost, and every grant."""
    row = _offer_of(offer_id)
    figures = next(each for each in offers_of(row.campaign) if each.id == row.pk)
    rows = Grant.objects.filter(offer=row).select_related("member").annotate(of=F("currency"))
    context = {
        "row": row,
        "terms": figures.terms,
        "figures": figures,
        "lines": _lines(figures.terms, row.campaign.currency),
    }
    return tables.table_page(request, "staff/growth_offer.html", GRANTS.of(request, rows), context)


@requires(Permission.MANAGE_CAMPAIGNS)
@require_http_methods(["GET", "POST"])
def give(request: HttpRequest, offer_id: int) -> HttpResponse:
    """Give an offer to a member by hand."""
    row = _offer_of(offer_id)
    form = GiveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = give_offer(
            row.pk,
            form.cleaned_data["member"],
            by=staff_id(request),
            key=order_key(request, "staff.give", form),
            at=timezone.now(),
        )
        if done.status.accepted:
            messages.success(request, _("Given. Its worst case is reserved."))
            return redirect("staff_offer", offer_id)
        form.add_error("member", sentence_of(done.status))
    return act_page(
        request,
        form,
        title=_("Give the offer to a member"),
        submit=_("Give it"),
        back_url=reverse("staff_offer", args=[offer_id]),
        lines=_lines(terms_of(row), row.campaign.currency),
    )


@requires(Permission.MANAGE_CAMPAIGNS)
@require_http_methods(["GET", "POST"])
def take_back(request: HttpRequest, grant_id: int) -> HttpResponse:
    """Take one member's reward back."""
    row = Grant.objects.select_related("offer__campaign", "member").filter(id=grant_id).first()
    if row is None:
        raise Http404
    form = TakeBackForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        status = take_back_reward(
            grant_id, by=staff_id(request), why=form.cleaned_data["reason"], at=timezone.now()
        )
        if status is ClawbackStatus.DONE:
            messages.success(request, _("Taken back."))
            return redirect("staff_offer", row.offer_id)
        form.add_error(None, sentence_of(status))
    reader = current_reader()
    return act_page(
        request,
        form,
        title=_("Take the reward back"),
        purpose=_(
            "What is not paid goes back to the budget. What was paid is set off against later"
            " rewards and never taken from the member's money."
        ),
        submit=_("Take it back"),
        back_url=reverse("staff_offer", args=[row.offer_id]),
        lines=[
            Line(_("Member"), row.member.pseudonym),
            *_lines(terms_of(row.offer), row.currency),
            Line(pgettext("offer", "Earned"), reader.money(row.earned_minor, row.currency)),
            Line(pgettext("offer", "Paid"), reader.money(row.paid_minor, row.currency)),
        ],
    )


def _offer_of(offer_id: int) -> Offer:
    row = Offer.objects.select_related("campaign").filter(id=offer_id).first()
    if row is None:
        raise Http404
    return row


def _lines(terms: Any, currency: str) -> list[Line]:
    """An offer's terms with what they may cost."""
    reader = current_reader()
    return [
        Line(_("Offer"), f"{terms.title}, {WORDS['offer_kind'][terms.kind.value]}"),
        Line(_("Gives"), gives_in_words(terms, currency)),
        Line(_("Who gets it"), str(WORDS["offer_claim"][terms.claim.value])),
        *([Line(_("Code"), terms.code)] if terms.code else []),
        Line(_("Conditions"), " ".join(conditions(terms, currency))),
        Line(_("How many at most"), reader.count(terms.total)),
        Line(_("One costs at worst"), reader.money(terms.worst_minor, currency)),
        Line(_("One is expected to cost"), reader.money(terms.expected_minor, currency)),
        Line(_("All cost at worst"), reader.money(terms.worst_total_minor, currency)),
        Line(
            _("All are expected to cost"),
            reader.money(terms.expected_total_minor, currency),
            is_sum=True,
        ),
    ]
