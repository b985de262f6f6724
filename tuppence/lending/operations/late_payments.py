"""Payments whose value date is before something that is booked already."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from tuppence.ledger.chart import AccountKind
from tuppence.ledger.ids import derive_id
from tuppence.lending.loan_file import LoanFile
from tuppence.lending.operations.booking import Batch, load_batch
from tuppence.lending.operations.payment_rows import write_payments
from tuppence.lending.operations.replays import Late, Replayed, count_again, write_replays
from tuppence.lending.orders import PaymentStatus
from tuppence.lending.paying import Asked, Booked, LateOrder, booked_of, fact_of
from tuppence.lending.queries.loan_files import lock_loans
from tuppence.postgres import bulk

Results: TypeAlias = dict[int, tuple[PaymentStatus, Booked | None]]


@dataclass(frozen=True, slots=True)
class _Placed:
    """A late order: its place in the batch, and what it pays."""

    place: int
    order: Asked
    amount_minor: int


def book_late(late: Sequence[LateOrder], orders: Sequence[Asked], currency: str) -> Results:
    """Book late payments, all of one loan in one replay; statuses and rows by place.

    Those of one loan stand or fall together.
    """
    if not late:
        return {}
    by_loan: defaultdict[int, list[_Placed]] = defaultdict(list)
    for each in late:
        order = orders[each.place]
        by_loan[order.loan_id].append(_Placed(each.place, order, each.amount_minor))
    batch = load_batch(lock_loans(by_loan), currency)
    spent: defaultdict[int, int] = defaultdict(int)
    results: Results = {}
    accepted: list[Replayed] = []
    for loan_id in sorted(by_loan):
        placed = by_loan[loan_id]
        replayed = count_again(_late(placed, batch.files[loan_id]), batch.holdings)
        booked = _booked(placed, replayed)
        status = _decide(replayed, booked, batch, spent)
        if status is PaymentStatus.BOOKED:
            accepted.append(replayed)
            results.update({each.place: (status, each) for each in booked})
        else:
            results.update({each.place: (status, None) for each in placed})
    _write([booked for _, booked in results.values() if booked is not None])
    write_replays(accepted, batch)
    return results


def _late(placed: Sequence[_Placed], file: LoanFile) -> Late:
    facts = [
        fact_of(each.order, each.amount_minor, file.facts_count + 1 + index)
        for index, each in enumerate(placed)
    ]
    waived = {each.order.key: each.order.waived_minor for each in placed if each.order.waived_minor}
    at = max(each.order.at for each in placed)
    return Late(derive_id("replay", facts[0].id), file, facts, waived, at)


def _booked(placed: Sequence[_Placed], replayed: Replayed) -> list[Booked]:
    outcomes = {outcome.id: outcome for outcome in replayed.comparison.after.outcomes}
    first = replayed.late.file.facts_count + 1
    return [
        booked_of(
            each.place,
            each.order,
            outcomes[each.order.key],
            first + index,
            each.order.amount_minor or 0,
        )
        for index, each in enumerate(placed)
    ]


def _decide(
    replayed: Replayed, booked: Sequence[Booked], batch: Batch, spent: defaultdict[int, int]
) -> PaymentStatus:
    borrower = replayed.late.file.borrower_id
    held = batch.accounts.balance_of(AccountKind.MEMBER_AVAILABLE, [borrower])
    needed_minor = replayed.correction.from_borrower_minor
    if needed_minor > int(held[0]) - spent[borrower]:
        return PaymentStatus.EXCEEDS_AVAILABLE
    if not all(each.amount_minor for each in booked):
        return PaymentStatus.NOTHING_DUE
    spent[borrower] += max(needed_minor, 0)
    return PaymentStatus.BOOKED


def _write(booked: Sequence[Booked]) -> None:
    if booked:
        # What lenders paid of it stands in the shares of the replay.
        nothing = np.zeros(len(booked), dtype=np.int64)
        recorded = bulk.time_column(each.asked.at for each in booked)
        write_payments(booked, nothing, nothing, recorded)
