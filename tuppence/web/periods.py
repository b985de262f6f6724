"""Months and years of the platform's calendar, as statements are made by. Pure.

>>> period_named("2026-02").last
datetime.date(2026, 2, 28)
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

NAME = re.compile(r"(?P<year>2\d{3})(-(?P<month>0[1-9]|1[0-2]))?")


@dataclass(frozen=True, slots=True)
class Period:
    """A month ("2026-03") or a year ("2026"), both days included."""

    name: str
    first: date
    last: date

    @property
    def is_year(self) -> bool:
        """Whether it is a whole year."""
        return len(self.name) == len("2026")

    def holds(self, on: date) -> bool:
        """Whether a day lies in it."""
        return self.first <= on <= self.last

    def bounds(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Its first moment, and the first one after it, by the clock of a place."""
        after = self.last + timedelta(days=1)
        return _midnight(self.first, zone), _midnight(after, zone)


def period_named(name: str) -> Period | None:
    """The period of a name; None where it names none."""
    found = NAME.fullmatch(name)
    if not found:
        return None
    year = int(found["year"])
    if not found["month"]:
        return Period(name, date(year, 1, 1), date(year, 12, 31))
    month = int(found["month"])
    after = date(year + month // 12, month % 12 + 1, 1)
    return Period(name, date(year, month, 1), after - timedelta(days=1))


def month_of(on: date) -> Period:
    """The month of a day."""
    found = period_named(f"{on:%Y-%m}")
    assert found is not None, on
    return found


def year_of(on: date) -> Period:
    """The year of a day."""
    found = period_named(f"{on:%Y}")
    assert found is not None, on
    return found


def months_between(first: date, last: date) -> list[Period]:
    """The months that hold these days and all between them, the latest first."""
    found = [month_of(last)] if first <= last else []
    while found and not found[-1].holds(first):
        found.append(month_of(found[-1].first - timedelta(days=1)))
    return found


def _midnight(on: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(on, time(), zone)
