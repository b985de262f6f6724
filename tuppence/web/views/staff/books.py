"""The books: four trial balances, accounts, journals and single transfers."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from tuppence import platform
from tuppence.ledger.chart import AccountKind
from tuppence.members.roles import Permission
from tuppence.members.views import requires
from tuppence.web import tables
from tuppence.web.account_names import subject_name, subject_url
from tuppence.web.forms.staff_books import AccountFinder, BooksDayForm
from tuppence.web.reads.staff import books as reads
from tuppence.web.whole_numbers import older_url, whole_number

ON_A_PAGE = 50
TRIAL_BALANCE = tables.Table(
    "trial-balance",
    gettext_lazy("Trial balance"),
    columns=(
        tables.text("book", gettext_lazy("Book"), "book"),
        tables.text("account", gettext_lazy("Account"), "kind"),
        tables.count("accounts", gettext_lazy("Number of accounts"), "accounts"),
        tables.figure("debit", gettext_lazy("Debit"), "debit_minor"),
        tables.figure("credit", gettext_lazy("Credit"), "credit_minor"),
    ),
)


@requires(Permission.SEE_BOOKS)
@require_GET
def books(request: HttpRequest) -> HttpResponseBase:
    """The four trial balances at the end of a day, as a page or as one file."""
    today = platform.business_day(timezone.now())
    form = BooksDayForm(request.GET or None, initial={"on": today})
    on = (form.cleaned_data.get("on") if form.is_valid() else None) or today
    found = reads.trial_books(at_end_of=on)
    context = {"books": found, "on": on, "form": form, "finder": AccountFinder()}
    table = TRIAL_BALANCE.of(request, [line for book in found for line in book.lines])
    return tables.table_page(request, "staff/books.html", table, context)


@requires(Permission.SEE_BOOKS)
@require_GET
def accounts(request: HttpRequest) -> HttpResponse:
    """Accounts of one kind, or the one of one owner."""
    form = AccountFinder(request.GET)
    if not form.is_valid():
        return render(request, "staff/accounts.html", {"finder": form, "rows": []})
    kind = AccountKind(form.cleaned_data["kind"])
    owner_id = form.cleaned_data["owner"]
    currency = request.GET.get("currency", "")[:3] or platform.currency()
    rows = reads.accounts_of_kind(kind, currency, owner_id=owner_id)
    context = {"finder": form, "rows": rows, "kind": kind, "currency": currency}
    return render(request, "staff/accounts.html", context)


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
