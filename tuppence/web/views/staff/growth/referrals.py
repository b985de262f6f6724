"""Word of mouth: how the platform grows by its members, and rewards that wait for a person."""

from datetime import timedelta

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from tuppence.growth.models import ReferralReward
from tuppence.growth.operations import decide_reward
from tuppence.growth.queries.offers import terms_of
from tuppence.growth.queries.referrals import leaderboard, word_of_mouth
from tuppence.growth.referring import DecideStatus
from tuppence.members.roles import Permission
from tuppence.members.views import requires
from tuppence.web import tables
from tuppence.web.forms.staff_offers import RewardForm
from tuppence.web.order_keys import staff_id
from tuppence.web.parts import Figure, Line
from tuppence.web.reader import current_reader
from tuppence.web.staff_outcomes import sentence_of
from tuppence.web.templatetags.money import percent
from tuppence.web.views.staff.act_pages import act_page
from tuppence.web.words import WORDS

LATELY = timedelta(days=90)


def _doubts(row: ReferralReward) -> str:
    said = [str(WORDS["doubt"][doubt]) for doubt in row.doubts]
    return "; ".join(said) or row.why


REWARDS = tables.Table(
    "rewards",
    gettext_lazy("Rewards for invitations"),
    columns=(
        tables.text(
            "member",
            gettext_lazy("Member"),
            "member__pseudonym",
            url=lambda row: reverse("staff_reward", args=[row.pk]),
            sub=_doubts,
        ),
        tables.chip("state", gettext_lazy("State"), "state", states="referral_reward", sort=True),
        tables.text("side", gettext_lazy("Whose"), "side", in_page=False),
        tables.text("friend", gettext_lazy("Friend"), "invitation__friend__pseudonym"),
        tables.moment("reached", gettext_lazy("Reached"), "reached_at", sort=True),
    ),
    filters=(tables.states("state", gettext_lazy("State"), "referral_reward"),),
    order="-reached",
)


@requires(Permission.SEE_GROWTH)
@require_GET
def referrals(request: HttpRequest) -> HttpResponseBase:
    """Coefficient and cycle, who brought whom, and the queue of doubts."""
    since = timezone.now() - LATELY
    found, reader = word_of_mouth(since=since), current_reader()
    viral = found.viral
    figures = [
        Figure(
            _("Friends in 90 days"),
            reader.count(found.friends),
            _("registered by a member's invitation"),
            "",
        ),
        Figure(
            _("Friends who invested"),
            reader.count(found.friends_invested),
            _("of those of the last 90 days"),
            "",
        ),
        Figure(
            _("Viral coefficient"),
            "–" if viral is None else percent(viral, 1),
            _("friends who came in 90 days / members; above 100 % it grows by itself"),
            "",
        ),
        Figure(
            _("Cycle"),
            "–" if found.cycle_days is None else reader.count(round(found.cycle_days)),
            _("days from an inviter's registration to a friend's, median"),
            "",
        ),
    ]
    rows = ReferralReward.objects.select_related("member", "invitation__friend")
    context = {"figures": figures, "leaders": leaderboard(since=since)}
    return tables.table_page(
        request, "staff/growth_referrals.html", REWARDS.of(request, rows), context
    )


@requires(Permission.MANAGE_CAMPAIGNS)
@require_http_methods(["GET", "POST"])
def reward(request: HttpRequest, reward_id: int) -> HttpResponse:
    """One reward with its doubts; what a person decides about it."""
    row = (
        ReferralReward.objects.select_related(
            "member", "offer__campaign", "invitation__friend", "invitation__inviter", "decided_by"
        )
        .filter(id=reward_id)
        .first()
    )
    if row is None:
        raise Http404
    form = RewardForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = decide_reward(
            reward_id,
            pay=form.cleaned_data["decision"] == "pay",
            by=staff_id(request),
            why=form.cleaned_data["reason"],
            at=timezone.now(),
        )
        if done is DecideStatus.DONE:
            messages.success(request, _("Decided."))
            return redirect("staff_referrals")
        form.add_error(None, sentence_of(done))
    return act_page(
        request,
        form,
        title=_("A reward in doubt") if row.state == "waiting" else _("A reward"),
        purpose=_("Nothing is paid before it is decided here, with a reason."),
        submit=_("Decide"),
        back_url=reverse("staff_referrals"),
        lines=_lines(row),
    )


def _lines(row: ReferralReward) -> list[Line]:
    reader, terms = current_reader(), terms_of(row.offer)
    found = [
        Line(_("Who invites"), row.invitation.inviter.pseudonym),
        Line(_("Friend"), row.invitation.friend.pseudonym),
        Line(_("Whose reward"), str(WORDS["referral_side"][row.side])),
        Line(_("Offer"), terms.title),
        Line(_("Amount"), reader.money(terms.amount_minor, row.offer.campaign.currency)),
        Line(_("Reached"), reader.moment(row.reached_at)),
        Line(_("Doubts"), _doubts(row) or "–"),
    ]
    if row.decided_at:
        found.append(Line(_("Decided"), f"{reader.moment(row.decided_at)}: {row.why}"))
    return found
