"""Book a chunk of a tape's loans, each through its whole life, in one transaction.

Every step is the operation that members and staff use, given a batch: who borrows joins and is
verified, asks, is decided on and signs; the listing opens, lenders pay in and invest, the loan is
paid out, repaid, given up and recovered on. So the books get what they would have got.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.db import connection, transaction

from tuppence.bank.line_columns import LineColumns
from tuppence.bank.operations import book_lines
from tuppence.ledger.chart import AccountKind
from tuppence.ledger.queries import balances
from tuppence.ledger.transfers import AccountKey
from tuppence.lending import operations as lending
from tuppence.lending.application_rules import (
    ApplyStatus,
    ContractOrder,
    ReviewStatus,
    SignOrder,
)
from tuppence.lending.models import Contract
from tuppence.lending.orders import ActStatus, PaymentStatus
from tuppence.market import operations as market
from tuppence.market.lifecycle import PayOutStatus, PublishStatus
from tuppence.market.operations.paying_out import PayOutOrder, pay_out
from tuppence.market.operations.publishing import PublishOrder
from tuppence.market.orders import InvestOrder, InvestStatus
from tuppence.members.identity import DecideStatus
from tuppence.members.operations import register_members
from tuppence.members.registration import RegisterStatus
from tuppence.tapes import queries, statements
from tuppence.tapes.event_times import Step
from tuppence.tapes.figures import digest_of
from tuppence.tapes.lenders import choose_lenders
from tuppence.tapes.life_orders import (
    application_order,
    borrower_order,
    payment_orders,
    recover_orders,
    review_order,
    write_off_orders,
)
from tuppence.tapes.loans import TapeLoan
from tuppence.tapes.models import TapeImport, TapeRow
from tuppence.tapes.operations.outcomes import LoanRefusedError, Outcome, require
from tuppence.tapes.operations.setting_up import Stage, keep_fit, open_purses, verify
from tuppence.tapes.order_keys import loan_key, loan_keys
from tuppence.tapes.rebuild import LoanLife

Order = TypeVar("Order")

TAPE_LOCK = 7_316_002
"""Two imports at once take turns, chunk by chunk. Nothing else locks by this number."""


@dataclass(frozen=True, slots=True)
class ChunkBooked:
    """What one chunk wrote."""

    loans: int = 0
    payments: int = 0
    investments: int = 0


@transaction.atomic
def book_chunk(
    lives: Sequence[LoanLife], stage: Stage, made_by: TapeImport, *, at: datetime
) -> ChunkBooked:
    """Book these loans, but those that are booked already. Raises LoanRefusedError."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [TAPE_LOCK])
    known = queries.digests_of(made_by.tape, [life.loan.loan_ref for life in lives])
    fresh = [life for life in lives if life.loan.loan_ref not in known]
    if not fresh:
        return ChunkBooked()
    chunk = _Chunk(fresh, stage)
    borrowers = chunk.let_borrowers_join()
    applications = chunk.apply(borrowers)
    chunk.sign(borrowers, applications)
    listings, investments = chunk.fund(applications)
    loan_ids = chunk.pay_out(listings)
    payments = chunk.let_borrowers_pay(borrowers, loan_ids)
    _write_rows(fresh, borrowers, loan_ids, made_by, at)
    return ChunkBooked(len(fresh), payments, investments)


