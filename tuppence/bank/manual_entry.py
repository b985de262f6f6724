"""Entries by hand: what may be written at all, before two people are asked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tuppence.ledger.chart import CHART, AccountKind, Book, Owner, kinds_of
from tuppence.ledger.transfers import AccountKey
from tuppence.money.currency import AMOUNT_MAX_MINOR, UnknownCurrencyError, minor_digits
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
