"""Places in a sorted list, written into an address and read back without trust. Pure.

A cursor holds the sort value and the number of the row at the edge of a page, so that the next page
begins right behind it, whatever was added or taken away meanwhile.
"""

import base64
import json
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from uuid import UUID

Value = int | str | Decimal | date | datetime | UUID | None
INT_MAX = 2**63 - 1
TEXT_MAX = 2000
_NUMBER_TEXT_MAX = 60


class Side(StrEnum):
    """Whether a page lies behind its cursor or before it."""

    AFTER = "a"
    BEFORE = "b"


@dataclass(frozen=True, slots=True)
class Cursor:
    """The edge from which a page is read: a sort value, and the row's key for its ties."""

    side: Side
    value: Value
    key: int | UUID


def encode(cursor: Cursor) -> str:
    """The cursor as letters that an address may hold.

    >>> decode(encode(Cursor(Side.AFTER, 12, 7)), int, int)
    Cursor(side=<Side.AFTER: 'a'>, value=12, key=7)
    """
    value = None if cursor.value is None else _text(cursor.value)
    packed = json.dumps([cursor.side.value, value, str(cursor.key)], ensure_ascii=False)
    return base64.urlsafe_b64encode(packed.encode()).decode().rstrip("=")


def decode(text: str, value_type: type, key_type: type) -> Cursor | None:
    """The cursor in an address, or nothing where the text is none of these types."""
    try:
        packed = json.loads(base64.urlsafe_b64decode(text.encode("ascii") + b"=="))
        side, value, key = packed
        read = None if value is None else _read(value, value_type)
        found = _read(key, key_type)
    except (ValueError, TypeError, InvalidOperation, RecursionError):
        return None
    if side not in set(Side) or not isinstance(found, int | UUID):
        return None
    return Cursor(Side(side), read, found)


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _read(text: object, wanted: type) -> Value:
    if not isinstance(text, str) or len(text) > TEXT_MAX or "\x00" in text:
        raise ValueError("no text of a cursor")
    if wanted is str:
        return text
    if len(text) > _NUMBER_TEXT_MAX:
        raise ValueError("too long")
    if wanted is int:
        return _whole(text)
    if wanted is Decimal:
        number = Decimal(text)
        if not number.is_finite():
            raise ValueError("no number")
        return number
    if wanted is datetime:
        return _moment(text)
    if wanted is date:
        return date.fromisoformat(text)
    return UUID(text)


def _whole(text: str) -> int:
    number = int(text)
    if abs(number) > INT_MAX:
        raise ValueError("too large")
    return number


def _moment(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError("a moment has a time zone")
    return at