class _Chunk:
    """The loans of one chunk on their way; lists are aligned with the lives."""

    def __init__(self, lives: Sequence[LoanLife], stage: Stage) -> None:
        self.lives = lives
        self.loans = [life.loan for life in lives]
        self.stage = stage
        self.tape = stage.tape_map.tape
        self.currency = stage.tape_map.currency
        self.times = stage.times
        self.first_day = min(loan.issued_on for loan in self.loans)
        self.first_ref = self.loans[0].loan_ref

    def let_borrowers_join(self) -> list[int]:
        """Register and verify the borrowers; their members."""
        orders = [borrower_order(loan, self.stage.tape_map, self.times) for loan in self.loans]
        joined = register_members(orders)
        require(self.loans, joined, "registration", {RegisterStatus.REGISTERED})
        members = [each.member_id for each in joined if each.member_id is not None]
        known = verify(
            [(member, order.at) for member, order in zip(members, orders, strict=True)], self.tape
        )
        for loan, status in zip(self.loans, known, strict=True):
            if status is not DecideStatus.APPROVED:
                raise LoanRefusedError(loan, "identity", status)
        open_purses(members, self.currency, at=orders[0].at)
        return members

    def apply(self, borrowers: Sequence[int]) -> list[int]:
        """Ask for the loans and decide on them; their applications."""
        applied = lending.apply(
            [
                application_order(
                    loan,
                    self.stage.tape_map,
                    self.times,
                    member_id=member,
                    product_id=self.stage.product_id,
                )
                for loan, member in zip(self.loans, borrowers, strict=True)
            ]
        )
        require(self.loans, applied, "application", {ApplyStatus.SUBMITTED})
        ids = [each.application_id for each in applied if each.application_id is not None]
        decided = lending.decide_applications(
            [
                review_order(loan, self.times, application_id=application)
                for loan, application in zip(self.loans, ids, strict=True)
            ],
            by=self.stage.officer_id,
        )
        require(self.loans, decided, "decision", {ReviewStatus.APPROVED})
        return ids

    def sign(self, borrowers: Sequence[int], applications: Sequence[int]) -> None:
        """Write the contracts and let the borrowers sign them."""
        moments = [self.times.at(loan.issued_on, Step.SIGN) for loan in self.loans]
        made = lending.make_contracts(
            [
                ContractOrder(application, moment)
                for application, moment in zip(applications, moments, strict=True)
            ]
        )
        require(self.loans, made, "contract", {ReviewStatus.MADE})
        texts = dict(
            Contract.objects.filter(application_id__in=applications).values_list(
                "application_id", "sha256"
            )
        )
        signed = lending.sign(
            [
                SignOrder(
                    loan_key(self.tape, loan, "signature"),
                    application,
                    member,
                    texts[application],
                    moment,
                )
                for loan, application, member, moment in zip(
                    self.loans, applications, borrowers, moments, strict=True
                )
            ]
        )
        require(self.loans, signed, "signature", {ReviewStatus.SIGNED})

    def fund(self, applications: Sequence[int]) -> tuple[list[int], int]:
        """List the loans and let the pool fund them; the listings and how many invested."""
        listed = market.publish(
            [
                PublishOrder(application, self.times.at(loan.issued_on, Step.LIST), None, 0)
                for loan, application in zip(self.loans, applications, strict=True)
            ]
        )
        require(self.loans, listed, "listing", {PublishStatus.PUBLISHED})
        listings = [each.listing_id for each in listed if each.listing_id is not None]
        orders, owners = self._invest_orders(listings)
        self._let_lenders_pay_in(orders)
        placed = market.invest(orders)
        require(owners, placed, "investment", {InvestStatus.PLACED})
        return listings, len(orders)

    def _invest_orders(self, listings: Sequence[int]) -> tuple[list[InvestOrder], list[TapeLoan]]:
        orders, owners = [], []
        for loan, listing in zip(self.loans, listings, strict=True):
            moment = self.times.at(loan.issued_on, Step.INVEST)
            chosen = choose_lenders(loan, self.stage.pool)
            keys = loan_keys(self.tape, loan, "investment", len(chosen))
            for key, (index, amount_minor) in zip(keys, chosen, strict=True):
                lender = self.stage.lender_ids[index]
                orders.append(InvestOrder(key, lender, listing, amount_minor, moment, True))
                owners.append(loan)
        return orders, owners

    def _let_lenders_pay_in(self, orders: Sequence[InvestOrder]) -> None:
        invested: defaultdict[int, int] = defaultdict(int)
        for order in orders:
            invested[order.member_id] += order.amount_minor
        keep_fit(self.stage, sorted(invested), on=self.first_day)
        lines = statements.lenders_deposits(self.tape, self.first_ref, invested, self.first_day)
        self._book_lines(lines)

    def pay_out(self, listings: Sequence[int]) -> list[int]:
        """Pay the loans out; their ids."""
        paid = pay_out(
            [
                PayOutOrder(listing, self.times.at(loan.issued_on, Step.PAY_OUT))
                for loan, listing in zip(self.loans, listings, strict=True)
            ]
        )
        require(self.loans, paid, "pay-out", {PayOutStatus.PAID_OUT})
        return [each.loan_id for each in paid if each.loan_id is not None]

    def let_borrowers_pay(self, borrowers: Sequence[int], loan_ids: Sequence[int]) -> int:
        """Take out, repay, give up, recover; how many payments there were."""
        members = dict(zip((loan.loan_ref for loan in self.loans), borrowers, strict=True))
        self._book_lines(
            statements.borrowers_lines(self.tape, self.lives, members, self._purses(borrowers))
        )
        pairs = list(zip(self.lives, loan_ids, strict=True))
        tape, times = self.tape, self.times
        paid = self._book_each(
            [payment_orders(life, tape, times, loan_id=number) for life, number in pairs],
            lending.record_payments,
            "payment",
        )
        self._book_each(
            [write_off_orders(life, tape, times, loan_id=number) for life, number in pairs],
            lending.write_off,
            "charge-off",
        )
        paid += self._book_each(
            [recover_orders(life, tape, times, loan_id=number) for life, number in pairs],
            lending.recover,
            "recovery",
        )
        self._book_lines(statements.collector_lines(self.tape, self.lives))
        return paid

    def _book_each(
        self,
        by_loan: Sequence[list[Order]],
        operation: Callable[[Sequence[Order]], Sequence[Outcome]],
        step: str,
    ) -> int:
        """Let an operation book the orders of all loans; how many there were."""
        orders = [order for listed in by_loan for order in listed]
        owners = [loan for loan, listed in zip(self.loans, by_loan, strict=True) for _ in listed]
        require(owners, operation(orders), step, {PaymentStatus.BOOKED, ActStatus.DONE})
        return len(orders)

    def _purses(self, members: Sequence[int]) -> dict[int, int]:
        """What borrowers have after the pay-out: the loan less what was kept back."""
        keys = [AccountKey(AccountKind.MEMBER_AVAILABLE, n, self.currency) for n in members]
        return {key.owner_id: amount for key, amount in balances(keys).items()}

    def _book_lines(self, lines: LineColumns) -> None:
        if len(lines):
            reference = f"{self.tape}, from {self.first_ref}"
            moment = self.times.at(lines.booked_on.max().item(), Step.RECOVER)
            book_lines(self.stage.account_id, lines, reference=reference, at=moment)


def _write_rows(
    lives: Sequence[LoanLife],
    borrowers: Sequence[int],
    loan_ids: Sequence[int],
    made_by: TapeImport,
    at: datetime,
) -> None:
    TapeRow.objects.bulk_create(
        [
            TapeRow(
                tape=made_by.tape,
                loan_ref=life.loan.loan_ref,
                tape_import=made_by,
                number=life.loan.row,
                digest=digest_of(life.loan),
                borrower_id=borrower,
                loan_id=loan_id,
                status=life.loan.status.value,
                oddities=sorted(oddity.value for oddity in life.oddities),
                attributes=dict(life.loan.attributes),
                booked_at=at,
            )
            for life, borrower, loan_id in zip(lives, borrowers, loan_ids, strict=True)
        ]
    )
