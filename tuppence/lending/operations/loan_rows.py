"""Write the columns and rows that repeat what a loan's facts add up to."""

from collections.abc import Mapping, Sequence
from dataclasses import fields

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from tuppence.lending.holding_columns import HoldingColumns
from tuppence.lending.instalment_rows import COLUMNS, Row
from tuppence.lending.loan_file import LoanFigures
from tuppence.postgres import bulk


def update_loans(figures: Mapping[int, LoanFigures]) -> None:
    """Set the repeating columns of these loans."""
    if not figures:
        return
    names = [field.name for field in fields(LoanFigures)]
    types = [
        "bigint" if field.type is int else "text" if field.type is str else "date"
        for field in fields(LoanFigures)
    ]
    arrays = ", ".join(f"%s::{kind}[]" for kind in types)
    settings = ", ".join(f"{name} = fresh.{name}" for name in names)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE lending_loan AS loan SET {settings}"  # noqa: S608
            f" FROM unnest(%s::bigint[], {arrays}) AS fresh (id, {', '.join(names)})"
            " WHERE loan.id = fresh.id",
            [
                list(figures),
                *([getattr(each, name) for each in figures.values()] for name in names),
            ],
        )


def update_instalments(rows: Sequence[Row]) -> None:
    """Set these rows of schedules."""
    if not rows:
        return
    columns = np.array(rows, dtype=np.int64).T
    settings = ", ".join(f"{name} = fresh.{name}" for name in COLUMNS[2:])
    arrays = ", ".join(["%s::bigint[]"] * len(COLUMNS))
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE lending_instalment AS instalment SET {settings}"  # noqa: S608
            f" FROM unnest({arrays}) AS fresh ({', '.join(COLUMNS)})"
            " WHERE instalment.loan_id = fresh.loan_id AND instalment.number = fresh.number",
            [bulk.int_array_literal(column) for column in columns],
        )


def update_holdings(
    holdings: HoldingColumns,
    outstanding_before: NDArray[np.int64],
    written_off_before: NDArray[np.int64] | None = None,
) -> None:
    """Set what is left of those holdings that moved."""
    moved = holdings.outstanding != outstanding_before
    if written_off_before is not None:
        moved |= holdings.written_off != written_off_before
    at = np.flatnonzero(moved)
    if not len(at):
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE lending_holding AS holding"
            " SET outstanding_minor = fresh.outstanding, written_off_minor = fresh.written_off"
            " FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[])"
            " AS fresh (id, outstanding, written_off) WHERE holding.id = fresh.id",
            [
                bulk.int_array_literal(holdings.ids[at]),
                bulk.int_array_literal(holdings.outstanding[at]),
                bulk.int_array_literal(holdings.written_off[at]),
            ],
        )
