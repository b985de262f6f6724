"""A finance officer's day: what is held against what is owed, and what the bank left open."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Max, Min

from tuppence.bank.matching import Meaning
from tuppence.bank.models import AccountStatement, BankLine, ClientBankAccount, Withdrawal
from tuppence.bank.queries import Equation, equations_of, kept_balances
from tuppence.bank.statement_chain import Jump, Stated, jumps
from tuppence.bank.withdrawal import State
from tuppence.ledger.chart import CLIENT_MONEY_HELD, CLIENT_MONEY_OWED, AccountKind
from tuppence.ledger.queries.kept import kept_trial_balance
from tuppence.web.reads.staff.trial_balances import end_of

LOOKED_BACK_DAYS = 3  # a bank that books a payment twice does so within days
STATEMENTS_LOOKED_AT = 40
SHOWN_MOST = 20


def equations(*, at_end_of: date | None = None) -> list[Equation]:
    """The client-money equation of each currency, now or as recorded by the end of a day.

    Both are kept balances, which the books prove each night; a day is what they were before
    everything recorded since.
    """
    found = kept_balances() if at_end_of is None else at_end(at_end_of)
    return equations_of(found)


def at_end(day: date) -> dict[tuple[AccountKind, str], int]:
    """The same by the end of a day."""
    kinds = {*CLIENT_MONEY_HELD, *CLIENT_MONEY_OWED}
    return {
        (line.kind, line.currency): (line.debit_minor - line.credit_minor)
        * (1 if line.kind in CLIENT_MONEY_HELD else -1)
        for line in kept_trial_balance(before=end_of(day))
        if line.kind in kinds
    }


@dataclass(frozen=True, slots=True)
class Twins:
    """Lines that look like one payment booked twice: same account, payer, text and amount."""

    first_id: int
    last_id: int
    count: int
    payer: str
    booked_on: date
    amount_minor: int
    currency: str


def twins(*, on: date) -> list[Twins]:
    """Lines of the latest days that look doubled, though the bank gave each its own number.

    Those that somebody set aside, or said to be a payment of their own, are done with.
    """
    same = ("account__currency", "amount_minor", "counterparty_name", "counterparty_account")
    rows = (
        BankLine.objects.filter(booked_on__gt=on - timedelta(days=LOOKED_BACK_DAYS))
        .exclude(counterparty_account="")
        .exclude(matches__meaning=Meaning.DOUBLED, matches__ends_at=None)
        .filter(separate=None)
        .values(*same, "account_id", "remittance")
        .annotate(number=Count("id"), first=Min("id"), last=Max("id"), day=Max("booked_on"))
        .filter(number__gt=1)
        .order_by("-last")[:SHOWN_MOST]
    )
    return [
        Twins(
            row["first"],
            row["last"],
            row["number"],
            row["counterparty_name"],
            row["day"],
            row["amount_minor"],
            row["account__currency"],
        )
        for row in rows
    ]


def next_twins(*, on: date) -> int | None:
    """The later line of some pair that looks doubled; None where no pair does."""
    return next((pair.last_id for pair in twins(on=on)), None)


def missing_payouts(*, on: date) -> Sequence[Withdrawal]:
    """Payouts that the bank was to carry out before a day and no statement shows, oldest first."""
    rows = Withdrawal.objects.filter(state=State.SENT, payout_file__execute_on__lt=on)
    return list(
        rows.select_related("member", "account", "payout_file").order_by(
            "payout_file__execute_on", "id"
        )[:SHOWN_MOST]
    )


@dataclass(frozen=True, slots=True)
class BrokenChain:
    """A jump between two statements of a client account."""

    account: str
    currency: str
    jump: Jump


def broken_chains() -> list[BrokenChain]:
    """Where a statement of the latest weeks opens elsewhere than the one before it closed."""
    found = []
    for account in ClientBankAccount.objects.filter(closed_at=None).order_by("currency"):
        rows = AccountStatement.objects.filter(account=account, closed_on__isnull=False)
        latest = list(rows.order_by("-closed_on", "-id")[:STATEMENTS_LOOKED_AT])
        stated = [
            Stated(row.file_id, row.closed_on, row.opening_minor, row.closing_minor)
            for row in reversed(latest)
        ]
        found += [BrokenChain(account.account, account.currency, jump) for jump in jumps(stated)]
    return found


def latest_statement_on() -> date | None:
    """The last day that a statement tells of."""
    latest: date | None = AccountStatement.objects.aggregate(day=Max("closed_on"))["day"]
    return latest
