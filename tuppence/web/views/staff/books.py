"""The books: statements of accounts, journals and single transfers."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tuppence.members.roles import Permission
from tuppence.members.views import requires
from tuppence.web.account_names import subject_name, subject_url
from tuppence.web.reads.staff import books as reads
from tuppence.web.whole_numbers import older_url, whole_number

ON_A_PAGE = 50


@requires(Permission.SEE_BOOKS)
@require_GET
def account(request: HttpRequest, account_id: int) -> HttpResponse:
    """The statement of one account with its running balance, newest first."""
    row = reads.account(account_id)
    if row is None:
        raise Http404
    before = whole_number(request.GET.get("before", ""))
    lines = reads.account_lines(row, before_seq=before, limit=ON_A_PAGE + 1)
    context = {
        "row": row,
        "lines": lines[:ON_A_PAGE],
        "older_url": older_url(lines[ON_A_PAGE - 1].seq) if len(lines) > ON_A_PAGE else "",
    }
    return render(request, "staff/account.html", context)


@requires(Permission.SEE_BOOKS)
@require_GET
def journal(request: HttpRequest, subject_kind: str, subject_id: int) -> HttpResponse:
    """Every transfer about one thing."""
    after = whole_number(request.GET.get("after", "")) or 0
    lines, go_on = reads.journal_of(subject_kind[:40], subject_id, after_seq=after, limit=ON_A_PAGE)
    context = {
        "lines": lines,
        "later_url": f"?after={go_on}" if go_on else "",
        "name": subject_name(subject_kind, subject_id),
        "url": subject_url(subject_kind, subject_id),
    }
    return render(request, "staff/journal.html", context)


@requires(Permission.SEE_BOOKS)
@require_GET
def transfer(request: HttpRequest, transfer_id: UUID) -> HttpResponse:
    """One transfer: accounts, moments, group, and what took it back."""
    page = reads.transfer_page(transfer_id)
    if page is None:
        raise Http404
    return render(request, "staff/transfer.html", {"page": page})
