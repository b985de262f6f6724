"""Members invite friends: their link and words, who came; and the page that a friend lands on."""

from io import BytesIO

import segno
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tuppence import platform
from tuppence.growth.models import InviteCode
from tuppence.growth.offer import Terms
from tuppence.growth.operations import accept_invitation, open_invite, write_words
from tuppence.growth.queries.referrals import friends_of, running_referral_offers
from tuppence.growth.referring import Side, Stage
from tuppence.members.views import MemberRequest, member_page, public
from tuppence.web.forms.gifts import WordsForm
from tuppence.web.gifts_in_words import gives_in_words, referral_in_words
from tuppence.web.reads.gifts import barred_by

SESSION_KEY = "invited_by"


@member_page
@require_http_methods(["GET", "POST"])
def invite(request: MemberRequest) -> HttpResponse:
    """A member's invitation: link, QR code and words; rewards that run; friends who came."""
    assert request.user.pk is not None
    row = open_invite(request.member.id, by=request.user.pk, at=timezone.now())
    form = WordsForm(request.POST or None, initial={"words": row.words})
    if request.method == "POST" and form.is_valid():
        write_words(request.member.id, form.cleaned_data["words"])
        messages.success(request, _("Your words are kept."))
        return redirect("invite")
    context = {
        "form": form,
        "address": address_of(request, row),
        "rewards": rewards_in_words(),
        "friends": friends_of(request.member.id),
        "ban": barred_by(platform.business_day(timezone.now())),
    }
    return render(request, "pages/invite.html", context)


@member_page
@require_GET
def invite_qr(request: MemberRequest) -> HttpResponse:
    """The member's invitation as a QR code (SVG)."""
    assert request.user.pk is not None
    row = open_invite(request.member.id, by=request.user.pk, at=timezone.now())
    drawn = BytesIO()
    segno.make(address_of(request, row), error="m", micro=False).save(
        drawn, kind="svg", scale=6, border=4, dark="#000", light="#fff"
    )
    return HttpResponse(drawn.getvalue(), content_type="image/svg+xml")


def address_of(request: HttpRequest, row: InviteCode) -> str:
    """The invitation's short address."""
    return request.build_absolute_uri(reverse("follow_link", args=[row.link.code]))


def rewards_in_words() -> list[dict[str, str]]:
    """What runs for who invites and who comes: how much, and when."""
    currency = platform.currency()
    found: list[tuple[Side, Terms]] = [
        (Side(terms.side), terms)
        for stage in Stage
        for _row, terms in running_referral_offers(stage)
    ]
    names = {Side.INVITER: _("For you"), Side.FRIEND: _("For your friend")}
    return [
        {
            "side": names[side],
            "gives": gives_in_words(terms, currency),
            "when": referral_in_words(terms, currency),
        }
        for side, terms in found
    ]


@public
@require_GET
def invited(request: HttpRequest, code: str) -> HttpResponse:
    """Where a friend lands: who invites, in their words, and what can go wrong before anything."""
    row = (
        InviteCode.objects.select_related("member", "link")
        .filter(link__code=code.casefold(), link__paused_at=None)
        .first()
    )
    if row is None:
        raise Http404
    # The invitation is what the visitor asked for; it is kept for this browser session only.
    request.session[SESSION_KEY] = row.link.code
    currency = platform.currency()
    rewards = [
        {"gives": gives_in_words(terms, currency), "when": referral_in_words(terms, currency)}
        for stage in Stage
        for _row, terms in running_referral_offers(stage)
        if terms.side == Side.FRIEND
    ]
    context = {"inviter": row.member.pseudonym, "words": row.words, "rewards": rewards}
    return render(request, "pages/invited.html", context)


def note_invitation(request: HttpRequest, member_id: int) -> None:
    """Who registers after an invitation came by it; said once and then forgotten."""
    code = request.session.pop(SESSION_KEY, "")
    if code:
        accept_invitation(member_id, str(code), at=timezone.now())
