"""CSV bank statements, read by a map (`csv_map.py`). All rows are taken, or none is.

A file may hold several accounts and currencies: each pair becomes a statement of its own. Where
the file states balances (a column, or rows above and below), the lines must agree with them.
"""

import csv
import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tuppence.bank.csv_map import CsvMap, Negative, Order
from tuppence.bank.identity import means_something, with_fingerprints
from tuppence.bank.statement import (
    RowProblem,
    Statement,
    StatementError,
    StatementLine,
    account_key,
    check_balances,
    one_line,
)
from tuppence.money.currency import AmountError, UnknownCurrencyError, format_plain, parse_amount
from tuppence.money.refusals import sentence, shown

BYTES_MAX = 32 * 1024 * 1024
PROBLEMS_SHOWN_MAX = 50


def parse_csv(data: bytes, csv_map: CsvMap, *, account: str = "") -> tuple[Statement, ...]:
    """Read a CSV statement whole, with fingerprints and, where stated, checked balances.

    `account` is the account it is of, where the file does not say. Raises StatementError, and
    nothing else; its `problems` name every bad row (the first 50) with column and reason.
    """
    rows = _rows(data, csv_map)
    header_at = _find_header(rows, csv_map)
    heading = {name.strip(): index for index, name in enumerate(rows[header_at].cells)}
    around = _Around.read(rows, header_at, csv_map)
    account = around.account or account_key(account)
    if not (account or csv_map.account_column):
        raise StatementError(
            sentence("The file does not say which account it is of: choose the account."), {}
        )
    body = [row for row in rows[header_at + 1 :] if row.number not in around.used]
    taken = _take(body, heading, csv_map, account)
    statements = _statements(taken, csv_map, around)
    for statement in statements:
        check_balances(statement)
    return with_fingerprints(statements)


@dataclass(frozen=True, slots=True)
class _Row:
    number: int
    cells: list[str]


@dataclass(frozen=True, slots=True)
class _Taken:
    """A row that was read well: its line, and the balance after it where there is one."""

    row: int
    account: str
    line: StatementLine
    balance_minor: int | None


class _CellError(Exception):
    def __init__(self, column: str, reason: str) -> None:
        super().__init__(reason)
        self.column = column
        self.reason = reason


def _rows(data: bytes, csv_map: CsvMap) -> list[_Row]:
    """Return the rows that are not blank, each with its number in the file."""
    if len(data) > BYTES_MAX:
        raise StatementError(
            sentence("The file is larger than %(most)s MB: split it by month."),
            {"most": BYTES_MAX // 1024 // 1024},
        )
    try:
        text = data.decode(csv_map.encoding)
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=csv_map.delimiter, strict=True)
        rows = [_Row(reader.line_num, cells) for cells in reader]
    except UnicodeDecodeError as error:
        raise StatementError(
            sentence("The file is not in %(encoding)s: save it so, or use another map."),
            {"encoding": csv_map.encoding},
            position=error.start,
        ) from error
    except csv.Error as error:
        raise StatementError(
            sentence("The file is not well-formed CSV: %(reason)s."), {"reason": str(error)}
        ) from error
    return [row for row in rows if any(cell.strip() for cell in row.cells)]


def _find_header(rows: Sequence[_Row], csv_map: CsvMap) -> int:
    needed = set(csv_map.headings)
    best: set[str] = set()
    for index, row in enumerate(rows):
        names = {cell.strip() for cell in row.cells}
        if needed <= names:
            return index
        best = max(best, needed & names, key=len)
    raise StatementError(
        sentence("No row has the headings of the map “%(map)s”; missing: %(missing)s."),
        {"map": csv_map.name, "missing": ", ".join(sorted(needed - best))},
    )


@dataclass(frozen=True, slots=True)
class _Around:
    """What stands above and below the table: the account, balances, and which rows they are."""

    account: str
    opening: str
    closing: str
    used: frozenset[int]

    @classmethod
    def read(cls, rows: Sequence[_Row], header_at: int, csv_map: CsvMap) -> "_Around":
        account, opening, closing = "", "", ""
        used = {row.number for row in rows[: header_at + 1]}
        for row in rows:
            label = row.cells[0].strip()
            if csv_map.opening_label and label == csv_map.opening_label:
                opening = _rest(row.cells)
                used.add(row.number)
            elif csv_map.closing_label and label == csv_map.closing_label:
                closing = _rest(row.cells)
                used.add(row.number)
            elif csv_map.account_label and row.number in used:
                account = account or _after_label(row.cells, csv_map.account_label)
        return cls(account_key(account), opening, closing, frozenset(used))


