"""Payments entered late or taken back: the loan is counted again, the books get the differences."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

import numpy as np

from tuppence.events import operations as events
from tuppence.events.happenings import Event
from tuppence.ledger import operations as ledger
from tuppence.ledger.chart import AccountKind
from tuppence.ledger.transfers import AccountKey
from tuppence.lending.correction import Correction, transfers_of
from tuppence.lending.holding_columns import HoldingColumns
from tuppence.lending.loan_file import LoanFile
from tuppence.lending.models import DistributionShare, Replay
from tuppence.lending.operations.booking import (
    Batch,
    open_loan_accounts,
    write_states,
)
from tuppence.lending.operations.loan_rows import update_holdings
from tuppence.lending.operations.product_interest import book_interest
from tuppence.lending.servicing.facts import Fact, PaymentReversed
from tuppence.lending.servicing.replay import Replay as Comparison
from tuppence.lending.servicing.replay import replay
from tuppence.lending.settlement import PARTS, Settlement, settle


@dataclass(frozen=True, slots=True, eq=False)
class Late:
    """New facts of one loan that make all later ones count again."""

    id: UUID  # of the replay
    file: LoanFile
    facts: Sequence[Fact]
    waived: Mapping[UUID, int]
    at: datetime


@dataclass(frozen=True, slots=True, eq=False)
class Replayed:
    """A loan counted again, ready to be written."""

    late: Late
    comparison: Comparison
    correction: Correction


def count_again(late: Late, holdings: HoldingColumns) -> Replayed:
    """Count a loan again with its new facts; nothing is written yet."""
    file = late.file
    known, now = list(file.facts), [*file.facts, *late.facts]
    received = [fact.on for fact in late.facts if not isinstance(fact, PaymentReversed)]
    as_of = max([file.booked_on, *received])
    comparison = replay(file.contract, known, now, as_of)
    own = _of_loan(holdings, file.id)
    waived = {**file.waived, **late.waived}
    before = file.before
    correction = Correction(
        id=late.id,
        file=file,
        before=before,
        after=comparison.after,
        old=settle(file, before, known, own, file.waived),
        new=settle(file, comparison.after, now, own, waived),
        member_ids=own.member_ids,
    )
    return Replayed(late, comparison, correction)


def write_replays(replayed: Sequence[Replayed], batch: Batch) -> None:
    """Post the corrections, one group a loan, and repeat where the loans stand."""
    if not replayed:
        return
    available = _available(batch)
    advanced = {}
    _open_accounts(replayed, batch)
    for each in replayed:
        correction = each.correction
        transfers, advanced_minor = transfers_of(
            correction,
            lambda kind, owner: int(batch.accounts.of(kind, [owner])[0]),
            available,
            occurred_at=_noon(max(correction.file.booked_on, correction.file.starts_on)),
            at=each.late.at,
        )
        # One statement for the group: floors see its net.
        ledger.append(transfers)
        advanced[each.late.id] = advanced_minor
        _follow(available, correction)
    _book_interest(replayed, batch)
    _write_rows(replayed, advanced)
    _update(replayed, batch)


def _available(batch: Batch) -> dict[int, int]:
    kind = AccountKind.MEMBER_AVAILABLE
    owners = batch.accounts.owners.get(kind, np.empty(0, dtype=np.int64))
    return dict(zip(owners.tolist(), batch.accounts.balances[kind].tolist(), strict=True))


def _follow(available: dict[int, int], correction: Correction) -> None:
    changes = zip(correction.member_ids.tolist(), correction.credited.tolist(), strict=True)
    for member, change in changes:
        available[member] = max(available.get(member, 0) + change, 0)


def _open_accounts(replayed: Sequence[Replayed], batch: Batch) -> None:
    """Accounts that a correction may be the first to use."""
    at = replayed[0].late.at
    loans = [each.late.file.id for each in replayed]
    open_loan_accounts(loans, (AccountKind.LATE_FEE_OWED, AccountKind.LATE_FEE_CLAIM), batch, at=at)
    losers = {
        member
        for each in replayed
        for member, change in zip(
            each.correction.member_ids.tolist(), each.correction.credited.tolist(), strict=True
        )
        if change < 0
    }
    kind = AccountKind.MEMBER_RECEIVABLE
    known = batch.accounts.owners.get(kind, np.empty(0, dtype=np.int64)).tolist()
    missing = sorted(losers - set(known))
    opened = ledger.open_accounts(
        [AccountKey(kind, member, batch.currency) for member in missing], at=at
    )
    batch.accounts.add(kind, {key.owner_id: number for key, number in opened.items()})


def _book_interest(replayed: Sequence[Replayed], batch: Batch) -> None:
    earned: defaultdict[int, int] = defaultdict(int)
    for each in replayed:
        earned[each.correction.file.product_id] += each.correction.earned_minor
    last = max(each.correction.file.booked_on for each in replayed)
    first = replayed[0].late
    book_interest(earned, batch.accounts, key=first.id, occurred_at=_noon(last), at=first.at)


def _write_rows(replayed: Sequence[Replayed], advanced: Mapping[UUID, int]) -> None:
    Replay.objects.bulk_create(
        [
            Replay(
                id=each.late.id,
                loan_id=each.late.file.id,
                since=min(change.on for change in each.comparison.payments)
                if each.comparison.payments
                else each.late.facts[0].on,
                explanation=[
                    {"template": reason.template, "params": dict(reason.params)}
                    for reason in each.comparison.explanation
                ],
                shortfall_minor=advanced[each.late.id],
                recorded_at=each.late.at,
            )
            for each in replayed
            if each.comparison.payments
        ]
    )
    DistributionShare.objects.bulk_create(
        [row for each in replayed for row in _share_rows(each.correction)]
    )
    events.record(
        [
            Event(
                "loan.replayed",
                each.late.at,
                member_id=each.late.file.borrower_id,
                subject_kind="loan",
                subject_id=each.late.file.id,
                properties={"count": len(each.comparison.payments)},
            )
            for each in replayed
            if each.comparison.payments
        ]
    )


def _share_rows(correction: Correction) -> list[DistributionShare]:
    changes = _changes(correction.old, correction.new)
    rows = []
    for at, member in enumerate(correction.member_ids.tolist()):
        figures = {name: int(changes[name][at]) for name in PARTS}
        if any(figures.values()):
            rows.append(
                DistributionShare(
                    distribution_id=correction.id,
                    member_id=member,
                    principal_minor=figures["principal"],
                    interest_minor=figures["interest"],
                    late_fee_minor=figures["late_fee"],
                    compensation_minor=figures["compensation"],
                    surplus_minor=figures["surplus"],
                    servicing_fee_minor=figures["fee"],
                    tax_minor=figures["tax"],
                    net_minor=figures["net"] + figures["surplus"],
                )
            )
    return rows


def _changes(old: Settlement, new: Settlement) -> dict[str, np.ndarray]:
    return {name: new.parts[name] - old.parts[name] for name in PARTS}


def _update(replayed: Sequence[Replayed], batch: Batch) -> None:
    holdings = batch.holdings
    outstanding, written_off = holdings.outstanding.copy(), holdings.written_off.copy()
    states, sequences, waived = {}, {}, {}
    for each in replayed:
        file = each.late.file
        at = np.flatnonzero(holdings.loan_ids == file.id)
        holdings.outstanding[at] = each.correction.new.outstanding
        holdings.written_off[at] = each.correction.new.written_off
        states[file.id] = each.comparison.after
        sequences[file.id] = file.facts_count + len(each.late.facts)
        waived[file.id] = sum(each.late.waived.values())
    update_holdings(holdings, outstanding, written_off)
    write_states(states, sequences, batch.files, waived)


def _of_loan(holdings: HoldingColumns, loan_id: int) -> HoldingColumns:
    at = np.flatnonzero(holdings.loan_ids == loan_id)
    return HoldingColumns(
        holdings.loan_ids[at],
        holdings.ids[at],
        holdings.member_ids[at],
        holdings.lent[at],
        holdings.outstanding[at],
        holdings.written_off[at],
    )


def _noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
