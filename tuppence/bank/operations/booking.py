"""Post groups of entries: the accounts are opened where they are missing, then all must stand."""

from collections.abc import Sequence
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.conf import settings

from tuppence.bank.journal import Group, account_keys, transfers
from tuppence.ledger import operations as ledger


def book(groups: Sequence[Group], *, at: datetime) -> None:
    """Post these groups; `PostingRefused` where one cannot stand, and then none does."""
    if groups:
        account_ids = ledger.open_accounts(account_keys(groups), at=at)
        ledger.post_all(transfers(groups, account_ids))


def business_zone() -> ZoneInfo:
    """The time zone in which the platform's days begin and end."""
    return ZoneInfo(settings.TIME_ZONE)


def start_of(day: date) -> datetime:
    """The first moment of a business day: when a bank line of that day counts as having been."""
    return datetime.combine(day, time(0), tzinfo=business_zone())
