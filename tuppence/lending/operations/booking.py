"""Write payments that were decided: shares, transfers, facts, and the columns that repeat them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from tuppence.events import operations as events
from tuppence.events.happenings import EventColumns
from tuppence.ledger import operations as ledger
from tuppence.ledger.chart import AccountKind
from tuppence.ledger.transfers import AccountKey
from tuppence.lending import transfer_ids
from tuppence.lending.accounts import Accounts
from tuppence.lending.holding_columns import HoldingColumns
from tuppence.lending.instalment_rows import moved_rows
from tuppence.lending.loan_file import LoanFile, figures_of, open_charges, owed_interest
from tuppence.lending.operations.advances import take_back_advances
from tuppence.lending.operations.journal import Journal
from tuppence.lending.operations.loan_rows import (
    update_holdings,
    update_instalments,
    update_loans,
)
from tuppence.lending.operations.payment_rows import write_payments, write_shares
from tuppence.lending.operations.product_interest import book_interest
from tuppence.lending.paying import Booked, Desk
from tuppence.lending.queries.holdings import holdings_of
from tuppence.lending.queries.purses import lock_accounts
from tuppence.lending.servicing.loan_state import LoanState, PaymentKind
from tuppence.lending.shares import Flow, Shares, share_out, vat_of

Ints = NDArray[np.int64]
MEMBER_KINDS = (AccountKind.MEMBER_AVAILABLE, AccountKind.MEMBER_RECEIVABLE)
LOAN_KINDS = (
    AccountKind.PRINCIPAL_OWED,
    AccountKind.HOLDINGS,
    AccountKind.LATE_FEE_OWED,
    AccountKind.LATE_FEE_CLAIM,
    AccountKind.WRITTEN_OFF_CLAIM,
    AccountKind.WRITTEN_OFF_CONTRA,
)
PRODUCT_KINDS = (AccountKind.INTEREST_OWED, AccountKind.LENDERS_INTEREST)
PLATFORM_KINDS = (
    AccountKind.DUE_TO_FIRM,
    AccountKind.TAX_DUE,
    AccountKind.COLLECTOR_DUE,
    AccountKind.FIRM_COVER,
    AccountKind.DUE_FROM_CLIENT,
    AccountKind.FEE_INCOME,
    AccountKind.VAT_DUE,
    AccountKind.FIRM_COVER_ASSET,
)
NO_OWNER = np.zeros(1, dtype=np.int64)
_VERBS = {
    PaymentKind.PAYMENT: "payment.booked",
    PaymentKind.EARLY_REPAYMENT: "payment.booked_early",
    PaymentKind.RECOVERY: "loan.recovered",
}


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Loans of one currency, with everything that a booking touches, locked."""

    files: dict[int, LoanFile]
    holdings: HoldingColumns
    accounts: Accounts
    currency: str

    def loan_accounts(self, kind: AccountKind, loan_ids: Ints) -> Ints:
        """The accounts of these loans; NONE where a loan has none of the kind yet."""
        return self.accounts.of(kind, loan_ids)


def load_batch(files: dict[int, LoanFile], currency: str) -> Batch:
    """The holdings of these loans, and every account that a booking may touch, locked."""
    loan_ids = np.array(sorted(files), dtype=np.int64)
    holdings = holdings_of(loan_ids)
    borrowers = np.array([file.borrower_id for file in files.values()], dtype=np.int64)
    products = np.unique(np.array([file.product_id for file in files.values()], dtype=np.int64))
    accounts = lock_accounts(
        [
            (np.unique(np.concatenate([holdings.member_ids, borrowers])), MEMBER_KINDS),
            (loan_ids, LOAN_KINDS),
            (products, PRODUCT_KINDS),
            (NO_OWNER, PLATFORM_KINDS),
        ],
        currency,
    )
    return Batch(files, holdings, accounts, currency)


