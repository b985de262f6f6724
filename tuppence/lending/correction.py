"""What a replay changes in the books of one loan, as one group of transfers. Pure.

The group is the old outcome's reversal and the new outcome in one: for each account the net of the
two, so that nobody's purse has to hold for a moment what it only passes on. What a lender has
already spent is advanced by the firm: C firm cover / borrower and F receivable / firm cover.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import numpy as np

from tuppence.ledger.chart import AccountKind
from tuppence.ledger.ids import derive_id
from tuppence.ledger.transfers import Transfer
from tuppence.lending.loan_file import LoanFile, open_charges, owed_interest
from tuppence.lending.servicing.loan_state import LoanState, PaymentKind
from tuppence.lending.settlement import Settlement

AccountOf = Callable[[AccountKind, int], int]


@dataclass(frozen=True, slots=True, eq=False)
class Correction:
    """A loan before and after, with the sums of both sides."""

    id: UUID
    file: LoanFile
    before: LoanState
    after: LoanState
    old: Settlement
    new: Settlement
    member_ids: np.ndarray

    @property
    def credited(self) -> np.ndarray:
        """By how much more each lender is credited."""
        return self.new.credited - self.old.credited

    @property
    def from_borrower_minor(self) -> int:
        """What the borrower pays more in all; below zero: what comes back."""
        platform = sum(
            getattr(self.new, name) - getattr(self.old, name)
            for name in ("fee_minor", "firm_minor", "tax_minor", "cost_minor")
        )
        credited = int(self.credited.sum())
        return credited + int(platform)

    @property
    def interest_paid_minor(self) -> int:
        """By how much more interest the loan has paid before any write-off."""
        return _interest(self.after) - _interest(self.before)

    @property
    def earned_minor(self) -> int:
        """What the books take up as earned, so that interest owed is right afterwards."""
        owed = owed_interest(self.after) - owed_interest(self.before)
        return owed + self.interest_paid_minor


@dataclass(frozen=True, slots=True)
class _Group:
    correction: Correction
    account_of: AccountOf
    occurred_at: datetime
    at: datetime
    transfers: list[Transfer]

    def move(
        self,
        kinds: tuple[str, str],
        debit: tuple[AccountKind, int],
        credit: tuple[AccountKind, int],
        amount_minor: int,
    ) -> None:
        """One transfer; below zero the other way round under the second kind."""
        if not amount_minor:
            return
        if amount_minor < 0:
            debit, credit = credit, debit
        kind = kinds[amount_minor < 0]
        key = self.correction.id
        self.transfers.append(
            Transfer(
                id=derive_id("replay", key, kind, debit[1], credit[1], debit[0], credit[0]),
                debit_account_id=self.account_of(*debit),
                credit_account_id=self.account_of(*credit),
                amount_minor=abs(amount_minor),
                kind=kind,
                occurred_at=self.occurred_at,
                recorded_at=self.at,
                group_id=key,
                subject_kind="loan",
                subject_id=self.correction.file.id,
            )
        )


def transfers_of(
    correction: Correction,
    account_of: AccountOf,
    available_minor: Mapping[int, int],
    *,
    occurred_at: datetime,
    at: datetime,
) -> tuple[list[Transfer], int]:
    """The group of one correction, and what the firm advances in it.

    `available_minor` is what each member can spend; it says how far a lender gives back at once.
    """
    group = _Group(correction, account_of, occurred_at, at, [])
    advanced_minor = _lenders(group, available_minor)
    _platform(group)
    _loan(group)
    return group.transfers, advanced_minor


def _lenders(group: _Group, available_minor: Mapping[int, int]) -> int:
    borrower = (AccountKind.MEMBER_AVAILABLE, group.correction.file.borrower_id)
    changes = zip(
        group.correction.member_ids.tolist(), group.correction.credited.tolist(), strict=True
    )
    advanced_minor = 0
    for member, change_minor in changes:
        given = change_minor
        if change_minor < 0:
            given = -min(-change_minor, max(available_minor.get(member, 0), 0))
        purse = (AccountKind.MEMBER_AVAILABLE, member)
        group.move(("repayment", "repayment_returned"), borrower, purse, given)
        short_minor = given - change_minor
        advanced_minor += short_minor
        debt = (AccountKind.MEMBER_RECEIVABLE, member)
        cover = (AccountKind.FIRM_COVER_ASSET, 0)
        group.move(("advance_owed", "advance_owed"), debt, cover, short_minor)
    cover = (AccountKind.FIRM_COVER, 0)
    group.move(("advance", "advance"), cover, borrower, advanced_minor)
    return advanced_minor


def _platform(group: _Group) -> None:
    old, new = group.correction.old, group.correction.new
    borrower = (AccountKind.MEMBER_AVAILABLE, group.correction.file.borrower_id)
    due_to, due_from = (AccountKind.DUE_TO_FIRM, 0), (AccountKind.DUE_FROM_CLIENT, 0)
    income, vat = (AccountKind.FEE_INCOME, 0), (AccountKind.VAT_DUE, 0)
    for role, gross, vat_minor in (
        (
            "servicing_fee",
            new.fee_minor - old.fee_minor,
            new.fee_vat_minor - old.fee_vat_minor,
        ),
        (
            "charge_fee",
            new.firm_minor - old.firm_minor,
            new.firm_vat_minor - old.firm_vat_minor,
        ),
    ):
        group.move((role, f"{role}_returned"), borrower, due_to, gross)
        group.move(
            (f"{role}_income", f"{role}_income_returned"), due_from, income, gross - vat_minor
        )
        group.move((f"{role}_vat", f"{role}_vat_returned"), due_from, vat, vat_minor)
    group.move(
        ("tax_withheld", "tax_returned"),
        borrower,
        (AccountKind.TAX_DUE, 0),
        new.tax_minor - old.tax_minor,
    )
    group.move(
        ("recovery_cost", "recovery_cost_returned"),
        borrower,
        (AccountKind.COLLECTOR_DUE, 0),
        new.cost_minor - old.cost_minor,
    )


def _loan(group: _Group) -> None:
    correction = group.correction
    before, after, loan = correction.before, correction.after, correction.file.id
    product = correction.file.product_id
    group.move(
        ("principal_repaid", "principal_restored"),
        (AccountKind.HOLDINGS, loan),
        (AccountKind.PRINCIPAL_OWED, loan),
        before.outstanding_principal_minor - after.outstanding_principal_minor,
    )
    group.move(
        ("interest_repaid", "interest_restored"),
        (AccountKind.LENDERS_INTEREST, product),
        (AccountKind.INTEREST_OWED, product),
        correction.interest_paid_minor,
    )
    paid = _charges(after) - _charges(before)
    charged = open_charges(after) - open_charges(before) + paid
    owed, claim = (AccountKind.LATE_FEE_OWED, loan), (AccountKind.LATE_FEE_CLAIM, loan)
    group.move(("late_fee_charged", "late_fee_dropped"), owed, claim, charged)
    group.move(("late_fee_paid", "late_fee_restored"), claim, owed, paid)
    group.move(
        ("claim_recovered", "claim_restored"),
        (AccountKind.WRITTEN_OFF_CONTRA, loan),
        (AccountKind.WRITTEN_OFF_CLAIM, loan),
        _claims(before) - _claims(after),
    )


def _interest(state: LoanState) -> int:
    return sum(o.interest_minor for o in state.outcomes if o.kind is not PaymentKind.RECOVERY)


def _charges(state: LoanState) -> int:
    return sum(
        outcome.fee_minor + outcome.penalty_minor
        for outcome in state.outcomes
        if outcome.kind is not PaymentKind.RECOVERY
    )


def _claims(state: LoanState) -> int:
    return state.claims.total_minor if state.claims else 0
