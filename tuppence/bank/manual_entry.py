"""Entries by hand: what may be written at all, before two people are asked."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tuppence.ledger.chart import CHART, AccountKind, Book, Owner, kinds_of
from tuppence.ledger.transfers import AccountKey
from tuppence.members.approvals import JSON
from tuppence.money.currency import (
    AMOUNT_MAX_MINOR,
    UnknownCurrencyError,
    format_plain,
    minor_digits,
)
from tuppence.money.refusals import InputRefusedError, sentence

ENTRIES_MAX = 20

CONTROLLED = frozenset(
    {
        AccountKind.CLIENT_BANK,
        AccountKind.PAYOUTS_IN_FLIGHT,
        AccountKind.UNALLOCATED,
        AccountKind.BREAKS,
        AccountKind.MEMBER_RESERVED,
        AccountKind.MARKETING_EXPENSE,
        *kinds_of(Book.LOANS),
        *kinds_of(Book.BUDGET),
    }
)
"""Accounts that other rows explain to the penny; they move with those rows, never by hand."""


class ManualEntryError(InputRefusedError):
    """An entry by hand cannot stand; the sentence says what to change."""


@dataclass(frozen=True, slots=True)
class HandEntry:
    """One line of an entry by hand; `owner_id` is 0 where the platform has one account."""

    debit: AccountKey
    credit: AccountKey
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Effect:
    """What an entry does to one account: its balance before and after, on its own side."""

    account: AccountKey
    before_minor: int
    after_minor: int

    @property
    def is_below_floor(self) -> bool:
        """Whether the account may not go below zero, and would."""
        return CHART[self.account.kind].floored and self.after_minor < 0


class BelowFloorError(ManualEntryError):
    """An account that may not go below zero would; `effect` says which and by how much."""

    def __init__(self, effect: Effect) -> None:
        account = effect.account
        super().__init__(
            sentence(
                "The account %(kind)s of %(owner)s has %(has)s and would be left with %(left)s;"
                " it may not go below zero."
            ),
            {
                "kind": account.kind.value,
                "owner": account.owner_id,
                "has": format_plain(effect.before_minor, account.currency),
                "left": f"-{format_plain(-effect.after_minor, account.currency)}",
            },
        )
        self.effect = effect


def effects(entries: Sequence[HandEntry], balances: Mapping[AccountKey, int]) -> list[Effect]:
    """What all lines together do to each account, in the order in which they name it.

    `balances` are those before, on each account's own side; an account without one has nothing.
    """
    change: dict[AccountKey, int] = {}
    for entry in entries:
        for key, is_debit in ((entry.debit, True), (entry.credit, False)):
            grows = CHART[key.kind].debit_normal is is_debit
            moved = entry.amount_minor if grows else -entry.amount_minor
            change[key] = change.get(key, 0) + moved
    return [
        Effect(key, balances.get(key, 0), balances.get(key, 0) + moved)
        for key, moved in change.items()
    ]


def check_floors(found: Sequence[Effect]) -> None:
    """Raise BelowFloorError for the first account that would fall below its floor."""
    for effect in found:
        if effect.is_below_floor:
            raise BelowFloorError(effect)


def check_hand_entries(entries: Sequence[HandEntry], why: str) -> None:
    """Raise ManualEntryError for the first thing that cannot stand."""
    if not why.strip():
        raise ManualEntryError(sentence("Say why the entry is needed."))
    if not 0 < len(entries) <= ENTRIES_MAX:
        raise ManualEntryError(sentence("An entry has 1 to %(most)s lines."), {"most": ENTRIES_MAX})
    for entry in entries:
        _check(entry)


def _check(entry: HandEntry) -> None:
    if not 0 < entry.amount_minor < AMOUNT_MAX_MINOR:
        raise ManualEntryError(sentence("Each line needs an amount above zero."))
    if entry.debit.currency != entry.credit.currency:
        raise ManualEntryError(sentence("Both sides of a line are in one currency."))
    try:
        minor_digits(entry.debit.currency)
    except UnknownCurrencyError as error:
        raise ManualEntryError(error.template, error.params) from error
    if entry.debit == entry.credit:
        raise ManualEntryError(sentence("The two accounts of a line must differ."))
    if CHART[entry.debit.kind].book is not CHART[entry.credit.kind].book:
        raise ManualEntryError(
            sentence("A line never crosses books: write a pair with the amounts due instead.")
        )
    for key in (entry.debit, entry.credit):
        if key.kind in CONTROLLED:
            raise ManualEntryError(
                sentence("The account %(kind)s moves only with what it counts, not by hand."),
                {"kind": key.kind.value},
            )
        if (CHART[key.kind].owner is Owner.PLATFORM) != (key.owner_id == 0):
            raise ManualEntryError(
                sentence("The account %(kind)s needs its owner's number, or none if it has none."),
                {"kind": key.kind.value},
            )


def members_concerned(entries: Sequence[HandEntry]) -> list[int]:
    """Return the members whose accounts an entry touches, in order of their numbers."""
    return members_among(key for entry in entries for key in (entry.debit, entry.credit))


def members_among(keys: Iterable[AccountKey]) -> list[int]:
    """Return the members who own some of these accounts, in order of their numbers."""
    return sorted({key.owner_id for key in keys if CHART[key.kind].owner is Owner.MEMBER})


def plain(entry: HandEntry) -> dict[str, JSON]:
    """A line as the JSON that a request holds."""
    return {
        "debit": entry.debit.kind.value,
        "debit_owner": entry.debit.owner_id,
        "credit": entry.credit.kind.value,
        "credit_owner": entry.credit.owner_id,
        "currency": entry.debit.currency,
        "amount_minor": entry.amount_minor,
    }


def entries_of(payload: Mapping[str, JSON]) -> list[HandEntry]:
    """The lines that a request for an entry by hand asks for."""
    raw = payload["entries"]
    assert isinstance(raw, list)
    return [_entry(item) for item in raw if isinstance(item, dict)]


def _entry(item: Mapping[str, JSON]) -> HandEntry:
    def key(side: str) -> AccountKey:
        owner_id = item[f"{side}_owner"]
        assert isinstance(owner_id, int)
        return AccountKey(AccountKind(str(item[side])), owner_id, str(item["currency"]))

    amount_minor = item["amount_minor"]
    assert isinstance(amount_minor, int)
    return HandEntry(key("debit"), key("credit"), amount_minor)
