"""Contacts with borrowers, and what they promised. Pure."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction
from uuid import UUID


class ContactChannel(StrEnum):
    """How somebody spoke or wrote to a borrower."""

    PHONE = "phone"
    LETTER = "letter"
    MAIL = "mail"
    VISIT = "visit"
    OTHER = "other"


class PromiseState(StrEnum):
    """What became of a promise, as payments show it."""

    OPEN = "open"
    KEPT = "kept"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class ContactOrder:
    """Note a contact."""

    key: UUID
    loan_id: int
    channel: ContactChannel
    note: str
    at: datetime
    by: int | None = None


@dataclass(frozen=True, slots=True)
class PromiseOrder:
    """Note that the borrower promised to pay an amount by a day."""

    key: UUID
    loan_id: int
    amount_minor: int
    by_day: date
    at: datetime
    note: str = ""
    by: int | None = None


@dataclass(frozen=True, slots=True)
class HandOverOrder:
    """Give a loan to a collector, who keeps a share of what comes in."""

    key: UUID
    loan_id: int
    collector: str
    fee_share: Fraction
    at: datetime
    note: str = ""
    by: int | None = None


@dataclass(frozen=True, slots=True)
class RecallOrder:
    """Take a loan back from its collector."""

    key: UUID
    loan_id: int
    reason: str
    at: datetime
    by: int | None = None


def promise_state(promised_minor: int, by_day: date, paid_minor: int, today: date) -> PromiseState:
    """Tell what became of a promise; `paid_minor` came in from the promise to its day.

    >>> promise_state(100, date(2026, 3, 1), 80, date(2026, 3, 1)).value
    'open'
    """
    if paid_minor >= promised_minor:
        return PromiseState.KEPT
    return PromiseState.OPEN if today <= by_day else PromiseState.BROKEN
