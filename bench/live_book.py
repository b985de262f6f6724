"""A book of living loans for the benchmarks, laid down in bulk as the operations would leave it.

Nineteen of twenty loans are younger than a month and have paid nothing because nothing was due yet;
the others are up to 130 days old and never paid. Such a book needs no history to be consistent.
"""

import json
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

import numpy as np
from django.db import connection, transaction

from bench.people import START, random_keys
from tuppence.ledger import operations as ledger
from tuppence.ledger.chart import AccountKind
from tuppence.ledger.transfers import AccountKey, TransferColumns
from tuppence.lending.models import Product
from tuppence.lending.operations import terms_of
from tuppence.lending.operations.booking import PLATFORM_KINDS, PRODUCT_KINDS
from tuppence.lending.schedule_columns import annuity_schedules
from tuppence.money.months import add_months
from tuppence.postgres import bulk

INSTALMENTS = 36
RATE = Fraction(9, 100)
LENDERS_EACH = 3


@dataclass(frozen=True, slots=True)
class Book:
    """The loans laid down."""

    loan_ids: np.ndarray
    borrower_ids: np.ndarray
    as_of: date


@transaction.atomic
def lay_down(
    borrowers: np.ndarray, lenders: np.ndarray, product: Product, as_of: date, *, seed: int = 5
) -> Book:
    """One loan a borrower, each with a few lenders of the pool."""
    random = np.random.default_rng(seed)
    count = len(borrowers)
    principal = random.integers(1_000_00, 20_000_00, count)
    plan = annuity_schedules(principal, np.full(count, int(RATE * 10**6)), instalments=INSTALMENTS)
    age = np.where(random.random(count) < 0.05, random.integers(31, 131, count), 0)
    age = np.where(age > 0, age, random.integers(0, 30, count))
    dues = _due_dates(as_of, age)
    ids = _loans(borrowers, principal, plan.interest_minor, dues, age, product, as_of)
    _instalments(ids, plan.principal_minor, plan.interest_minor, dues)
    _holdings(ids, principal, lenders, random)
    _accounts(ids, principal, product)
    return Book(ids, borrowers, as_of)


def _due_dates(as_of: date, age: np.ndarray) -> np.ndarray:
    """The start and every due date of each loan, in columns."""
    by_age = {
        days: [add_months(as_of - timedelta(days=days), n) for n in range(INSTALMENTS + 1)]
        for days in np.unique(age).tolist()
    }
    known = np.array([by_age[days] for days in sorted(by_age)], dtype="datetime64[D]")
    dates: np.ndarray = known[np.searchsorted(sorted(by_age), age)]
    return dates


def _applications(
    ids: np.ndarray,
    borrowers: np.ndarray,
    principal: np.ndarray,
    product: Product,
    moments: np.ndarray,
) -> None:
    bulk.copy_columns(
        "lending_application",
        {
            "id": bulk.bigints(ids),
            "key": bulk.uuids(random_keys(len(ids), 11)),
            "product_id": bulk.constant(product.pk),
            "borrower_id": bulk.bigints(borrowers),
            "amount_minor": bulk.bigints(principal),
            "currency": bulk.constant("EUR"),
            "instalments": bulk.Field(np.full(len(ids), INSTALMENTS, dtype=">i4")),
            "title": bulk.constant("Bench"),
            "purpose": bulk.constant("bench"),
            "business_purpose": bulk.constant(True),
            "submitted_at": bulk.timestamps(moments),
            "in_progress": bulk.constant(False),
        },
        len(ids),
    )


