"""Posting on a real PostgreSQL: statuses, repeats, groups, reversals, and what a batch costs."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import numpy as np
import pytest
from django.db import IntegrityError, connection, transaction

from tuppence.ledger import operations, queries
from tuppence.ledger.chart import AccountKind
from tuppence.ledger.ids import derive_id
from tuppence.ledger.transfers import AccountKey, Status, TransferColumns
from tuppence.postgres import bulk

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_a_transfer_moves_both_balances_and_reads_back_as_it_was(books: Any) -> None:
    anna = books.deposit(1, 100_00)
    ben = books.account("member_available", 2)
    sent = books.transfer(
        anna, ben, 30_00, "gift", subject_kind="member", subject_id=2, kind="gift"
    )
    assert books.post(sent) == [Status.CREATED]
    assert (books.balance(anna), books.balance(ben)) == (70_00, 30_00)
    assert queries.transfers_by_id([sent.id]) == {sent.id: sent}
    assert queries.transfers_about("member", 2) == [sent]


def test_a_repeat_does_nothing_and_other_content_is_named(books: Any) -> None:
    anna, ben = books.deposit(1, 100_00), books.account("member_available", 2)
    sent = books.transfer(anna, ben, 30_00, "once")
    assert books.post(sent) == [Status.CREATED]
    assert books.post(sent, replace(sent, amount_minor=1)) == [
        Status.EXISTS,
        Status.EXISTS_WITH_DIFFERENT_FIELDS,
    ]
    assert books.balance(anna) == 70_00


def test_refused_ones_leave_nothing_beside_accepted_ones(books: Any) -> None:
    anna, ben = books.deposit(1, 10), books.account("member_available", 2)
    firm = books.account("firm_bank")
    dollars = books.account("member_available", 2, "USD")
    assert books.post(
        books.transfer(anna, ben, 11),
        books.transfer(anna, firm, 1),
        books.transfer(anna, dollars, 1),
        books.transfer(anna, 10**9, 1),
        books.transfer(anna, ben, 10),
    ) == [
        Status.EXCEEDS_AVAILABLE,
        Status.BOOKS_MUST_MATCH,
        Status.CURRENCIES_MUST_MATCH,
        Status.CREDIT_ACCOUNT_NOT_FOUND,
        Status.CREATED,
    ]
    assert len(queries.statement(anna)) == 2


def test_post_all_takes_everything_back(books: Any) -> None:
    anna, ben = books.deposit(1, 10), books.account("member_available", 2)
    fine, bad = books.transfer(anna, ben, 4), books.transfer(anna, ben, 7)
    with pytest.raises(operations.PostingRefused, match="exceeds_available") as refused:
        operations.post_all([fine, bad])
    assert refused.value.transfer == bad
    assert books.balance(anna) == 10
    operations.post_all([fine])
    operations.post_all([fine])  # what stands already is fine
    assert books.balance(anna) == 6


def test_accounts_are_opened_once(books: Any) -> None:
    keys = [AccountKey(AccountKind.MEMBER_AVAILABLE, n, "EUR") for n in (3, 1, 2, 1)]
    ids = operations.open_accounts(keys, at=NOON)
    assert operations.open_accounts(reversed(keys), at=NOON + timedelta(1)) == ids
    assert len(set(ids.values())) == 3
    assert queries.account_keys(ids.values()) == {v: k for k, v in ids.items()}
    assert queries.balances([*keys, AccountKey(AccountKind.BREAKS, 0, "EUR")]) == {
        **dict.fromkeys(keys, 0),
        AccountKey(AccountKind.BREAKS, 0, "EUR"): 0,
    }


def test_a_reversal_mirrors_once_and_keeps_the_day_in_the_world(books: Any) -> None:
    anna, ben = books.deposit(1, 100), books.account("member_available", 2)
    sent = books.transfer(anna, ben, 60, "sent")
    books.post(sent)
    later, key = NOON + timedelta(days=3), uuid4()
    assert operations.reverse([sent.id], key=key, at=later) == [Status.CREATED]
    assert (books.balance(anna), books.balance(ben)) == (100, 0)
    assert operations.reverse([sent.id], key=key, at=later) == [Status.EXISTS]
    assert operations.reverse([sent.id], key=uuid4(), at=later) == [Status.ALREADY_REVERSED]
    mirror = queries.transfers_by_id([derive_id("reverse", key, sent.id)]).popitem()[1]
    assert (mirror.occurred_at, mirror.recorded_at) == (NOON, later)
    assert (mirror.reverses_id, mirror.group_id) == (sent.id, key)


def test_a_reversal_respects_floors_and_unknown_names(books: Any) -> None:
    anna, ben = books.deposit(1, 100), books.account("member_available", 2)
    sent = books.transfer(anna, ben, 60, "sent")
    books.post(sent, books.transfer(ben, anna, 10))
    assert operations.reverse([sent.id], key=uuid4(), at=NOON) == [Status.EXCEEDS_AVAILABLE]
    with pytest.raises(LookupError, match="There is no transfer"):
        operations.reverse([UUID(int=5)], key=uuid4(), at=NOON)


def test_late_money_is_replayed_in_one_group(books: Any) -> None:
    """The old outcome's reversal and the new outcome pass through zero together."""
    anna, ben = books.deposit(1, 100), books.account("member_available", 2)
    carl = books.account("member_available", 3)
    old = books.transfer(anna, ben, 100, "old")
    books.post(old, books.transfer(ben, carl, 70, "ben took it out"))
    group = derive_id("replay")
    back = books.transfer(ben, anna, 100, "back", group_id=group, reverses_id=old.id)
    new = books.transfer(anna, ben, 70, "new", group_id=group)
    assert books.post(back) == [Status.EXCEEDS_AVAILABLE]
    assert books.post(back, new) == [Status.CREATED, Status.CREATED]
    assert [books.balance(a) for a in (anna, ben, carl)] == [30, 0, 70]


