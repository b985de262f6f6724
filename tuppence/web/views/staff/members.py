"""Members: found by any of their numbers or names, and one member on one page."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from tuppence import platform
from tuppence.bank import queries as bank
from tuppence.letters.queries import letters_of
from tuppence.members import queries
from tuppence.members.roles import Permission
from tuppence.members.views import requires
from tuppence.web import tables
from tuppence.web.forms.staff_words import SearchForm
from tuppence.web.reads.staff import member as reads
from tuppence.web.tables.columns import Text
from tuppence.web.tables.drawing import chip_html

LETTERS_SHOWN = 12


def standing(row: queries.MemberRow) -> str:
    """The one state of a member that comes first."""
    if row.blocked_at:
        return "blocked"
    return "verified" if row.verified_at else "unverified"


def standing_chip(row: queries.MemberRow) -> Text:
    """The state as a chip."""
    code = standing(row)
    return chip_html("member" if code == "unverified" else "identity", code)


MEMBERS = tables.Table(
    "members",
    gettext_lazy("Members"),
    columns=(
        tables.count("id", gettext_lazy("Number"), "id", in_page=False),
        tables.text("pseudonym", gettext_lazy("Pseudonym"), "pseudonym", in_page=False),
        tables.text(
            "name",
            gettext_lazy("Member"),
            "legal_name",
            url=lambda row: reverse("staff_member", args=[row.id]),
            sub=lambda row: f"{row.id} · {row.pseudonym}",
            sort=True,
        ),
        tables.text("email", gettext_lazy("E-mail"), "email", sort=True),
        tables.code("payment_reference", gettext_lazy("Payment reference"), "payment_reference"),
        tables.text("country", gettext_lazy("Country"), "country", sort=True),
        tables.moment("joined", gettext_lazy("Joined"), "joined_at", sort=True),
        tables.text("state", gettext_lazy("State"), standing, show=standing_chip, sort=True),
    ),
)


@requires(Permission.SEE_MEMBERS)
@require_GET
def members(request: HttpRequest) -> HttpResponseBase:
    """Members by number, payment reference, e-mail, pseudonym or the beginning of a name."""
    wanted = request.GET.get("q", "")
    rows = queries.search_members(wanted, limit=50)
    if wanted and len(rows) == 1:
        return redirect("staff_member", rows[0].id)
    context = {"found": len(rows), "search": SearchForm(request.GET or None), "wanted": wanted}
    return tables.table_page(request, "staff/members.html", MEMBERS.of(request, rows), context)


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
        "letters": letters_of(member_id)[:LETTERS_SHOWN]
        if Permission.SEE_LETTERS in viewer
        else None,
        "standing_block": reads.open_block(member_id) if sees_notes else None,
    }
    return render(request, "staff/member.html", context)
