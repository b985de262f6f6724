"""Campaigns: the list, one with plan, budget and story, and what can be done with it."""

from dataclasses import replace

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from tuppence import platform
from tuppence.growth.campaign import NEEDS_REASON, Act, ActOrder, CampaignStatus, acts_open
from tuppence.growth.models import Campaign
from tuppence.growth.offer import OfferKind
from tuppence.growth.operations import (
    act_on_campaign,
    copy_campaign,
    draft_campaign,
    rewrite_plan,
)
from tuppence.growth.pacing import pacing
from tuppence.growth.plan import NEEDED, compared_with_past, cost_per_result, plan_gaps
from tuppence.growth.queries.campaigns import (
    budget_minor,
    float_free_minor,
    open_codes,
    past_results,
    plan_of,
)
from tuppence.growth.queries.offer_figures import offers_of
from tuppence.growth.queries.overview import CampaignCard, budget_lines, campaign_cards
from tuppence.ledger.ids import derive_id
from tuppence.members.roles import Permission
from tuppence.members.views import requires
from tuppence.money.currency import format_plain
from tuppence.money.rounding import Rounding, round_to_minor
from tuppence.web import tables
from tuppence.web.forms.staff_growth import ActForm, CopyForm, PlanForm, typed_plan
from tuppence.web.growth_words import goal_in_words
from tuppence.web.order_keys import order_key, staff_id
from tuppence.web.parts import Line
from tuppence.web.reader import current_reader
from tuppence.web.staff_outcomes import sentence_of
from tuppence.web.views.staff.act_pages import act_page
from tuppence.web.words import WORDS

CAMPAIGNS = tables.Table(
    "campaigns",
    gettext_lazy("Campaigns"),
    columns=(
        tables.text(
            "name",
            gettext_lazy("Campaign"),
            "name",
            sort=True,
            url=lambda row: reverse("staff_campaign", args=[row.id]),
            sub=lambda row: goal_in_words(row.goal, row.goal_number, row.currency),
        ),
        tables.chip("state", gettext_lazy("State"), "state", states="campaign", sort=True),
        tables.day("starts", gettext_lazy("First day"), "starts_on", sort=True),
        tables.day("ends", gettext_lazy("Last day"), "ends_on", sort=True),
        tables.money("budget", gettext_lazy("May cost"), "cost_minor", sort=True, total=True),
        tables.money("spent", gettext_lazy("Spent"), "spent_minor", sort=True, total=True),
        tables.text("owner", gettext_lazy("Owner"), "owner", sort=True, in_page=False),
    ),
    filters=(
        tables.states("state", gettext_lazy("State"), "campaign"),
        tables.Range("starts", gettext_lazy("First day"), "starts_on", kind="day"),
    ),
    order="-starts",
)


@requires(Permission.SEE_GROWTH)
@require_GET
def campaigns(request: HttpRequest) -> HttpResponseBase:
    """All campaigns, the latest first."""
    rows: list[CampaignCard] = campaign_cards()
    return tables.table_page(request, "staff/campaigns.html", CAMPAIGNS.of(request, rows))


