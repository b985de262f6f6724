"""Reads of the client bank: positions, queues, what a member sees."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Max, QuerySet, Sum

from tuppence.bank.house_payment import HousePurpose
from tuppence.bank.matching import Meaning
from tuppence.bank.models import (
    AccountStatement,
    BankBreak,
    BankLine,
    BreakKind,
    ClientBankAccount,
    HousePayment,
    LineMatch,
    PayoutFile,
    StatementFile,
    Withdrawal,
)
from tuppence.bank.withdrawal import State
from tuppence.ledger.chart import AccountKind
from tuppence.ledger.queries import balances
from tuppence.ledger.transfers import AccountKey


# --- The bank against the books ----------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class ClientMoneyPosition:
    """What the bank states against what the books say, in minor units of one currency.

    `stated_minor` is the closing balance of the latest statement, None before the first one.
    `difference_minor` is what the bank has less than the books; 0 is what it should be.
    """

    account_id: int
    currency: str
    stated_minor: int | None
    stated_on: date | None
    books_minor: int
    in_transit_minor: int
    in_flight_minor: int
    unallocated_minor: int
    breaks_minor: int
    difference_minor: int
    uncovered_minor: int


def client_money_positions() -> list[ClientMoneyPosition]:
    """The position of every open client bank account."""
    accounts = ClientBankAccount.objects.filter(closed_at=None).order_by("currency")
    return [_position(account) for account in accounts]


def _position(account: ClientBankAccount) -> ClientMoneyPosition:
    latest = latest_statement(account.pk)
    kinds = (
        AccountKind.CLIENT_BANK,
        AccountKind.IN_TRANSIT,
        AccountKind.PAYOUTS_IN_FLIGHT,
        AccountKind.UNALLOCATED,
        AccountKind.BREAKS,
    )
    keys = {kind: AccountKey(kind, 0, account.currency) for kind in kinds}
    found = balances(keys.values())
    stated_minor = latest.closing_minor if latest else None
    books_minor = found[keys[AccountKind.CLIENT_BANK]]
    return ClientMoneyPosition(
        account_id=account.pk,
        currency=account.currency,
        stated_minor=stated_minor,
        stated_on=latest.closed_on if latest else None,
        books_minor=books_minor,
        in_transit_minor=found[keys[AccountKind.IN_TRANSIT]],
        in_flight_minor=found[keys[AccountKind.PAYOUTS_IN_FLIGHT]],
        unallocated_minor=found[keys[AccountKind.UNALLOCATED]],
        breaks_minor=found[keys[AccountKind.BREAKS]],
        difference_minor=gap_minor(account.pk),
        uncovered_minor=uncovered_minor(account.pk),
    )


def latest_statement(account_id: int) -> AccountStatement | None:
    """The statement of the latest day that states a closing balance.

    Of several of that day, the one that agrees with the lines: a bank also sends a day in parts.
    """
    stated = AccountStatement.objects.filter(account_id=account_id, closing_minor__isnull=False)
    latest_day = stated.aggregate(day=Max("closed_on"))["day"]
    if latest_day is None:
        return None
    of_that_day = list(stated.filter(closed_on=latest_day).order_by("id"))
    lines_minor = _lines_minor(account_id, latest_day)
    agreeing = [row for row in of_that_day if row.closing_minor == lines_minor]
    return (agreeing or of_that_day)[-1]


def gap_minor(account_id: int) -> int:
    """What the lines make more than the bank states, at the latest stated day; 0 is right."""
    latest = latest_statement(account_id)
    if latest is None or latest.closed_on is None or latest.closing_minor is None:
        return 0
    return _lines_minor(account_id, latest.closed_on) - latest.closing_minor


def _lines_minor(account_id: int, upto: date) -> int:
    return _total(BankLine.objects.filter(account_id=account_id, booked_on__lte=upto))


def payable_minor(account: ClientBankAccount) -> int:
    """What the client bank can still pay out: its balance less what was sent already."""
    bank = AccountKey(AccountKind.CLIENT_BANK, 0, account.currency)
    sent = Withdrawal.objects.filter(account=account, state=State.SENT)
    house = HousePayment.objects.filter(
        account=account, payout_file__isnull=False, paid_line__isnull=True
    )
    return balances([bank])[bank] - _total(sent) - _total(house)


def house_waiting_minor(account_id: int, purpose: HousePurpose) -> int:
    """What two people agreed to pay for a purpose and the bank has not booked yet."""
    return _total(
        HousePayment.objects.filter(account_id=account_id, purpose=purpose, paid_line=None)
    )


def _total(rows: QuerySet[Any]) -> int:
    return int(rows.aggregate(total=Sum("amount_minor"))["total"] or 0)


# --- Breaks ------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class OpenBreak:
    """A difference at the bank, who owns it and how old it is."""

    id: int
    kind: BreakKind
    currency: str
    amount_minor: int
    line_id: int | None
    owner_id: int
    owner_email: str
    reason: str
    opened_at: datetime
    age_days: int
    is_covered: bool
    cover_reference_key: str


def open_breaks(*, at: datetime) -> list[OpenBreak]:
    """Every open break, oldest first, with its age in whole days at a moment."""
    rows = (
        BankBreak.objects.filter(closed_at=None)
        .select_related("account", "cover", "owner")
        .order_by("opened_at", "id")
    )
    return [
        OpenBreak(
            id=row.pk,
            kind=BreakKind(row.kind),
            currency=row.account.currency,
            amount_minor=row.amount_minor,
            line_id=row.line_id,
            owner_id=row.owner_id,
            owner_email=row.owner.email,
            reason=row.reason,
            opened_at=row.opened_at,
            age_days=(at - row.opened_at).days,
            is_covered=hasattr(row, "cover") and row.cover.received_at is not None,
            cover_reference_key=row.cover.key.hex if hasattr(row, "cover") else "",
        )
        for row in rows
    ]


def uncovered_minor(account_id: int) -> int:
    """What clients' money is short by in open breaks that no cover has reached."""
    rows = BankBreak.objects.filter(
        account_id=account_id, closed_at=None, amount_minor__gt=0
    ).exclude(cover__received_at__isnull=False)
    return _total(rows)


