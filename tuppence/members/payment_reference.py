"""The reference that a member writes on a transfer: a creditor reference of ISO 11649."""

import re

PREFIX_AND_ZEROS = "271500"  # R is 27, F is 15, then two zeros in place of the check digits
BODY_DIGITS = 10
# Ten digits and no more: a longer reference is somebody else's.
REFERENCE = re.compile(r"RF(?:[\s\-./]*[0-9]){12}(?![0-9A-Z])")


def payment_reference(member_id: int) -> str:
    """The reference of a member, 14 characters: RF, two check digits, the member's number.

    Check digits as ISO 11649 has them: 98 less the remainder modulo 97 (ISO 7064).

    >>> payment_reference(42)
    'RF340000000042'
    """
    assert 0 < member_id < 10**BODY_DIGITS
    body = f"{member_id:0{BODY_DIGITS}d}"
    return f"RF{98 - int(body + PREFIX_AND_ZEROS) % 97:02d}{body}"


def is_valid_reference(reference: str) -> bool:
    """Whether the check digits of any ISO 11649 reference fit, whoever issued it.

    >>> is_valid_reference("RF18539007547034")
    True
    """
    if not re.fullmatch(r"RF[0-9]{2}[0-9A-Z]{1,21}", reference):
        return False
    turned = reference[4:] + reference[:4]
    return int("".join(str(int(letter, 36)) for letter in turned)) % 97 == 1


def member_ids_in(text: str) -> list[int]:
    """The members named by whole, valid references in a text as banks pass it on.

    Blanks, hyphens and line breaks inside the reference and lower case are read; each member is
    named once, in the order of the text.

    >>> member_ids_in("deposit rf34 0000 0000 42 thank you")
    [42]
    """
    found = (re.sub(r"[^0-9A-Z]", "", match) for match in REFERENCE.findall(text.upper()))
    valid = (int(reference[4:]) for reference in found if is_valid_reference(reference))
    return [member_id for member_id in dict.fromkeys(valid) if member_id > 0]
