"""The journal, statements of accounts, and single transfers with the event they are part of."""

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from tuppence import platform
from tuppence.ledger.queries.sides import balance_at
from tuppence.members.roles import Permission
from tuppence.members.views import requires
from tuppence.web import tables
from tuppence.web.account_names import named, owner_words, subject_name, subject_url
from tuppence.web.journal_filters import About, PartOf
from tuppence.web.parts import Line
from tuppence.web.reader import current_reader
from tuppence.web.reads.staff import books as reads
from tuppence.web.reads.staff import journal as journals
from tuppence.web.reads.staff.books import AccountRow
from tuppence.web.reads.staff.journal import JournalRow, StatementRow
from tuppence.web.tables.columns import Column
from tuppence.web.templatetags import money as shown
from tuppence.web.words import WORDS

Booked = JournalRow | StatementRow


def about(row: Booked) -> str | SafeString:
    """What a transfer is about, as a link where it has a page."""
    text, url = (
        subject_name(row.subject_kind, row.subject_id),
        subject_url(row.subject_kind, row.subject_id),
    )
    return format_html('<a href="{}">{}</a>', url, text) if url else text


def below_kind(row: Booked) -> str:
    """The book, and whether a transfer takes another back."""
    found = [named(row.book.value, "book")] if isinstance(row, JournalRow) else []
    if row.reverses_id:
        found.append(_("takes another back"))
    return " · ".join(found)


def below_moment(row: Booked) -> str | SafeString:
    """The day in the world, where it is another than that of writing down."""
    reader = current_reader()
    happened = reader.day_of(row.occurred_at)
    if happened == reader.day_of(row.recorded_at):
        return ""
    return format_html(_("value {on}"), on=shown.day(happened))


NUMBER = tables.text("transfer", gettext_lazy("Number"), lambda row: str(row.id), in_page=False)
KIND = tables.text(
    "kind",
    gettext_lazy("What happened"),
    "kind",
    show=lambda row: named(row.kind, "transfer_kind"),
    url=lambda row: reverse("staff_transfer", args=[row.id]),
    sub=below_kind,
)
RECORDED = tables.moment("recorded", gettext_lazy("Recorded"), "recorded_at", sub=below_moment)
FILE_ONLY = (
    tables.moment("happened", gettext_lazy("Happened"), "occurred_at", in_page=False),
    tables.text("about_kind", gettext_lazy("About"), "subject_kind", in_page=False),
    tables.count("about_number", gettext_lazy("Number"), "subject_id", in_page=False),
)
ABOUT = tables.text("about", gettext_lazy("About"), lambda row: "", show=about, in_file=False)
FILTERS = (
    tables.Range("recorded", gettext_lazy("Recorded"), "recorded_at", kind="day"),
    tables.Choice(
        "kind", gettext_lazy("What happened"), sorted(WORDS["transfer_kind"].items()), "kind"
    ),
)


def side(name: str, title: Any) -> Column:
    """The account on one side of a transfer."""
    return tables.text(
        name,
        title,
        lambda row: getattr(row, name).kind.value,
        show=lambda row: named(getattr(row, name).kind.value, "ledger_account"),
        sub=lambda row: owner_words(getattr(row, name)),
        url=lambda row: reverse("staff_account", args=[getattr(row, f"{name}_id")]),
    )


