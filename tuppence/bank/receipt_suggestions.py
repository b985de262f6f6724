"""Whose an unidentified receipt may be: clues, the strongest first. Pure.

Nothing is decided here: a person looks at the reason and says yes. A clue tells of one fact that
can be checked on the line; several clues for one member strengthen each other.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from tuppence.members.payment_reference import BODY_DIGITS, is_valid_reference

SUGGESTIONS_MAX = 3
REFERENCE_DIGITS = BODY_DIGITS + 2  # with the two check digits
_NUMBER = re.compile(r"(?:[0-9][\s\-./]?){10,14}")


class Clue(StrEnum):
    """A fact that speaks for a member."""

    OWN_ACCOUNT = "own_account"  # the payer's account is the member's own
    EARLIER_LINE = "earlier_line"  # a receipt from this account was the member's before
    NEAR_REFERENCE = "near_reference"  # the text holds the reference with one slip
    SAME_NAME = "same_name"
    AMOUNT_DUE = "amount_due"  # exactly what the member's instalment asks for


WEIGHTS = {
    Clue.OWN_ACCOUNT: 100,
    Clue.EARLIER_LINE: 90,
    Clue.NEAR_REFERENCE: 80,
    Clue.SAME_NAME: 50,
    Clue.AMOUNT_DUE: 40,
}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A member that a receipt may be of, with everything that speaks for it."""

    member_id: int
    clues: tuple[Clue, ...]

    @property
    def weight(self) -> int:
        """How much speaks for it."""
        return sum(WEIGHTS[clue] for clue in self.clues)


def ranked(found: Iterable[tuple[int, Clue]]) -> list[Suggestion]:
    """The members with the most for them, the strongest first; ties by number.

    >>> [s.member_id for s in ranked([(7, Clue.SAME_NAME), (3, Clue.OWN_ACCOUNT)])]
    [3, 7]
    """
    clues: dict[int, set[Clue]] = {}
    for member_id, clue in found:
        clues.setdefault(member_id, set()).add(clue)
    suggestions = [
        Suggestion(member_id, tuple(clue for clue in Clue if clue in own))
        for member_id, own in clues.items()
    ]
    suggestions.sort(key=lambda each: (-each.weight, each.member_id))
    return suggestions[:SUGGESTIONS_MAX]


def near_references(text: str) -> list[int]:
    """Members whose reference differs by one slip from a number in the text, in its order.

    A slip is one digit wrong, missing, too many, or two neighbours swapped. The check digits of
    ISO 11649 leave few of all those spellings, and a person looks at what is left.

    >>> near_references("deposit 34000000024")  # the number of RF340000000042, a digit missing
    []
    >>> 42 in near_references("ref 340000000024")  # the last two swapped
    True
    """
    plain = unicodedata.normalize("NFKC", text)
    numbers = (re.sub(r"[^0-9]", "", found) for found in _NUMBER.findall(plain))
    near: dict[int, None] = {}
    for number in numbers:
        for spelling in _spellings(number):
            if len(spelling) == REFERENCE_DIGITS and is_valid_reference(f"RF{spelling}"):
                near[int(spelling[2:])] = None
    return [member_id for member_id in near if member_id > 0]


def _spellings(number: str) -> Iterable[str]:
    """Everything that one slip makes of a number, and the number itself."""
    yield number
    for at in range(len(number)):
        yield number[:at] + number[at + 1 :]
        if at + 1 < len(number):
            yield number[:at] + number[at + 1] + number[at] + number[at + 2 :]
        for digit in "0123456789":
            yield number[:at] + digit + number[at + 1 :]
            yield number[:at] + digit + number[at:]
    for digit in "0123456789":
        yield number + digit
