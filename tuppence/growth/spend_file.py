"""Read a partner's file of spend, CSV or a sheet of Excel: every bad cell is named, none guessed.

Partners state amounts with more decimals than money has. The file's exact total is rounded once,
half to even; each row is rounded down, and the units left over go to the rows that lost most (the
largest remainder). What is booked adds up to what the file says, to the penny, and no row moves by
a whole unit.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_EVEN, Context, Decimal
from functools import reduce
from re import compile as pattern

from python_calamine import CalamineError, load_workbook

from tuppence.growth.spend_map import DATE_FORMATS, JOINED_BY, SpendMap, day_of_map
from tuppence.money.currency import AMOUNT_MAX_MINOR
from tuppence.money.refusals import InputRefusedError, sentence, shown

ROWS_MAX = 1_000_000
ERRORS_MAX = 50
ZIP_MAGIC = b"PK\x03\x04"
# A million rows of 15 digits before the point and 20 behind it add up without any rounding.
EXACT = Context(prec=60, rounding=ROUND_HALF_EVEN)
_NUMBER = pattern(r"-?[0-9]{1,15}(?:\.[0-9]{1,20})?")

Cell = str | int | float | bool | date | datetime | None


class SpendFileError(InputRefusedError):
    """The file as a whole cannot be read; the sentence says what to change."""


@dataclass(frozen=True, slots=True)
class CellError:
    """One cell that cannot be read. Rows are counted as a sheet shows them: the heading is 1."""

    row: int
    column: str
    reason: str


@dataclass(frozen=True, slots=True)
class StatedRow:
    """One row as the partner states it; the amount is exact, in major units."""

    number: int
    day: date
    amount: Decimal
    reference: str
    partner_campaign: str
    creative: str
    audience: str
    showings: int | None
    clicks: int | None
    results: int | None


@dataclass(frozen=True, slots=True)
class SpendFile:
    """What a file says: its rows, or what is wrong with it (then nothing may be booked)."""

    rows: tuple[StatedRow, ...]
    errors: tuple[CellError, ...]
    errors_count: int

    @property
    def total(self) -> Decimal:
        """The sum of the amounts as they are stated."""
        return exact_sum(row.amount for row in self.rows)


def read_headings(content: bytes, name: str) -> tuple[str, ...]:
    """The headings of a file's first row."""
    return _headings(next(_cells(content, name), ()))


def read_spend_file(
    content: bytes, name: str, layout: SpendMap, *, one_day: date | None, today: date
) -> SpendFile:
    """Read all rows; SpendFileError where the file itself is wrong, `errors` where cells are."""
    day_of_map(layout, one_day)
    rows = _cells(content, name)
    headings = _headings(next(rows, ()))
    missing = [heading for heading in layout.headings if heading not in headings]
    if missing:
        raise SpendFileError(
            sentence("The file has no column “%(column)s”. It has: %(columns)s."),
            {"column": missing[0], "columns": shown(", ".join(headings), length_max=200)},
        )
    reader = _RowReader(layout, headings, one_day, today)
    found: list[StatedRow] = []
    for number, cells in enumerate(rows, start=2):
        if number > ROWS_MAX + 1:
            raise SpendFileError(sentence("The file has more than a million rows: split it."))
        if any(_text(cell) for cell in cells):
            row = reader.read(number, cells)
            if row is not None:
                found.append(row)
    if not found and not reader.errors:
        raise SpendFileError(sentence("The file has a heading but no rows."))
    return SpendFile(tuple(found), tuple(reader.errors[:ERRORS_MAX]), len(reader.errors))


def exact_sum(amounts: Iterable[Decimal]) -> Decimal:
    """The sum without any rounding."""
    return reduce(EXACT.add, amounts, Decimal(0))


def booked_total(amounts: Iterable[Decimal], digits: int) -> int:
    """The exact total in minor units, rounded once, half to even."""
    return int(exact_sum(amounts).scaleb(digits, EXACT).to_integral_value(context=EXACT))


def booked_amounts(amounts: Sequence[Decimal], digits: int) -> list[int]:
    """The amounts in minor units: they sum to the exact total, rounded once, half to even.

    >>> booked_amounts([Decimal("0.014"), Decimal("0.014"), Decimal("0.012")], 2)
    [2, 1, 1]
    """
    exact = [amount.scaleb(digits, EXACT) for amount in amounts]
    parts = [int(amount) for amount in exact]
    left = booked_total(amounts, digits) - sum(parts)
    lost = [EXACT.subtract(amount, part) for amount, part in zip(exact, parts, strict=True)]
    for at in sorted(range(len(parts)), key=lambda at: (-lost[at], at))[:left]:
        parts[at] += 1
    return parts


