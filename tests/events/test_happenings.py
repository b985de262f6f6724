"""What an event may carry, and the month it is kept by."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from tuppence.events.happenings import Event, PropertyNotAllowed
from tuppence.events.months import month_of, months_of, partition_name

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.mark.parametrize("name", ["name", "email", "iban", "legal_name", "Reason", ""])
def test_only_named_properties_are_let_in(name: str) -> None:
    with pytest.raises(PropertyNotAllowed, match="may not carry"):
        Event("member.registered", NOON, properties={"reason": "x", name: "y"})


def test_allowed_properties_stay_as_they_are() -> None:
    event = Event("loan.paid_out", NOON, properties={"grade": "A", "lenders": 7, "auto": True})
    assert event.properties == {"grade": "A", "lenders": 7, "auto": True}
    assert Event("x", NOON) == Event("x", NOON)


def test_the_month_is_counted_in_utc() -> None:
    eastern = timezone(timedelta(hours=8))
    assert month_of(datetime(2026, 4, 1, 7, 59, tzinfo=eastern)) == date(2026, 3, 1)
    assert month_of(datetime(2026, 4, 1, 8, tzinfo=eastern)) == date(2026, 4, 1)
    assert months_of([NOON, NOON + timedelta(days=1), NOON + timedelta(days=40)]) == {
        date(2026, 3, 1),
        date(2026, 4, 1),
    }
    assert partition_name(date(2026, 3, 1)) == "events_event_202603"