@requires(Permission.SEE_GROWTH)
@require_GET
def campaign(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """One campaign: what it is to bring at what cost, how it goes, and all that was done."""
    row = campaign_of(campaign_id)
    plan, today = plan_of(row), platform.business_day(timezone.now())
    lines = budget_lines(row)
    spent_minor = sum(line.spent_minor for line in lines)
    each = cost_per_result(plan)
    context = {
        "row": row,
        "plan": plan,
        "gaps": [WORDS["plan_field"][gap] for gap in plan_gaps(plan, open_codes())],
        "texts": [
            Line(WORDS["plan_field"][name], getattr(plan, name))
            for name in NEEDED
            if getattr(plan, name)
        ],
        "offers": offers_of(row),
        "kinds": [(kind.value, WORDS["offer_kind"][kind.value]) for kind in OfferKind],
        "lines": lines,
        "spent_minor": spent_minor,
        "clicks": sum(line.clicks for line in lines),
        "pacing": pacing(
            spent_minor,
            row.spend_minor,
            starts_on=row.starts_on,
            ends_on=row.ends_on,
            today=today,
        ),
        "budget": {kind.value: minor for kind, minor in budget_minor(row).items()},
        "free_minor": float_free_minor(row.currency),
        "result_minor": None if each is None else round_to_minor(each, Rounding.HALF_EVEN),
        "against_past": compared_with_past(plan, past_results(row.goal, but=row.pk)),
        "acts": [
            (act, WORDS["campaign_act"][act.value])
            for act in acts_open(row.state)  # type: ignore[arg-type]  # a State by its value
            if act not in {Act.APPROVE, Act.REFUSE}
        ],
        "steps": row.steps.select_related("by", "second").order_by("at", "id"),
    }
    return render(request, "staff/campaign.html", context)


@requires(Permission.MANAGE_CAMPAIGNS)
@require_http_methods(["GET", "POST"])
def new_campaign(request: HttpRequest) -> HttpResponse:
    """Write the plan of a new campaign."""
    form = PlanForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        by, now = staff_id(request), timezone.now()
        plan = form.plan()
        # The same words on the same day are the same campaign, sent twice.
        key = derive_id("web.campaign", by, now.date().isoformat(), plan.name)
        number = draft_campaign(plan, by=by, at=now, key=key)
        assert number is not None
        messages.success(request, _("Kept as a draft. Read it through, then submit it."))
        return redirect("staff_campaign", number)
    return plan_page(request, form, title=_("Plan a campaign"), back_url=reverse("staff_campaigns"))


@requires(Permission.MANAGE_CAMPAIGNS)
@require_http_methods(["GET", "POST"])
def edit_plan(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Change the plan of a draft."""
    row = campaign_of(campaign_id)
    typed = typed_plan(plan_of(row), lambda minor: format_plain(minor, row.currency))
    form = PlanForm(request.POST or None, initial=typed)
    if request.method == "POST" and form.is_valid():
        # Offers have pages of their own; what is typed here leaves them as they are.
        plan = replace(form.plan(), offers=plan_of(row).offers)
        status = rewrite_plan(campaign_id, plan, by=staff_id(request), at=timezone.now())
        if status is CampaignStatus.DONE:
            messages.success(request, _("The plan is changed."))
            return redirect("staff_campaign", campaign_id)
        form.add_error(None, sentence_of(status))
    back_url = reverse("staff_campaign", args=[campaign_id])
    return plan_page(request, form, title=_("Change the plan"), back_url=back_url)


def plan_page(request: HttpRequest, form: PlanForm, *, title: str, back_url: str) -> HttpResponse:
    """The form of a plan."""
    return act_page(
        request,
        form,
        title=title,
        purpose=_(
            "A plan before a spend: what it is to bring, for whom, why us, at what cost. What is"
            " missing can be added until it is submitted."
        ),
        submit=_("Keep the plan"),
        back_url=back_url,
    )


@requires(Permission.MANAGE_CAMPAIGNS)
@require_http_methods(["GET", "POST"])
def act(request: HttpRequest, campaign_id: int, act_name: str) -> HttpResponse:
    """Do one thing to a campaign, on the plan that stands on this page."""
    row = campaign_of(campaign_id)
    wanted = act_of(act_name)
    form = ActForm(
        request.POST or None,
        initial={"digest": row.plan_digest},
        with_reason=wanted in NEEDS_REASON,
        with_results=wanted is Act.REVIEW,
    )
    if request.method == "POST" and form.is_valid():
        done = act_on_campaign(
            ActOrder(
                key=order_key(request, f"staff.campaign.{wanted}", form),
                campaign_id=campaign_id,
                act=wanted,
                by=staff_id(request),
                at=timezone.now(),
                plan_digest=form.cleaned_data["digest"],
                reason=form.cleaned_data.get("reason", ""),
                results=form.cleaned_data.get("results"),
            )
        )
        if done.status is CampaignStatus.WAITING_FOR_SECOND and done.approval_id:
            messages.success(request, _("Asked for. A second person has to agree."))
            return redirect("staff_approval", done.approval_id)
        if done.status.accepted:
            messages.success(request, _("Done."))
            return redirect("staff_campaign", campaign_id)
        form.add_error(None, sentence_of(done.status))
    return act_page(
        request,
        form,
        title=WORDS["campaign_act"][wanted.value],
        purpose=PURPOSES[wanted],
        submit=WORDS["campaign_act"][wanted.value],
        back_url=reverse("staff_campaign", args=[campaign_id]),
        lines=lines_of(row),
    )


PURPOSES = {
    Act.SUBMIT: gettext_lazy(
        "Above the threshold a second person reads exactly this plan and agrees or refuses."
    ),
    Act.SCHEDULE: gettext_lazy("It begins on its first day, if the firm's float covers it then."),
    Act.LAUNCH: gettext_lazy(
        "What it may give away is granted from now on; spend can be booked to it."
    ),
    Act.PAUSE: gettext_lazy("Nothing new is given away until it goes on."),
    Act.RESUME: gettext_lazy("It goes on with what is left of its budget."),
    Act.END: gettext_lazy("What is left of its budget is released. Late invoices can still come."),
    Act.REVIEW: gettext_lazy("What it brought and what was learnt; the next plan is compared."),
    Act.DROP: gettext_lazy("It is not run. The plan stays and can be copied."),
}


@requires(Permission.MANAGE_CAMPAIGNS)
@require_http_methods(["GET", "POST"])
def copy(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Draft a campaign with the plan of this one."""
    row = campaign_of(campaign_id)
    form = CopyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        number = copy_campaign(
            campaign_id,
            starts_on=form.cleaned_data["starts_on"],
            by=staff_id(request),
            at=timezone.now(),
            key=order_key(request, "staff.campaign.copy", form),
        )
        assert number is not None
        messages.success(request, _("Copied as a draft."))
        return redirect("staff_campaign", number)
    return act_page(
        request,
        form,
        title=_("Copy the campaign"),
        purpose=_("A draft with the same plan, as long as this one."),
        submit=_("Copy it"),
        back_url=reverse("staff_campaign", args=[campaign_id]),
        lines=lines_of(row),
    )


def act_of(name: str) -> Act:
    """The act of an address that an operator may do; others are no page."""
    if name not in set(Act) - {Act.APPROVE, Act.REFUSE}:
        raise Http404
    return Act(name)


def campaign_of(campaign_id: int) -> Campaign:
    """The campaign, or a page that isn't there."""
    row = Campaign.objects.select_related("owner", "copied_from").filter(id=campaign_id).first()
    if row is None:
        raise Http404
    return row


def lines_of(row: Campaign) -> list[Line]:
    """What an act is about."""
    reader, plan = current_reader(), plan_of(row)
    return [
        Line(_("Campaign"), row.name),
        Line(_("Goal"), goal_in_words(plan.goal, plan.goal_number, row.currency)),
        Line(
            _("Runs"),
            _("{first} to {last}").format(
                first=reader.day(row.starts_on), last=reader.day(row.ends_on)
            ),
        ),
        Line(_("To partners and media"), reader.money(row.spend_minor, row.currency)),
        Line(_("To members, at most"), reader.money(row.gives_minor, row.currency)),
        Line(_("May cost in all"), reader.money(plan.cost_minor, row.currency), is_sum=True),
    ]