def _rest(cells: Sequence[str]) -> str:
    return next((cell.strip() for cell in cells[1:] if cell.strip()), "")


def _after_label(cells: Sequence[str], label: str) -> str:
    """Return what follows the label in its own cell, or else the next cell."""
    for index, cell in enumerate(cells):
        if cell.strip().startswith(label):
            own = cell.strip()[len(label) :].strip(" :")
            return own or _rest(cells[index:])
    return ""


def _take(
    rows: Sequence[_Row], heading: Mapping[str, int], csv_map: CsvMap, account: str
) -> list[_Taken]:
    taken, problems = [], []
    for row in rows:
        try:
            taken.append(_take_row(row, heading, csv_map, account))
        except _CellError as error:
            problems.append(RowProblem(row.number, error.column, error.reason))
    if problems:
        raise StatementError(
            sentence("%(count)s rows cannot be read, so nothing was taken:"),
            {"count": len(problems)},
            problems=problems[:PROBLEMS_SHOWN_MAX],
        )
    return taken


def _take_row(
    row: _Row, heading: Mapping[str, int], csv_map: CsvMap, default_account: str
) -> _Taken:
    if len(row.cells) < max(heading[name] for name in csv_map.headings) + 1:
        raise _CellError(csv_map.booked_on, "the row has fewer cells than the heading")

    def cell(column: str) -> str:
        return row.cells[heading[column]].strip() if column else ""

    currency = cell(csv_map.currency_column) or csv_map.currency
    booked_on = _day(cell(csv_map.booked_on), csv_map.booked_on, csv_map)
    value_day = cell(csv_map.valued_on)
    balance = cell(csv_map.balance)
    line = StatementLine(
        booked_on=booked_on,
        valued_on=_day(value_day, csv_map.valued_on, csv_map) if value_day else booked_on,
        amount_minor=_signed(cell, currency, csv_map),
        currency=currency,
        counterparty_name=one_line(cell(csv_map.counterparty_name)),
        counterparty_account=account_key(cell(csv_map.counterparty_account)),
        remittance=one_line(" ".join(cell(name) for name in csv_map.remittance)),
        bank_reference=_reference(cell(csv_map.bank_reference)),
        end_to_end_id=_reference(cell(csv_map.end_to_end_id)),
        bank_code=one_line(cell(csv_map.bank_code)),
    )
    balance_minor = _amount(balance, csv_map.balance, currency, csv_map) if balance else None
    account = account_key(cell(csv_map.account_column)) or default_account
    if not account:
        raise _CellError(csv_map.account_column, "the account is missing")
    return _Taken(row.number, account, line, balance_minor)


def _reference(text: str) -> str:
    return one_line(text) if means_something(text) else ""


def _signed(cell: Callable[[str], str], currency: str, csv_map: CsvMap) -> int:
    """Return the row's amount, money in positive, by whichever of the three ways the map has."""
    if csv_map.mark:
        direction = _direction(cell(csv_map.mark), csv_map)
        amount_minor = _amount(cell(csv_map.amount), csv_map.amount, currency, csv_map)
        signed = _directed(amount_minor, direction, csv_map.amount, csv_map)
    elif csv_map.amount:
        signed = _amount(cell(csv_map.amount), csv_map.amount, currency, csv_map)
    else:
        debit_minor, credit_minor = (
            _amount(cell(name), name, currency, csv_map) if cell(name) else 0
            for name in (csv_map.debit, csv_map.credit)
        )
        if debit_minor and credit_minor:
            raise _CellError(csv_map.debit, "both debit and credit are filled in")
        if debit_minor:
            signed = _directed(debit_minor, -1, csv_map.debit, csv_map)
        else:
            signed = _directed(credit_minor, 1, csv_map.credit, csv_map)
    if signed == 0:
        raise _CellError(csv_map.amount or csv_map.debit, "the amount is zero")
    return signed


def _direction(mark: str, csv_map: CsvMap) -> int:
    if mark in csv_map.mark_debit:
        return -1
    if mark in csv_map.mark_credit:
        return 1
    known = ", ".join((*csv_map.mark_debit, *csv_map.mark_credit))
    raise _CellError(csv_map.mark, f"“{shown(mark)}” is none of {known}")


def _directed(amount_minor: int, direction: int, column: str, csv_map: CsvMap) -> int:
    if amount_minor < 0 and csv_map.negative is Negative.REFUSE:
        raise _CellError(column, "a minus is not expected here")
    if csv_map.negative is Negative.IGNORE:
        amount_minor = abs(amount_minor)
    return amount_minor * direction


