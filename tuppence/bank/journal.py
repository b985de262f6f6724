"""The journal entries of the client bank, as values: which account against which.

deposit                client bank / member available
receipt, unidentified  client bank / unallocated
deposit taken back     member available / unallocated
payout paid            payouts in flight / client bank
payout returned        client bank / member available
cover received         client bank / firm cover, and firm cover asset / firm bank
float received         client bank / promo float, and firm promo float / firm bank
fee, unknown debit     breaks / client bank
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tuppence.bank.house_payment import FIRM_SIDES, SOURCES
from tuppence.bank.matching import Decision, Meaning, Payout
from tuppence.bank.statement import StatementLine
from tuppence.ledger.chart import AccountKind
from tuppence.ledger.ids import derive_id
from tuppence.ledger.transfers import AccountKey, Transfer

LINE = "bank_line"
WITHDRAWAL = "withdrawal"
BREAK = "bank_break"
HOUSE_PAYMENT = "house_payment"
FLOAT_IN = "float_in"


@dataclass(frozen=True, slots=True)
class Entry:
    """One amount from one account to another, with what it is about."""

    kind: str
    debit: AccountKey
    credit: AccountKey
    amount_minor: int
    subject_kind: str = ""
    subject_id: int = 0
    reverses: UUID | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Entries that stand or fall together. The id follows from the order's key."""

    id: UUID
    entries: tuple[Entry, ...]
    occurred_at: datetime
    recorded_at: datetime


def line_entries(line: StatementLine, decision: Decision, *, line_id: int) -> tuple[Entry, ...]:
    """Return the entries of one bank line; client bank always moves by the line's amount."""
    bank = AccountKey(AccountKind.CLIENT_BANK, 0, line.currency)
    if decision.payouts:
        entries = tuple(
            entry
            for payout in decision.payouts
            for entry in _payout_entries(
                payout, bank, line_id=line_id, returned=line.amount_minor > 0
            )
        )
    else:
        entries = _plain_entries(line, decision, bank, line_id)
    moved = sum(
        entry.amount_minor * (1 if entry.debit == bank else -1)
        for entry in entries
        if bank in (entry.debit, entry.credit)
    )
    assert moved == line.amount_minor
    return entries


_FIRM_ASSETS = {
    Meaning.COVER: AccountKind.FIRM_COVER_ASSET,
    Meaning.FLOAT: AccountKind.FIRM_PROMO_FLOAT,
}
"""What the firm holds in the client book once its own money has arrived there."""

_PLAIN = {
    Meaning.UNALLOCATED: ("receipt_unallocated", AccountKind.UNALLOCATED),
    Meaning.COVER: ("break_covered", AccountKind.FIRM_COVER),
    Meaning.FLOAT: (FLOAT_IN, AccountKind.PROMO_FLOAT),
    Meaning.FEE: ("bank_break", AccountKind.BREAKS),
    Meaning.BREAK: ("bank_break", AccountKind.BREAKS),
}


def _plain_entries(
    line: StatementLine, decision: Decision, bank: AccountKey, line_id: int
) -> tuple[Entry, ...]:
    amount_minor = abs(line.amount_minor)
    if decision.meaning is Meaning.DEPOSIT:
        assert decision.member_id is not None
        other = available(decision.member_id, line.currency)
        return (Entry("deposit", bank, other, amount_minor, LINE, line_id),)
    kind, account_kind = _PLAIN[decision.meaning]
    other = AccountKey(account_kind, 0, line.currency)
    debit, credit = (bank, other) if line.amount_minor > 0 else (other, bank)
    entry = Entry(kind, debit, credit, amount_minor, LINE, line_id)
    if decision.meaning not in _FIRM_ASSETS:
        return (entry,)
    asset = AccountKey(_FIRM_ASSETS[decision.meaning], 0, line.currency)
    return (entry, _from_firm_bank(kind, asset, amount_minor, line_id))


def _from_firm_bank(kind: str, asset: AccountKey, amount_minor: int, line_id: int) -> Entry:
    firm_bank = AccountKey(AccountKind.FIRM_BANK, 0, asset.currency)
    return Entry(kind, asset, firm_bank, amount_minor, LINE, line_id)


def _payout_entries(
    payout: Payout, bank: AccountKey, *, line_id: int, returned: bool
) -> list[Entry]:
    """Return a payout's entries; of one that came back, the sides are turned.

    A member's money that comes back is the member's again at once, not in flight.
    """
    if payout.house is None:
        assert payout.member_id is not None
        in_flight = AccountKey(AccountKind.PAYOUTS_IN_FLIGHT, 0, bank.currency)
        if returned:
            purse = available(payout.member_id, bank.currency)
            sides = ("withdrawal_returned", bank, purse)
        else:
            sides = ("withdrawal_paid", in_flight, bank)
        return [Entry(*sides, payout.amount_minor, WITHDRAWAL, payout.id)]
    pairs = [(AccountKey(SOURCES[payout.house], 0, bank.currency), bank)]
    if payout.house in FIRM_SIDES:
        debit, credit = FIRM_SIDES[payout.house]
        pairs.append((AccountKey(debit, 0, bank.currency), AccountKey(credit, 0, bank.currency)))
    kind = f"{payout.house}_returned" if returned else f"{payout.house}_paid"
    return [
        Entry(
            kind,
            *((credit, debit) if returned else (debit, credit)),
            payout.amount_minor,
            LINE,
            line_id,
        )
        for debit, credit in pairs
    ]


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


def float_entries(amount_minor: int, currency: str, *, line_id: int) -> tuple[Entry, ...]:
    """Return the entries of a receipt that turned out to be the firm's money for gifts."""
    promo_float = AccountKey(AccountKind.PROMO_FLOAT, 0, currency)
    asset = AccountKey(AccountKind.FIRM_PROMO_FLOAT, 0, currency)
    return (
        assigned_entry(promo_float, amount_minor, kind=FLOAT_IN, line_id=line_id),
        _from_firm_bank(FLOAT_IN, asset, amount_minor, line_id),
    )


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
            reverses_id=entry.reverses,
        )
        for group in groups
        for place, entry in enumerate(group.entries)
    ]
