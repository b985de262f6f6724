"""The promised day, at the cut-off, over weekends and holidays."""

from datetime import UTC, date, datetime, time
from functools import partial
from zoneinfo import ZoneInfo

import pytest

from tuppence.bank.payout_promise import PayoutPolicy, promised_on
from tuppence.money.calendars import add_business_days

BERLIN = PayoutPolicy(ZoneInfo("Europe/Berlin"), cut_off=time(15, 0), business_days=2)


@pytest.mark.parametrize(
    ("asked_at", "promised"),
    [
        (datetime(2026, 3, 2, 9, 0, tzinfo=UTC), date(2026, 3, 4)),  # a Monday
        (datetime(2026, 3, 2, 14, 0, tzinfo=UTC), date(2026, 3, 4)),  # 15:00 in Berlin: in time
        (datetime(2026, 3, 2, 14, 0, 1, tzinfo=UTC), date(2026, 3, 5)),
        (datetime(2026, 3, 2, 23, 30, tzinfo=UTC), date(2026, 3, 5)),  # Tuesday 0:30 in Berlin
        (datetime(2026, 3, 7, 20, 0, tzinfo=UTC), date(2026, 3, 11)),  # a Saturday counts Monday
        (datetime(2026, 3, 6, 9, 0, tzinfo=UTC), date(2026, 3, 10)),  # a Friday
        (datetime(2026, 4, 2, 9, 0, tzinfo=UTC), date(2026, 4, 8)),  # before Good Friday
    ],
)
def test_the_promise_counts_business_days(asked_at: datetime, promised: date) -> None:
    assert promised_on(asked_at, BERLIN, partial(add_business_days, country="DE")) == promised


def test_a_payout_may_be_promised_for_the_same_day() -> None:
    policy = PayoutPolicy(ZoneInfo("UTC"), cut_off=time(23, 59, 59), business_days=0)
    asked_at = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    assert promised_on(asked_at, policy, add_business_days) == date(2026, 3, 2)
