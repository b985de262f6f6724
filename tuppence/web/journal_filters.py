"""Filters of journals: what a transfer is about, and the event that it is part of."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from tuppence.ledger.models import Transfer
from tuppence.web.account_names import named, subject_name
from tuppence.web.tables.columns import Text
from tuppence.web.tables.filters import Input, Reading
from tuppence.web.whole_numbers import whole_number
from tuppence.web.words import WORDS

ABOUT = (
    *("loan", "listing", "withdrawal", "bank_line", "bank_break", "manual_entry"),
    *("house_payment", "product", "campaign", "spend"),
)
"""Things that transfers are about."""


@dataclass(frozen=True, slots=True)
class About:
    """One thing, by kind and number. A kind alone is refused: the number is what is indexed."""

    name: str
    title: Text

    def read(self, given: Mapping[str, str]) -> Reading:
        """The kind and the number; both or neither."""
        kind, text = given.get(self.name, ""), given.get(f"{self.name}_number", "").strip()
        if not kind and not text:
            return Reading()
        number = whole_number(text)
        if kind not in WORDS["subject"] or number is None:
            return Reading(wrong=_("Choose what it is about, and enter its number."))
        return Reading((kind, number), words=subject_name(kind, number))

    def inputs(self, given: Mapping[str, str]) -> list[Input]:
        """A list of kinds and a field for the number."""
        chosen = given.get(self.name, "")
        kinds = ABOUT if chosen in {"", *ABOUT} else (*ABOUT, chosen)
        options = [("", "–"), *((kind, named(kind, "subject")) for kind in kinds)]
        number = given.get(f"{self.name}_number", "")[:20]
        return [
            Input(self.name, self.title, chosen, "select", options),
            Input(f"{self.name}_number", _("Its number"), number, "decimal"),
        ]

    def narrowed(self, rows: Any, value: Any) -> Any:
        """The transfers about it."""
        kind, number = value
        return rows.filter(subject_id=number, subject_kind=kind)


@dataclass(frozen=True, slots=True)
class Event:
    """Everything that was booked as one: the transfers that stood or fell with this one."""

    group_id: UUID
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class PartOf:
    """All transfers of one event, found by any of them, in whatever books they stand."""

    name: str
    title: Text

    def read(self, given: Mapping[str, str]) -> Reading:
        """The event of the transfer that is named."""
        text = given.get(self.name, "").strip()
        if not text:
            return Reading()
        event = event_of(text)
        if event is None:
            return Reading(wrong=_("There is no transfer of that number."))
        return Reading(event, words=str(event.group_id))

    def inputs(self, given: Mapping[str, str]) -> list[Input]:
        """A field for the number of a transfer."""
        return [Input(self.name, self.title, given.get(self.name, "")[:40])]

    def narrowed(self, rows: Any, value: Any) -> Any:
        """The event's transfers. One event has one moment, and moments are indexed."""
        return rows.filter(recorded_at=value.recorded_at, group_id=value.group_id)


def event_of(text: str) -> Event | None:
    """The event that a transfer is part of; none where the text names no transfer."""
    try:
        number = UUID(text)
    except ValueError:
        return None
    rows = Transfer.objects.filter(pk=number).values_list("group_id", "recorded_at")
    return next((Event(*row) for row in rows), None)
