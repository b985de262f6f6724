"""What each new line of a statement means for the books.

    money in, names a payout of ours that was paid, same amount   -> returned
    money in, names a cover that the firm announced               -> cover
    money in, names the float of the account it came to           -> float: the firm's, for gifts
    money in, otherwise, names a member                           -> deposit
    any other money in                                            -> unallocated (never income)
    money out, names a payout of ours that was sent, same amount  -> paid
    money out, names a payment file, the sum of what is open in it-> paid, all of them
    money out, marked as a charge of the bank                     -> fee: a break the firm covers
    any other money out                                           -> break

Lines are decided together: payouts first, then what came back, because banks also list the
newest line first. Nothing is guessed: where amount or state differ, a person looks.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from tuppence.bank.house_payment import HousePurpose
from tuppence.bank.reference import Order, find_member, find_order
from tuppence.bank.statement import StatementLine
from tuppence.money.refusals import sentence


class Meaning(StrEnum):
    """What a line means; the value is stored with it."""

    DEPOSIT = "deposit"
    PAYOUT_PAID = "payout_paid"
    PAYOUT_RETURNED = "payout_returned"
    COVER = "cover"
    FLOAT = "float"
    UNALLOCATED = "unallocated"
    FEE = "fee"
    BREAK = "break"
    DOUBLED = "doubled"
    """Never decided here: somebody found that the bank booked one payment twice."""
    SENT_BACK = "sent_back"
    """Never decided here: two people had an unidentified receipt sent back."""


class PayoutState(StrEnum):
    """How far a payout is, as far as a bank line can concern it."""

    OPEN = "open"
    """Sent, and not yet seen on a statement."""
    PAID = "paid"
    CLOSED = "closed"
    """Not sent, refused or already returned: a bank line that names it is a surprise."""


@dataclass(frozen=True, slots=True)
class Payout:
    """A payout that some line may be about: of a member, or of the house (then no member)."""

    id: int
    key: UUID
    member_id: int | None
    amount_minor: int
    currency: str
    state: PayoutState
    file_key: UUID | None = None
    house: HousePurpose | None = None


@dataclass(frozen=True, slots=True)
class Cover:
    """Money that the firm announced to the client account to cover a break."""

    id: int
    key: UUID
    amount_minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class Clues:
    """What one line says about itself, found without looking anything up."""

    member_id: int | None
    cover_key: UUID | None
    payout_key: UUID | None
    file_key: UUID | None
    float_key: UUID | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What the books know of everything that the clues name."""

    member_ids: frozenset[int] = frozenset()
    covers: Sequence[Cover] = ()
    payouts: Sequence[Payout] = ()
    floats: Mapping[UUID, str] = field(default_factory=dict)  # key of the account: currency


@dataclass(frozen=True, slots=True)
class Decision:
    """What a line means: for whom it is, and for a person the reason, if it needs one."""

    meaning: Meaning
    member_id: int | None = None
    payouts: tuple[Payout, ...] = ()
    cover_id: int | None = None
    reason: str = ""


_Found = TypeVar("_Found")

CHARGE_CODES = frozenset({"CHRG", "COMM", "COME", "COMI", "COMT", "FEES", "INTR", "TAXE"})
"""Sub-families of the ISO 20022 bank transaction codes for what a bank charges for itself."""


def clues(line: StatementLine) -> Clues:
    """Return what the line's texts name: a member, a cover, a payout, a payment file."""
    # The end-to-end id first: a bank may repeat it in the text, cut short or beside another one.
    texts = (line.end_to_end_id, line.remittance)
    return Clues(
        member_id=_first(find_member(text) for text in reversed(texts)),
        cover_key=_first(find_order(text, Order.COVER) for text in texts),
        payout_key=_first(find_order(text, Order.PAYOUT) for text in texts),
        file_key=_first(
            find_order(text, Order.FILE) for text in (line.payment_information_id, line.remittance)
        ),
        float_key=_first(find_order(text, Order.FLOAT) for text in texts),
    )


def decide(lines: Sequence[StatementLine], known: Known) -> list[Decision]:
    """Return what each line means, in the order of the lines.

    A payout is paid at most once and returned at most once; a cover comes at most once.
    """
    desk = _Desk(known)
    named = [clues(line) for line in lines]
    decisions: dict[int, Decision] = {}
    money_out = [index for index, line in enumerate(lines) if line.amount_minor < 0]
    money_in = [index for index, line in enumerate(lines) if line.amount_minor >= 0]
    for index in money_out:
        decisions[index] = desk.money_out(lines[index], named[index])
    for index in money_in:
        decisions[index] = desk.money_in(lines[index], named[index])
    assert len(decisions) == len(lines)
    return [decisions[index] for index in range(len(lines))]