@dataclass(frozen=True, slots=True, eq=False)
class _Payments:
    """The payments of a batch as columns."""

    journal: Journal
    borrower_accounts: Ints
    flows: Sequence[Flow]
    fees: Ints
    vats: Ints
    charge_vats: Ints  # inside fees; late fees carry none
    taxes: Ints


def write_booked(desk: Desk, batch: Batch) -> None:
    """Write every payment that was booked on the desk."""
    booked = desk.booked
    outstanding_before = batch.holdings.outstanding.copy()
    flows, shares = share_out(booked, batch.files, batch.holdings)
    payments = _columns(booked, flows, shares, batch)
    _open_late_fee_accounts(desk, batch)
    _book_charges(desk, batch)
    _book_interest(desk, batch)
    _pay_lenders(payments, shares, batch)
    _pay_platform(payments, batch)
    _settle_loans(booked, payments, batch)
    take_back_advances(payments.journal, shares, batch.holdings, batch.accounts)
    write_payments(booked, payments.fees, payments.taxes, payments.journal.recorded)
    write_shares(payments.journal, batch.holdings.member_ids[shares.holding], shares)
    update_holdings(batch.holdings, outstanding_before)
    write_states(desk.states, desk.sequences, batch.files, _waived(booked))
    _record(booked, payments, batch)


def write_states(
    states: dict[int, LoanState],
    sequences: dict[int, int],
    files: dict[int, LoanFile],
    waived_minor: dict[int, int],
) -> None:
    """Repeat where loans stand in their columns and instalments."""
    figures, rows = {}, []
    for loan_id, state in states.items():
        file = files[loan_id]
        latest = state.latest[0] if state.latest else file.starts_on
        figures[loan_id] = figures_of(
            state,
            facts_until=max(file.facts_until, latest),
            facts=sequences.get(loan_id, file.facts_count),
            waived_minor=sum(file.waived.values()) + waived_minor.get(loan_id, 0),
        )
        rows += moved_rows(loan_id, file.before, state)
    update_loans(figures)
    update_instalments(rows)


def _columns(
    booked: Sequence[Booked], flows: Sequence[Flow], shares: Shares, batch: Batch
) -> _Payments:
    loan_ids = np.array([each.asked.loan_id for each in booked], dtype=np.int64)
    files = [batch.files[each.asked.loan_id] for each in booked]
    fees = shares.totals(shares.fee, len(booked))
    vats = [vat_of(fee, file.terms.vat) for fee, file in zip(fees.tolist(), files, strict=True)]
    return _Payments(
        journal=Journal.of(
            [each.asked.key for each in booked],
            loan_ids,
            [each.asked.on for each in booked],
            [each.asked.at for each in booked],
        ),
        borrower_accounts=batch.accounts.of(
            AccountKind.MEMBER_AVAILABLE, [file.borrower_id for file in files]
        ),
        flows=flows,
        fees=fees,
        vats=np.array(vats, dtype=np.int64),
        charge_vats=np.array(
            [
                vat_of(min(each.outcome.fee_minor, flow.firm_minor), file.terms.vat)
                for each, flow, file in zip(booked, flows, files, strict=True)
            ],
            dtype=np.int64,
        ),
        taxes=shares.totals(shares.tax, len(booked)),
    )


def _pay_lenders(payments: _Payments, shares: Shares, batch: Batch) -> None:
    """C borrower / lenders: one net transfer a lender, and the surplus apart."""
    journal, borrowers = payments.journal, payments.borrower_accounts[shares.payment]
    lenders = batch.accounts.of(
        AccountKind.MEMBER_AVAILABLE, batch.holdings.member_ids[shares.holding]
    )
    journal.post_shares(
        "repayment",
        transfer_ids.LENDERS,
        shares.payment,
        shares.rank,
        borrowers,
        lenders,
        shares.net,
    )
    journal.post_shares(
        "principal_surplus",
        transfer_ids.SURPLUSES,
        shares.payment,
        shares.rank,
        borrowers,
        lenders,
        shares.surplus,
    )


