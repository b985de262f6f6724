"""Search for staff: each kind of thing by its own indexed ways, only what the reader may open.

No query here reads a whole table: numbers and keys go by primary keys, names and titles by their
beginning, account numbers by their end (the index is over the reversed number).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q
from django.db.models.functions import Lower, Reverse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tuppence.bank.models import BankLine, Withdrawal
from tuppence.compliance.models import Complaint
from tuppence.ledger.models import Transfer
from tuppence.lending.models import Application, Loan, Payment
from tuppence.market.models import Investment, Listing
from tuppence.members.bank_account import masked
from tuppence.members.models import BankAccount
from tuppence.members.queries import search_members
from tuppence.members.roles import Permission
from tuppence.web.account_names import named
from tuppence.web.reader import current_reader
from tuppence.web.search_terms import TAIL_LEAST, Terms

MOST = 8  # of each kind
OF_FOUND = 3  # members whose loans and listings are shown beside them


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing that was found; `exact` where a number or a key named it."""

    text: str
    sub: str
    url: str
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """What was found of one kind."""

    title: str | Promise
    hits: Sequence[Hit]


@dataclass(frozen=True, slots=True)
class Source:
    """One kind of thing: the word in front of its number, the page it opens, how it is found."""

    kind: str
    title: str | Promise
    route: str
    find: Callable[[Terms, "Found"], Iterable[Hit]]


@dataclass(slots=True)
class Found:
    """What the reader may see, and the members that were found before the rest is looked up."""

    permissions: frozenset[Permission]
    member_ids: list[int]


def search(
    terms: Terms, *, permissions: frozenset[Permission], may_open: Callable[[str], bool]
) -> list[Group]:
    """Everything that fits, by kind; kinds whose page the reader may not open are left out."""
    found = Found(permissions, [])
    groups = []
    for source in SOURCES:
        wanted = not terms.kind or terms.kind == source.kind
        if terms.text and wanted and may_open(source.route):
            hits = list(source.find(terms, found))
            if hits:
                groups.append(Group(source.title, hits))
    return groups


def members(terms: Terms, found: Found) -> Iterable[Hit]:
    """By number, reference, e-mail, pseudonym, name; by the end of an account number."""
    rows = search_members(terms.text, limit=MOST)
    if Permission.SEE_BANK_DETAILS in found.permissions:
        ids = {row.id for row in rows}
        rows += [
            row
            for owner in _owners(terms)
            if owner not in ids
            for row in search_members(str(owner), limit=MOST)
            if row.id == owner
        ]
    wanted = terms.text.casefold()
    found.member_ids = [row.id for row in rows[:OF_FOUND]] if terms.number is None else []
    for row in rows[:MOST]:
        names = {str(row.id), row.payment_reference.casefold(), row.email, row.pseudonym}
        yield Hit(
            row.legal_name,
            " · ".join(filter(None, (str(row.id), row.payment_reference, row.email))),
            reverse("staff_member", args=[row.id]),
            exact=wanted.removeprefix("#") in names,
        )


def _owners(terms: Terms) -> list[int]:
    if len(terms.account_tail) < TAIL_LEAST:
        return []
    backwards = terms.account_tail[::-1]
    rows = BankAccount.objects.annotate(backwards=Reverse("iban"))
    # Digits and letters only, so the text holds no sign that LIKE reads as another.
    found = rows.filter(backwards__startswith=backwards).values_list("member_id", flat=True)
    return list(dict.fromkeys(found[:MOST]))


def applications(terms: Terms, found: Found) -> Iterable[Hit]:
    """By number, by the beginning of the title, or of a member found before."""
    reader = current_reader()
    for row in _applications(terms, found.member_ids):
        yield Hit(
            _("Application {number}: {title}").format(number=row.pk, title=row.title),
            reader.money(row.amount_minor, row.currency),
            reverse("staff_application", args=[row.pk]),
            exact=row.pk == terms.number,
        )


def listings(terms: Terms, found: Found) -> Iterable[Hit]:
    """By number, by the beginning of the title, or of a member found before."""
    reader = current_reader()
    ids = [row.pk for row in _applications(terms, [], numbers=False)]
    wanted = Q(application_id__in=ids) | Q(borrower_id__in=found.member_ids)
    rows = Listing.objects.select_related("application")
    chosen = rows.filter(pk=terms.number) if terms.number is not None else rows.filter(wanted)
    for row in chosen.order_by("-pk")[:MOST]:
        yield Hit(
            _("Listing {number}: {title}").format(number=row.pk, title=row.application.title),
            reader.money(row.target_minor, row.currency),
            reverse("staff_listing", args=[row.pk]),
            exact=row.pk == terms.number,
        )


def loans(terms: Terms, found: Found) -> Iterable[Hit]:
    """By number, or of a member found before."""
    reader = current_reader()
    rows = Loan.objects.select_related("borrower")
    if terms.number is not None:
        rows = rows.filter(pk=terms.number)
    else:
        rows = rows.filter(borrower_id__in=found.member_ids)
    for row in rows.order_by("-pk")[:MOST]:
        yield Hit(
            _("Loan {number}").format(number=row.pk),
            f"{row.borrower.legal_name} · {reader.money(row.outstanding_minor, row.currency)}",
            reverse("staff_loan", args=[row.pk]),
            exact=row.pk == terms.number,
        )


def investments(terms: Terms, found: Found) -> Iterable[Hit]:
    """By key or receipt number; it stands on the page of its listing."""
    reader = current_reader()
    rows = Investment.objects.select_related("listing", "member")
    for row in rows.filter(pk__range=keys)[:MOST] if (keys := _range(terms)) else ():
        yield Hit(
            _("Investment in listing {number}").format(number=row.listing_id),
            f"{row.member.legal_name} · {reader.money(row.amount_minor, row.listing.currency)}",
            reverse("staff_listing", args=[row.listing_id]),
            exact=True,
        )


