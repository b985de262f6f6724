"""A stage for the operations of lending: members with money, and loans paid out to them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from django.db import connection

from tuppence.ledger import operations as ledger
from tuppence.ledger import queries as books
from tuppence.ledger.chart import AccountKind
from tuppence.ledger.ids import derive_id
from tuppence.ledger.transfers import AccountKey, Transfer
from tuppence.lending import operations as lending
from tuppence.lending.application_rules import (
    ApplyOrder,
    ContractOrder,
    ReviewOrder,
    SignOrder,
)
from tuppence.lending.models import Contract, Product
from tuppence.lending.orders import DisburseOrder, PaymentOrder, PaymentResult
from tuppence.lending.servicing.facts import StatedSplit
from tuppence.members.models import User
from tuppence.members.operations import create_staff
from tuppence.members.roles import Role

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TODAY = date(2026, 3, 2)


@dataclass
class Stage:
    """What the tests do over and over."""

    officer: User
    currency: str = "EUR"
    counter: int = 0
    loans: list[int] = field(default_factory=list)

    def key(self, *parts: str | int) -> UUID:
        """A new key, or the key of these parts."""
        if parts:
            return derive_id("stage", *parts)
        self.counter += 1
        return derive_id("stage", self.counter)

    def member(self, money: int = 0) -> int:
        """A verified organisation, so that every rulebook lets it borrow and lend."""
        self.counter += 1
        with connection.cursor() as cursor:
            cursor.execute(
                """
                INSERT INTO members_member (key, kind, pseudonym, legal_name, name_key, country,
                    registration_number, payment_reference, joined_at, verified_at,
                    sophisticated)
                VALUES (%s, 'organisation', %s, 'Stage Ltd', 'stage ltd', 'DE', 'HRB 1', %s, %s, %s,
                    false)
                RETURNING id
                """,
                [self.key(), f"member {self.counter}", f"REF{self.counter}", AT, AT],
            )
            row = cursor.fetchone()
        assert row is not None
        self.purses([row[0]])
        if money:
            self.deposit(row[0], money)
        return int(row[0])

    def purses(self, members: Sequence[int]) -> None:
        """Open the accounts of members."""
        kinds = (AccountKind.MEMBER_AVAILABLE, AccountKind.MEMBER_RESERVED)
        keys = [AccountKey(kind, member, self.currency) for member in members for kind in kinds]
        ledger.open_accounts(keys, at=AT)

    def deposit(self, member: int, amount: int) -> None:
        """Money comes in through the client bank."""
        self.move(AccountKind.CLIENT_BANK, 0, AccountKind.MEMBER_AVAILABLE, member, amount)

    def reserve(self, member: int, amount: int) -> None:
        """Set money aside for a listing."""
        self.move(AccountKind.MEMBER_AVAILABLE, member, AccountKind.MEMBER_RESERVED, member, amount)

    def spend(self, member: int, amount: int) -> None:
        """A member takes money out."""
        self.move(AccountKind.MEMBER_AVAILABLE, member, AccountKind.PAYOUTS_IN_FLIGHT, 0, amount)

    def move(
        self, debit: AccountKind, debtor: int, credit: AccountKind, creditor: int, amount: int
    ) -> None:
        """One transfer."""
        keys = [
            AccountKey(debit, debtor, self.currency),
            AccountKey(credit, creditor, self.currency),
        ]
        ids = ledger.open_accounts(keys, at=AT)
        key = self.key()
        ledger.post_all([Transfer(key, ids[keys[0]], ids[keys[1]], amount, "stage", AT, AT, key)])

    def balance(self, kind: AccountKind, owner: int = 0) -> int:
        """What an account holds."""
        key = AccountKey(kind, owner, self.currency)
        return books.balances([key])[key]

    def available(self, member: int) -> int:
        """What a member can spend."""
        return self.balance(AccountKind.MEMBER_AVAILABLE, member)

    def product(self, **fields: Any) -> Product:
        """A product with wide ranges; any field may be said."""
        self.counter += 1
        values: dict[str, Any] = {
            "code": f"product {self.counter}",
            "name": "Stage loan",
            "currency": self.currency,
            "amount_minor_min": 1,
            "amount_minor_max": 10**12,
            "instalments_min": 1,
            "instalments_max": 60,
            "annual_rate_min": Fraction(0),
            "annual_rate_max": Fraction(1, 2),
            "investment_minor_min": 1,
            "investment_minor_step": 1,
        }
        return lending.create_product(at=AT, **(values | fields))

    def signed(
        self, product: Product, amount: int, instalments: int, rate: Fraction, at: datetime = AT
    ) -> tuple[int, int]:
        """An application that is approved and signed: application and borrower."""
        borrower = self.member()
        order = ApplyOrder(
            self.key(),
            borrower,
            product.pk,
            amount,
            instalments,
            "A van",
            "van",
            at,
            elsewhere_minor=0,
        )
        (applied,) = lending.apply([order])
        assert applied.application_id is not None, applied
        number = applied.application_id
        review = ReviewOrder(number, True, "Sound.", at, "B", rate, Fraction(2, 100))
        (decided,) = lending.decide_applications([review], by=self.officer.pk)
        assert decided.status.accepted, decided
        lending.make_contracts([ContractOrder(number, at)])
        text = Contract.objects.get(application_id=number)
        signature = SignOrder(self.key(), number, borrower, text.sha256, at)
        (signed,) = lending.sign([signature])
        assert signed.status.accepted, signed
        return number, borrower

    def loan(
        self,
        amounts: Sequence[int] = (600_00, 400_00),
        *,
        product: Product | None = None,
        instalments: int = 12,
        rate: Fraction = Fraction(12, 100),
        on: date = TODAY,
        **fields: Any,
    ) -> tuple[int, int, list[int]]:
        """A loan that is paid out: loan, borrower and lenders."""
        at = datetime(on.year, on.month, on.day, 9, tzinfo=UTC)
        product = product or self.product(**fields)
        number, borrower = self.signed(product, sum(amounts), instalments, rate, at)
        lenders = [self.member(amount) for amount in amounts]
        for lender, amount in zip(lenders, amounts, strict=True):
            self.reserve(lender, amount)
        order = DisburseOrder(
            self.key(),
            number,
            sum(amounts),
            np.array(lenders),
            np.array(amounts),
            at,
            on,
        )
        (outcome,) = lending.disburse([order])
        assert outcome.loan_id is not None, outcome
        self.loans.append(outcome.loan_id)
        return outcome.loan_id, borrower, lenders

    def pay(
        self,
        loan: int,
        amount: int,
        on: date,
        *,
        key: UUID | None = None,
        late_days: int = 0,
        stated: StatedSplit | None = None,
        waived: int = 0,
    ) -> PaymentResult:
        """Pay on a day; entered `late_days` after it."""
        entered = on + timedelta(days=late_days)
        at = datetime(entered.year, entered.month, entered.day, 10, tzinfo=UTC)
        order = PaymentOrder(key or self.key(), loan, on, amount, at, stated, waived)
        (result,) = lending.record_payments([order])
        return result


@pytest.fixture
def officer(db: None) -> User:
    """A credit officer."""
    return create_staff(
        "officer@staff.example",
        legal_name="Vera Officer",
        born_on=date(1980, 1, 1),
        roles=[Role.CREDIT_OFFICER],
        at=AT,
    )


@pytest.fixture
def stage(officer: User) -> Stage:
    """A platform without anybody yet."""
    return Stage(officer)


@pytest.fixture
def loan_books(stage: Stage) -> Callable[[], None]:
    """Check that the sub-ledgers of lending agree with the books."""

    def check() -> None:
        from tuppence.lending.queries.controls import lending_controls

        wrong = [control for control in lending_controls() if control.differences]
        assert not wrong

    return check
