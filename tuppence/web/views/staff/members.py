"""Members: found by any of their numbers or names, and one member on one page."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from tuppence import platform
from tuppence.bank import queries as bank
from tuppence.members import queries
from tuppence.members.roles import Permission
from tuppence.members.views import requires
from tuppence.web.forms.staff_words import SearchForm
from tuppence.web.reads.staff import member as reads


@requires(Permission.SEE_MEMBERS)
@require_GET
def members(request: HttpRequest) -> HttpResponse:
    """Members by number, payment reference, e-mail, pseudonym or the beginning of a name."""
    wanted = request.GET.get("q", "")
    rows = queries.search_members(wanted, limit=50)
    if wanted and len(rows) == 1:
        return redirect("staff_member", rows[0].id)
    context = {"rows": rows, "search": SearchForm(request.GET or None), "wanted": wanted}
    return render(request, "staff/members.html", context)


@requires(Permission.SEE_MEMBERS)
@require_GET
def member(request: HttpRequest, member_id: int) -> HttpResponse:
    """One member; what the reader's role may not see isn't on the page."""
    viewer = queries.permissions_of_user(request.user.pk)
    page = queries.member_page(member_id, viewer)
    if page is None:
        raise Http404
    today = platform.business_day(timezone.now())
    sees_money = Permission.SEE_BANK in viewer
    sees_notes = Permission.SEE_COMPLIANCE_NOTES in viewer
    context = {
        "page": page,
        "member": page.member,
        "doings": reads.doings(member_id) if Permission.SEE_LOANS in viewer else None,
        "purses": reads.purses(member_id) if Permission.SEE_BOOKS in viewer else None,
        "withdrawals": bank.withdrawals_of(member_id, on=today, limit=20) if sees_money else None,
        "standing_block": reads.open_block(member_id) if sees_notes else None,
    }
    return render(request, "staff/member.html", context)
