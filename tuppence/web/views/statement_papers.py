"""A member's statements as files."""

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from tuppence import platform
from tuppence.members.views import MemberRequest, member_page
from tuppence.web.documents.downloading import download
from tuppence.web.documents.statement import statement_paper
from tuppence.web.periods import period_named
from tuppence.web.reads.statements import statement_of


@member_page
@require_GET
def statement_pdf(request: MemberRequest, period: str) -> HttpResponse:
    """The statement of a month ("2026-03") or a year ("2026") that has begun, as a PDF."""
    found, now = period_named(period), timezone.now()
    if found is None or found.first > platform.business_day(now):
        raise Http404
    statement = statement_of(request.member.id, found, now=now)
    paper = statement_paper(statement, request.member.legal_name)
    return download(paper, f"statement-{found.name}-{request.member.id}.pdf")
