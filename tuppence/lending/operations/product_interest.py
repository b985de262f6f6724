"""Book earned interest, added up by product."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import numpy as np

from tuppence.ledger import operations as ledger
from tuppence.ledger.chart import AccountKind
from tuppence.ledger.ids import derive_id
from tuppence.ledger.transfers import Transfer
from tuppence.lending.accounts import Accounts


def book_interest(
    earned_minor: Mapping[int, int],
    accounts: Accounts,
    *,
    key: UUID,
    occurred_at: datetime,
    at: datetime,
) -> None:
    """Book what each product's loans earned; an amount below zero takes earlier accrual back."""
    products = sorted(product for product, amount in earned_minor.items() if amount)
    owed = accounts.of(AccountKind.INTEREST_OWED, np.array(products, dtype=np.int64)).tolist()
    lenders = accounts.of(AccountKind.LENDERS_INTEREST, np.array(products, dtype=np.int64)).tolist()
    transfers = []
    for product, debit, credit in zip(products, owed, lenders, strict=True):
        amount_minor = earned_minor[product]
        earned = amount_minor > 0
        transfers.append(
            Transfer(
                id=derive_id("interest_accrued", key, product),
                debit_account_id=debit if earned else credit,
                credit_account_id=credit if earned else debit,
                amount_minor=abs(amount_minor),
                kind="interest_accrued",
                occurred_at=occurred_at,
                recorded_at=at,
                group_id=key,
                subject_kind="product",
                subject_id=product,
            )
        )
    ledger.append(transfers)
