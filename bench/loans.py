"""Loans for the benchmarks, made by the operations that serve members."""

from collections.abc import Sequence
from datetime import date, datetime
from fractions import Fraction

import numpy as np

from bench.people import START, random_keys
from tuppence.ledger import operations as ledger
from tuppence.ledger.chart import AccountKind
from tuppence.ledger.ids import derive_id
from tuppence.ledger.transfers import TransferColumns
from tuppence.lending import operations as lending
from tuppence.lending.application_rules import ApplyOrder, ContractOrder, ReviewOrder, SignOrder
from tuppence.lending.models import Contract, Product
from tuppence.lending.queries.purses import lock_accounts
from tuppence.members.operations import create_staff
from tuppence.members.roles import Role


def credit_officer() -> int:
    """A credit officer's user id."""
    user = create_staff(
        "bench-officer@staff.example",
        legal_name="Bench Officer",
        born_on=date(1980, 1, 1),
        roles=[Role.CREDIT_OFFICER],
        at=START,
    )
    return int(user.pk)


def product(code: str = "bench", **fields: object) -> Product:
    """A product with wide ranges."""
    values: dict[str, object] = {
        "name": "Bench loan",
        "currency": "EUR",
        "amount_minor_min": 1,
        "amount_minor_max": 10**12,
        "instalments_min": 1,
        "instalments_max": 60,
        "annual_rate_min": Fraction(0),
        "annual_rate_max": Fraction(1, 2),
        "investment_minor_min": 1,
        "investment_minor_step": 1,
    }
    return lending.create_product(code=code, at=START, **(values | fields))


def signed_applications(
    borrowers: Sequence[int],
    amounts: Sequence[int],
    *,
    product_id: int,
    officer: int,
    instalments: int,
    rate: Fraction,
    at: datetime,
) -> list[int]:
    """Applications that are approved and signed, one a borrower."""
    applied = lending.apply(
        [
            ApplyOrder(
                derive_id("bench.apply", number, product_id),
                number,
                product_id,
                amount,
                instalments,
                "Bench",
                "bench",
                at,
                elsewhere_minor=0,
                business_purpose=True,
            )
            for number, amount in zip(borrowers, amounts, strict=True)
        ]
    )
    ids = [each.application_id for each in applied]
    numbers = [number for number in ids if number is not None]
    assert len(numbers) == len(borrowers), applied[0]
    reviews = [ReviewOrder(n, True, "Bench.", at, "B", rate, Fraction(1, 50)) for n in numbers]
    lending.decide_applications(reviews, by=officer)
    lending.make_contracts([ContractOrder(number, at) for number in numbers])
    hashes = dict(
        Contract.objects.filter(application_id__in=numbers).values_list("application_id", "sha256")
    )
    signed = lending.sign(
        [
            SignOrder(derive_id("bench.sign", number), number, borrower, hashes[number], at)
            for number, borrower in zip(numbers, borrowers, strict=True)
        ]
    )
    assert all(each.status.accepted for each in signed)
    return numbers


def reserve(member_ids: np.ndarray, amounts: np.ndarray, *, seed: int) -> None:
    """Set money of each member aside."""
    kinds = (AccountKind.MEMBER_AVAILABLE, AccountKind.MEMBER_RESERVED)
    accounts = lock_accounts([(np.unique(member_ids), kinds)], "EUR")
    keys = random_keys(len(member_ids), seed)
    moment = np.full(len(member_ids), np.datetime64(START.replace(tzinfo=None), "us"))
    ledger.append(
        TransferColumns(
            ids=keys,
            group_ids=keys,
            debit_account_ids=accounts.of(kinds[0], member_ids),
            credit_account_ids=accounts.of(kinds[1], member_ids),
            amounts_minor=amounts,
            occurred_at=moment,
            recorded_at=moment,
            subject_ids=member_ids,
            kind="order_placed",
            subject_kind="member",
        )
    )
