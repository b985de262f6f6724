"""Pay funded applications out: lenders' reserved money becomes the borrower's, and a loan begins.

The money stands in the borrower's purse afterwards; its way to the borrower's bank account is a
withdrawal like any other, which the bank room sends.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

import numpy as np
from django.db import transaction

from tuppence import platform
from tuppence.ledger import operations as ledger
from tuppence.ledger.chart import AccountKind
from tuppence.ledger.transfers import AccountKey
from tuppence.lending.accounts import Accounts
from tuppence.lending.disbursing import SignedApplication, decide_disbursements
from tuppence.lending.operations.booking import NO_OWNER, PLATFORM_KINDS, PRODUCT_KINDS
from tuppence.lending.operations.day_lock import share_the_day
from tuppence.lending.operations.new_loans import write_loans
from tuppence.lending.orders import Disbursed, DisburseOrder
from tuppence.lending.queries.applications import lock_signed_applications
from tuppence.lending.queries.purses import lock_accounts
from tuppence.rules.borrower import payout_findings

PURSES = (AccountKind.MEMBER_AVAILABLE, AccountKind.MEMBER_RESERVED)


@transaction.atomic
def disburse(orders: Sequence[DisburseOrder]) -> list[Disbursed]:
    """Make loans of funded applications; one outcome an order, in order.

    Moves what the lenders have reserved to the borrower, takes the origination fee (kept back, or
    charged with the first instalment where product or rulebook want a pay-out in full), and writes
    loan, schedule and holdings. The same key again answers EXISTS with the loan.
    """
    if not orders:
        return []
    share_the_day()
    applications = lock_signed_applications([order.application_id for order in orders])
    outcomes: dict[int, Disbursed] = {}
    for currency in sorted({each.currency for each in applications.values()} or {""}):
        others = {number for number, each in applications.items() if each.currency != currency}
        places = [p for p, order in enumerate(orders) if order.application_id not in others]
        chosen = [orders[place] for place in places]
        own = {number: each for number, each in applications.items() if number not in others}
        outcomes.update(zip(places, _disburse(chosen, own, currency), strict=True))
    return [outcomes[place] for place in range(len(orders))]


def _disburse(
    orders: Sequence[DisburseOrder], applications: Mapping[int, SignedApplication], currency: str
) -> list[Disbursed]:
    accounts = _lock(orders, applications, currency)
    statuses, loans = decide_disbursements(
        orders,
        applications=applications,
        accounts=accounts,
        may_withhold={order.on: _may_withhold(order.on) for order in orders},
    )
    made = write_loans(loans, accounts, currency) if loans else {}
    withheld = {loan.order.key: loan.fee_minor for loan in loans if loan.withheld}
    return [
        Disbursed(
            order.key,
            status,
            _loan_of(order, applications, made) if status.accepted else None,
            withheld.get(order.key, 0),
        )
        for order, status in zip(orders, statuses, strict=True)
    ]


def _loan_of(
    order: DisburseOrder, applications: Mapping[int, SignedApplication], made: Mapping[UUID, int]
) -> int | None:
    return made.get(order.key) or applications[order.application_id].loan_id


def _lock(
    orders: Sequence[DisburseOrder], applications: Mapping[int, SignedApplication], currency: str
) -> Accounts:
    """Every account that the pay-outs touch but the loans' own, which are new."""
    borrowers = np.array([each.borrower_id for each in applications.values()], dtype=np.int64)
    products = np.unique(
        np.array([each.product_id for each in applications.values()], dtype=np.int64)
    )
    members = np.unique(np.concatenate([borrowers, *(order.member_ids for order in orders)]))
    if len(products):
        _open(borrowers.tolist(), products.tolist(), currency, orders[0])
    return lock_accounts(
        [
            (members.astype(np.int64), PURSES),
            (products, PRODUCT_KINDS),
            (NO_OWNER, PLATFORM_KINDS),
        ],
        currency,
    )


def _open(
    borrowers: Sequence[int], products: Sequence[int], currency: str, order: DisburseOrder
) -> None:
    keys = [AccountKey(AccountKind.MEMBER_AVAILABLE, member, currency) for member in borrowers]
    keys += [AccountKey(kind, product, currency) for product in products for kind in PRODUCT_KINDS]
    keys += [AccountKey(kind, 0, currency) for kind in PLATFORM_KINDS]
    ledger.open_accounts(keys, at=order.at)


def _may_withhold(on: date) -> bool:
    return not payout_findings(platform.rulebook(on), withheld_minor=1)