def _amount(text: str, column: str, currency: str, csv_map: CsvMap) -> int:
    """Read an amount as the bank writes it: an optional sign, groups of three, its decimal sign."""
    group, point = re.escape(csv_map.thousands), re.escape(csv_map.decimal)
    whole = rf"[0-9]{{1,3}}(?:{group}[0-9]{{3}})+|[0-9]+" if group else "[0-9]+"
    match = re.fullmatch(rf"([+-]?)({whole})(?:{point}([0-9]+))?", text)
    if match is None:
        raise _CellError(column, f"“{shown(text)}” is not an amount such as 1234{point[-1]}50")
    sign, digits, decimals = match.groups()
    plain = digits.replace(csv_map.thousands, "") if csv_map.thousands else digits
    try:
        amount_minor = parse_amount(
            f"{plain}.{decimals}" if decimals else plain, currency, allow_zero=True
        )
    except UnknownCurrencyError as error:
        raise _CellError(csv_map.currency_column or column, str(error)) from error
    except AmountError as error:
        raise _CellError(column, str(error)) from error
    return -amount_minor if sign == "-" else amount_minor


def _day(text: str, column: str, csv_map: CsvMap) -> date:
    for pattern in csv_map.date_formats:
        parts = [
            f"(?P<{part[0]}>[0-9]{{{len(part)}}})" if part.isalpha() else re.escape(part)
            for part in re.findall(r"Y+|M+|D+|[^YMD]", pattern)
        ]
        match = re.fullmatch("".join(parts), text)
        if match is None:
            continue
        year = int(match["Y"]) + (2000 if len(match["Y"]) == 2 else 0)
        try:
            return date(year, int(match["M"]), int(match["D"]))
        except ValueError:
            continue
    raise _CellError(
        column, f"“{shown(text)}” is not a date such as {' or '.join(csv_map.date_formats)}"
    )


def _statements(taken: Sequence[_Taken], csv_map: CsvMap, around: _Around) -> list[Statement]:
    if csv_map.order is Order.NEWEST_FIRST:
        taken = taken[::-1]
    groups: dict[tuple[str, str], list[_Taken]] = {}
    for item in taken:
        groups.setdefault((item.account, item.line.currency), []).append(item)
    if not groups:
        raise StatementError(sentence("The file has headings, but no lines."), {})
    if len(groups) > 1 and (around.opening or around.closing):
        raise StatementError(
            sentence("The file states one balance for several accounts or currencies."), {}
        )
    return [
        _statement(account, currency, items, csv_map, around)
        for (account, currency), items in groups.items()
    ]


def _statement(
    account: str, currency: str, items: Sequence[_Taken], csv_map: CsvMap, around: _Around
) -> Statement:
    opening_minor, closing_minor = _running_balances(items, currency, csv_map.balance)
    stated = {}
    for label, text in (
        (csv_map.opening_label, around.opening),
        (csv_map.closing_label, around.closing),
    ):
        try:
            stated[label] = _amount(text, label, currency, csv_map) if text else None
        except _CellError as error:
            raise StatementError(
                sentence("The balance “%(label)s” cannot be read: %(reason)s."),
                {"label": label, "reason": error.reason},
            ) from error
    if around.opening:
        opening_minor = stated[csv_map.opening_label]
    if around.closing:
        closing_minor = stated[csv_map.closing_label]
    days = [item.line.booked_on for item in items]
    return Statement(
        account=account,
        currency=currency,
        reference=f"{min(days).isoformat()}/{max(days).isoformat()}",
        lines=tuple(item.line for item in items),
        opening_minor=opening_minor,
        closing_minor=closing_minor,
        opened_on=min(days),
        closed_on=max(days),
    )


def _running_balances(
    items: Sequence[_Taken], currency: str, column: str
) -> tuple[int | None, int | None]:
    """Check the balance column row by row; return the balance before the first and after the last.

    Rows without a balance are allowed: many banks state it on the last row of a day only.
    """
    opening_minor: int | None = None
    running_minor = 0
    for item in items:
        running_minor += item.line.amount_minor
        if item.balance_minor is None:
            continue
        if opening_minor is None:
            opening_minor = item.balance_minor - running_minor
        expected_minor = opening_minor + running_minor
        if expected_minor != item.balance_minor:
            reason = (
                f"the rows so far make {format_plain(expected_minor, currency)},"
                f" stated is {format_plain(item.balance_minor, currency)}"
            )
            raise StatementError(
                sentence("The balance column does not agree with the amounts; nothing was taken:"),
                {},
                problems=[RowProblem(item.row, column, reason)],
            )
    return opening_minor, None if opening_minor is None else opening_minor + running_minor
