"""The values that templates in `parts/` draw: figures, lines, columns, cells."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.safestring import SafeString

Text = str | Promise | SafeString


@dataclass(frozen=True, slots=True)
class Figure:
    """A label, a value with its unit, what it stands on, and the page of its rows."""

    label: Text
    value: Text
    basis: Text = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A name and its value, as in a contract's terms."""

    label: Text
    value: Text
    is_sum: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """A column's head; numeric columns are set to the right."""

    title: Text
    numeric: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of ready text; `label` is its column's head, which phones show beside it."""

    text: Text
    label: Text = ""
    numeric: bool = False
    url: str = ""


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One transfer seen from one account; `about` is what it was for."""

    at: datetime
    text: Text
    in_minor: int
    out_minor: int
    balance_minor: int
    url: str = ""
    about: Text = ""
    about_url: str = ""


def cells(columns: list[Column], texts: list[Text]) -> list[Cell]:
    """One row of cells under these columns."""
    return [
        Cell(text, column.title, column.numeric)
        for column, text in zip(columns, texts, strict=True)
    ]
