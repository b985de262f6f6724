"""Planned rows as plain values, as a change of plan keeps them. Pure."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from tuppence.lending.servicing.contract import PlannedRow, Row


def rows_to_json(rows: Sequence[PlannedRow]) -> list[list[str | int]]:
    """Planned rows as plain values."""
    return [
        [row.number, row.due_on.isoformat(), row.principal_minor, row.interest_minor]
        for row in rows
    ]


def rows_of_json(values: Sequence[Sequence[Any]]) -> tuple[Row, ...]:
    """Planned rows read back."""
    return tuple(
        Row(number, date.fromisoformat(due_on), principal, interest)
        for number, due_on, principal, interest in values
    )
