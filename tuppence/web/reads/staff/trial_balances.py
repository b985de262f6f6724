"""The four trial balances: kept figures, the accounts behind each, and when they were proven."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import BigIntegerField, Case, F, QuerySet, When

from tuppence import platform
from tuppence.ledger.chart import CHART, AccountKind, Book
from tuppence.ledger.models import Account, Proof
from tuppence.ledger.queries import TrialBalanceLine
from tuppence.ledger.queries.kept import StoodAccount, accounts_stood, kept_trial_balance
from tuppence.ledger.transfers import AccountKey
from tuppence.members.models import User
from tuppence.web.check_words import check_in_words


@dataclass(frozen=True, slots=True)
class TrialBook:
    """One book in one currency: its lines and what both sides add up to, in minor units."""

    book: Book
    currency: str
    lines: tuple[TrialBalanceLine, ...]

    @property
    def debit_minor(self) -> int:
        """All net debit balances."""
        return sum(line.debit_minor for line in self.lines)

    @property
    def credit_minor(self) -> int:
        """All net credit balances."""
        return sum(line.credit_minor for line in self.lines)

    @property
    def difference_minor(self) -> int:
        """Zero, or our fault."""
        return self.debit_minor - self.credit_minor


def end_of(day: date) -> datetime:
    """The first moment after the platform's day."""
    return datetime.combine(day + timedelta(days=1), datetime.min.time(), platform.zone())


def trial_books(*, at_end_of: date | None) -> list[TrialBook]:
    """The four books of each currency now or by the end of a day, empty ones too."""
    lines = kept_trial_balance(before=end_of(at_end_of) if at_end_of else None)
    shown = [line for line in lines if line.debit_minor or line.credit_minor]
    currencies = sorted({line.currency for line in shown})
    return [
        TrialBook(
            book,
            currency,
            tuple(line for line in shown if (line.book, line.currency) == (book, currency)),
        )
        for currency in currencies
        for book in Book
    ]


@dataclass(frozen=True, slots=True)
class SidedAccount:
    """An account as the trial balance counts it: its balance in the column of its own side."""

    id: int
    key: AccountKey
    currency: str
    balance_minor: int
    debit_minor: int | None
    credit_minor: int | None


def accounts_now() -> QuerySet[Account]:
    """All accounts with their kept balances, each in the column of its own side."""
    return Account.objects.annotate(
        debit_minor=Case(
            When(debit_normal=True, then=F("balance_minor")), output_field=BigIntegerField()
        ),
        credit_minor=Case(
            When(debit_normal=False, then=F("balance_minor")), output_field=BigIntegerField()
        ),
    )


def sided(rows: Sequence[Account]) -> list[SidedAccount]:
    """Accounts of a page as they are shown."""
    return [
        sided_account(
            row.pk,
            AccountKey(AccountKind(row.kind), row.owner_id, row.currency),
            debit_normal=row.debit_normal,
            balance_minor=row.balance_minor,
        )
        for row in rows
    ]


def sided_account(
    number: int, key: AccountKey, *, debit_normal: bool, balance_minor: int
) -> SidedAccount:
    """One account with its balance on its own side."""
    return SidedAccount(
        number,
        key,
        key.currency,
        balance_minor,
        balance_minor if debit_normal else None,
        None if debit_normal else balance_minor,
    )


def accounts_at_end(kinds: list[AccountKind], day: date) -> list[SidedAccount]:
    """The accounts of some kinds as they stood at the end of a day, the largest first."""
    found: list[StoodAccount] = accounts_stood(kinds, before=end_of(day))
    return [
        sided_account(
            row.id, row.key, debit_normal=row.debit_normal, balance_minor=row.balance_minor
        )
        for row in found
    ]


def kinds_asked(kind: str, book: str) -> list[AccountKind]:
    """The kinds that an address asks for by kind or by book; all, where it names none."""
    if kind in set(AccountKind):
        return [AccountKind(kind)]
    return [each for each in AccountKind if book in {"", "all", CHART[each].book.value}]


# --- Proofs ------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class CheckRow:
    """One check of a proof, in words."""

    words: str
    promise: str
    count: int
    different: int
    differences: tuple[tuple[str, str, str], ...]  # where, expected, found


@dataclass(frozen=True, slots=True)
class ProofNow:
    """What is known of the books: the last result, and whether another is under way."""

    last: Proof | None
    last_by: str
    under_way: Proof | None


def proof_now() -> ProofNow:
    """The latest result, who asked for it, and what is asked since."""
    latest = list(Proof.objects.defer("checks").order_by("-id")[:1])
    ended = Proof.objects.defer("checks").filter(ended_at__isnull=False).order_by("-id").first()
    under_way = latest[0] if latest and latest[0].ended_at is None else None
    return ProofNow(ended, asker(ended) if ended else "", under_way)


def asker(proof: Proof) -> str:
    """The e-mail of who asked for a proof; nothing where it was the clock."""
    if proof.asked_by_id is None:
        return ""
    rows = User.objects.filter(pk=proof.asked_by_id).values_list("email", flat=True)
    return rows.first() or ""


@dataclass(frozen=True, slots=True)
class ProofRow:
    """A proof and the e-mail of who asked for it."""

    proof: Proof
    by: str


def proof_rows(proofs: Sequence[Proof]) -> list[ProofRow]:
    """Proofs of a page with who asked for them."""
    ids = {proof.asked_by_id for proof in proofs if proof.asked_by_id is not None}
    emails: dict[int, str] = dict(User.objects.filter(pk__in=ids).values_list("pk", "email"))
    return [ProofRow(proof, emails.get(proof.asked_by_id or 0, "")) for proof in proofs]


def checks_of(proof: Proof) -> list[CheckRow]:
    """The checks of a proof, those that differ first."""
    rows = [
        CheckRow(
            check_in_words(each["name"]),
            each["invariant"],
            each["count"],
            each["different"],
            tuple((d["where"], d["expected"], d["found"]) for d in each["differences"]),
        )
        for each in proof.checks
    ]
    return sorted(rows, key=lambda row: row.different == 0)
