"""Take a tape over: read it, book what is new in chunks, and compare the books with it."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from tuppence import platform
from tuppence.tapes import queries
from tuppence.tapes.figures import digest_of
from tuppence.tapes.lenders import LenderPool
from tuppence.tapes.loans import BadRow, TapeLoan
from tuppence.tapes.mapping import TapeMap
from tuppence.tapes.models import TapeImport
from tuppence.tapes.operations.chunk import ChunkBooked, book_chunk
from tuppence.tapes.operations.outcomes import LoanRefusedError
from tuppence.tapes.operations.setting_up import Stage, set_up
from tuppence.tapes.reading import fingerprint, read_tape
from tuppence.tapes.rebuild import LoanLife, rebuild
from tuppence.tapes.reporting import ImportReport
from tuppence.tapes.vintages import totals_by_vintage

CHUNK_LOANS = 500
"""Loans that are booked in one transaction: some seconds' work, and what a crash can cost."""

Progress = Callable[[int, int], None]


def import_loans(
    path: Path,
    tape_map: TapeMap,
    *,
    pool: LenderPool,
    at: datetime,
    progress: Progress = lambda done, of: None,
    limit: int | None = None,
    chunk_loans: int = CHUNK_LOANS,
) -> ImportReport:
    """Book the loans of a tape that are not booked yet, and say how the books compare with it.

    Each chunk of loans is one transaction: after a crash the next run goes on where it stopped,
    and a run on a tape that is in the books writes nothing. Bad rows and rows whose figures
    changed since they were booked are reported and leave nothing. `limit` takes the file's first
    loans only. Holds the tape's rows in memory, about 2 KB a loan. Raises TapeUnreadableError
    and CurrencyTakenError, before anything is written.
    """
    loans, bad = _read(path, tape_map, at, limit)
    known, changed = _sort_out(loans, tape_map.tape)
    fresh = [loan for loan in loans if loan.loan_ref not in known]
    work = _Work(bad=bad)
    if fresh:
        stage = set_up(tape_map, pool, first=min(loan.issued_on for loan in loans), at=at)
        made_by = _begin(path, tape_map, pool, at)
        # In order of issue, so that lenders pay in when their money is lent.
        fresh.sort(key=lambda loan: (loan.issued_on, loan.row))
        for start in range(0, len(fresh), chunk_loans):
            _book(fresh[start : start + chunk_loans], stage, made_by, work, at)
            progress(len(known) + min(start + chunk_loans, len(fresh)), len(loans))
    refused = {row.row for row in bad}
    compared = [loan for loan in loans if loan.loan_ref not in changed and loan.row not in refused]
    refs = [loan.loan_ref for loan in compared]
    return ImportReport(
        tape=tape_map.tape,
        currency=tape_map.currency,
        pool=pool.name,
        booked=work.loans,
        known=len(known),
        payments=work.payments,
        investments=work.investments,
        bad=tuple(work.bad),
        changed=tuple(changed.values()),
        oddities=queries.oddities_of(tape_map.tape, refs),
        on_tape=totals_by_vintage(compared),
        in_books=queries.tape_totals(tape_map.tape, refs),
    )


class _Work:
    """What a run has done so far."""

    def __init__(self, *, bad: list[BadRow]) -> None:
        self.loans = self.payments = self.investments = 0
        self.bad = bad

    def add(self, booked: ChunkBooked) -> None:
        """Count a chunk that is in the books."""
        self.loans += booked.loans
        self.payments += booked.payments
        self.investments += booked.investments


def _read(
    path: Path, tape_map: TapeMap, at: datetime, limit: int | None
) -> tuple[list[TapeLoan], list[BadRow]]:
    loans: list[TapeLoan] = []
    bad: list[BadRow] = []
    for row in read_tape(path, tape_map, latest=platform.business_day(at)):
        if isinstance(row, BadRow):
            bad.append(row)
        else:
            loans.append(row)
        if limit is not None and len(loans) >= limit:
            break
    return loans, bad


def _sort_out(loans: Sequence[TapeLoan], tape: str) -> tuple[dict[str, str], dict[str, BadRow]]:
    """The loans that are in the books, and those of them whose rows say something else now."""
    known = queries.digests_of(tape, [loan.loan_ref for loan in loans])
    reason = "its figures changed since it was booked; the books keep what they have"
    changed = {
        loan.loan_ref: BadRow(loan.row, "", reason, loan.loan_ref)
        for loan in loans
        if known.get(loan.loan_ref, digest_of(loan)) != digest_of(loan)
    }
    return known, changed


def _begin(path: Path, tape_map: TapeMap, pool: LenderPool, at: datetime) -> TapeImport:
    made, _ = TapeImport.objects.get_or_create(
        tape=tape_map.tape,
        fingerprint=fingerprint(path),
        pool=pool.name,
        defaults={"currency": tape_map.currency, "started_at": at},
    )
    return made


def _book(
    loans: Sequence[TapeLoan], stage: Stage, made_by: TapeImport, work: _Work, at: datetime
) -> None:
    """Book a chunk; a loan that some operation refuses is reported and left out of it."""
    lives: list[LoanLife] = [rebuild(loan) for loan in loans]
    while lives:
        try:
            work.add(book_chunk(lives, stage, made_by, at=at))
        except LoanRefusedError as error:
            reason = f"the books refused its {error.step}: {error.word}"
            work.bad.append(BadRow(error.loan.row, "", reason, error.loan.loan_ref))
            lives = [life for life in lives if life.loan.loan_ref != error.loan.loan_ref]
        else:
            return
