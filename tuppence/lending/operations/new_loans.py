"""Write new loans: rows, schedules, holdings, transfers and events, each in bulk."""

from collections.abc import Sequence
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from tuppence.events import operations as events
from tuppence.events.happenings import Event
from tuppence.ledger import operations as ledger
from tuppence.ledger.chart import AccountKind
from tuppence.ledger.ids import derive_id
from tuppence.ledger.transfers import AccountKey
from tuppence.lending import transfer_ids
from tuppence.lending.accounts import Accounts
from tuppence.lending.allocation import Component
from tuppence.lending.disbursing import NewLoan
from tuppence.lending.loan_file import counts_360
from tuppence.lending.models import Charge, Loan
from tuppence.lending.operations.applications import end_applications
from tuppence.lending.operations.journal import Journal
from tuppence.postgres import bulk

Ints = NDArray[np.int64]
FEE_ROW = 1
"""An origination fee that may not be kept back is charged on this instalment."""


def write_loans(loans: Sequence[NewLoan], accounts: Accounts, currency: str) -> dict[UUID, int]:
    """Write these loans; their ids by the orders' keys."""
    made = Loan.objects.bulk_create([_row(loan) for loan in loans])
    ids = np.array([row.pk for row in made], dtype=np.int64)
    charged = [(loan, row) for loan, row in zip(loans, made, strict=True) if _is_charged(loan)]
    _open_loan_accounts(loans, ids, charged, accounts, currency)
    _write_instalments(loans, ids)
    _write_holdings(loans, ids)
    _move_money(loans, ids, accounts)
    _charge_fees(charged)
    end_applications([row.application_id for row in made])
    _record(loans, ids, currency)
    return {row.key: row.pk for row in made}


def _is_charged(loan: NewLoan) -> bool:
    return bool(loan.fee_minor) and not loan.withheld


def _row(loan: NewLoan) -> Loan:
    application, order, first = loan.application, loan.order, loan.rows[0]
    contract = loan.terms.contract(loan.rows, application.currency, order.on)
    return Loan(
        key=order.key,
        application_id=application.id,
        product_id=application.product_id,
        borrower_id=application.borrower_id,
        currency=application.currency,
        principal_minor=order.funded_minor,
        annual_rate=str(application.annual_rate),
        grade=application.grade,
        instalments_agreed=application.instalments,
        starts_on=order.on,
        matures_on=loan.matures_on,
        terms=loan.terms.to_json(),
        origination_fee_minor=loan.fee_minor,
        lenders=len(loan.member_ids),
        paid_out_at=order.at,
        outstanding_minor=order.funded_minor,
        next_due_on=next(row.due_on for row in loan.rows if row.amount_minor),
        facts_until=order.on,
        facts=int(_is_charged(loan)),
        charges_open_minor=loan.fee_minor if _is_charged(loan) else 0,
        running_from=order.on,
        running_until=first.due_on,
        running_interest_minor=first.interest_minor,
        counts_days_of_360=counts_360(contract),
        grace_days=loan.terms.grace_days,
    )


def _open_loan_accounts(
    loans: Sequence[NewLoan],
    ids: Ints,
    charged: Sequence[tuple[NewLoan, Loan]],
    accounts: Accounts,
    currency: str,
) -> None:
    wanted = {
        AccountKind.PRINCIPAL_OWED: ids.tolist(),
        AccountKind.HOLDINGS: ids.tolist(),
        AccountKind.LATE_FEE_OWED: [row.pk for _, row in charged],
        AccountKind.LATE_FEE_CLAIM: [row.pk for _, row in charged],
    }
    opened = ledger.open_accounts(
        [
            AccountKey(kind, number, currency)
            for kind, listed in wanted.items()
            for number in listed
        ],
        at=loans[0].order.at,
    )
    for kind in wanted:
        accounts.add(kind, {key.owner_id: n for key, n in opened.items() if key.kind is kind})


def _write_instalments(loans: Sequence[NewLoan], ids: Ints) -> None:
    rows = [row for loan in loans for row in loan.rows]
    starts = [day for loan in loans for day in (loan.order.on, *(r.due_on for r in loan.rows[:-1]))]
    count = np.array([len(loan.rows) for loan in loans])
    principal = bulk.bigints(np.array([row.principal_minor for row in rows], dtype=np.int64))
    interest = bulk.bigints(np.array([row.interest_minor for row in rows], dtype=np.int64))
    fees = [
        loan.fee_minor if _is_charged(loan) and row.number == FEE_ROW else 0
        for loan in loans
        for row in loan.rows
    ]
    bulk.copy_columns(
        "lending_instalment",
        {
            "loan_id": bulk.bigints(np.repeat(ids, count)),
            "number": bulk.bigints(np.array([row.number for row in rows], dtype=np.int64)),
            "starts_on": bulk.dates(np.array(starts, dtype="datetime64[D]")),
            "due_on": bulk.dates(np.array([row.due_on for row in rows], dtype="datetime64[D]")),
            "agreed_principal_minor": principal,
            "agreed_interest_minor": interest,
            "principal_minor": principal,
            "interest_minor": interest,
            "fee_minor": bulk.bigints(np.array(fees, dtype=np.int64)),
            "penalty_minor": bulk.constant(0),
        },
        len(rows),
    )