def payments(terms: Terms, found: Found) -> Iterable[Hit]:
    """By key or receipt number."""
    reader = current_reader()
    rows = Payment.objects.select_related("loan")
    for row in rows.filter(pk__range=keys)[:MOST] if (keys := _range(terms)) else ():
        yield Hit(
            _("Payment on loan {number}").format(number=row.loan_id),
            f"{reader.money(row.amount_minor, row.loan.currency)} · {reader.day(row.on)}",
            reverse("staff_payment", args=[row.pk]),
            exact=True,
        )


def transfers(terms: Terms, found: Found) -> Iterable[Hit]:
    """By key or receipt number."""
    reader = current_reader()
    rows = Transfer.objects.select_related("debit_account")
    for row in rows.filter(pk__range=keys)[:MOST] if (keys := _range(terms)) else ():
        amount = reader.money(row.amount_minor, row.debit_account.currency)
        yield Hit(
            named(row.kind, "transfer_kind"),
            f"{amount} · {reader.moment(row.occurred_at)}",
            reverse("staff_transfer", args=[row.pk]),
            exact=True,
        )


def withdrawals(terms: Terms, found: Found) -> Iterable[Hit]:
    """By number, key or receipt number."""
    reader = current_reader()
    rows = Withdrawal.objects.select_related("member", "account", "bank_account")
    keys = _range(terms)
    if terms.number is not None:
        rows = rows.filter(pk=terms.number)
    elif keys:
        rows = rows.filter(key__range=keys)
    else:
        return
    for row in rows[:MOST]:
        amount = reader.money(row.amount_minor, row.account.currency)
        yield Hit(
            _("Withdrawal {number}").format(number=row.pk),
            f"{row.member.legal_name} · {amount} · {masked(row.bank_account.iban)}",
            reverse("staff_withdrawal", args=[row.pk]),
            exact=True,
        )


def bank_lines(terms: Terms, found: Found) -> Iterable[Hit]:
    """By number, by the bank's reference or ours, or by the amount either way."""
    reader = current_reader()
    either = [terms.amount_minor, -terms.amount_minor] if terms.amount_minor else []
    ways = [
        (Q(pk=terms.number) if terms.number is not None else None, True),
        (Q(bank_reference=terms.text) if terms.beginning else None, True),
        (Q(end_to_end_id=terms.text) if terms.beginning else None, True),
        (Q(amount_minor__in=either) if either else None, False),
    ]
    ids: dict[int, bool] = {}
    # One query a way: joined with OR no index would help.
    for way, exact in ways:
        if way is not None:
            newest = BankLine.objects.filter(way).order_by("-pk").values_list("pk", flat=True)
            ids = dict.fromkeys(newest[:MOST], exact) | ids
    rows = BankLine.objects.filter(pk__in=list(ids)[:MOST]).select_related("account")
    for row in rows.order_by("-pk"):
        amount = reader.money(row.amount_minor, row.account.currency, signed=True)
        yield Hit(
            _("Bank line {number}").format(number=row.pk),
            " · ".join(filter(None, (amount, reader.day(row.booked_on), row.counterparty_name))),
            reverse("staff_bank_line", args=[row.pk]),
            exact=ids[row.pk],
        )


def complaints(terms: Terms, found: Found) -> Iterable[Hit]:
    """By number, or of a member found before."""
    reader = current_reader()
    rows = Complaint.objects.select_related("member")
    if terms.number is not None:
        rows = rows.filter(pk=terms.number)
    else:
        rows = rows.filter(member_id__in=found.member_ids)
    for row in rows.order_by("-pk")[:MOST]:
        yield Hit(
            _("Complaint {number}").format(number=row.pk),
            f"{row.member.legal_name} · {reader.day(reader.day_of(row.received_at))}",
            reverse("staff_complaint", args=[row.pk]),
            exact=row.pk == terms.number,
        )


def _range(terms: Terms) -> tuple[UUID, UUID] | None:
    return (terms.key, terms.key) if terms.key else terms.keys


def _applications(terms: Terms, borrowers: list[int], *, numbers: bool = True) -> list[Application]:
    rows = Application.objects.order_by("-pk")
    if terms.number is not None:
        return list(rows.filter(pk=terms.number)) if numbers else []
    found = {row.pk: row for row in rows.filter(borrower_id__in=borrowers)[:MOST]}
    if terms.beginning:
        titled = Application.objects.annotate(lower=Lower("title"))
        begins = titled.filter(lower__startswith=terms.text.lower())
        found |= {row.pk: row for row in begins.order_by("lower")[:MOST]}
    return sorted(found.values(), key=lambda row: -row.pk)[:MOST]


SOURCES = (
    Source("member", gettext_lazy("Members"), "staff_member", members),
    Source("application", gettext_lazy("Applications"), "staff_application", applications),
    Source("listing", gettext_lazy("Listings"), "staff_listing", listings),
    Source("loan", gettext_lazy("Loans"), "staff_loan", loans),
    Source("investment", gettext_lazy("Investments"), "staff_listing", investments),
    Source("payment", gettext_lazy("Payments"), "staff_payment", payments),
    Source("withdrawal", gettext_lazy("Withdrawals"), "staff_withdrawal", withdrawals),
    Source("bank_line", gettext_lazy("Bank lines"), "staff_bank_line", bank_lines),
    Source("transfer", gettext_lazy("Transfers"), "staff_transfer", transfers),
    Source("complaint", gettext_lazy("Complaints"), "staff_complaint", complaints),
)
