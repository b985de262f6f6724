"""Members: found by any of their numbers or names, and one member on one page."""

from dataclasses import dataclass
from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from tuppence.members import queries
from tuppence.members.roles import Permission
from tuppence.members.views import requires
from tuppence.web import tables
from tuppence.web.forms.staff_words import SearchForm
from tuppence.web.openings import may_open
from tuppence.web.reads.staff import member as reads
from tuppence.web.reads.staff import story as stories
from tuppence.web.stories import PARTS, Kind, parts_open_to
from tuppence.web.story_lines import Line, lines
from tuppence.web.tables.columns import Text
from tuppence.web.tables.cursor import Cursor, decode, encode
from tuppence.web.tables.drawing import chip_html

STORY_SIZE = 40


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
    table = MEMBERS.of(request, rows)
    if wanted and len(rows) == 1 and not table.wants_file:
        return redirect("staff_member", rows[0].id)
    context = {"found": len(rows), "search": SearchForm(request.GET or None), "wanted": wanted}
    return tables.table_page(request, "staff/members.html", table, context)


@requires(Permission.SEE_MEMBERS)
@require_GET
def member(request: HttpRequest, member_id: int) -> HttpResponse:
    """One member; what the reader's role may not see isn't on the page."""
    viewer = queries.permissions_of_user(request.user.pk)
    page = queries.member_page(member_id, viewer)
    if page is None:
        raise Http404
    sees_notes = Permission.SEE_COMPLIANCE_NOTES in viewer
    context = {
        "page": page,
        "member": page.member,
        "loans": reads.loans(member_id) if Permission.SEE_LOANS in viewer else None,
        "purses": reads.purses(member_id) if Permission.SEE_BOOKS in viewer else None,
        "standing_block": reads.open_block(member_id) if sees_notes else None,
        "story": story_of(request, member_id, viewer),
    }
    return render(request, "staff/member.html", context)


@dataclass(frozen=True, slots=True)
class Choice:
    """A part of the story that one may read alone, with how much it holds."""

    title: Text
    url: str
    number: int
    here: bool


@dataclass(frozen=True, slots=True)
class Hidden:
    """A part of the story that is not told to the reader's role."""

    title: Text
    number: int


@dataclass(frozen=True, slots=True)
class Story:
    """The member's story as far as the address and the reader's permissions go."""

    lines: list[Line]
    choices: list[Choice]
    hidden: list[Hidden]
    newer_url: str
    older_url: str
    part: Text  # the part that is read alone, if one is
    wrong: bool  # the address asks for a part or a page that there isn't


def story_of(request: HttpRequest, member_id: int, viewer: frozenset[Permission]) -> Story:
    """Read the story: `?part=money` is one kind, `?at=` a place in it."""
    open_parts = parts_open_to(viewer)
    asked, place = request.GET.get("part", ""), request.GET.get("at", "")
    chosen = [kind for kind in open_parts if kind == asked]
    at = decode(place, datetime, int) if place else None
    kinds = chosen or open_parts
    page = stories.story(member_id, kinds, at=at, size=STORY_SIZE)
    counted = stories.counts(member_id)

    def url(cursor: Cursor | None = None, part: str = asked if chosen else "") -> str:
        said = {"part": part, "at": encode(cursor) if cursor else ""}
        query = urlencode({name: value for name, value in said.items() if value})
        return f"{request.path}?{query}#story" if query else f"{request.path}#story"

    whole = sum(number for kind, number in counted.items() if kind in open_parts)
    choices = [Choice(gettext_lazy("All"), url(part=""), whole, not chosen)]
    choices += [
        Choice(PARTS[kind].title, url(part=kind), counted[kind], kind in chosen)
        for kind in Kind
        if kind in counted and kind in open_parts
    ]
    return Story(
        lines(page.rows, member_id=member_id, may_open=lambda route: may_open(route, viewer)),
        choices,
        [Hidden(PARTS[k].title, counted[k]) for k in Kind if k in counted and k not in open_parts],
        url(page.newer) if page.newer else "",
        url(page.older) if page.older else "",
        PARTS[chosen[0]].title if chosen else "",
        wrong=bool((asked and not chosen) or (place and at is None)),
    )
