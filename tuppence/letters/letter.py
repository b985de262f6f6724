"""A letter as its member reads it: plain values in reading order, already in words. Pure."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: what it stands for, its value in words, its parts as hue and width in percent."""

    name: str
    words: str
    parts: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Bars:
    """A chart that any mail reader shows: lying bars, each with its value in words beside it."""

    title: str
    keys: tuple[tuple[str, int], ...]  # what each hue means
    rows: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Letter:
    """What a letter says: subject, greeting, paragraphs, figures by name, more, one action.

    `path` is the page of the action below the site's address, or a whole address.
    """

    subject: str
    greeting: str
    paragraphs: tuple[str, ...]
    figures: tuple[tuple[str, str], ...] = ()
    closing: tuple[str, ...] = ()
    action: str = ""
    path: str = ""
    bars: Bars | None = None

    def __post_init__(self) -> None:
        assert self.subject and "\n" not in self.subject, "A subject is one line."
        assert bool(self.action) == bool(self.path), "An action has its page."


def letter_to_json(letter: Letter) -> dict[str, Any]:
    """The letter as plain values."""
    return asdict(letter)


def letter_of_json(values: Mapping[str, Any]) -> Letter:
    """Read a letter back from plain values."""
    return Letter(
        subject=str(values["subject"]),
        greeting=str(values["greeting"]),
        paragraphs=tuple(values["paragraphs"]),
        figures=tuple((str(name), str(value)) for name, value in values["figures"]),
        closing=tuple(values["closing"]),
        action=str(values["action"]),
        path=str(values["path"]),
        bars=bars_of_json(values["bars"]) if values.get("bars") else None,
    )


def bars_of_json(values: Mapping[str, Any]) -> Bars:
    """Read a chart back from plain values."""
    return Bars(
        title=str(values["title"]),
        keys=tuple((str(name), int(hue)) for name, hue in values["keys"]),
        rows=tuple(
            Bar(
                str(row["name"]),
                str(row["words"]),
                tuple((int(hue), int(width)) for hue, width in row["parts"]),
            )
            for row in values["rows"]
        ),
    )


@dataclass(frozen=True, slots=True)
class Drawn:
    """A letter ready to be sent: the subject, and the same words as HTML and as text."""

    subject: str
    html: str
    text: str
