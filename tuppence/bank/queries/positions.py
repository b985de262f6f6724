"""The bank against the books: what is stated, what is booked, what may go out."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Max, QuerySet, Sum

from tuppence.bank.house_payment import HousePurpose
from tuppence.bank.models import (
    AccountStatement,
    BankBreak,
    BankLine,
    ClientBankAccount,
    HousePayment,
    Withdrawal,
)
from tuppence.bank.withdrawal import State
from tuppence.ledger.chart import AccountKind
from tuppence.ledger.queries import balances
from tuppence.ledger.transfers import AccountKey


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


def uncovered_minor(account_id: int) -> int:
    """What clients' money is short by in open breaks that no cover has reached."""
    rows = BankBreak.objects.filter(
        account_id=account_id, closed_at=None, amount_minor__gt=0
    ).exclude(cover__received_at__isnull=False)
    return _total(rows)


def account_in(currency: str) -> ClientBankAccount | None:
    """The open client bank account in a currency: where members pay in, and out of."""
    return ClientBankAccount.objects.filter(currency=currency, closed_at=None).first()
