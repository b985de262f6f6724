"""How a text that somebody typed is refused: with a sentence that says what to do."""

from collections.abc import Mapping


class InputRefusedError(ValueError):
    """A text was refused. `str(error)` is an English sentence that says what to do.

    `template` and `params` are kept apart, so a face may translate: `gettext(template) % params`.
    """

    def __init__(self, template: str, params: Mapping[str, str | int] | None = None) -> None:
        self.template = template
        self.params: dict[str, str | int] = dict(params or {})
        super().__init__(template % self.params)


def sentence(text: str) -> str:
    """Mark a sentence for the translation catalogue (`pybabel extract -k sentence`)."""
    return text


def shown(text: object, *, length_max: int = 40) -> str:
    """Return the refused text short enough to be shown, with nothing in it unprintable.

    >>> shown("12\\x00")
    '12?'
    """
    raw = text if isinstance(text, str) else str(type(text).__name__)
    printable = "".join(letter if letter.isprintable() else "?" for letter in raw[: length_max + 1])
    return printable if len(printable) <= length_max else printable[: length_max - 1] + "…"
