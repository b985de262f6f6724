"""The audit trail: who did or tried what to what, newest first; any part of it as a file."""

import json
from collections.abc import Mapping

from django.db.models import Q
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from tuppence.members import queries
from tuppence.members.models import AuditEntry, User
from tuppence.members.roles import Permission
from tuppence.members.views import requires
from tuppence.web import tables
from tuppence.web.account_names import SUBJECT_ROUTES, named, subject_name, subject_url
from tuppence.web.openings import may_open
from tuppence.web.whole_numbers import whole_number
from tuppence.web.words import WORDS

SHOWN = 200  # signs of a reason on the page; the file has it whole
VALUE_SHOWN = 24
NOBODY = Q(pk__in=())
PLATFORM = "-"


def who(row: AuditEntry) -> str:
    """The account that acted."""
    return row.user.email if row.user else _("the platform")


def by_whom(text: str) -> Q:
    """Entries of accounts whose e-mail begins so; "-" are the platform's own."""
    if text == PLATFORM:
        return Q(user=None)
    found = User.objects.filter(email__startswith=text.casefold())
    return Q(user_id__in=list(found.values_list("pk", flat=True)[:100]))


def of_number(text: str) -> Q:
    """Entries about the thing with this number; none where the text is no number."""
    number = whole_number(text)
    return NOBODY if number is None else Q(subject_id=number)


def change(row: AuditEntry) -> str:
    """What was, and what is since."""
    said = [_pairs(row.before), _pairs(row.after)]
    return " → ".join(filter(None, said)) if row.before else said[1]


def _pairs(values: Mapping[str, object]) -> str:
    return ", ".join(f"{name}: {_short(value)}" for name, value in values.items())


def _short(value: object) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return text if len(text) <= VALUE_SHOWN else f"{text[:VALUE_SHOWN]}…"


def detail(row: AuditEntry) -> str:
    """Reason and change below the act."""
    why = row.why if len(row.why) <= SHOWN else f"{row.why[:SHOWN]}…"
    return " · ".join(filter(None, (why, change(row))))


def about_url(row: AuditEntry) -> str:
    """The trail of the thing alone."""
    said = urlencode({"subject": str(row.subject_kind), "id": str(row.subject_id)})
    return f"{reverse('staff_audit')}?{said}" if row.subject_kind else ""


def as_text(values: Mapping[str, object]) -> str:
    """Values for a file."""
    return json.dumps(dict(values), ensure_ascii=False, sort_keys=True) if values else ""


TRAIL = tables.Table(
    "audit",
    gettext_lazy("Audit trail"),
    columns=(
        tables.moment("when", gettext_lazy("When"), "at"),
        tables.count("id", gettext_lazy("Number"), "pk", in_page=False),
        tables.text("who", gettext_lazy("Who"), who),
        tables.text(
            "action",
            gettext_lazy("Act"),
            "action",
            show=lambda row: named(row.action, "action"),
            sub=detail,
        ),
        tables.text("subject", gettext_lazy("About"), "subject_kind", in_page=False),
        tables.count("subject_id", gettext_lazy("Number"), "subject_id", in_page=False),
        tables.text(
            "about",
            gettext_lazy("About"),
            lambda row: subject_name(row.subject_kind, row.subject_id),
            url=about_url,
            in_file=False,
        ),
        tables.text(
            "outcome",
            gettext_lazy("Outcome"),
            "outcome",
            show=lambda row: named(row.outcome, "outcome"),
        ),
        tables.text("why", gettext_lazy("Reason"), "why", in_page=False),
        tables.text("before", gettext_lazy("Before"), lambda r: as_text(r.before), in_page=False),
        tables.text("after", gettext_lazy("After"), lambda r: as_text(r.after), in_page=False),
        tables.code("origin", gettext_lazy("Came from"), "origin"),
    ),
    filters=(
        tables.Search("who", gettext_lazy("Who (e-mail begins with)"), by_whom),
        tables.Choice("act", gettext_lazy("Act"), tuple(WORDS["action"].items()), "action"),
        tables.Choice(
            "subject", gettext_lazy("About"), tuple(WORDS["subject"].items()), "subject_kind"
        ),
        tables.Search("id", gettext_lazy("Its number"), of_number),
        tables.Range("day", gettext_lazy("Day"), "at", "day"),
    ),
)


@requires(Permission.SEE_AUDIT)
@require_GET
def audit_trail(request: HttpRequest) -> HttpResponseBase:
    """The trail; the address holds the filters and the place."""
    table = TRAIL.of(request, queries.audit_trail())
    permissions = queries.permissions_of_user(request.user.pk)
    kind, number = request.GET.get("subject", ""), whole_number(request.GET.get("id", ""))
    route = SUBJECT_ROUTES.get(kind, "")
    context: dict[str, object] = {}
    if number and route and may_open(route, permissions):
        context = {
            "thing": subject_name(kind, number),
            "thing_url": subject_url(kind, number),
        }
    return tables.table_page(request, "staff/audit.html", table, context)
