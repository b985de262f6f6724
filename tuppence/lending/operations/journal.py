"""Post columns of transfers about loans."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from tuppence.ledger import operations as ledger
from tuppence.ledger.transfers import TransferColumns
from tuppence.lending import transfer_ids
from tuppence.postgres import bulk

Ints = NDArray[np.int64]
NOON = np.timedelta64(12, "h")


def value_moments(days: Sequence[date]) -> NDArray[np.datetime64]:
    """When something with a value date happened: noon UTC of the day, that day in any zone."""
    moments: NDArray[np.datetime64] = np.array(days, dtype="datetime64[D]").astype("datetime64[us]")
    moments += NOON
    return moments


@dataclass(frozen=True, slots=True, eq=False)
class Journal:
    """The orders of a batch as columns; each transfer of an order derives its id from it."""

    keys: NDArray[np.void]
    base: NDArray[np.uint64]
    loan_ids: Ints
    occurred: NDArray[np.datetime64]
    recorded: NDArray[np.datetime64]

    @classmethod
    def of(
        cls,
        keys: Sequence[UUID],
        loan_ids: Ints,
        days: Sequence[date],
        recorded_at: Sequence[datetime],
    ) -> "Journal":
        """Lay a batch out."""
        return cls(
            bulk.uuid_column(keys),
            transfer_ids.bases(keys),
            loan_ids,
            value_moments(days),
            bulk.time_column(recorded_at),
        )

    def post(self, role: str, debit: Ints, credit: Ints, amounts: Ints, *, kind: str = "") -> None:
        """One transfer an order where its amount is not zero; its kind is the role unless told."""
        at = np.flatnonzero(amounts)
        if len(at):
            place = transfer_ids.role_place(role)
            self._append(kind or role, at, place, debit[at], credit[at], amounts[at])

    def post_shares(
        self,
        kind: str,
        first_place: int,
        orders: Ints,
        ranks: Ints,
        debit: Ints,
        credit: Ints,
        amounts: Ints,
    ) -> None:
        """One transfer a lender and order where the amount is not zero."""
        at = np.flatnonzero(amounts)
        if len(at):
            places = first_place + ranks[at]
            self._append(kind, orders[at], places, debit[at], credit[at], amounts[at])

    def _append(
        self, kind: str, orders: Ints, places: Ints | int, debit: Ints, credit: Ints, amounts: Ints
    ) -> None:
        ledger.append(
            TransferColumns(
                ids=transfer_ids.ids_at(self.base[orders], places),
                group_ids=self.keys[orders],
                debit_account_ids=debit,
                credit_account_ids=credit,
                amounts_minor=amounts,
                occurred_at=self.occurred[orders],
                recorded_at=self.recorded[orders],
                subject_ids=self.loan_ids[orders],
                kind=kind,
                subject_kind="loan",
            )
        )
