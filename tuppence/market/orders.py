"""Orders to invest, as rows or as columns, and what became of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from uuid import UUID

import numpy as np
from numpy.typing import NDArray


class InvestStatus(IntEnum):
    """What became of one order. Where several checks fail, the first in this order is named."""

    PLACED = 0
    EXISTS = 1  # the same key and content: already placed, nothing happened again
    EXISTS_WITH_DIFFERENT_FIELDS = 2
    AMOUNT_OUT_OF_BOUNDS = 3
    LISTING_NOT_FOUND = 4
    LISTING_NOT_OPEN = 5
    AMOUNT_BELOW_MINIMUM = 6
    MEMBER_NOT_FOUND = 7
    MEMBER_BLOCKED = 8
    MEMBER_NOT_VERIFIED = 9
    OWN_LISTING = 10
    RULE_REFUSES = 11  # the outcome names the rule
    EXCEEDS_LISTING = 12  # more than is still open
    AMOUNT_NOT_IN_STEPS = 13
    EXCEEDS_AVAILABLE = 14  # more than the investor has

    @property
    def accepted(self) -> bool:
        return self in {InvestStatus.PLACED, InvestStatus.EXISTS}


@dataclass(frozen=True, slots=True)
class InvestOrder:
    """One order. `consent`: the investor has read and accepted the warning shown for it."""

    key: UUID
    member_id: int
    listing_id: int
    amount_minor: int
    at: datetime
    consent: bool = False


@dataclass(frozen=True, slots=True)
class InvestOutcome:
    """What became of one order; `rule_id` names the rule that refused it."""

    key: UUID
    status: InvestStatus
    rule_id: str = ""


@dataclass(frozen=True, slots=True)
class InvestColumns:
    """Many orders as aligned columns, in order of arrival."""

    keys: NDArray[np.void]  # V16
    member_ids: NDArray[np.int64]
    listing_ids: NDArray[np.int64]
    amounts_minor: NDArray[np.int64]
    at: NDArray[np.datetime64]  # microseconds, UTC
    consents: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.keys)

    def chosen(self, rows: NDArray[np.int64]) -> "InvestColumns":
        """The orders of these rows, in this order."""
        return InvestColumns(
            self.keys[rows],
            self.member_ids[rows],
            self.listing_ids[rows],
            self.amounts_minor[rows],
            self.at[rows],
            self.consents[rows],
        )


@dataclass(frozen=True, slots=True)
class InvestResult:
    """What became of each order of a batch, aligned with the orders."""

    statuses: NDArray[np.int8]  # InvestStatus
    rule_codes: NDArray[np.int8]  # 0, or the code of the rule that refused
    rule_ids: Mapping[int, str]  # by code

    @classmethod
    def unknown_listings(cls, count: int) -> "InvestResult":
        """What becomes of orders whose listings do not exist."""
        statuses = np.full(count, InvestStatus.LISTING_NOT_FOUND, dtype=np.int8)
        return cls(statuses, np.zeros(count, dtype=np.int8), {})

    def with_rows(self, rows: NDArray[np.int64], part: "InvestResult") -> "InvestResult":
        """This result with the outcomes of a part of the orders filled in."""
        statuses, codes = self.statuses.copy(), self.rule_codes.copy()
        statuses[rows], codes[rows] = part.statuses, part.rule_codes
        return InvestResult(statuses, codes, part.rule_ids)

    def repeated(self, at: NDArray[np.int64], *, same: NDArray[np.bool_]) -> "InvestResult":
        """The result of a batch in which keys repeat: each order gets what became of row `at`.

        The first order of a row was placed by this batch; to a repeat with the same content it
        exists, and a repeat with another is refused as such.
        """
        again = np.ones(len(at), dtype=np.bool_)
        again[np.unique(at, return_index=True)[1]] = False
        statuses, codes = self.statuses[at], self.rule_codes[at]
        statuses[again & (statuses == InvestStatus.PLACED)] = InvestStatus.EXISTS
        statuses[again & ~same] = InvestStatus.EXISTS_WITH_DIFFERENT_FIELDS
        codes[again & ~same] = 0
        return InvestResult(statuses, codes, self.rule_ids)

    def outcomes(self, keys: Sequence[UUID]) -> list[InvestOutcome]:
        """One outcome an order."""
        return [
            InvestOutcome(key, InvestStatus(status), self.rule_ids[code] if code else "")
            for key, status, code in zip(
                keys, self.statuses.tolist(), self.rule_codes.tolist(), strict=True
            )
        ]
