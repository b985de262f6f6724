"""Days past due and their buckets, for one loan and for columns of loans."""

from datetime import date
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray


class Bucket(StrEnum):
    """How late a loan is: by the days past due of its oldest unpaid instalment."""

    CURRENT = "current"
    GRACE = "grace"
    DAYS_1_30 = "1-30"
    DAYS_31_60 = "31-60"
    DAYS_61_90 = "61-90"
    DAYS_91_PLUS = "91+"


BUCKETS = tuple(Bucket)
"""The buckets in rising order; a column of buckets holds positions in this tuple."""

_UPPER_DAYS = (30, 60, 90)


def bucket_of(days_past_due: int, grace_days: int = 0) -> Bucket:
    """Return the bucket; 1 day late within the grace days is `grace`, beyond them `1-30`.

    >>> [bucket_of(days, 5).value for days in (0, 5, 6, 30, 31, 90, 91)]
    ['current', 'grace', '1-30', '1-30', '31-60', '61-90', '91+']
    """
    if days_past_due <= 0:
        return Bucket.CURRENT
    if days_past_due <= grace_days:
        return Bucket.GRACE
    return BUCKETS[2 + sum(days_past_due > upper for upper in _UPPER_DAYS)]


def arrears_columns(
    oldest_due: NDArray[np.datetime64], on: date, *, grace_days: int | NDArray[np.int64] = 0
) -> tuple[NDArray[np.int64], NDArray[np.int8]]:
    """Return days past due and bucket positions on a day for a column of loans.

    `oldest_due` (datetime64[D]) is the due date of the oldest unpaid instalment, NaT where all
    is paid; a date still to come counts as not late.
    """
    late = (np.datetime64(on, "D") - oldest_due.astype("datetime64[D]")).astype(np.int64)
    days = np.where(np.isnat(oldest_due), 0, np.maximum(late, 0))
    buckets = np.searchsorted(np.array([0, *_UPPER_DAYS]), days, side="left") + 1
    buckets = np.where(days <= grace_days, BUCKETS.index(Bucket.GRACE), buckets)
    buckets = np.where(days == 0, BUCKETS.index(Bucket.CURRENT), buckets)
    return days, buckets.astype(np.int8)
