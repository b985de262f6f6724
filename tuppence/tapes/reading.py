"""Reading a tape row by row, from CSV or gzipped CSV, without holding it in memory.

A good row becomes a TapeLoan, a bad one a BadRow with its number, the column and the reason.
Rows are counted as in a spreadsheet: the header is row 1, and a row is a record, however many
lines its texts run over. A file that can't be read as a whole raises TapeUnreadableError.
"""

import csv
import gzip
import hashlib
import io
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TextIO, TypeVar

from tuppence.tapes.cells import CellRefusedError, read_amount, read_date, read_rate, read_term
from tuppence.tapes.loans import BadRow, TapeLoan, TapeStatus
from tuppence.tapes.mapping import TapeMap

_SHOWN_MAX = 40
_REF_MAX = 64
_TEXT_MAX = 200

Value = TypeVar("Value")


class TapeUnreadableError(Exception):
    """The file can't be read as a tape of this map; the sentence says what to do."""


class _RowRefusedError(Exception):
    """Carries the first fault of a row to where the row is reported."""

    def __init__(self, field: str, reason: str, value: str = "") -> None:
        super().__init__(field, reason, value)
        self.field, self.reason, self.value = field, reason, value


def read_tape(
    path: Path, tape_map: TapeMap, *, latest: date | None = None
) -> Iterator[TapeLoan | BadRow]:
    """Yield each row of the tape, good or bad, in the order of the file.

    No date may lie after `latest` (or after the day the map says the tape was drawn, where that
    is earlier). Raises TapeUnreadableError.
    """
    days = [day for day in (latest, tape_map.drawn_on) if day is not None]
    with open_tape(path) as stream:
        records = csv.reader(stream, strict=True)
        try:
            header = next(records, [])
            reader = RowReader(header, tape_map, latest=min(days, default=None))
            for number, cells in enumerate(records, start=2):
                if cells:
                    yield reader.read(number, cells)
        except csv.Error as error:
            raise TapeUnreadableError(
                f"{path.name} stops being CSV near line {records.line_num}: {error}."
                " Check the quotes there."
            ) from error
        except (EOFError, OSError, zlib.error) as error:
            raise TapeUnreadableError(
                f"{path.name} is damaged or cut off after line {records.line_num}:"
                " fetch the file again."
            ) from error


@contextmanager
def open_tape(path: Path) -> Iterator[TextIO]:
    """Open a tape as text, unpacked where its first bytes say gzip.

    Bytes that are no UTF-8 are kept as marks, so that their row is reported, not the whole file.
    """
    try:
        raw = path.open("rb")
    except OSError as error:
        raise TapeUnreadableError(f"{path} can't be opened: check the path.") from error
    with raw:
        packed = raw.read(2) == b"\x1f\x8b"
        raw.seek(0)
        unpacked = gzip.GzipFile(fileobj=raw) if packed else raw
        with io.TextIOWrapper(
            unpacked, encoding="utf-8-sig", errors="surrogateescape", newline=""
        ) as stream:
            yield stream


def fingerprint(path: Path) -> str:
    """The BLAKE2 digest of the file, in hexadecimal: it tells one tape from another."""
    digest = hashlib.blake2b(digest_size=16)
    try:
        with path.open("rb") as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
    except OSError as error:
        raise TapeUnreadableError(f"{path} can't be opened: check the path.") from error
    return digest.hexdigest()


