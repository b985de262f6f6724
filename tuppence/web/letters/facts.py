"""What a letter is made of: plain values that can be written down and read again. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Facts:
    """The figures of a letter, amounts in minor units; each kind uses those that it tells of."""

    number: int = 0  # of what it is about
    title: str = ""
    currency: str = ""
    amount_minor: int = 0
    principal_minor: int = 0
    interest_minor: int = 0
    fee_minor: int = 0
    left_minor: int = 0  # what is still owed, or still lent
    available_minor: int = 0
    days: int = 0
    count: int = 0
    rate: str = ""  # an exact share, as text
    on: date | None = None
    at: datetime | None = None
    code: str = ""  # a state, a reason, an outcome
    text: str = ""  # in somebody's own words
    reference: str = ""
    months: tuple[tuple[str, int, int], ...] = ()  # by month: principal, interest and charges


def facts_to_json(facts: Facts) -> dict[str, Any]:
    """Only what is there, as plain values."""
    values = {field.name: getattr(facts, field.name) for field in fields(facts)}
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in values.items()
        if value
    }


def facts_of_json(values: Mapping[str, Any]) -> Facts:
    """Read facts back; a value that is not known any more is left out."""
    known = {field.name for field in fields(Facts)}
    found = {name: value for name, value in values.items() if name in known}
    if "on" in found:
        found["on"] = date.fromisoformat(found["on"])
    if "months" in found:
        found["months"] = tuple((str(name), *amounts) for name, *amounts in found["months"])
    if "at" in found:
        found["at"] = datetime.fromisoformat(found["at"])
    return Facts(**found)
