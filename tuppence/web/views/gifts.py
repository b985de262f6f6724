"""A member's offers: what can be used, what runs, what was paid; a code; the start of a trial."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tuppence import platform
from tuppence.growth.granting import GrantStatus
from tuppence.growth.operations import begin_trial, redeem_code
from tuppence.growth.operations.codes import CodeStatus
from tuppence.growth.using import UseStatus
from tuppence.ledger.ids import derive_id
from tuppence.members.views import MemberRequest, member_page
from tuppence.web.forms.gifts import CodeForm
from tuppence.web.offer_words import CODE_REFUSALS, GRANT_REFUSALS, USE_REFUSALS
from tuppence.web.reads import gifts as reads

OPEN = ("granted", "taken", "running", "earned")


@member_page
@require_http_methods(["GET", "POST"])
def gifts(request: MemberRequest) -> HttpResponse:
    """All offers of a member, and a place to enter a code."""
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        refusal = _redeem(request, form)
        if not refusal:
            messages.success(request, _("The offer is yours. It is set aside for you."))
            return redirect("gifts")
        form.add_error("code", refusal)
    found = reads.gifts_of(request.member.id)
    ban = reads.barred_by(platform.business_day(timezone.now()))
    chinese = get_language() == "zh-hans"
    context = {
        "form": form,
        "open": [gift for gift in found if gift.state in OPEN],
        "over": [gift for gift in found if gift.state not in OPEN],
        "paid_minor": sum(gift.paid_minor for gift in found),
        "currency": platform.currency(),
        "ban": ban and {"id": ban.id, "text": ban.text.zh if chinese else ban.text.en},
    }
    return render(request, "pages/gifts.html", context)


def _redeem(request: MemberRequest, form: CodeForm) -> str:
    """Why a code brought nothing; empty where it did."""
    member = request.member.id
    key = derive_id("web.code", member, form.cleaned_data["key"])
    found = redeem_code(member, form.cleaned_data["code"], key=key, at=timezone.now())
    if found.status is not CodeStatus.FOUND or found.granted is None:
        return str(CODE_REFUSALS[found.status])
    status: GrantStatus = found.granted.status
    return "" if status.accepted else str(GRANT_REFUSALS[status])


@member_page
@require_POST
def begin(request: MemberRequest, grant_id: int) -> HttpResponse:
    """Let trial money run."""
    status = begin_trial(grant_id, request.member.id, at=timezone.now())
    if status in {UseStatus.NOT_FOUND, UseStatus.NOT_YOURS}:
        raise Http404
    if status is UseStatus.FITS:
        messages.success(request, _("The trial runs from today."))
    else:
        messages.error(request, str(USE_REFUSALS[status]))
    return redirect("gifts")