def _pay_platform(payments: _Payments, batch: Batch) -> None:
    """C borrower / due to firm, tax due, collector; F due from client / fee income and VAT."""
    journal, borrowers, accounts = payments.journal, payments.borrower_accounts, batch.accounts
    charges = _flow_column(payments, "firm_minor")

    def one(kind: AccountKind) -> Ints:
        return np.full(len(borrowers), accounts.one(kind))

    due_from = one(AccountKind.DUE_FROM_CLIENT)
    for role, amounts, vats in (
        ("servicing_fee", payments.fees, payments.vats),
        ("charge_fee", charges, payments.charge_vats),
    ):
        journal.post(role, borrowers, one(AccountKind.DUE_TO_FIRM), amounts)
        journal.post(f"{role}_income", due_from, one(AccountKind.FEE_INCOME), amounts - vats)
        journal.post(f"{role}_vat", due_from, one(AccountKind.VAT_DUE), vats)
    journal.post("tax_withheld", borrowers, one(AccountKind.TAX_DUE), payments.taxes)
    journal.post(
        "recovery_cost",
        borrowers,
        one(AccountKind.COLLECTOR_DUE),
        _flow_column(payments, "cost_minor"),
    )


def _flow_column(payments: _Payments, name: str) -> Ints:
    return np.array([getattr(flow, name) for flow in payments.flows], dtype=np.int64)


def _settle_loans(booked: Sequence[Booked], payments: _Payments, batch: Batch) -> None:
    """L holdings and lenders' interest / principal and interest owed; claims where given up."""
    journal = payments.journal
    is_recovery = np.array([each.asked.kind is PaymentKind.RECOVERY for each in booked])
    principal = np.array([each.principal_minor for each in booked], dtype=np.int64)
    interest = np.array([each.outcome.interest_minor for each in booked], dtype=np.int64)
    charges = np.array(
        [each.outcome.fee_minor + each.outcome.penalty_minor for each in booked], dtype=np.int64
    )
    waived = np.array([each.asked.waived_minor for each in booked], dtype=np.int64)
    products = np.array(
        [batch.files[each.asked.loan_id].product_id for each in booked], dtype=np.int64
    )

    def loans(kind: AccountKind) -> Ints:
        return batch.loan_accounts(kind, journal.loan_ids)

    held, owed = loans(AccountKind.HOLDINGS), loans(AccountKind.PRINCIPAL_OWED)
    alive = np.where(is_recovery, 0, 1)
    journal.post("principal_repaid", held, owed, principal * alive)
    journal.post("principal_waived", held, owed, waived)
    journal.post(
        "interest_repaid",
        batch.accounts.of(AccountKind.LENDERS_INTEREST, products),
        batch.accounts.of(AccountKind.INTEREST_OWED, products),
        interest * alive,
    )
    journal.post(
        "late_fee_paid",
        loans(AccountKind.LATE_FEE_CLAIM),
        loans(AccountKind.LATE_FEE_OWED),
        charges * alive,
    )
    journal.post(
        "claim_recovered",
        loans(AccountKind.WRITTEN_OFF_CONTRA),
        loans(AccountKind.WRITTEN_OFF_CLAIM),
        (principal + interest + charges) * (1 - alive),
    )


def _open_late_fee_accounts(desk: Desk, batch: Batch) -> None:
    """Accounts for late fees are opened when a loan first has one."""
    loans = sorted(
        {
            each.asked.loan_id
            for each in desk.booked
            if each.outcome.fee_minor or each.outcome.penalty_minor
        }
    )
    open_loan_accounts(
        loans,
        (AccountKind.LATE_FEE_OWED, AccountKind.LATE_FEE_CLAIM),
        batch,
        at=desk.booked[0].asked.at,
    )