class RowReader:
    """Reads the records of one tape: it knows each field's place and the references so far."""

    def __init__(
        self, header: Sequence[str], tape_map: TapeMap, *, latest: date | None = None
    ) -> None:
        self._map = tape_map
        self._width = len(header)
        self._latest = latest
        self._places = _places(header, tape_map)
        self._attributes = [
            (name, header.index(column)) for name, column in tape_map.attributes.items()
        ]
        self._seen: dict[str, int] = {}

    def read(self, number: int, cells: Sequence[str]) -> TapeLoan | BadRow:
        """Read one record, or say which column is wrong and why."""
        try:
            if len(cells) != self._width:
                raise _RowRefusedError(
                    "", f"it has {len(cells)} cells where the header has {self._width}"
                )
            loan = self._loan(number, cells)
            self._check(loan)
        except _RowRefusedError as fault:
            column = self._map.columns.get(fault.field, fault.field)
            return BadRow(number, column, fault.reason, _shown(fault.value))
        self._seen[loan.loan_ref] = number
        return loan

    def _loan(self, number: int, cells: Sequence[str]) -> TapeLoan:
        tape_map = self._map
        status, outside_policy = self._status(cells)
        funded_minor = self._amount(cells, "funded")
        parts = [
            self._amount(cells, name, 0)
            for name in ("principal", "interest", "late_fee", "recovered", "recovery_fee")
        ]
        return TapeLoan(
            row=number,
            loan_ref=self._ref(number, cells),
            currency=tape_map.currency,
            status=status,
            outside_policy=outside_policy,
            asked_minor=self._amount(cells, "asked", funded_minor),
            funded_minor=funded_minor,
            from_investors_minor=self._amount(cells, "from_investors", funded_minor),
            annual_rate=self._value(
                cells, "annual_rate", lambda text: read_rate(text, tape_map.rate_format)
            ),
            term_months=self._value(cells, "term_months", read_term),
            instalment_minor=self._amount(cells, "instalment"),
            issued_on=self._required_date(cells, "issued_on"),
            last_payment_on=self._date(cells, "last_payment_on"),
            settled_on=self._date(cells, "settled_on"),
            tape_on=tape_map.drawn_on,
            principal_minor=parts[0],
            interest_minor=parts[1],
            late_fee_minor=parts[2],
            recovered_minor=parts[3],
            recovery_fee_minor=parts[4],
            total_minor=self._amount(cells, "total", sum(parts[:4])),
            attributes=self._attribute_texts(cells),
        )

    def _check(self, loan: TapeLoan) -> None:
        """Refuse a row that contradicts itself, an earlier row or the calendar."""
        if loan.loan_ref in self._seen:
            raise _RowRefusedError(
                "loan_ref",
                f"row {self._seen[loan.loan_ref]} has the same reference",
                loan.loan_ref,
            )
        fault = contradiction(loan, self._map)
        if fault is not None:
            raise _RowRefusedError(*fault)

    def _ref(self, number: int, cells: Sequence[str]) -> str:
        if "loan_ref" not in self._places:
            return f"{self._map.ref_prefix}{number:06d}"
        text = self._text(cells, "loan_ref")
        if not text or len(text) > _REF_MAX or not text.isprintable():
            raise _RowRefusedError(
                "loan_ref", f"a reference has 1 to {_REF_MAX} printable letters", text
            )
        return text

    def _status(self, cells: Sequence[str]) -> tuple[TapeStatus, bool]:
        word = self._text(cells, "status")
        prefix = self._map.outside_policy_prefix
        outside_policy = bool(prefix) and word.startswith(prefix)
        status = self._map.statuses.get(word.removeprefix(prefix) if outside_policy else word)
        if status is None:
            known = ", ".join(self._map.statuses)
            raise _RowRefusedError("status", f"the map knows these: {known}", word)
        return status, outside_policy

    def _amount(self, cells: Sequence[str], field: str, usual: int | None = None) -> int:
        place = self._places.get(field)
        if place is None:
            if usual is None:
                raise _RowRefusedError(field, "the map names no such column")
            return usual
        try:
            return read_amount(cells[place], self._map.digits)
        except CellRefusedError as error:
            raise _RowRefusedError(field, str(error), cells[place]) from error

    def _date(self, cells: Sequence[str], field: str) -> date | None:
        place = self._places.get(field)
        if place is None or not cells[place]:
            return None
        day = self._value(cells, field, lambda text: read_date(text, self._map.date_formats[field]))
        if self._latest is not None and day > self._latest:
            raise _RowRefusedError(field, f"no date may lie after {self._latest}", cells[place])
        return day

    def _required_date(self, cells: Sequence[str], field: str) -> date:
        day = self._date(cells, field)
        if day is None:
            raise _RowRefusedError(field, "the cell is empty; a date is needed")
        return day

    def _value(self, cells: Sequence[str], field: str, read: Callable[[str], Value]) -> Value:
        text = self._text(cells, field)
        try:
            return read(text)
        except CellRefusedError as error:
            raise _RowRefusedError(field, str(error), text) from error

    def _text(self, cells: Sequence[str], field: str) -> str:
        return cells[self._places[field]].strip()

    def _attribute_texts(self, cells: Sequence[str]) -> tuple[tuple[str, str], ...]:
        texts = []
        for name, place in self._attributes:
            text = cells[place]
            if not text.isprintable() or len(text) > _TEXT_MAX:
                column = self._map.attributes[name]
                raise _RowRefusedError(column, "a text of printable letters is needed", text)
            texts.append((name, text))
        return tuple(texts)


def contradiction(loan: TapeLoan, tape_map: TapeMap) -> tuple[str, str] | None:
    """Say which field of a loan contradicts another, and why; None where all agree."""
    tolerances = tape_map.tolerances
    paid_less = loan.funded_minor - loan.principal_minor
    is_charged_off = loan.status is TapeStatus.CHARGED_OFF
    if loan.funded_minor == 0:
        return "funded", "a loan needs an amount above zero"
    if abs(loan.total_minor - loan.received_minor) > tolerances.parts_against_total_minor:
        return "total", "principal, interest, late fees and recoveries do not add up to it"
    if -paid_less > tolerances.principal_against_funded_minor:
        return "principal", "more principal came back than was lent"
    if loan.status is TapeStatus.FULLY_PAID and (
        paid_less > tolerances.principal_against_funded_minor
    ):
        return "principal", "the loan is fully paid, but principal is missing"
    if loan.recovered_minor and not is_charged_off:
        return "recovered", "there is a recovery, but the loan is not charged off"
    if loan.recovery_fee_minor > loan.recovered_minor:
        return "recovery_fee", "the fee is larger than what was recovered"
    if loan.last_payment_on is not None and loan.last_payment_on < loan.issued_on:
        return "last_payment_on", "the last payment lies before the loan"
    return None


def _places(header: Sequence[str], tape_map: TapeMap) -> dict[str, int]:
    wanted = [*tape_map.columns.values(), *tape_map.attributes.values()]
    missing = [column for column in wanted if column not in header]
    if missing:
        raise TapeUnreadableError(
            f"The tape lacks these columns of the map: {', '.join(missing)}."
            " Check that the file and the map belong together."
        )
    doubled = sorted({column for column in wanted if list(header).count(column) > 1})
    if doubled:
        raise TapeUnreadableError(
            f"The tape has these columns more than once: {', '.join(doubled)}."
            " Rename or remove all but one."
        )
    return {name: header.index(column) for name, column in tape_map.columns.items()}


def _shown(value: str) -> str:
    printable = "".join(letter if letter.isprintable() else "?" for letter in value)
    return printable if len(printable) <= _SHOWN_MAX else printable[: _SHOWN_MAX - 1] + "…"
