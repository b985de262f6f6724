"""How a line on a statement names us: a member's deposit, or an order of ours that comes back.

A member writes the creditor reference of `members.payment_reference` (ISO 11649: its check
digits catch every single wrong character and every swap of neighbours). People type it in full
width, with dots and commas, with O for 0 and l for 1; that is read too. Two members in one text
name nobody: the line then waits for a person.

An order of ours (a payout, a payment file, a cover) is named by its key, so no reference is ever
used twice, not even after the books were restored from an older copy. The firm pays its money for
gifts in under one standing reference, named by the key of the client account.
"""

import re
import unicodedata
from enum import StrEnum
from uuid import UUID

from tuppence.members.payment_reference import is_valid_reference, member_ids_in


class Order(StrEnum):
    """What of ours a reference names; the value is the prefix in the reference."""

    PAYOUT = "TP"
    FILE = "TF"
    COVER = "TC"
    FLOAT = "TG"


_MISREAD = str.maketrans("OQDILZSB", "00011258")
# Ten digits after the check digits and no more: a longer reference is somebody else's.
_MEMBER = re.compile(r"RF(?:[\s\-./:_,]*[0-9OQDILZSB]){12}(?![0-9A-Z])")
_ORDER = re.compile(r"(?=(T[PFCG])([0-9A-F]{32}))")


def order_reference(order: Order, key: UUID) -> str:
    """Return the reference of the order with this key: 34 of the 35 characters ISO 20022 allows.

    >>> order_reference(Order.PAYOUT, UUID(int=10))
    'TP0000000000000000000000000000000A'
    """
    return f"{order}{key.hex.upper()}"


def find_order(text: str, order: Order) -> UUID | None:
    """Return the key of the one order of this kind that a text names, or None.

    Blanks and other marks inside the reference are passed over, and so is the case.
    """
    letters = unicodedata.normalize("NFKC", text).upper()
    bare = "".join(letter for letter in letters if letter.isascii() and letter.isalnum())
    found = {UUID(digits) for prefix, digits in _ORDER.findall(bare) if prefix == order}
    return found.pop() if len(found) == 1 else None


def find_member(text: str) -> int | None:
    """Return the number of the one member whose reference stands in a text, or None.

    >>> find_member("deposit ref: rf34:0000 0000 42, thanks"), find_member("RF34 OOOO OOOO 42")
    (42, 42)
    """
    plain = unicodedata.normalize("NFKC", text).upper()
    members = set(member_ids_in(plain)) or set(_members_misread(plain))
    return members.pop() if len(members) == 1 else None


def is_iban(account: str) -> bool:
    """Tell whether an account number (no blanks) has the form and check digits of an IBAN.

    >>> is_iban("GB82WEST12345698765432"), is_iban("GB82WEST12345698765431")
    (True, False)
    """
    form = re.fullmatch(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}", account)
    return form is not None and _mod_97(account[4:] + account[:4]) == 1


def _members_misread(text: str) -> list[int]:
    found = []
    for match in _MEMBER.findall(text):
        digits = "".join(letter for letter in match[2:] if letter.isalnum()).translate(_MISREAD)
        if is_valid_reference(f"RF{digits}") and int(digits[2:]) > 0:
            found.append(int(digits[2:]))
    return found


def _mod_97(text: str) -> int:
    """Return the text, letters read as 10 to 35, modulo 97 (ISO 7064)."""
    return int("".join(str(int(letter, 36)) for letter in text)) % 97
