"""An import that is killed goes on where it stopped, and ends as if nothing had happened."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection

from tests.tapes.conftest import TapeWriter
from tests.tapes.test_import import EVERY_KIND, bring_in, wrong_books
from tuppence.bank.models import BankLine
from tuppence.ledger.models import Transfer
from tuppence.lending.models import Loan
from tuppence.postgres import bulk
from tuppence.tapes.models import TapeRow

CHUNK = 2
# What one loan's life leaves at least in each table that a chunk writes by COPY.
TABLES = ("members_member", "market_investment", "lending_holding", "lending_payment")


def killed(work: Callable[[], object]) -> bool:
    """Do the work in a process of its own; whether it killed itself."""
    connection.close()
    pid = os.fork()
    if pid == 0:
        try:
            connection.connection = None
            work()
        finally:
            os._exit(0)
    _, status = os.waitpid(pid, 0)
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


def kill_myself() -> None:
    """As a machine that loses its power would."""
    os.kill(os.getpid(), signal.SIGKILL)


def import_killed_after(path: Path, chunks: int) -> None:
    """Import, and die as soon as so many chunks are in the books."""
    left = chunks

    def progress(_done: int, _of: int) -> None:
        nonlocal left
        left -= 1
        if not left:
            kill_myself()

    bring_in(path, chunk_loans=CHUNK, progress=progress)


def import_killed_inside(path: Path, table: str, occasion: int) -> None:
    """Import, and die right after a table of some chunk has been written."""
    left = occasion

    def hook(when: str, name: str) -> None:
        nonlocal left
        left -= when == "after" and name == table
        if not left:
            kill_myself()

    bulk.copy_hooks.append(hook)
    bring_in(path, chunk_loans=CHUNK)


def amounts() -> tuple[int, int, int]:
    """Sums over what is in the books."""
    tables = ((Transfer, "amount_minor"), (BankLine, "amount_minor"), (Loan, "principal_minor"))
    return tuple(sum(table.objects.values_list(name, flat=True)) for table, name in tables)  # type: ignore[return-value]  # three of them


@pytest.mark.django_db(transaction=True)
def test_killed_between_chunks_it_goes_on(write_tape: TapeWriter) -> None:
    path = write_tape(*EVERY_KIND)
    assert killed(lambda: import_killed_after(path, 2))
    assert TapeRow.objects.count() == Loan.objects.count() == 2 * CHUNK
    report = bring_in(path, chunk_loans=CHUNK)
    assert (report.booked, report.known, report.differences) == (2, 4, [])
    assert wrong_books() == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("table", TABLES)
def test_killed_inside_a_chunk_it_leaves_nothing_of_it(table: str, write_tape: TapeWriter) -> None:
    path = write_tape(*EVERY_KIND)
    # Members are also written when the pool joins, before the first chunk.
    occasion = 3 if table == "members_member" else 2
    assert killed(lambda: import_killed_inside(path, table, occasion))
    done = TapeRow.objects.count()
    assert done == Loan.objects.count() < len(EVERY_KIND)
    assert wrong_books() == []
    report = bring_in(path, chunk_loans=CHUNK)
    assert (report.booked, report.known, report.differences) == (6 - done, done, [])
    assert wrong_books() == []


@pytest.mark.django_db(transaction=True)
def test_killed_and_resumed_it_ends_as_one_run_does(write_tape: TapeWriter) -> None:
    path = write_tape(*EVERY_KIND)
    assert killed(lambda: import_killed_inside(path, "lending_payment", 2))
    bring_in(path, chunk_loans=CHUNK)
    in_two_runs = amounts()
    again = write_tape(*({**row, "loan_ref": f"U-{n}"} for n, row in enumerate(EVERY_KIND)))
    bring_in(again, chunk_loans=CHUNK)
    assert amounts() == tuple(2 * amount for amount in in_two_runs)