def _loans(
    borrowers: np.ndarray,
    principal: np.ndarray,
    interest: np.ndarray,
    dues: np.ndarray,
    age: np.ndarray,
    product: Product,
    as_of: date,
) -> np.ndarray:
    count = len(borrowers)
    moments = np.full(count, np.datetime64(START.replace(tzinfo=None), "us"))
    application_ids = np.arange(1, count + 1)
    _applications(application_ids, borrowers, principal, product, moments)
    passed = (dues[:, 1:] <= np.datetime64(as_of, "D")).sum(axis=1)
    rows = np.arange(count)
    earned = np.where(np.arange(INSTALMENTS) < passed[:, None], interest, 0).sum(axis=1)
    terms = json.dumps(terms_of(product).to_json())
    bulk.copy_columns(
        "lending_loan",
        {
            "id": bulk.bigints(application_ids),
            "key": bulk.uuids(random_keys(count, 12)),
            "application_id": bulk.bigints(application_ids),
            "product_id": bulk.constant(product.pk),
            "borrower_id": bulk.bigints(borrowers),
            "currency": bulk.constant("EUR"),
            "principal_minor": bulk.bigints(principal),
            "annual_rate": bulk.constant(str(RATE)),
            "grade": bulk.constant("B"),
            "instalments_agreed": bulk.constant(INSTALMENTS),
            "starts_on": bulk.dates(dues[:, 0]),
            "matures_on": bulk.dates(dues[:, -1]),
            "terms": bulk.constant_json(terms),
            "origination_fee_minor": bulk.constant(0),
            "lenders": bulk.constant(LENDERS_EACH),
            "paid_out_at": bulk.timestamps(moments),
            "state": bulk.constant("active"),
            "outstanding_minor": bulk.bigints(principal),
            "next_due_on": bulk.dates(dues[:, 1]),
            "facts_until": bulk.dates(dues[:, 0]),
            "facts": bulk.constant(0),
            "principal_paid_minor": bulk.constant(0),
            "interest_paid_minor": bulk.constant(0),
            "charges_open_minor": bulk.constant(0),
            "claim_minor": bulk.constant(0),
            "earned_before_minor": bulk.bigints(earned),
            "running_from": bulk.dates(dues[rows, passed]),
            "running_until": bulk.dates(dues[rows, passed + 1]),
            "running_interest_minor": bulk.bigints(interest[rows, passed]),
            "running_counted": bulk.constant(0),
            "running_counted_interest_minor": bulk.constant(0),
            "counts_days_of_360": bulk.constant(True),
            "grace_days": bulk.constant(product.grace_days),
        },
        count,
    )
    with connection.cursor() as cursor:
        for table in ("lending_application", "lending_loan"):
            cursor.execute(
                "SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [table, count + 1]
            )
    return application_ids


def _instalments(
    ids: np.ndarray, principal: np.ndarray, interest: np.ndarray, dues: np.ndarray
) -> None:
    for start in range(0, len(ids), 50_000):
        part = slice(start, start + 50_000)
        count = len(ids[part]) * INSTALMENTS
        fields = {
            "loan_id": bulk.bigints(np.repeat(ids[part], INSTALMENTS)),
            "number": bulk.bigints(np.tile(np.arange(1, INSTALMENTS + 1), len(ids[part]))),
            "starts_on": bulk.dates(dues[part, :-1].ravel()),
            "due_on": bulk.dates(dues[part, 1:].ravel()),
            "fee_minor": bulk.constant(0),
            "penalty_minor": bulk.constant(0),
        }
        for name, column in (("principal_minor", principal), ("interest_minor", interest)):
            fields[name] = fields[f"agreed_{name}"] = bulk.bigints(column[part].ravel())
        bulk.copy_columns("lending_instalment", fields, count)


def _holdings(
    ids: np.ndarray, principal: np.ndarray, lenders: np.ndarray, random: np.random.Generator
) -> None:
    first = principal // 2
    second = principal // 3
    amounts = np.stack([first, second, principal - first - second], axis=1)
    begin = random.integers(0, len(lenders) - LENDERS_EACH, len(ids))
    members = lenders[begin[:, None] + np.arange(LENDERS_EACH)]
    moments = np.full(amounts.size, np.datetime64(START.replace(tzinfo=None), "us"))
    bulk.copy_columns(
        "lending_holding",
        {
            "loan_id": bulk.bigints(np.repeat(ids, LENDERS_EACH)),
            "member_id": bulk.bigints(members.ravel()),
            "lent_minor": bulk.bigints(amounts.ravel()),
            "outstanding_minor": bulk.bigints(amounts.ravel()),
            "since": bulk.timestamps(moments),
        },
        amounts.size,
    )


def _accounts(ids: np.ndarray, principal: np.ndarray, product: Product) -> None:
    """Each loan's control accounts, with what it owes."""
    keys = [AccountKey(kind, 0, "EUR") for kind in PLATFORM_KINDS]
    keys += [AccountKey(kind, product.pk, "EUR") for kind in PRODUCT_KINDS]
    ledger.open_accounts(keys, at=START)
    accounts = {}
    for kind in (AccountKind.PRINCIPAL_OWED, AccountKind.HOLDINGS):
        opened = ledger.open_accounts(
            [AccountKey(kind, number, "EUR") for number in ids.tolist()], at=START
        )
        accounts[kind] = np.array(
            [opened[AccountKey(kind, number, "EUR")] for number in ids.tolist()]
        )
    transfer_keys = random_keys(len(ids), 13)
    moments = np.full(len(ids), np.datetime64(START.replace(tzinfo=None), "us"))
    ledger.append(
        TransferColumns(
            ids=transfer_keys,
            group_ids=transfer_keys,
            debit_account_ids=accounts[AccountKind.PRINCIPAL_OWED],
            credit_account_ids=accounts[AccountKind.HOLDINGS],
            amounts_minor=principal,
            occurred_at=moments,
            recorded_at=moments,
            subject_ids=ids,
            kind="principal_lent",
            subject_kind="loan",
        )
    )