class _RowReader:
    """Reads rows of one layout and collects what is wrong with their cells."""

    def __init__(
        self, layout: SpendMap, headings: tuple[str, ...], one_day: date | None, today: date
    ) -> None:
        self.layout = layout
        self.place = {heading: at for at, heading in reversed(list(enumerate(headings)))}
        self.one_day = one_day
        self.today = today
        self.errors: list[CellError] = []

    def read(self, number: int, cells: Sequence[Cell]) -> StatedRow | None:
        before = len(self.errors)
        layout = self.layout
        day = self._day(number, cells)
        amount = self._amount(number, cells)
        counts = [
            self._count(number, cells, heading)
            for heading in (layout.showings, layout.clicks, layout.results)
        ]
        if len(self.errors) > before or day is None or amount is None:
            return None
        return StatedRow(
            number,
            day,
            amount,
            self._words(cells, (layout.reference,)),
            self._words(cells, (layout.partner_campaign,)),
            self._words(cells, layout.creative),
            self._words(cells, layout.audience),
            *counts,
        )

    def _cell(self, cells: Sequence[Cell], heading: str) -> Cell:
        at = self.place[heading]
        return cells[at] if at < len(cells) else None

    def _words(self, cells: Sequence[Cell], headings: tuple[str, ...]) -> str:
        words = [_text(self._cell(cells, heading)) for heading in headings if heading]
        return JOINED_BY.join(word for word in words if word)

    def _day(self, number: int, cells: Sequence[Cell]) -> date | None:
        if not self.layout.day:
            return self.one_day
        cell = self._cell(cells, self.layout.day)
        day = _as_day(cell, self.layout.date_format)
        if day is None:
            text = sentence("“%(text)s” is no day written like %(format)s.")
            self._wrong(number, self.layout.day, text, cell, format=self.layout.date_format)
            return None
        if day > self.today:
            text = sentence("%(text)s lies in the future: spend is booked once it happened.")
            self._wrong(number, self.layout.day, text, cell)
            return None
        return day

    def _amount(self, number: int, cells: Sequence[Cell]) -> Decimal | None:
        heading = self.layout.amount
        cell = self._cell(cells, heading)
        value = _as_number(cell, self.layout.decimal)
        if value is None:
            text = sentence("“%(text)s” is no amount: write digits with a “%(sign)s” at most.")
            self._wrong(number, heading, text, cell, sign=self.layout.decimal)
            return None
        if value < 0:
            text = sentence("%(text)s is negative: take spend back by a correction instead.")
            self._wrong(number, heading, text, cell)
            return None
        if value >= AMOUNT_MAX_MINOR:
            self._wrong(number, heading, sentence("%(text)s is too large for one row."), cell)
            return None
        return value

    def _count(self, number: int, cells: Sequence[Cell], heading: str) -> int | None:
        if not heading:
            return None
        cell = self._cell(cells, heading)
        if not _text(cell):
            return None
        value = _as_number(cell, self.layout.decimal)
        if value is None or value != value.to_integral_value() or not 0 <= value < 10**15:
            self._wrong(number, heading, sentence("“%(text)s” is no whole number."), cell)
            return None
        return int(value)

    def _wrong(self, row: int, column: str, text: str, cell: Cell, **more: str) -> None:
        reason = str(InputRefusedError(text, {"text": shown(_text(cell)), **more}))
        self.errors.append(CellError(row, column, reason))


def _headings(cells: Sequence[Cell]) -> tuple[str, ...]:
    found = tuple(_text(cell) for cell in cells)
    if not any(found):
        raise SpendFileError(sentence("The file is empty: its first row must name the columns."))
    return found


def _cells(content: bytes, name: str) -> Iterator[Sequence[Cell]]:
    if content.startswith(ZIP_MAGIC) or name.casefold().endswith((".xls", ".xlsx", ".ods")):
        return _sheet(content)
    return _csv(content)


def _sheet(content: bytes) -> Iterator[Sequence[Cell]]:
    try:
        sheet = load_workbook(io.BytesIO(content)).get_sheet_by_index(0)
    except (CalamineError, IndexError, OSError) as error:
        raise SpendFileError(
            sentence("The file is no sheet that can be read: save it as .xlsx or as CSV.")
        ) from error
    yield from sheet.iter_rows()  # type: ignore[misc]  # times are no cells of such a file


def _csv(content: bytes) -> Iterator[Sequence[Cell]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SpendFileError(
            sentence("The file is not written in UTF-8: save it as “CSV UTF-8”.")
        ) from error
    first, _, _ = text.partition("\n")
    delimiter = max(",;\t", key=first.count)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    except csv.Error as error:
        raise SpendFileError(
            sentence("The file is no CSV that can be read (%(why)s): save it anew."),
            {"why": shown(str(error))},
        ) from error


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float):
        return format(Decimal(repr(cell)).normalize(), "f")
    return str(cell).strip()


def _as_day(cell: Cell, date_format: str) -> date | None:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    try:
        return datetime.strptime(_text(cell), DATE_FORMATS[date_format]).date()  # noqa: DTZ007
    except ValueError:
        return None


def _as_number(cell: Cell, decimal: str) -> Decimal | None:
    if isinstance(cell, bool):
        return None
    text = _text(cell)
    if isinstance(cell, str) and decimal == ",":
        text = text.replace(",", ".") if "." not in text else ""
    return Decimal(text) if text.isascii() and _NUMBER.fullmatch(text) else None


def total_by_campaign(rows: Sequence[StatedRow]) -> Mapping[str, Decimal]:
    """The stated amounts by the partner's campaign, to be compared before anything is booked."""
    totals: dict[str, Decimal] = {}
    for row in rows:
        before = totals.get(row.partner_campaign, Decimal(0))
        totals[row.partner_campaign] = EXACT.add(before, row.amount)
    return totals
