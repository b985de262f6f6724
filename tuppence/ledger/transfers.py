"""What is posted: transfers between two accounts, and what became of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from tuppence.ledger.chart import AccountKind
from tuppence.money.currency import AMOUNT_MAX_MINOR

__all__ = [
    "AMOUNT_MAX_MINOR",
    "AccountKey",
    "AccountState",
    "Status",
    "Transfer",
    "TransferColumns",
]


@dataclass(frozen=True, slots=True)
class AccountKey:
    """Names an account: a kind, its owner (0 where the platform has one for all), a currency."""

    kind: AccountKind
    owner_id: int
    currency: str


@dataclass(frozen=True, slots=True)
class AccountState:
    """An account as it stands: its balance on its own side, in minor units."""

    id: int
    book: str
    currency: str
    debit_normal: bool
    floored: bool
    closed: bool
    balance_minor: int


@dataclass(frozen=True, slots=True)
class Transfer:
    """One amount from one account to another. The caller chooses the id: a retry is the same one.

    `occurred_at` is when it happened in the world, `recorded_at` when it was written down; both
    come from the order. Transfers of one group stand or fall together.
    """

    id: UUID
    debit_account_id: int
    credit_account_id: int
    amount_minor: int
    kind: str
    occurred_at: datetime
    recorded_at: datetime
    group_id: UUID
    subject_kind: str = ""
    subject_id: int = 0
    reverses_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class TransferColumns:
    """Many transfers of one kind about one kind of subject, as aligned columns."""

    ids: NDArray[np.void]  # V16
    group_ids: NDArray[np.void]  # V16
    debit_account_ids: NDArray[np.int64]
    credit_account_ids: NDArray[np.int64]
    amounts_minor: NDArray[np.int64]
    occurred_at: NDArray[np.datetime64]  # microseconds, UTC
    recorded_at: NDArray[np.datetime64]
    subject_ids: NDArray[np.int64]
    kind: str
    subject_kind: str

    def __len__(self) -> int:
        return len(self.ids)


class Status(StrEnum):
    """What became of one transfer. Where several checks fail, the first in this order is named."""

    CREATED = "created"
    EXISTS = "exists"
    EXISTS_WITH_DIFFERENT_FIELDS = "exists_with_different_fields"
    AMOUNT_MUST_BE_POSITIVE = "amount_must_be_positive"
    AMOUNT_TOO_LARGE = "amount_too_large"
    ACCOUNTS_MUST_DIFFER = "accounts_must_differ"
    DEBIT_ACCOUNT_NOT_FOUND = "debit_account_not_found"
    CREDIT_ACCOUNT_NOT_FOUND = "credit_account_not_found"
    ACCOUNT_CLOSED = "account_closed"
    BOOKS_MUST_MATCH = "books_must_match"
    CURRENCIES_MUST_MATCH = "currencies_must_match"
    ALREADY_REVERSED = "already_reversed"
    EXCEEDS_AVAILABLE = "exceeds_available"
    GROUP_REFUSED = "group_refused"  # this one was fine; another of its group was not

    @property
    def accepted(self) -> bool:
        return self in {Status.CREATED, Status.EXISTS}


def account_ids_of(transfers: Sequence[Transfer]) -> list[int]:
    """Every account that these transfers touch, once, in id order."""
    debits = {transfer.debit_account_id for transfer in transfers}
    return sorted(debits | {transfer.credit_account_id for transfer in transfers})