# --- Queues of the finance officer -------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class UnmatchedLine:
    """A receipt that waits for a person."""

    line_id: int
    booked_on: date
    amount_minor: int
    currency: str
    counterparty_name: str
    counterparty_account: str
    remittance: str
    reason: str


def unmatched_lines(*, limit: int = 500) -> list[UnmatchedLine]:
    """Receipts in unallocated, oldest first."""
    rows = (
        LineMatch.objects.filter(meaning=Meaning.UNALLOCATED, ends_at=None)
        .select_related("line__account")
        .order_by("line__booked_on", "line_id")[:limit]
    )
    return [
        UnmatchedLine(
            line_id=row.line_id,
            booked_on=row.line.booked_on,
            amount_minor=row.line.amount_minor,
            currency=row.line.account.currency,
            counterparty_name=row.line.counterparty_name,
            counterparty_account=row.line.counterparty_account,
            remittance=row.line.remittance,
            reason=row.reason,
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class WithdrawalView:
    """A withdrawal as it is shown; the account masked by the page that needs it masked."""

    id: int
    member_id: int
    amount_minor: int
    currency: str
    purpose: str
    state: State
    asked_by: int | None
    asked_at: datetime
    promised_on: date
    iban: str
    holder_name: str
    is_late: bool


def withdrawals_in(states: Sequence[State], *, on: date, limit: int = 500) -> list[WithdrawalView]:
    """Withdrawals in these states, oldest first; late are those not paid by the promised day."""
    rows = Withdrawal.objects.filter(state__in=list(states)).order_by("id")[:limit]
    return [_view(row, on) for row in rows.select_related("account", "bank_account")]


def withdrawals_of(member_id: int, *, on: date, limit: int = 100) -> list[WithdrawalView]:
    """A member's withdrawals, newest first."""
    rows = Withdrawal.objects.filter(member_id=member_id).order_by("-asked_at", "-id")[:limit]
    return [_view(row, on) for row in rows.select_related("account", "bank_account")]


def _view(row: Withdrawal, on: date) -> WithdrawalView:
    state = State(row.state)
    return WithdrawalView(
        id=row.pk,
        member_id=row.member_id,
        amount_minor=row.amount_minor,
        currency=row.account.currency,
        purpose=row.purpose,
        state=state,
        asked_by=row.asked_by_id,
        asked_at=row.asked_at,
        promised_on=row.promised_on,
        iban=row.bank_account.iban,
        holder_name=row.bank_account.holder_name,
        is_late=state in {State.ASKED, State.APPROVED, State.SENT} and on > row.promised_on,
    )


@dataclass(frozen=True, slots=True)
class WithdrawalHistoryLine:
    """One state that a withdrawal reached."""

    state: State
    at: datetime
    by: int | None
    reason: str


def history(withdrawal_id: int) -> list[WithdrawalHistoryLine]:
    """The states of a withdrawal, in the order in which it reached them."""
    steps = Withdrawal.objects.get(id=withdrawal_id).steps.order_by("id")
    return [WithdrawalHistoryLine(State(s.state), s.at, s.by_id, s.reason) for s in steps]


def payout_file_content(file_id: int) -> tuple[str, bytes]:
    """The name and the bytes of a payment file, as the bank gets it."""
    file = PayoutFile.objects.get(id=file_id)
    return f"{file.message_id}.xml", file.content.encode()


def payout_files(*, limit: int = 100) -> list[PayoutFile]:
    """The payment files, newest first."""
    return list(PayoutFile.objects.select_related("account").order_by("-id")[:limit])


def statement_files(*, limit: int = 100) -> list[StatementFile]:
    """The imported statement files, newest first."""
    return list(StatementFile.objects.order_by("-id")[:limit])


def account_in(currency: str) -> ClientBankAccount | None:
    """The open client bank account in a currency: where members pay in, and out of."""
    return ClientBankAccount.objects.filter(currency=currency, closed_at=None).first()