def open_loan_accounts(
    loan_ids: Sequence[int], kinds: Sequence[AccountKind], batch: Batch, *, at: datetime
) -> None:
    """Open these accounts where they are missing, and let the batch know them."""
    wanted = np.array(loan_ids, dtype=np.int64)
    for kind in kinds:
        missing = wanted[batch.accounts.of(kind, wanted) < 0]
        if not len(missing):
            continue
        opened = ledger.open_accounts(
            [AccountKey(kind, loan_id, batch.currency) for loan_id in missing.tolist()], at=at
        )
        batch.accounts.add(kind, {key.owner_id: number for key, number in opened.items()})


def _book_charges(desk: Desk, batch: Batch) -> None:
    """L late fee owed / claim for what was charged with a payment, back for what was dropped."""
    paid: defaultdict[int, int] = defaultdict(int)
    for each in desk.booked:
        if each.asked.kind is not PaymentKind.RECOVERY:
            paid[each.asked.loan_id] += each.outcome.fee_minor + each.outcome.penalty_minor
    changes = {
        loan_id: open_charges(state) - open_charges(batch.files[loan_id].before) + paid[loan_id]
        for loan_id, state in desk.states.items()
    }
    book_charges(changes, desk, batch)


def book_charges(changes: dict[int, int], desk: Desk, batch: Batch) -> None:
    """Charge what these loans owe more in fees and penalties, or take back what they owe less."""
    loans = [loan_id for loan_id, change in changes.items() if change]
    if not loans:
        return
    last = {each.asked.loan_id: each.asked for each in desk.booked}
    kinds = (AccountKind.LATE_FEE_OWED, AccountKind.LATE_FEE_CLAIM)
    open_loan_accounts(loans, kinds, batch, at=desk.booked[0].asked.at)
    loan_ids = np.array(loans, dtype=np.int64)
    journal = Journal.of(
        [last[loan_id].key for loan_id in loans],
        loan_ids,
        [last[loan_id].on for loan_id in loans],
        [last[loan_id].at for loan_id in loans],
    )
    amounts = np.array([changes[loan_id] for loan_id in loans], dtype=np.int64)
    owed, claim = (batch.loan_accounts(kind, loan_ids) for kind in kinds)
    journal.post("late_fee_charged", owed, claim, np.maximum(amounts, 0))
    journal.post("late_fee_dropped", claim, owed, np.maximum(-amounts, 0))


def _book_interest(desk: Desk, batch: Batch) -> None:
    """What the loans earned up to their payments, by product, so that none is paid unearned."""
    earned: defaultdict[int, int] = defaultdict(int)
    for each in desk.booked:
        if each.asked.kind is not PaymentKind.RECOVERY:
            earned[batch.files[each.asked.loan_id].product_id] += each.outcome.interest_minor
    for loan_id, state in desk.states.items():
        file = batch.files[loan_id]
        earned[file.product_id] += owed_interest(state) - owed_interest(file.before)
    last = max(desk.booked, key=lambda each: each.asked.on).asked
    book_interest(
        earned,
        batch.accounts,
        key=desk.booked[0].asked.key,
        occurred_at=datetime(last.on.year, last.on.month, last.on.day, 12, tzinfo=UTC),
        at=last.at,
    )


def _waived(booked: Sequence[Booked]) -> dict[int, int]:
    waived: defaultdict[int, int] = defaultdict(int)
    for each in booked:
        waived[each.asked.loan_id] += each.asked.waived_minor
    return waived


def _record(booked: Sequence[Booked], payments: _Payments, batch: Batch) -> None:
    for kind, verb in _VERBS.items():
        at = np.flatnonzero(np.array([each.asked.kind is kind for each in booked]))
        chosen = [booked[place] for place in at.tolist()]
        events.record(
            EventColumns(
                verb=verb,
                subject_kind="loan",
                currency=batch.currency,
                at=payments.journal.recorded[at],
                member_ids=np.array(
                    [batch.files[each.asked.loan_id].borrower_id for each in chosen], dtype=np.int64
                ),
                subject_ids=payments.journal.loan_ids[at],
                amounts_minor=np.array([each.amount_minor for each in chosen], dtype=np.int64),
            )
        )
