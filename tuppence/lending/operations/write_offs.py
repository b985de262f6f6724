"""Give loans up: what is owed leaves the lenders' claims and is remembered as a claim in law."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import numpy as np
from django.db import transaction

from tuppence import platform
from tuppence.events import operations as events
from tuppence.events.happenings import Event
from tuppence.ledger.chart import AccountKind
from tuppence.lending.loan_file import LoanFile, open_charges, owed_interest
from tuppence.lending.models import WriteOff
from tuppence.lending.operations.booking import (
    Batch,
    load_batch,
    open_loan_accounts,
    write_states,
)
from tuppence.lending.operations.day_lock import share_the_day
from tuppence.lending.operations.journal import Journal
from tuppence.lending.operations.loan_rows import update_holdings
from tuppence.lending.operations.product_interest import book_interest
from tuppence.lending.orders import Acted, ActStatus, WriteOffOrder
from tuppence.lending.queries.loan_files import lock_loans
from tuppence.lending.servicing.facts import WrittenOff
from tuppence.lending.servicing.fold import NeedsReplayError, apply_facts
from tuppence.lending.servicing.loan_state import LoanState, Status


@dataclass(frozen=True, slots=True)
class GivenUp:
    """A loan that is written off, and where it stands then."""

    order: WriteOffOrder
    file: LoanFile
    after: LoanState

    @property
    def interest_minor(self) -> int:
        """Interest that was earned by then and never came."""
        return max(self.after.earned_interest_minor - self.after.paid_interest_minor, 0)

    @property
    def sequence(self) -> int:
        """The place of the fact among those of the loan."""
        return self.file.facts_count + 1


@transaction.atomic
def write_off(orders: Sequence[WriteOffOrder]) -> list[Acted]:
    """Write loans off at the end of a day; one outcome an order, in order.

    Nothing moves in the members' or the firm's money. Four eyes are the caller's business.
    """
    if not orders:
        return []
    share_the_day()
    files = lock_loans(order.loan_id for order in orders)
    rows = WriteOff.objects.filter(loan_id__in=list(files))
    keys = {row.loan_id: row.key for row in rows}
    outcomes: list[Acted] = []
    given: dict[int, GivenUp] = {}
    for order in orders:
        status, after = _decide(order, files.get(order.loan_id), keys)
        outcomes.append(Acted(order.key, status))
        if after is not None:
            keys[order.loan_id] = order.key
            given[order.loan_id] = GivenUp(order, files[order.loan_id], after)
    for currency in sorted({each.file.currency for each in given.values()}):
        own = {n: file for n, file in files.items() if n in given and file.currency == currency}
        _write([given[number] for number in sorted(own)], load_batch(own, currency))
    return outcomes


def _decide(
    order: WriteOffOrder, file: LoanFile | None, keys: Mapping[int, UUID]
) -> tuple[ActStatus, LoanState | None]:
    if file is None:
        return ActStatus.LOAN_NOT_FOUND, None
    if keys.get(file.id) == order.key:
        return ActStatus.EXISTS, None
    if file.id in keys or file.state is not Status.ACTIVE:
        return ActStatus.LOAN_CLOSED, None
    if not order.reason.strip():
        return ActStatus.REASON_MISSING, None
    if order.on > platform.business_day(order.at):
        return ActStatus.IN_FUTURE, None
    fact = WrittenOff(order.key, order.on, platform.business_day(order.at), file.facts_count + 1)
    try:
        after = apply_facts(file.before, [fact], as_of=max(file.before.as_of, order.on))
    except NeedsReplayError:
        return ActStatus.BEFORE_LATEST_FACT, None
    return ActStatus.DONE, after


def _write(given: Sequence[GivenUp], batch: Batch) -> None:
    orders = [each.order for each in given]
    loans = np.array([each.file.id for each in given], dtype=np.int64)
    kinds = (AccountKind.WRITTEN_OFF_CLAIM, AccountKind.WRITTEN_OFF_CONTRA)
    open_loan_accounts(loans.tolist(), kinds, batch, at=orders[0].at)
    journal = Journal.of(
        [order.key for order in orders],
        loans,
        [order.on for order in orders],
        [order.at for order in orders],
    )
    _book_interest(given, batch)
    _post(given, batch, journal)
    WriteOff.objects.bulk_create([_row(each) for each in given])
    holdings = batch.holdings
    outstanding, written_off = holdings.outstanding.copy(), holdings.written_off.copy()
    holdings.written_off += holdings.outstanding
    holdings.outstanding[:] = 0
    update_holdings(holdings, outstanding, written_off)
    write_states(
        {each.file.id: each.after for each in given},
        {each.file.id: each.sequence for each in given},
        batch.files,
        {},
    )
    events.record(
        [
            Event(
                "loan.written_off",
                each.order.at,
                member_id=each.file.borrower_id,
                subject_kind="loan",
                subject_id=each.file.id,
                amount_minor=each.file.before.outstanding_principal_minor,
                currency=batch.currency,
                properties={"days_past_due": each.after.days_past_due},
            )
            for each in given
        ]
    )


def _post(given: Sequence[GivenUp], batch: Batch, journal: Journal) -> None:
    """L holdings and lenders' interest / owed; the memo: claim / contra."""
    products = [each.file.product_id for each in given]

    def loans(kind: AccountKind) -> np.ndarray:
        return batch.loan_accounts(kind, journal.loan_ids)

    def amounts(values: list[int]) -> np.ndarray:
        return np.array(values, dtype=np.int64)

    journal.post(
        "principal_written_off",
        loans(AccountKind.HOLDINGS),
        loans(AccountKind.PRINCIPAL_OWED),
        amounts([each.file.before.outstanding_principal_minor for each in given]),
    )
    journal.post(
        "interest_written_off",
        batch.accounts.of(AccountKind.LENDERS_INTEREST, products),
        batch.accounts.of(AccountKind.INTEREST_OWED, products),
        amounts([each.interest_minor for each in given]),
    )
    journal.post(
        "late_fee_written_off",
        loans(AccountKind.LATE_FEE_CLAIM),
        loans(AccountKind.LATE_FEE_OWED),
        amounts([open_charges(each.file.before) for each in given]),
    )
    journal.post(
        "written_off_claim",
        loans(AccountKind.WRITTEN_OFF_CLAIM),
        loans(AccountKind.WRITTEN_OFF_CONTRA),
        amounts([each.after.claims.total_minor if each.after.claims else 0 for each in given]),
    )


def _book_interest(given: Sequence[GivenUp], batch: Batch) -> None:
    """What was earned by then is taken up first, then given up with the rest."""
    earned: defaultdict[int, int] = defaultdict(int)
    for each in given:
        earned[each.file.product_id] += each.interest_minor - owed_interest(each.file.before)
    last = max((each.order for each in given), key=lambda order: order.on)
    book_interest(
        earned,
        batch.accounts,
        key=given[0].order.key,
        occurred_at=datetime(last.on.year, last.on.month, last.on.day, 12, tzinfo=UTC),
        at=last.at,
    )


def _row(each: GivenUp) -> WriteOff:
    claims = each.after.written_off
    assert claims is not None
    return WriteOff(
        key=each.order.key,
        loan_id=each.file.id,
        on=each.order.on,
        reason=each.order.reason,
        principal_minor=claims.principal_minor,
        interest_minor=claims.interest_minor,
        charges_minor=claims.penalty_minor + claims.fee_minor,
        sequence=each.sequence,
        recorded_at=each.order.at,
    )
