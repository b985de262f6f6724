"""Dates as text: year, month and day by ISO 8601, and nothing else."""

import re
from calendar import monthrange
from datetime import date

from tuppence.money.refusals import InputRefusedError, sentence, shown

EARLIEST = date(1900, 1, 1)
LATEST = date(2999, 12, 31)
"""Far enough from the end of the calendar that no schedule runs over it."""

_ISO_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_EXAMPLE = "2025-03-31"


class DateError(InputRefusedError):
    """A text is no date that may be taken; the sentence says what to write instead."""


def parse_date(text: str, *, earliest: date = EARLIEST, latest: date = LATEST) -> date:
    """Read a date written as YYYY-MM-DD, from the earliest to the latest, both included.

    Raises DateError with a sentence that says what to do.

    >>> parse_date("2024-02-29").isoformat()
    '2024-02-29'
    """
    if not isinstance(text, str):
        raise DateError(
            sentence("Write the date as text in quotes, for example “%(example)s”."),
            {"example": _EXAMPLE},
        )
    match = _ISO_DATE.fullmatch(text)
    if match is None:
        raise DateError(
            sentence("“%(text)s” is not a date: write year-month-day, for example %(example)s."),
            {"text": shown(text), "example": _EXAMPLE},
        )
    day = _in_calendar(*(int(part) for part in match.groups()))
    if day < earliest:
        raise DateError(
            sentence("%(date)s is too early: enter %(earliest)s or a later date."),
            {"date": text, "earliest": earliest.isoformat()},
        )
    if day > latest:
        raise DateError(
            sentence("%(date)s is too late: enter %(latest)s or an earlier date."),
            {"date": text, "latest": latest.isoformat()},
        )
    return day


def _in_calendar(year: int, month: int, day: int) -> date:
    if year == 0:
        raise DateError(sentence("There is no year 0000: enter the year with four digits."))
    if not 1 <= month <= 12:
        raise DateError(
            sentence("There is no month %(month)s: enter a month from 01 to 12."),
            {"month": f"{month:02d}"},
        )
    length = monthrange(year, month)[1]
    if not 1 <= day <= length:
        raise DateError(
            sentence("%(month)s has no day %(day)s: enter a day from 01 to %(length)s."),
            {"month": f"{year:04d}-{month:02d}", "day": f"{day:02d}", "length": length},
        )
    return date(year, month, day)
