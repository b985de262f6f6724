"""What somebody typed into the search of staff: a number, a receipt, an amount, a name. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from tuppence.money.currency import parse_amount
from tuppence.money.refusals import InputRefusedError

TEXT_MAX = 200
NUMBER_MAX = 2**62
TAIL_LEAST = 4  # signs of an account number that say more than a coincidence
_RECEIPT = re.compile(r"[0-9A-F]{12}")
_TAIL = re.compile(r"[0-9A-Z]{4,34}")


@dataclass(frozen=True, slots=True)
class Terms:
    """One text read in every way that it can be meant; `kind` where a word in front names it."""

    text: str
    kind: str = ""
    number: int | None = None
    key: UUID | None = None
    keys: tuple[UUID, UUID] | None = None  # from and to, both included: a receipt number
    amount_minor: int | None = None
    account_tail: str = ""

    @property
    def beginning(self) -> str:
        """For prefixes: the text, if it is long enough to mean something."""
        return self.text if len(self.text) >= 2 else ""


def read_terms(text: str, *, currency: str, kinds: Mapping[str, str] = {}) -> Terms:
    """Read what was typed. `kinds` are words in front of a number: {"loan": "loan"}.

    >>> read_terms("Loan 12", currency="EUR", kinds={"loan": "loan"}).number
    12
    >>> read_terms("0123-4567-89ab", currency="EUR").keys[0]
    UUID('01234567-89ab-0000-0000-000000000000')
    """
    clean = " ".join("".join(sign for sign in text if sign.isprintable()).split())[:TEXT_MAX]
    word, _gap, rest = clean.partition(" ")
    kind = kinds.get(word.casefold(), "")
    if not (kind and _number(rest) is not None):
        kind, rest = "", clean
    compact = "".join(rest.split()).upper()
    return Terms(
        text=rest,
        kind=kind,
        number=_number(rest),
        key=_key(rest),
        keys=_keys(compact),
        amount_minor=_amount(rest, currency),
        account_tail=compact if _TAIL.fullmatch(compact) and _has_digit(compact) else "",
    )


def _number(text: str) -> int | None:
    digits = text.removeprefix("#")
    if not (digits.isascii() and digits.isdecimal() and len(digits) < 19):
        return None
    return int(digits) if int(digits) <= NUMBER_MAX else None


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _keys(compact: str) -> tuple[UUID, UUID] | None:
    signs = compact.replace("-", "")
    if not _RECEIPT.fullmatch(signs):
        return None
    return UUID(signs + "0" * 20), UUID(signs + "F" * 20)


def _amount(text: str, currency: str) -> int | None:
    plain = text.upper().replace(currency, "").strip().removeprefix("-").removeprefix("−")
    try:
        return parse_amount(plain, currency)
    except InputRefusedError:
        return None


def _has_digit(text: str) -> bool:
    return any(sign.isdecimal() for sign in text)
