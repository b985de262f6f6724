"""Figures that anybody may see, read from the balances of the money book."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import connection

from tuppence.ledger.chart import CLIENT_MONEY_OWED, AccountKind


@dataclass(frozen=True, slots=True)
class BooksToday:
    """Balances of the platform's currency at a moment, in minor units."""

    at: datetime
    currency: str
    lent_out_minor: int  # principal that borrowers still owe
    waiting_minor: int  # promised to listings that are not paid out yet
    idle_minor: int  # on members' balances
    client_held_minor: int
    client_owed_minor: int
    open_listings: int
    open_minor: int  # still wanted by open listings

    @property
    def difference_minor(self) -> int:
        """What is held less what is owed: zero, unless a difference at the bank is open."""
        return self.client_held_minor - self.client_owed_minor


def books_today(*, at: datetime) -> BooksToday:
    """The books as they stand; two queries."""
    currency = settings.TUPPENCE_CURRENCY
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT kind, sum(balance_minor)::bigint FROM ledger_account"
            " WHERE currency = %s AND book IN ('C', 'L') GROUP BY kind",
            [currency],
        )
        balance = {AccountKind(kind): total for kind, total in cursor}
        cursor.execute(
            "SELECT count(*), coalesce(sum(target_minor - funded_minor), 0)::bigint"
            " FROM market_listing WHERE state = 'open' AND opens_at <= %s AND closes_at > %s"
            " AND currency = %s",
            [at, at, currency],
        )
        open_listings, open_minor = cursor.fetchone()
    return BooksToday(
        at=at,
        currency=currency,
        lent_out_minor=balance.get(AccountKind.PRINCIPAL_OWED, 0),
        waiting_minor=balance.get(AccountKind.MEMBER_RESERVED, 0),
        idle_minor=balance.get(AccountKind.MEMBER_AVAILABLE, 0),
        client_held_minor=held(balance),
        client_owed_minor=sum(
            balance.get(kind, 0)
            for kind in CLIENT_MONEY_OWED
            if kind is not AccountKind.PAYOUTS_IN_FLIGHT
        ),
        open_listings=open_listings,
        open_minor=open_minor,
    )


def held(balance: dict[AccountKind, int]) -> int:
    """Client bank and what is on its way to it, less what is on its way out."""
    return (
        balance.get(AccountKind.CLIENT_BANK, 0)
        + balance.get(AccountKind.IN_TRANSIT, 0)
        - balance.get(AccountKind.PAYOUTS_IN_FLIGHT, 0)
    )
