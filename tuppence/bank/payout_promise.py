"""The day by which a payout is promised to be on the member's account."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class PayoutPolicy:
    """How fast payouts are promised: business days after the day on which the request counts.

    A request after `cut_off` in the platform's business time zone counts for the next business
    day.
    """

    zone: ZoneInfo
    cut_off: time = time(15, 0)
    business_days: int = 2


def promised_on(
    asked_at: datetime, policy: PayoutPolicy, add_business_days: Callable[[date, int], date]
) -> date:
    """Return the promised day for a request made at `asked_at` (with a time zone).

    `add_business_days(day, n)` returns the n-th business day after `day`; with n = 0 it returns
    `day` itself, or the next business day if `day` is none.
    """
    assert asked_at.tzinfo is not None
    local = asked_at.astimezone(policy.zone)
    counts_on = add_business_days(local.date(), 0)
    if counts_on == local.date() and local.time() > policy.cut_off:
        counts_on = add_business_days(counts_on, 1)
    promised = add_business_days(counts_on, policy.business_days)
    assert promised >= local.date()
    return promised
