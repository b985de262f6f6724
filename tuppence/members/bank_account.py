"""A member's own bank account: a number that can exist, in a name that is the member's."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from schwifty import IBAN
from schwifty.exceptions import SchwiftyException

from tuppence.members.naming import is_same_name
from tuppence.money.refusals import InputRefusedError, sentence

IBAN_TYPED_MAX_CHARACTERS = 60  # 34 and the blanks between groups of four


class IbanError(InputRefusedError):
    """The account number can't exist; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Iban:
    """An account number without blanks and, where the country's list tells it, its bank."""

    compact: str
    bic: str


def parse_iban(text: str) -> Iban:
    """Read an IBAN with or without blanks, in any case; raises `IbanError`.

    Checked: letters and digits of ASCII only, the country's form, check digits (ISO 13616), and
    the national check digits where the country has them.
    """
    if len(text) > IBAN_TYPED_MAX_CHARACTERS or not text.isascii():
        raise IbanError(sentence("Write the IBAN with plain letters and digits."))
    try:
        iban = IBAN("".join(text.split()).upper(), validate_bban=True)
    except SchwiftyException as error:
        raise IbanError(
            sentence("Check the IBAN against your bank card or statement: a digit is wrong.")
        ) from error
    return Iban(iban.compact, str(iban.bic or ""))


def masked(iban: str) -> str:
    """An account number as it is shown to who need not know it.

    >>> masked("DE89370400440532013000")
    'DE•• •••• 3000'
    """
    return f"{iban[:2]}•• •••• {iban[-4:]}"


@dataclass(frozen=True, slots=True)
class AddOrder:
    """A member names an account. `by` is the user who does; none for an imported member."""

    key: UUID
    member_id: int
    iban: str
    holder_name: str
    at: datetime
    by: int | None = None


class AddStatus(StrEnum):
    """What became of naming an account."""

    ADDED = "added"
    EXISTS = "exists"
    EXISTS_WITH_DIFFERENT_FIELDS = "exists_with_different_fields"
    IBAN_NOT_VALID = "iban_not_valid"
    MEMBER_NOT_FOUND = "member_not_found"
    HOLDER_DIFFERS = "holder_differs"
    ALREADY_NAMED = "already_named"


@dataclass(frozen=True, slots=True)
class Addition:
    """What became of one order; the account's id where there is one."""

    key: UUID
    status: AddStatus
    bank_account_id: int | None = None


@dataclass(frozen=True, slots=True)
class VerifyOrder:
    """Staff found that the account is the member's own (a deposit from it, or a statement)."""

    bank_account_id: int
    at: datetime


class VerifyStatus(StrEnum):
    """What became of verifying an account; the first failed check is named."""

    VERIFIED = "verified"
    EXISTS = "exists"
    NOT_FOUND = "not_found"
    NOT_PERMITTED = "not_permitted"
    OWN_CASE = "own_case"
    RETIRED = "retired"
    BLOCKED = "blocked"
    NEEDS_SECOND_PERSON = "needs_second_person"


@dataclass(frozen=True, slots=True)
class AccountCase:
    """A named account with what verifying it depends on."""

    bank_account_id: int
    member_id: int
    verified: bool
    retired: bool
    blocked: bool
    member_has_verified: bool  # another account of this member is in use


def decide_addition(
    order: AddOrder, *, legal_name: str | None, iban: Iban | None, open_ibans: frozenset[str]
) -> AddStatus:
    """Whether an account may stand for a member: money goes back to its owner only."""
    if iban is None:
        return AddStatus.IBAN_NOT_VALID
    if legal_name is None:
        return AddStatus.MEMBER_NOT_FOUND
    if not is_same_name(order.holder_name, legal_name):
        return AddStatus.HOLDER_DIFFERS
    return AddStatus.ALREADY_NAMED if iban.compact in open_ibans else AddStatus.ADDED


def decide_verification(
    case: AccountCase | None, *, permitted: bool, acts_for: frozenset[int]
) -> VerifyStatus:
    """The first account needs one member of staff; putting another in its place needs two."""
    if case is None:
        return VerifyStatus.NOT_FOUND
    if not permitted:
        return VerifyStatus.NOT_PERMITTED
    if case.member_id in acts_for:
        return VerifyStatus.OWN_CASE
    if case.retired:
        return VerifyStatus.RETIRED
    if case.verified:
        return VerifyStatus.EXISTS
    if case.blocked:
        return VerifyStatus.BLOCKED
    return VerifyStatus.NEEDS_SECOND_PERSON if case.member_has_verified else VerifyStatus.VERIFIED
