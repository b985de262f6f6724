"""The audit trail: who did or tried what, newest first."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tuppence.members import queries
from tuppence.members.roles import Permission
from tuppence.members.views import requires
from tuppence.web.whole_numbers import older_url, whole_number

ON_A_PAGE = 50


@requires(Permission.SEE_AUDIT)
@require_GET
def audit_trail(request: HttpRequest) -> HttpResponse:
    """Entries of one subject or of all; the address holds the filter and the place."""
    subject_kind = request.GET.get("subject", "")[:40].replace("\x00", "")
    subject_id = whole_number(request.GET.get("id", "")) or 0
    rows = queries.audit_trail(
        subject_kind=subject_kind,
        subject_id=subject_id,
        before_id=whole_number(request.GET.get("before", "")),
        limit=ON_A_PAGE + 1,
    )
    filters: dict[str, str | int] = {"subject": subject_kind, "id": subject_id}
    context = {
        "rows": rows[:ON_A_PAGE],
        "older_url": older_url(rows[ON_A_PAGE - 1].id, filters) if len(rows) > ON_A_PAGE else "",
        "subject_kind": subject_kind,
        "subject_id": subject_id,
    }
    return render(request, "staff/audit.html", context)