def _write_holdings(loans: Sequence[NewLoan], ids: Ints) -> None:
    count = np.array([len(loan.member_ids) for loan in loans])
    amounts = bulk.bigints(np.concatenate([loan.amounts_minor for loan in loans]))
    since = bulk.time_column(loan.order.at for loan in loans)
    bulk.copy_columns(
        "lending_holding",
        {
            "loan_id": bulk.bigints(np.repeat(ids, count)),
            "member_id": bulk.bigints(np.concatenate([loan.member_ids for loan in loans])),
            "lent_minor": amounts,
            "outstanding_minor": amounts,
            "since": bulk.timestamps(np.repeat(since, count)),
        },
        int(count.sum()),
    )


def _move_money(loans: Sequence[NewLoan], ids: Ints, accounts: Accounts) -> None:
    """C reserved / borrower, the fee kept back, and L principal owed / holdings."""
    journal = Journal.of(
        [loan.order.key for loan in loans],
        ids,
        [loan.order.on for loan in loans],
        [loan.order.at for loan in loans],
    )
    borrowers = accounts.of(
        AccountKind.MEMBER_AVAILABLE, [loan.application.borrower_id for loan in loans]
    )
    count = np.array([len(loan.member_ids) for loan in loans])
    orders = np.repeat(np.arange(len(loans)), count)
    journal.post_shares(
        "funding",
        transfer_ids.LENDERS,
        orders,
        np.arange(len(orders)) - np.repeat(np.cumsum(count) - count, count),
        accounts.of(
            AccountKind.MEMBER_RESERVED, np.concatenate([loan.member_ids for loan in loans])
        ),
        borrowers[orders],
        np.concatenate([loan.amounts_minor for loan in loans]),
    )
    kept = [(loan.fee_minor, loan.fee_vat_minor) if loan.withheld else (0, 0) for loan in loans]
    fees, vats = np.array(kept, dtype=np.int64).T

    def one(kind: AccountKind) -> Ints:
        return np.full(len(loans), accounts.one(kind))

    due_from = one(AccountKind.DUE_FROM_CLIENT)
    journal.post("origination_fee", borrowers, one(AccountKind.DUE_TO_FIRM), fees)
    journal.post("origination_fee_income", due_from, one(AccountKind.FEE_INCOME), fees - vats)
    journal.post("origination_fee_vat", due_from, one(AccountKind.VAT_DUE), vats)
    journal.post(
        "principal_lent",
        accounts.of(AccountKind.PRINCIPAL_OWED, ids),
        accounts.of(AccountKind.HOLDINGS, ids),
        np.array([loan.order.funded_minor for loan in loans], dtype=np.int64),
    )
    charged = [loan.fee_minor if _is_charged(loan) else 0 for loan in loans]
    journal.post(
        "late_fee_charged",
        accounts.of(AccountKind.LATE_FEE_OWED, ids),
        accounts.of(AccountKind.LATE_FEE_CLAIM, ids),
        np.array(charged, dtype=np.int64),
        kind="origination_fee_charged",
    )


def _charge_fees(charged: Sequence[tuple[NewLoan, Loan]]) -> None:
    Charge.objects.bulk_create(
        [
            Charge(
                id=derive_id("origination_fee", loan.order.key),
                loan=row,
                on=loan.order.on,
                number=FEE_ROW,
                component=Component.FEE.value,
                amount_minor=loan.fee_minor,
                by_rule=False,
                reason="origination fee",
                sequence=1,
                recorded_at=loan.order.at,
            )
            for loan, row in charged
        ]
    )


def _record(loans: Sequence[NewLoan], ids: Ints, currency: str) -> None:
    events.record(
        [
            Event(
                "loan.paid_out",
                loan.order.at,
                member_id=loan.application.borrower_id,
                subject_kind="loan",
                subject_id=loan_id,
                amount_minor=loan.order.funded_minor,
                currency=currency,
                properties={
                    "lenders": len(loan.member_ids),
                    "instalments": len(loan.rows),
                    "grade": loan.application.grade,
                },
            )
            for loan, loan_id in zip(loans, ids.tolist(), strict=True)
        ]
    )