@pytest.mark.parametrize("size", [1, 1000])
def test_posting_costs_the_same_queries_at_any_size(
    books: Any, size: int, django_assert_num_queries: Any
) -> None:
    anna, ben = books.deposit(1, 10_000), books.account("member_available", 2)
    batch = [books.transfer(anna, ben, 1) for _ in range(size)]
    copies: list[str] = []
    bulk.copy_hooks.append(lambda when, table: copies.append(f"{when} {table}"))
    try:
        # a savepoint around it, accounts, existing ones; then one COPY
        with django_assert_num_queries(4):
            assert operations.post(batch) == [Status.CREATED] * size
    finally:
        bulk.copy_hooks.clear()
    assert copies == ["before ledger_transfer", "after ledger_transfer"]


def columns(debit: int, credit: int, amounts: list[int]) -> TransferColumns:
    size = len(amounts)
    ids = bulk.uuid_column(uuid4() for _ in range(size))
    moment = np.full(size, np.datetime64("2026-03-02T12:00:00", "us"))
    return TransferColumns(
        ids=ids,
        group_ids=ids,
        debit_account_ids=np.full(size, debit),
        credit_account_ids=np.full(size, credit),
        amounts_minor=np.array(amounts),
        occurred_at=moment,
        recorded_at=moment,
        subject_ids=np.arange(size),
        kind="appended",
        subject_kind="thing",
    )


def test_columns_are_appended_as_rows_are(books: Any) -> None:
    anna, ben = books.deposit(1, 100), books.account("member_available", 2)
    operations.append(columns(anna, ben, [1, 2, 3]))
    operations.append([books.transfer(anna, ben, 4)])
    assert (books.balance(anna), books.balance(ben)) == (90, 10)
    read = queries.statement(ben)
    assert [line.change_minor for line in read] == [1, 2, 3, 4]
    assert read[0].transfer.occurred_at == NOON
    assert read[2].transfer.subject_id == 2
    assert read[2].transfer.reverses_id is None


def test_what_was_decided_wrongly_is_refused_whole(books: Any) -> None:
    anna, ben = books.deposit(1, 100), books.account("member_available", 2)
    for wrong in ([60, 60], [5, 0]):
        with pytest.raises(IntegrityError), transaction.atomic():
            operations.append(columns(anna, ben, wrong))
    assert (books.balance(anna), books.balance(ben)) == (100, 0)


def test_the_model_and_the_migrations_agree() -> None:
    from io import StringIO

    from django.core.management import call_command

    said = StringIO()
    call_command("makemigrations", "ledger", "events", dry_run=True, stdout=said)
    assert "No changes detected" in said.getvalue()
    assert connection.vendor == "postgresql"
