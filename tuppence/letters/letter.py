"""A letter as its member reads it: plain values in reading order, already in words. Pure."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


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
    )


@dataclass(frozen=True, slots=True)
class Drawn:
    """A letter ready to be sent: the subject, and the same words as HTML and as text."""

    subject: str
    html: str
    text: str
