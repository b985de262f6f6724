"""Plain numbers as people type them: ASCII digits and at most one point, nothing else."""

import re
from dataclasses import dataclass

from tuppence.money.refusals import InputRefusedError, sentence, shown

TEXT_LENGTH_MAX = 32
_PLAIN_NUMBER = re.compile(r"([0-9]+)(?:\.([0-9]+))?")


@dataclass(frozen=True, slots=True)
class PlainNumber:
    """The digits before and after the point; `decimals` may be empty."""

    whole: str
    decimals: str

    def scaled(self, digits: int) -> int:
        """Return the number times ten to the power of `digits`, which covers all its decimals."""
        assert len(self.decimals) <= digits
        return int(self.whole + self.decimals.ljust(digits, "0"))


def read_plain_number(
    text: str, *, example: str, refusal: type[InputRefusedError]
) -> PlainNumber | None:
    """Read a number without a sign, exponent, grouping or blanks; None where it is far too long.

    Raises the given refusal with a sentence that says what to change. `example` is shown in it.
    """
    if not isinstance(text, str):
        raise refusal(
            sentence("Write the number as text in quotes, for example “%(example)s”."),
            {"example": example},
        )
    if not text:
        raise refusal(sentence("Enter a number, for example %(example)s."), {"example": example})
    match = _PLAIN_NUMBER.fullmatch(text)
    if match is None:
        raise refusal(_what_to_change(text), {"text": shown(text), "example": example})
    if len(text) > TEXT_LENGTH_MAX:
        return None
    return PlainNumber(whole=match.group(1), decimals=match.group(2) or "")


def _what_to_change(text: str) -> str:
    """Return the sentence for a text that is no plain number; the first reason that fits."""
    if any(letter.isspace() for letter in text):
        return sentence("“%(text)s” has blanks in it: leave them out, for example %(example)s.")
    if text[0] in "+-−":
        return sentence("“%(text)s” has a sign: leave it out, for example %(example)s.")
    if not text.isascii():
        return sentence(
            "“%(text)s” is not a plain number: use the digits 0 to 9 and a point,"
            " without a currency sign, for example %(example)s."
        )
    if "," in text:
        return sentence(
            "“%(text)s” has a comma: leave out commas and use a point before the decimals,"
            " for example %(example)s."
        )
    if text.lower().startswith(("nan", "inf")) or re.search(r"[0-9][eE]", text):
        return sentence(
            "“%(text)s” is not a plain number: write it out in digits, for example %(example)s."
        )
    if text.startswith(".") or text.endswith("."):
        return sentence(
            "“%(text)s” lacks a digit beside the point: write a digit on both sides of it,"
            " for example %(example)s."
        )
    return sentence(
        "“%(text)s” is not a plain number: use only the digits 0 to 9 and one point,"
        " for example %(example)s."
    )
