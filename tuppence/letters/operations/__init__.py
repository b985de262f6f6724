"""Everything that writes the tables of letters."""

from tuppence.letters.operations.sending import send_letters, try_again
from tuppence.letters.operations.writing import (
    choose_letters,
    note_language,
    note_sign_in,
    write_letters,
)

__all__ = [
    "choose_letters",
    "note_language",
    "note_sign_in",
    "send_letters",
    "try_again",
    "write_letters",
]
