"""The four trial balances side by side, and the accounts that each figure is made of."""

from datetime import date

from django.db.models import Q
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from tuppence import platform
from tuppence.ledger.chart import CHART, AccountKind, Book, Owner
from tuppence.members.roles import Permission
from tuppence.members.views import requires
from tuppence.web import tables
from tuppence.web.account_names import account_name, named, owner_words, subject_url
from tuppence.web.forms.staff_books import AccountFinder, BooksDayForm
from tuppence.web.forms.staff_words import ConfirmForm
from tuppence.web.reads.staff import trial_balances as reads
from tuppence.web.reads.staff.trial_balances import SidedAccount
from tuppence.web.whole_numbers import whole_number
from tuppence.web.words import WORDS

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
    """The four trial balances now or at the end of a day, and when they were last proven."""
    now = timezone.now()
    today = platform.business_day(now)
    form = BooksDayForm(request.GET or None, initial={"on": today})
    on = (form.cleaned_data.get("on") if form.is_valid() else None) or today
    past = on if on < today else None
    found = reads.trial_books(at_end_of=past)
    context = {
        "books": found,
        "past": past,
        "now": now,
        "form": form,
        "finder": AccountFinder(),
        "proof": reads.proof_now(),
        "ask": ConfirmForm(),
    }
    table = TRIAL_BALANCE.of(request, [line for book in found for line in book.lines])
    return tables.table_page(request, "staff/books.html", table, context)


def whose(row: SidedAccount) -> str:
    """Whose account it is, in words; nothing for the platform's own."""
    return owner_words(row.key)


def owner_page(row: SidedAccount) -> str:
    """The page of whose account it is; nothing for the platform's own."""
    owner = CHART[row.key.kind].owner
    return "" if owner is Owner.PLATFORM else subject_url(owner.value, row.key.owner_id)


def of_owner(text: str) -> Q:
    """Accounts of the owner with this number."""
    return Q(owner_id=number_or_none(text))


def number_or_none(text: str) -> int:
    """The number typed; -1, which nobody has, where it is none."""
    number = whole_number(text)
    return -1 if number is None else number


ACCOUNTS = tables.Table(
    "accounts",
    gettext_lazy("Accounts, each balance in the column of its own side"),
    columns=(
        tables.count("id", gettext_lazy("Number"), "id", in_page=False),
        tables.text(
            "kind",
            gettext_lazy("Account"),
            lambda row: row.key.kind.value,
            show=lambda row: account_name(row.key),
            url=lambda row: reverse("staff_account", args=[row.id]),
        ),
        tables.text("owner", gettext_lazy("Whose"), whose, url=owner_page),
        tables.figure("balance", "", "balance_minor", sort=True, in_page=False, in_file=False),
        tables.money("debit", gettext_lazy("Debit"), "debit_minor", sort=True, total=True),
        tables.money("credit", gettext_lazy("Credit"), "credit_minor", sort=True, total=True),
    ),
    order="-balance",
)
ACCOUNTS_NOW = tables.Table(
    ACCOUNTS.name,
    ACCOUNTS.caption,
    columns=ACCOUNTS.columns,
    filters=(
        tables.Choice(
            "kind",
            gettext_lazy("Account"),
            [(kind.value, WORDS["ledger_account"][kind.value]) for kind in AccountKind],
            "kind",
        ),
        tables.Choice(
            "book", gettext_lazy("Book"), [(b.value, WORDS["book"][b.value]) for b in Book], "book"
        ),
        tables.Search("owner", gettext_lazy("Number of member, loan or product"), of_owner),
        tables.Search("currency", gettext_lazy("Currency"), lambda text: Q(currency=text.upper())),
    ),
    order=ACCOUNTS.order,
)


@requires(Permission.SEE_BOOKS)
@require_GET
def accounts(request: HttpRequest) -> HttpResponseBase:
    """The accounts of a kind or a book, now or at the end of a day."""
    kind, book = request.GET.get("kind", ""), request.GET.get("book", "")
    past = asked_day(request)
    if past is None:
        table = ACCOUNTS_NOW.of(request, reads.accounts_now(), adapt=reads.sided)
    else:
        rows = reads.accounts_at_end(reads.kinds_asked(kind, book), past)
        currency = request.GET.get("currency", "")
        table = ACCOUNTS.of(request, [row for row in rows if currency in {"", row.currency}])
    context = {"title": title_of(kind, book), "past": past, "now": timezone.now()}
    return tables.table_page(request, "staff/accounts.html", table, context)


def asked_day(request: HttpRequest) -> date | None:
    """The past day of the address; None, which is now, where it names none."""
    form = BooksDayForm(request.GET)
    on: date | None = form.cleaned_data.get("on") if form.is_valid() else None
    return on if on and on < platform.business_day(timezone.now()) else None


def title_of(kind: str, book: str) -> str:
    """What the accounts shown have in common."""
    if kind in set(AccountKind):
        return named(kind, "ledger_account")
    return named(book, "book") if book in set(Book) else _("Accounts")
