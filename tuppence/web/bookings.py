"""What an act would book, in words, before it is done: each entry with its two accounts."""

from collections.abc import Iterable
from dataclasses import dataclass

from tuppence.bank.journal import Entry
from tuppence.web.account_names import account_name
from tuppence.web.reader import current_reader


@dataclass(frozen=True, slots=True)
class Booking:
    """One entry: the account debited, the account credited, the amount with its currency."""

    debit: str
    credit: str
    amount: str


def bookings_of(entries: Iterable[Entry]) -> list[Booking]:
    """The entries as a page shows them, in their order."""
    reader = current_reader()
    return [
        Booking(
            account_name(entry.debit),
            account_name(entry.credit),
            reader.money(entry.amount_minor, entry.debit.currency),
        )
        for entry in entries
    ]
