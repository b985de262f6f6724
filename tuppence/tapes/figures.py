"""Whether a tape's row says today what it said when it was booked."""

import hashlib
from dataclasses import fields

from tuppence.tapes.loans import TapeLoan

# Where a row stands in its file and what is kept beside the loan change nothing in the books.
_NO_FIGURES = frozenset({"row", "tape_on", "attributes"})
_FIGURES = tuple(field.name for field in fields(TapeLoan) if field.name not in _NO_FIGURES)


def digest_of(loan: TapeLoan) -> str:
    """The BLAKE2 digest of a row's figures, in hexadecimal."""
    text = "|".join(f"{name}={getattr(loan, name)}" for name in _FIGURES)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