class _Desk:
    """The state of payouts and covers while one batch of lines is decided."""

    def __init__(self, known: Known) -> None:
        self._member_ids = known.member_ids
        self._floats = known.floats
        self._covers = {cover.key: cover for cover in known.covers}
        self._payouts = {payout.key: payout for payout in known.payouts}

    def money_out(self, line: StatementLine, named: Clues) -> Decision:
        payout = self._payouts.get(named.payout_key) if named.payout_key else None
        if payout is not None:
            return self._payout_out(line, payout)
        if named.file_key is not None:
            return self._file_out(line, named.file_key)
        if CHARGE_CODES & set(line.bank_code.upper().split(".")):
            return Decision(Meaning.FEE, reason=sentence("charged by the bank"))
        return Decision(Meaning.BREAK, reason=sentence("money went out that nobody here ordered"))

    def money_in(self, line: StatementLine, named: Clues) -> Decision:
        payout = self._payouts.get(named.payout_key) if named.payout_key else None
        if payout is not None:
            return self._payout_in(line, payout)
        cover = self._covers.get(named.cover_key) if named.cover_key else None
        if cover is not None:
            return self._cover_in(line, cover)
        if named.float_key is not None:
            return self._float_in(line, named.float_key)
        if named.member_id is None:
            return Decision(Meaning.UNALLOCATED, reason=sentence("it names no member"))
        if named.member_id not in self._member_ids:
            return Decision(
                Meaning.UNALLOCATED, reason=sentence("it names a member who does not exist")
            )
        if line.is_reversal or line.return_reason:
            return Decision(Meaning.UNALLOCATED, reason=sentence("it undoes an earlier movement"))
        return Decision(Meaning.DEPOSIT, member_id=named.member_id)

    def _payout_out(self, line: StatementLine, payout: Payout) -> Decision:
        if payout.state is not PayoutState.OPEN:
            return Decision(
                Meaning.BREAK, reason=sentence("it names a payout that is not on its way")
            )
        if not _same_money(line, payout, -1):
            return Decision(
                Meaning.BREAK, reason=sentence("its amount is not that of the payout it names")
            )
        return self._paid((payout,))

    def _file_out(self, line: StatementLine, file_key: UUID) -> Decision:
        payouts = tuple(
            payout
            for payout in self._payouts.values()
            if payout.file_key == file_key and payout.state is PayoutState.OPEN
        )
        total_minor = sum(payout.amount_minor for payout in payouts)
        same_currency = all(payout.currency == line.currency for payout in payouts)
        if not payouts or not same_currency or total_minor != -line.amount_minor:
            return Decision(
                Meaning.BREAK,
                reason=sentence("its amount is not what is open of the payment file it names"),
            )
        return self._paid(payouts)

    def _paid(self, payouts: tuple[Payout, ...]) -> Decision:
        for payout in payouts:
            self._payouts[payout.key] = replace(payout, state=PayoutState.PAID)
        return Decision(Meaning.PAYOUT_PAID, payouts=payouts)

    def _payout_in(self, line: StatementLine, payout: Payout) -> Decision:
        if payout.state is not PayoutState.PAID:
            return Decision(
                Meaning.UNALLOCATED,
                reason=sentence("it returns a payout that was not paid, or came back"),
            )
        if not _same_money(line, payout, 1):
            return Decision(
                Meaning.UNALLOCATED,
                reason=sentence("its amount is not that of the payout it returns"),
            )
        self._payouts[payout.key] = replace(payout, state=PayoutState.CLOSED)
        return Decision(Meaning.PAYOUT_RETURNED, member_id=payout.member_id, payouts=(payout,))

    def _cover_in(self, line: StatementLine, cover: Cover) -> Decision:
        if not _same_money(line, cover, 1):
            return Decision(
                Meaning.UNALLOCATED, reason=sentence("its amount is not that of the cover it names")
            )
        del self._covers[cover.key]
        return Decision(Meaning.COVER, cover_id=cover.id)

    def _float_in(self, line: StatementLine, account_key: UUID) -> Decision:
        if self._floats.get(account_key) != line.currency:
            return Decision(
                Meaning.UNALLOCATED, reason="it names the float of an account that is not this one"
            )
        if line.is_reversal or line.return_reason:
            return Decision(Meaning.UNALLOCATED, reason="it undoes an earlier movement")
        return Decision(Meaning.FLOAT)


def _same_money(line: StatementLine, order: Payout | Cover, sign: int) -> bool:
    return (line.amount_minor, line.currency) == (sign * order.amount_minor, order.currency)


def _first(candidates: Iterable[_Found | None]) -> _Found | None:
    return next((found for found in candidates if found is not None), None)