JOURNAL_COLUMNS = (
    NUMBER,
    tables.text("event", gettext_lazy("Event"), lambda row: str(row.group_id), in_page=False),
    KIND,
    tables.moment(
        "recorded", gettext_lazy("Recorded"), "recorded_at", sort="recorded_at", sub=below_moment
    ),
    *FILE_ONLY,
    ABOUT,
    tables.text("book", gettext_lazy("Book"), lambda row: row.book.value, in_page=False),
    side("debit", gettext_lazy("Debit")),
    tables.count("debit_account", "", "debit_id", in_page=False),
    side("credit", gettext_lazy("Credit")),
    tables.count("credit_account", "", "credit_id", in_page=False),
    tables.money("amount", gettext_lazy("Amount"), "amount_minor", total=True),
)
PART_OF = PartOf("part_of", gettext_lazy("Booked with the transfer"))
JOURNAL = tables.Table(
    "journal",
    gettext_lazy("Transfers"),
    columns=JOURNAL_COLUMNS,
    filters=(*FILTERS, About("about", gettext_lazy("About")), PART_OF),
    order="-recorded",
    key="seq",
)
JOURNAL_OF = tables.Table(
    "journal",
    gettext_lazy("Transfers"),
    columns=JOURNAL_COLUMNS,
    filters=FILTERS,
    order="recorded",
    key="seq",
)
STATEMENT = tables.Table(
    "account",
    gettext_lazy("Transfers in the order of recording, the newest first"),
    columns=(
        NUMBER,
        KIND,
        RECORDED,
        *FILE_ONLY,
        ABOUT,
        tables.text(
            "against",
            gettext_lazy("Against"),
            lambda row: row.other.kind.value,
            show=lambda row: named(row.other.kind.value, "ledger_account"),
            sub=lambda row: owner_words(row.other),
            url=lambda row: reverse("staff_account", args=[row.other_id]),
        ),
        tables.count("against_account", "", "other_id", in_page=False),
        tables.figure("in", gettext_lazy("In"), "in_minor", total=True),
        tables.figure("out", gettext_lazy("Out"), "out_minor", total=True),
        tables.figure("balance", gettext_lazy("Balance"), "balance_minor"),
    ),
    filters=(*FILTERS, About("about", gettext_lazy("About"))),
    key="seq",
)


@requires(Permission.SEE_BOOKS)
@require_GET
def whole_journal(request: HttpRequest) -> HttpResponseBase:
    """Every transfer of all books, the newest first: by day, kind, subject or event."""
    table = JOURNAL.of(request, journals.transfers(), adapt=journals.journal_rows)
    return tables.table_page(request, "staff/whole_journal.html", table)


@requires(Permission.SEE_BOOKS)
@require_GET
def journal(request: HttpRequest, subject_kind: str, subject_id: int) -> HttpResponseBase:
    """Every transfer about one thing, in the order of recording."""
    rows = journals.transfers().filter(subject_id=subject_id, subject_kind=subject_kind[:20])
    context = {
        "name": subject_name(subject_kind, subject_id),
        "url": subject_url(subject_kind, subject_id),
    }
    table = JOURNAL_OF.of(request, rows, adapt=journals.journal_rows)
    return tables.table_page(request, "staff/journal.html", table, context)


@requires(Permission.SEE_BOOKS)
@require_GET
def account(request: HttpRequest, account_id: int) -> HttpResponseBase:
    """The statement of one account with its running balance, newest first."""
    row = reads.account(account_id)
    if row is None:
        raise Http404
    table = STATEMENT.of(request, journals.sides_of(row), adapt=journals.Statement(row))
    context = {"row": row, "period": period_lines(table, row)}
    return tables.table_page(request, "staff/account.html", table, context)


def period_lines(table: tables.TableOnPage, row: AccountRow) -> list[Line]:
    """The balances before and after the days that are chosen; nothing where none are."""
    reading = next(reading for each, reading in table.readings if each.name == "recorded")
    if reading.value is None:
        return []
    first, last = reading.value
    points = []
    if first is not None:
        points.append((_("Balance at the beginning of {day}"), first, first))
    if last is not None:
        points.append((_("Balance at the end of {day}"), last, last + timedelta(days=1)))
    reader, lines = current_reader(), []
    for words, day, morning in points:
        before = datetime.combine(morning, time.min, platform.zone())
        balance = reader.money(balance_at(row.id, before=before), row.key.currency)
        lines.append(Line(words.format(day=reader.day(day)), balance))
    return lines


@requires(Permission.SEE_BOOKS)
@require_GET
def transfer(request: HttpRequest, transfer_id: UUID) -> HttpResponse:
    """One transfer: accounts, moments, what took it back, and all of its event in all books."""
    page = reads.transfer_page(transfer_id)
    if page is None:
        raise Http404
    return render(request, "staff/transfer.html", {"page": page})
