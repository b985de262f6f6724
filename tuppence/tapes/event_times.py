"""When the steps of a tape's loan are said to have happened.

A tape knows days at best. Everything up to the pay-out stands on the day of issue, an hour or so
apart, in the order in which it has to happen; payments stand at noon of their days.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import IntEnum
from functools import lru_cache
from zoneinfo import ZoneInfo


class Step(IntEnum):
    """Steps by the hour of the business day at which they stand."""

    JOIN = 8
    APPLY = 9
    DECIDE = 10
    SIGN = 11
    LIST = 12
    INVEST = 13
    PAY_OUT = 15
    PAY = 18
    WRITE_OFF = 20
    RECOVER = 21


@dataclass(frozen=True, slots=True)
class EventTimes:
    """Turns days into moments, in the platform's time zone."""

    zone: ZoneInfo

    def at(self, day: date, step: Step) -> datetime:
        """The moment of a step on a day."""
        return _moment(self.zone, day, step)


# A tape of a million payments has a few hundred days.
@lru_cache(maxsize=65536)
def _moment(zone: ZoneInfo, day: date, step: Step) -> datetime:
    return datetime.combine(day, time(step), tzinfo=zone).astimezone(UTC)
