"""Whether what a receipt was taken for may be taken back, and the entries of it.

    given to a member by mistake  -> not identified again
    booked twice by the bank      -> set aside until the bank corrects it

Nothing may have been built on it: the member still has the money to dispose of. What the member
has used can't be taken back here; two people then decide what the firm covers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from tuppence.bank.journal import LINE, Entry, available
from tuppence.bank.matching import Meaning
from tuppence.ledger.chart import AccountKind
from tuppence.ledger.transfers import AccountKey


@dataclass(frozen=True, slots=True)
class TakeBackOrder:
    """A receipt is not what it was taken for; `doubled_of` is the line that it repeats, if so."""

    key: UUID
    line_id: int
    by: int
    at: datetime
    why: str
    doubled_of: int | None = None

    @property
    def meaning(self) -> Meaning:
        """What the receipt is from then on."""
        return Meaning.UNALLOCATED if self.doubled_of is None else Meaning.DOUBLED


class TakeBackStatus(StrEnum):
    """What became of an order. Where several checks fail, the first is named."""

    TAKEN_BACK = "taken_back"
    EXISTS = "exists"
    EXISTS_WITH_DIFFERENT_FIELDS = "exists_with_different_fields"
    NOT_PERMITTED = "not_permitted"
    LINE_NOT_FOUND = "line_not_found"
    OWN_CASE = "own_case"
    NOT_A_DEPOSIT = "not_a_deposit"
    NOT_ALIKE = "not_alike"
    REASON_MISSING = "reason_missing"
    MEMBER_USED_IT = "member_used_it"

    @property
    def accepted(self) -> bool:
        """Whether the receipt is nobody's now."""
        return self in {TakeBackStatus.TAKEN_BACK, TakeBackStatus.EXISTS}


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What became of one order."""

    key: UUID
    status: TakeBackStatus


@dataclass(frozen=True, slots=True)
class Deposit:
    """A bank line and what it is taken for now. `reverses` is the assignment by hand, if any."""

    line_id: int
    account_id: int
    meaning: Meaning
    member_id: int | None
    amount_minor: int
    currency: str
    counterparty_account: str
    reverses: UUID | None = None

    def is_like(self, other: "Deposit") -> bool:
        """Whether both could be one payment: same account, payer's account and amount."""
        mine = (self.account_id, self.counterparty_account, self.amount_minor)
        return mine == (other.account_id, other.counterparty_account, other.amount_minor)


@dataclass(frozen=True, slots=True)
class Taker:
    """Who takes back: with the permission or not, and acting for whom."""

    permitted: bool
    acts_for: frozenset[int]


@dataclass(frozen=True, slots=True)
class TakeBackBook:
    """What taking back depends on; `available_minor` is by member and currency."""

    deposits: Mapping[int, Deposit]
    takers: Mapping[int, Taker]
    available_minor: Mapping[tuple[int, str], int]
    used: Mapping[UUID, tuple[int, Meaning]]


def decide_taking_back(orders: Sequence[TakeBackOrder], book: TakeBackBook) -> list[TakeBackStatus]:
    """One status an order, in order; what an earlier order took from a purse is gone."""
    used, left, gone = dict(book.used), dict(book.available_minor), set[int]()
    statuses = []
    for order in orders:
        content = (order.line_id, order.meaning)
        if order.key in used:
            same = used[order.key] == content
            again = TakeBackStatus.EXISTS_WITH_DIFFERENT_FIELDS
            statuses.append(TakeBackStatus.EXISTS if same else again)
            continue
        status = _decide(order, book, left)
        if status is TakeBackStatus.TAKEN_BACK and order.line_id in gone:
            status = TakeBackStatus.NOT_A_DEPOSIT
        if status is TakeBackStatus.TAKEN_BACK:
            used[order.key] = content
            gone.add(order.line_id)
            _take(book.deposits[order.line_id], left)
        statuses.append(status)
    return statuses


def _take(deposit: Deposit, left: dict[tuple[int, str], int]) -> None:
    if deposit.member_id is not None:
        left[deposit.member_id, deposit.currency] -= deposit.amount_minor


def _decide(
    order: TakeBackOrder, book: TakeBackBook, left: Mapping[tuple[int, str], int]
) -> TakeBackStatus:
    taker, deposit = book.takers[order.by], book.deposits.get(order.line_id)
    if not taker.permitted:
        return TakeBackStatus.NOT_PERMITTED
    if deposit is None:
        return TakeBackStatus.LINE_NOT_FOUND
    if deposit.member_id is not None and deposit.member_id in taker.acts_for:
        return TakeBackStatus.OWN_CASE
    refusal = _meaning_refusal(order, deposit, book.deposits)
    if refusal is not None:
        return refusal
    if not order.why.strip():
        return TakeBackStatus.REASON_MISSING
    if deposit.member_id is None:
        return TakeBackStatus.TAKEN_BACK
    has_minor = left.get((deposit.member_id, deposit.currency), 0)
    enough = has_minor >= deposit.amount_minor
    return TakeBackStatus.TAKEN_BACK if enough else TakeBackStatus.MEMBER_USED_IT


def _meaning_refusal(
    order: TakeBackOrder, deposit: Deposit, deposits: Mapping[int, Deposit]
) -> TakeBackStatus | None:
    """A deposit is taken back; a doubled one may also be waiting for its member still."""
    takeable = {Meaning.DEPOSIT} if order.doubled_of is None else {Meaning.DEPOSIT, WAITS}
    if deposit.meaning not in takeable:
        return TakeBackStatus.NOT_A_DEPOSIT
    if order.doubled_of is None:
        return None
    twin = deposits.get(order.doubled_of)
    if twin is None or twin.line_id == deposit.line_id or twin.meaning is Meaning.DOUBLED:
        return TakeBackStatus.NOT_ALIKE
    return None if deposit.is_like(twin) else TakeBackStatus.NOT_ALIKE


WAITS = Meaning.UNALLOCATED


def taking_back_entries(deposit: Deposit) -> tuple[Entry, ...]:
    """Member available / unallocated; none where no member has it. The bank account stands still.

    An assignment by hand is reversed by its mirror image. What the import booked moved the bank
    account too, which the line did move: there only the member's side goes back.
    """
    if deposit.member_id is None:
        return ()
    return (
        Entry(
            "deposit_taken_back",
            available(deposit.member_id, deposit.currency),
            AccountKey(AccountKind.UNALLOCATED, 0, deposit.currency),
            deposit.amount_minor,
            LINE,
            deposit.line_id,
            deposit.reverses,
        ),
    )
