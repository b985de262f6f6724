"""The journal entries of the client bank, as values: which account against which.

deposit                client bank / member available
receipt, unidentified  client bank / unallocated
payout paid            payouts in flight / client bank
payout returned        client bank / member available
cover received         client bank / firm cover, and firm cover asset / firm bank
fee, unknown debit     breaks / client bank
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tuppence.bank.matching import Decision, Meaning
from tuppence.bank.statement import StatementLine
from tuppence.ledger.chart import AccountKind
from tuppence.ledger.ids import derive_id
from tuppence.ledger.transfers import AccountKey, Transfer

LINE = "bank_line"
WITHDRAWAL = "withdrawal"
BREAK = "bank_break"


@dataclass(frozen=True, slots=True)
class Entry:
    """One amount from one account to another, with what it is about."""

    kind: str
    debit: AccountKey
    credit: AccountKey
    amount_minor: int
    subject_kind: str = ""
    subject_id: int = 0


@dataclass(frozen=True, slots=True)
class Group:
    """Entries that stand or fall together. The id follows from the order's key."""

    id: UUID
    entries: tuple[Entry, ...]
    occurred_at: datetime
    recorded_at: datetime


def line_entries(line: StatementLine, decision: Decision, *, line_id: int) -> tuple[Entry, ...]:
    """Return the entries of one bank line; client bank always moves by the line's amount."""
    currency = line.currency
    amount_minor = abs(line.amount_minor)
    bank = AccountKey(AccountKind.CLIENT_BANK, 0, currency)
    other = _other_side(decision, currency)
    if decision.meaning is Meaning.PAYOUT_PAID:
        entries = tuple(
            Entry("withdrawal_paid", other, bank, payout.amount_minor, WITHDRAWAL, payout.id)
            for payout in decision.payouts
        )
    elif line.amount_minor < 0:
        entries = (Entry("bank_break", other, bank, amount_minor, LINE, line_id),)
    elif decision.meaning is Meaning.PAYOUT_RETURNED:
        (payout,) = decision.payouts
        entries = (Entry("withdrawal_returned", bank, other, amount_minor, WITHDRAWAL, payout.id),)
    else:
        kind = _RECEIPT_KINDS[decision.meaning]
        entries = (Entry(kind, bank, other, amount_minor, LINE, line_id),)
        if decision.meaning is Meaning.COVER:
            entries += (_firm_cover(amount_minor, currency, line_id),)
    moved = sum(
        entry.amount_minor * (1 if entry.debit == bank else -1)
        for entry in entries
        if bank in (entry.debit, entry.credit)
    )
    assert moved == line.amount_minor
    return entries


_RECEIPT_KINDS = {
    Meaning.DEPOSIT: "deposit",
    Meaning.UNALLOCATED: "receipt_unallocated",
    Meaning.COVER: "break_covered",
}

_PLATFORM_SIDES = {
    Meaning.UNALLOCATED: AccountKind.UNALLOCATED,
    Meaning.COVER: AccountKind.FIRM_COVER,
    Meaning.PAYOUT_PAID: AccountKind.PAYOUTS_IN_FLIGHT,
    Meaning.FEE: AccountKind.BREAKS,
    Meaning.BREAK: AccountKind.BREAKS,
}


def _other_side(decision: Decision, currency: str) -> AccountKey:
    if decision.meaning in _PLATFORM_SIDES:
        return AccountKey(_PLATFORM_SIDES[decision.meaning], 0, currency)
    assert decision.member_id is not None
    return available(decision.member_id, currency)


def _firm_cover(amount_minor: int, currency: str, line_id: int) -> Entry:
    return Entry(
        "break_covered",
        AccountKey(AccountKind.FIRM_COVER_ASSET, 0, currency),
        AccountKey(AccountKind.FIRM_BANK, 0, currency),
        amount_minor,
        LINE,
        line_id,
    )


def available(member_id: int, currency: str) -> AccountKey:
    """Return the account of what a member can dispose of."""
    return AccountKey(AccountKind.MEMBER_AVAILABLE, member_id, currency)


def asked_entry(member_id: int, amount_minor: int, currency: str, *, withdrawal_id: int) -> Entry:
    """Return the entry of a withdrawal that was asked: available / payouts in flight."""
    return Entry(
        "withdrawal_asked",
        available(member_id, currency),
        AccountKey(AccountKind.PAYOUTS_IN_FLIGHT, 0, currency),
        amount_minor,
        WITHDRAWAL,
        withdrawal_id,
    )


def put_back_entry(
    kind: str, member_id: int, amount_minor: int, currency: str, *, withdrawal_id: int
) -> Entry:
    """Return the entry of a withdrawal refused or cancelled: payouts in flight / available."""
    return Entry(
        kind,
        AccountKey(AccountKind.PAYOUTS_IN_FLIGHT, 0, currency),
        available(member_id, currency),
        amount_minor,
        WITHDRAWAL,
        withdrawal_id,
    )


def assigned_entry(credit: AccountKey, amount_minor: int, *, kind: str, line_id: int) -> Entry:
    """Return the entry of a receipt that was identified: unallocated / whose it is."""
    unallocated = AccountKey(AccountKind.UNALLOCATED, 0, credit.currency)
    return Entry(kind, unallocated, credit, amount_minor, LINE, line_id)


def account_keys(groups: Iterable[Group]) -> set[AccountKey]:
    """Return every account that these groups touch."""
    entries = [entry for group in groups for entry in group.entries]
    return {entry.debit for entry in entries} | {entry.credit for entry in entries}


def transfers(groups: Sequence[Group], account_ids: Mapping[AccountKey, int]) -> list[Transfer]:
    """Return the groups as transfers; ids follow from the group's id and the place in it."""
    return [
        Transfer(
            id=derive_id("bank.transfer", group.id, place),
            debit_account_id=account_ids[entry.debit],
            credit_account_id=account_ids[entry.credit],
            amount_minor=entry.amount_minor,
            kind=entry.kind,
            occurred_at=group.occurred_at,
            recorded_at=group.recorded_at,
            group_id=group.id,
            subject_kind=entry.subject_kind,
            subject_id=entry.subject_id,
        )
        for group in groups
        for place, entry in enumerate(group.entries)
    ]
