"""All living loans as columns: what they have earned, and how late they are. Pure."""

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from tuppence.lending.servicing.accrual import accrued_columns
from tuppence.lending.servicing.arrears import BUCKETS, arrears_columns

Ints = NDArray[np.int64]
Days = NDArray[np.datetime64]


@dataclass(frozen=True, slots=True, eq=False)
class LiveLoans:
    """Aligned columns; each loan with the period that its day lies in."""

    ids: Ints
    product_ids: Ints
    borrower_ids: Ints
    outstanding: Ints
    interest_paid: Ints
    earned_before: Ints
    running_from: Days
    running_until: Days
    running_interest: Ints
    counted: Ints
    counted_interest: Ints
    counts_360: NDArray[np.bool_]
    facts_until: Days
    next_due_on: Days  # NaT where all is paid
    grace_days: Ints

    def __len__(self) -> int:
        return len(self.ids)

    def owed_interest(self, day: date) -> Ints:
        """Interest earned and not paid by a day, or by the latest fact where that is later."""
        owed = self._earned(day, np.ones(len(self), dtype=np.bool_))
        ahead = self.facts_until > np.datetime64(day, "D")
        for later in np.unique(self.facts_until[ahead]).tolist():
            at = self.facts_until == np.datetime64(later, "D")
            owed[at] = self._earned(later, at)[at]
        return owed - self.interest_paid

    def arrears(self, day: date) -> tuple[Ints, NDArray[np.int8]]:
        """Days past due and bucket positions on a day."""
        return arrears_columns(self.next_due_on, day, grace_days=self.grace_days)

    def _earned(self, day: date, at: NDArray[np.bool_]) -> Ints:
        earned = np.zeros(len(self), dtype=np.int64)
        earned[at] = self.earned_before[at] + accrued_columns(
            self.running_from[at],
            self.running_until[at],
            self.running_interest[at],
            day,
            of_360=self.counts_360[at],
            counted=self.counted[at],
            counted_interest=self.counted_interest[at],
        )
        return earned


def by_product(product_ids: Ints, amounts: Ints) -> dict[int, int]:
    """Amounts added up by product, exactly."""
    products, at = np.unique(product_ids, return_inverse=True)
    sums = np.zeros(len(products), dtype=np.int64)
    np.add.at(sums, at, amounts)
    return dict(zip(products.tolist(), sums.tolist(), strict=True))


def bucket_sums(buckets: NDArray[np.int8], outstanding: Ints) -> dict[str, tuple[int, int]]:
    """How many loans each bucket holds, and their outstanding principal."""
    sums = {}
    for position, bucket in enumerate(BUCKETS):
        at = buckets == position
        sums[bucket.value] = (int(at.sum()), int(outstanding[at].sum()))
    return sums
