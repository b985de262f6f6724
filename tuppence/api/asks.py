"""Calls that move money: how they are read, and which of a batch are acted on. Pure.

Checks come in a fixed order and the first that fails is answered: token, scope, the key in
flight, the key used before; only then the operation itself.
"""

import hashlib
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from tuppence.api.errors import REFUSALS, ErrorCode, Refused
from tuppence.api.json_body import error_body
from tuppence.api.scopes import Holder, Scope
from tuppence.ledger.ids import derive_id
from tuppence.lending.calculators.fields import Fields
from tuppence.lending.calculators.json_text import read_json
from tuppence.money.currency import parse_amount
from tuppence.money.refusals import InputRefusedError, sentence

INVEST = "invest"
CANCEL = "cancel_investment"
BODY_BYTES_MAX = 16 * 1024
LISTING_ID_MAX = 2**63 - 1
_KEY = re.compile(r"[!-~]{1,200}")
_LISTING_ID = re.compile(r"[1-9][0-9]{0,18}")


@dataclass(frozen=True, slots=True)
class InvestContent:
    """What somebody asks to invest."""

    listing_id: int
    amount_minor: int
    currency: str
    consent: bool


@dataclass(frozen=True, slots=True)
class CancelContent:
    """Which investment somebody takes back."""

    investment_id: UUID


@dataclass(frozen=True, slots=True)
class Ask:
    """One call that moves money, read but not yet known to be allowed."""

    digest: str  # of the bearer token
    operation: str
    key: str  # as the client chose it
    content: InvestContent | CancelContent
    at: datetime

    @property
    def fingerprint(self) -> str:
        """Tells contents apart, not their spelling: blanks and the order of fields don't count."""
        return hashlib.sha256(repr(self.content).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent back: an HTTP status and the bytes of the body."""

    status: int
    body: str
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer that was given to a key before."""

    fingerprint: str
    answer: Answer


@dataclass(frozen=True, slots=True)
class Task:
    """An ask that may be acted on: its id is the key of the order that it becomes."""

    id: UUID
    member_id: int
    ask: Ask


def refusal(code: ErrorCode, text: str = "", *, rule_id: str = "") -> Answer:
    """The answer that names a code of the closed list."""
    known = REFUSALS[code]
    return Answer(known.status, error_body(code, text or known.sentence, rule_id))


def identify(asks: Sequence[Ask], holders: Mapping[str, Holder]) -> list[Answer | Task]:
    """Who asks, and under which id; a key belongs to one member and one operation."""
    scope = Scope.INVEST
    found: list[Answer | Task] = []
    for ask in asks:
        holder = holders.get(ask.digest)
        if holder is None:
            found.append(refusal(ErrorCode.TOKEN_UNKNOWN))
        elif scope not in holder.scopes:
            found.append(refusal(ErrorCode.SCOPE_MISSING))
        else:
            task_id = derive_id(ask.operation, holder.member_id, ask.key)
            found.append(Task(task_id, holder.member_id, ask))
    return found


def decide_repeats(
    found: Sequence[Answer | Task], *, claimed: Collection[UUID], kept: Mapping[UUID, Kept]
) -> list[Answer | Task]:
    """Answer what was answered before; what remains a task is to be acted on, each id once.

    `claimed` are the ids that nobody else is working on at this moment.
    """
    decided: list[Answer | Task] = []
    taken: set[UUID] = set()
    for one in found:
        if isinstance(one, Answer):
            decided.append(one)
            continue
        before = kept.get(one.id)
        if one.id in taken or one.id not in claimed:
            decided.append(refusal(ErrorCode.KEY_IN_FLIGHT))
        elif before is None:
            taken.add(one.id)
            decided.append(one)
        elif before.fingerprint == one.ask.fingerprint:
            decided.append(Answer(before.answer.status, before.answer.body, replayed=True))
        else:
            decided.append(refusal(ErrorCode.KEY_OF_OTHER_CONTENT))
    return decided


def read_key(header: str | None) -> str:
    """The client's key; raises Refused where it is missing or unfit."""
    if not header:
        raise Refused(ErrorCode.KEY_MISSING)
    if _KEY.fullmatch(header) is None:
        raise Refused(ErrorCode.KEY_REFUSED)
    return header


def read_invest(raw: bytes) -> InvestContent:
    """The body of an order to invest; raises Refused with a sentence that names the field."""
    if len(raw) > BODY_BYTES_MAX:
        raise Refused(ErrorCode.BODY_TOO_LARGE)
    try:
        fields = Fields(read_json(raw), ("listing_id", "amount", "currency", "consent"))
        currency = fields.currency() if fields.has("currency") else fields.text("currency")
        amount = fields.value("amount")
        if not isinstance(amount, str):
            raise fields.refuse("amount", sentence("write it as text, for example “100.00”."))
        return InvestContent(
            listing_id=_listing_id(fields),
            amount_minor=_amount(fields, amount, currency),
            currency=currency,
            consent=_flag(fields, "consent"),
        )
    except InputRefusedError as error:
        raise Refused(ErrorCode.BODY_REFUSED, str(error)) from error


def _amount(fields: Fields, text: str, currency: str) -> int:
    try:
        return parse_amount(text, currency)
    except InputRefusedError as error:
        raise fields.refuse("amount", str(error)) from error


def _listing_id(fields: Fields) -> int:
    value = fields.value("listing_id")
    text = format(value, "") if isinstance(value, Decimal) else ""
    if _LISTING_ID.fullmatch(text) is None or int(text) > LISTING_ID_MAX:
        raise fields.refuse("listing_id", sentence("take a number from the list of listings."))
    return int(text)


def _flag(fields: Fields, key: str) -> bool:
    value = fields.value(key) if fields.has(key) else False
    if not isinstance(value, bool):
        raise fields.refuse(key, sentence("it must be true or false."))
    return value
