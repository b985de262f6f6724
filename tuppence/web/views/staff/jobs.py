"""Background jobs: what waits, runs and failed."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tuppence.members.roles import Permission
from tuppence.members.views import requires
from tuppence.web.reads.staff import jobs as reads
from tuppence.web.whole_numbers import older_url, whole_number
from tuppence.web.words import STATES

ON_A_PAGE = 50


@requires(Permission.SEE_HEALTH)
@require_GET
def jobs(request: HttpRequest) -> HttpResponse:
    """Jobs by state, newest first."""
    status = request.GET.get("state", "")
    status = status if status in STATES["job"] else ""
    rows = reads.jobs(
        status=status,
        before_id=whole_number(request.GET.get("before", "")),
        limit=ON_A_PAGE + 1,
    )
    context = {
        "rows": rows[:ON_A_PAGE],
        "counts": reads.job_counts(),
        "status": status,
        "older_url": older_url(rows[ON_A_PAGE - 1].id, {"state": status})
        if len(rows) > ON_A_PAGE
        else "",
    }
    return render(request, "staff/jobs.html", context)
