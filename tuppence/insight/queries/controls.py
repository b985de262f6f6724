"""The one oracle of the platform: every check of every room, all computed again."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from tuppence.bank.controls import queries as bank
from tuppence.growth.controls import queries as growth
from tuppence.ledger.checks import Check
from tuppence.ledger.controls import queries as ledger
from tuppence.lending.queries.controls import lending_controls
from tuppence.market.controls import queries as market


@contextmanager
def snapshot() -> Iterator[None]:
    """One moment of the books, however long it takes to read them, and no way to write."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        yield


def collect() -> list[Check]:
    """Every check of every room, in one snapshot if the caller holds one."""
    return [
        *ledger.controls(),
        *bank.controls(),
        *lending_controls(),
        *market.controls(),
        *growth.controls(),
    ]
