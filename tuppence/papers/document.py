"""What stands on a paper: plain values in the order they are read, all of them already in words."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody a paper is between: role, name, and lines such as a number or an address."""

    role: str
    name: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Parties:
    """The people and firms a paper is between, side by side."""

    parties: tuple[Party, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure that a paper leads with; `note` says its date or where it comes from."""

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Figures:
    """A row of leading figures; two to four stand well."""

    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Terms:
    """Names with their values, one a line; with `figures` the values stand at the right edge.

    `fixed` values (hashes, addresses, keys) are set in signs of one width and break anywhere.
    """

    rows: tuple[tuple[str, str], ...]
    title: str = ""
    figures: bool = False
    fixed: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table. Figures stand at its right edge; `share` is its part of the width."""

    head: str
    figures: bool = False
    share: int = 0  # 0: as wide as its text needs


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under heads that are repeated on each page; `totals` stand once, under the last row.

    A row and the totals have as many cells as there are columns; `note` stands under the table.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    totals: tuple[str, ...] = ()
    title: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        width = len(self.columns)
        assert width, "A table has columns."
        assert all(len(row) == width for row in self.rows), "A row has a cell for each column."
        assert len(self.totals) in {0, width}, "Totals have a cell for each column."


@dataclass(frozen=True, slots=True)
class Prose:
    """Paragraphs as they are. `quiet` sets them small, for notes at the end."""

    paragraphs: tuple[str, ...]
    title: str = ""
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing of the caller's own, never of people's: SVG with plain colours and plain text.

    `told` says what it shows to who can't see it; `note` stands under it.
    """

    svg: str
    told: str
    title: str = ""
    note: str = ""


Part = Parties | Figures | Terms | Table | Prose | Picture


@dataclass(frozen=True, slots=True)
class Document:
    """A paper, whole. `at` goes into the file as its date, `dated` is the same moment in words.

    `reference` and `seal` stand on every page: what the paper is called, and by what it can be
    checked (a hash, a receipt number).
    """

    language: str
    platform: str
    title: str
    at: datetime
    dated: str
    parts: tuple[Part, ...]
    subtitle: str = ""
    reference: str = ""
    seal: str = ""
