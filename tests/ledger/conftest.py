"""Short ways to say an account and a transfer."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any

import pytest

from tuppence.ledger import operations, queries
from tuppence.ledger.chart import AccountKind
from tuppence.ledger.ids import derive_id
from tuppence.ledger.transfers import AccountKey, Status, Transfer

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@dataclass
class Books:
    """The money book as a test speaks to it."""

    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def account(self, kind: str, owner_id: int = 0, currency: str = "EUR") -> int:
        """The id of an account, opened if it is new."""
        key = AccountKey(AccountKind(kind), owner_id, currency)
        return operations.open_accounts([key], at=NOON)[key]

    def transfer(
        self, debit: int, credit: int, amount_minor: int, name: str = "", **fields: Any
    ) -> Transfer:
        """A transfer; the same name is the same id."""
        transfer_id = derive_id("test", name or next(self.numbers))
        return Transfer(
            **{
                "id": transfer_id,
                "debit_account_id": debit,
                "credit_account_id": credit,
                "amount_minor": amount_minor,
                "kind": "test",
                "occurred_at": NOON,
                "recorded_at": NOON,
                "group_id": transfer_id,
            }
            | fields
        )

    def post(self, *transfers: Transfer) -> list[Status]:
        """Post as one batch."""
        return operations.post(transfers)

    def deposit(self, member_id: int, amount_minor: int, currency: str = "EUR") -> int:
        """Money arrives for a member; the id of the purse."""
        purse = self.account("member_available", member_id, currency)
        bank = self.account("client_bank", 0, currency)
        assert self.post(self.transfer(bank, purse, amount_minor)) == [Status.CREATED]
        return purse

    def balance(self, account_id: int) -> int:
        """What an account holds on its own side."""
        return queries.accounts([account_id])[account_id].balance_minor


@pytest.fixture
def books() -> Books:
    return Books()
