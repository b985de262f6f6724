"""How one member found us: the visits of all their browsers, and a wrong browser taken away."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from tuppence.growth.models import VisitorLink
from tuppence.growth.operations import unstitch
from tuppence.growth.queries.touches import touches_of
from tuppence.growth.touches import Rule, Touch, credited
from tuppence.members.models import Member
from tuppence.members.roles import Permission
from tuppence.members.views import requires
from tuppence.web import tables
from tuppence.web.forms.staff_words import ReasonForm
from tuppence.web.growth_words import CAUSES, SOURCES, channel_in_words
from tuppence.web.order_keys import staff_id
from tuppence.web.parts import Line
from tuppence.web.reader import current_reader
from tuppence.web.views.staff.act_pages import act_page


def channel_words(touch: Touch) -> str:
    """A touch's channel in the reader's language."""
    return channel_in_words(touch.channel, touch.channel_name)


TOUCHES = tables.Table(
    "touches",
    gettext_lazy("Visits, in their order"),
    columns=(
        tables.moment("at", gettext_lazy("Began"), "at", sort=True),
        tables.text("channel", gettext_lazy("Channel"), "channel", show=channel_words),
        tables.text(
            "kind",
            gettext_lazy("Who said so"),
            "kind",
            show=lambda touch: SOURCES[touch.kind.value],
            sub=lambda touch: touch.reason,
        ),
        tables.text("reason", gettext_lazy("What said so"), "reason", in_page=False),
        tables.text("creative", gettext_lazy("Creative"), "creative"),
        tables.text("landing", gettext_lazy("First page"), "landing"),
        tables.code(
            "browser",
            gettext_lazy("Browser"),
            "visitor_id",
            show=lambda touch: short(touch.visitor_id),
        ),
    ),
    order="at",
)


@requires(Permission.SEE_GROWTH)
@require_GET
def touches(request: HttpRequest, member_id: int) -> HttpResponseBase:
    """A member's visits, first and last touch, and the browsers that they are known by."""
    row = Member.objects.filter(pk=member_id).first()
    if row is None:
        raise Http404
    found = touches_of([member_id]).get(member_id, [])
    links = VisitorLink.objects.filter(member_id=member_id).order_by("-at", "-pk")
    context = {
        "member": row,
        "lines": credited_lines(row, found),
        "browsers": [(link, short(link.visitor_id), CAUSES[link.cause]) for link in links],
    }
    return tables.table_page(request, "staff/touches.html", TOUCHES.of(request, found), context)


@requires(Permission.MANAGE_CAMPAIGNS)
@require_http_methods(["GET", "POST"])
def unlink(request: HttpRequest, browser_id: int) -> HttpResponse:
    """Take a browser away from a member: its visits are nobody's again."""
    row = VisitorLink.objects.select_related("member").filter(pk=browser_id).first()
    if row is None:
        raise Http404
    back_url = reverse("staff_touches", args=[row.member_id])
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        why = form.cleaned_data["why"]
        if unstitch(browser_id, by=staff_id(request), at=timezone.now(), why=why):
            messages.success(request, _("Taken away. Every figure follows at once."))
        return redirect(back_url)
    reader = current_reader()
    return act_page(
        request,
        form,
        title=_("Not this member's browser"),
        purpose=_(
            "Its visits are nobody's again, and channels are credited anew. The member's own next"
            " sign-in does not bring it back."
        ),
        submit=_("Take it away"),
        back_url=back_url,
        lines=[
            Line(_("Browser"), short(row.visitor_id)),
            Line(_("Member"), row.member.pseudonym),
            Line(_("Linked"), f"{reader.moment(row.at)}, {CAUSES[row.cause]}"),
        ],
    )


def credited_lines(row: Member, found: list[Touch]) -> list[Line]:
    """First and last touch before the registration, side by side."""
    reader = current_reader()
    titles = {
        Rule.FIRST: _("First touch"),
        Rule.LAST: _("Last touch before registering"),
    }
    lines = []
    for rule, title in titles.items():
        touch = credited(found, rule, until=row.joined_at)
        words = f"{channel_words(touch)}, {reader.moment(touch.at)}" if touch else _("not known")
        lines.append(Line(title, words))
    return [*lines, Line(_("Registered"), reader.moment(row.joined_at))]


def short(visitor_id: object) -> str:
    """The first letters of a browser's number: enough to tell one from another."""
    return str(visitor_id)[:8]
