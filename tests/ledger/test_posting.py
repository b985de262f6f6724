"""What becomes of a batch: the order of checks, groups, floors, repeats and reversals."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuppence.ledger.ids import derive_id
from tuppence.ledger.posting import decide_postings
from tuppence.ledger.transfers import AMOUNT_MAX_MINOR, AccountState, Status, Transfer

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
BANK, ANNA, BEN, CLOSED, DOLLARS, FIRM, UNKNOWN = 1, 2, 3, 4, 5, 6, 99


def state(account_id: int, **fields: object) -> AccountState:
    usual = {
        "id": account_id,
        "book": "C",
        "currency": "EUR",
        "debit_normal": False,
        "floored": True,
        "closed": False,
        "balance_minor": 0,
    }
    return AccountState(**{**usual, **fields})


ACCOUNTS = {
    account.id: account
    for account in (
        state(BANK, debit_normal=True, floored=False, balance_minor=150),
        state(ANNA, balance_minor=100),
        state(BEN, balance_minor=50),
        state(CLOSED, closed=True),
        state(DOLLARS, currency="USD"),
        state(FIRM, book="F", floored=False),
    )
}


def transfer(debit: int, credit: int, amount_minor: int, name: str = "t", **fields: object):
    transfer_id = derive_id(name)
    usual = Transfer(
        transfer_id, debit, credit, amount_minor, "test", NOON, NOON, group_id=transfer_id
    )
    return replace(usual, **fields)


def decide(
    *transfers: Transfer, posted: tuple[Transfer, ...] = (), **known: object
) -> list[Status]:
    return decide_postings(
        transfers, accounts=ACCOUNTS, existing={t.id: t for t in posted}, **known
    )


@pytest.mark.parametrize(
    ("debit", "credit", "amount_minor", "status"),
    [
        (ANNA, ANNA, 0, Status.AMOUNT_MUST_BE_POSITIVE),  # the same account too: the amount wins
        (ANNA, UNKNOWN, -1, Status.AMOUNT_MUST_BE_POSITIVE),
        (ANNA, ANNA, AMOUNT_MAX_MINOR, Status.AMOUNT_TOO_LARGE),
        (UNKNOWN, UNKNOWN, 1, Status.ACCOUNTS_MUST_DIFFER),  # unknown too
        (UNKNOWN, UNKNOWN + 1, 1, Status.DEBIT_ACCOUNT_NOT_FOUND),  # the credit one too
        (CLOSED, UNKNOWN, 1, Status.CREDIT_ACCOUNT_NOT_FOUND),  # the other closed
        (CLOSED, FIRM, 1, Status.ACCOUNT_CLOSED),  # another book too
        (DOLLARS, FIRM, 1, Status.BOOKS_MUST_MATCH),  # another currency too
        (ANNA, DOLLARS, 101, Status.CURRENCIES_MUST_MATCH),  # more than Anna has
        (ANNA, BEN, 101, Status.EXCEEDS_AVAILABLE),
        (ANNA, BEN, AMOUNT_MAX_MINOR - 1, Status.EXCEEDS_AVAILABLE),
        (ANNA, BEN, 100, Status.CREATED),
        (BANK, ANNA, AMOUNT_MAX_MINOR - 1, Status.CREATED),
    ],
)
def test_the_first_failed_check_wins(
    debit: int, credit: int, amount_minor: int, status: Status
) -> None:
    assert decide(transfer(debit, credit, amount_minor)) == [status]


def test_a_repeated_id_is_looked_at_before_everything_else() -> None:
    posted = transfer(ANNA, BEN, 100)
    again = replace(posted)
    other = replace(posted, amount_minor=-5, debit_account_id=UNKNOWN)
    assert decide(again, posted=(posted,)) == [Status.EXISTS]
    assert decide(other, posted=(posted,)) == [Status.EXISTS_WITH_DIFFERENT_FIELDS]


@pytest.mark.parametrize(
    "field",
    [
        {"kind": "other"},
        {"subject_id": 7},
        {"subject_kind": "loan"},
        {"group_id": UUID(int=7)},
        {"occurred_at": datetime(2026, 3, 1, tzinfo=UTC)},
        {"recorded_at": datetime(2026, 3, 3, tzinfo=UTC)},
        {"reverses_id": UUID(int=9)},
        {"credit_account_id": BANK},
    ],
)
def test_the_same_id_with_any_other_field_is_told_apart(field: dict[str, object]) -> None:
    posted = transfer(ANNA, BEN, 10)
    changed = replace(posted, **field)
    assert decide(changed, posted=(posted,)) == [Status.EXISTS_WITH_DIFFERENT_FIELDS]


def test_a_repeat_within_the_batch_counts_once() -> None:
    one = transfer(ANNA, BEN, 60)
    assert decide(one, one, transfer(ANNA, BEN, 50, "second")) == [
        Status.CREATED,
        Status.EXISTS,
        Status.EXCEEDS_AVAILABLE,
    ]


def test_money_of_an_earlier_transfer_can_be_spent_by_a_later_one() -> None:
    statuses = decide(
        transfer(BEN, ANNA, 51, "too much"),
        transfer(BANK, BEN, 1, "in"),
        transfer(BEN, ANNA, 51, "now"),
        transfer(ANNA, BEN, 151, "all of it"),
    )
    assert statuses == [Status.EXCEEDS_AVAILABLE, *[Status.CREATED] * 3]


def group(*members: Transfer, name: str = "g") -> list[Transfer]:
    return [replace(member, group_id=derive_id(name)) for member in members]


def test_a_group_falls_whole_and_names_what_brought_it_down() -> None:
    fallen = group(
        transfer(ANNA, BEN, 10, "fine"),
        transfer(ANNA, ANNA, 10, "bad"),
        transfer(BANK, BEN, 10, "fine too"),
    )
    after = transfer(ANNA, BEN, 100, "after")
    assert decide(*fallen, after) == [
        Status.GROUP_REFUSED,
        Status.ACCOUNTS_MUST_DIFFER,
        Status.GROUP_REFUSED,
        Status.CREATED,
    ]


def test_the_floor_is_looked_at_after_the_whole_group() -> None:
    through_zero = group(transfer(ANNA, BANK, 120, "out"), transfer(BANK, ANNA, 30, "in"))
    short = group(transfer(ANNA, BANK, 120, "out"), transfer(BANK, BEN, 30, "elsewhere"))
    assert decide(*through_zero) == [Status.CREATED, Status.CREATED]
    assert decide(*short) == [Status.EXCEEDS_AVAILABLE, Status.GROUP_REFUSED]


def test_groups_are_neighbours() -> None:
    first, second = group(transfer(ANNA, BEN, 60, "a"), transfer(ANNA, BEN, 60, "b"))
    between = transfer(BANK, ANNA, 100, "between")
    assert decide(first, between, second) == [Status.CREATED] * 3


def test_a_retried_group_exists_whole() -> None:
    posted = group(transfer(ANNA, BEN, 100, "a"), transfer(BEN, BANK, 150, "b"))
    assert decide(*posted, posted=tuple(posted)) == [Status.EXISTS, Status.EXISTS]


def test_a_transfer_is_reversed_once() -> None:
    original = derive_id("original")
    first = transfer(ANNA, BEN, 1, "first", reverses_id=original)
    second = transfer(ANNA, BEN, 1, "second", reverses_id=original)
    assert decide(first, reversed_ids=frozenset({original})) == [Status.ALREADY_REVERSED]
    assert decide(first, second) == [Status.CREATED, Status.ALREADY_REVERSED]
    assert decide(*group(first, second)) == [Status.GROUP_REFUSED, Status.ALREADY_REVERSED]


def test_a_refused_reversal_leaves_the_next_one_free() -> None:
    original = derive_id("original")
    too_much = transfer(ANNA, BEN, 101, "too much", reverses_id=original)
    fine = transfer(ANNA, BEN, 100, "fine", reverses_id=original)
    assert decide(too_much, fine) == [Status.EXCEEDS_AVAILABLE, Status.CREATED]


names = st.integers(0, 9).map(str)
transfers = st.builds(
    lambda debit, credit, amount, name, group_name: replace(
        transfer(debit, credit, amount, name), group_id=derive_id("group", group_name)
    ),
    st.sampled_from([BANK, ANNA, BEN, CLOSED, DOLLARS, FIRM, UNKNOWN]),
    st.sampled_from([BANK, ANNA, BEN, CLOSED, DOLLARS, FIRM, UNKNOWN]),
    st.integers(-1, 200),
    names,
    names,
)


@given(st.lists(transfers, max_size=12))
def test_what_is_accepted_keeps_every_promise(batch: list[Transfer]) -> None:
    statuses = decide_postings(batch, accounts=ACCOUNTS, existing={})
    created = [t for t, s in zip(batch, statuses, strict=True) if s is Status.CREATED]
    assert len({t.id for t in created}) == len(created)
    net = dict.fromkeys(ACCOUNTS, 0)
    for each in created:
        debit, credit = ACCOUNTS[each.debit_account_id], ACCOUNTS[each.credit_account_id]
        assert (debit.book, debit.currency) == (credit.book, credit.currency)
        assert not debit.closed
        assert not credit.closed
        net[debit.id] += each.amount_minor if debit.debit_normal else -each.amount_minor
        net[credit.id] += -each.amount_minor if credit.debit_normal else each.amount_minor
    for account in ACCOUNTS.values():
        assert not account.floored or account.balance_minor + net[account.id] >= 0


@given(st.lists(transfers, max_size=12))
def test_a_batch_posted_again_does_nothing(batch: list[Transfer]) -> None:
    statuses = decide_postings(batch, accounts=ACCOUNTS, existing={})
    posted = {t.id: t for t, s in zip(batch, statuses, strict=True) if s is Status.CREATED}
    kept = [t for t in batch if t.id in posted and posted[t.id] == t]
    again = decide_postings(kept, accounts=ACCOUNTS, existing=posted)
    assert again == [Status.EXISTS] * len(kept)


@given(st.lists(transfers, max_size=12))
def test_a_group_is_accepted_whole_or_not_at_all(batch: list[Transfer]) -> None:
    statuses = decide_postings(batch, accounts=ACCOUNTS, existing={})
    start = 0
    for index in range(1, len(batch) + 1):
        if index == len(batch) or batch[index].group_id != batch[start].group_id:
            accepted = {s.accepted for s in statuses[start:index] if s is not Status.EXISTS}
            assert len(accepted) <= 1
            start = index


@given(st.lists(transfers, max_size=10))
def test_singles_are_decided_alike_one_by_one_and_together(batch: list[Transfer]) -> None:
    singles = [replace(t, id=derive_id(i), group_id=derive_id(i)) for i, t in enumerate(batch)]
    together = decide_postings(singles, accounts=ACCOUNTS, existing={})
    accounts, one_by_one = dict(ACCOUNTS), []
    for each in singles:
        (status,) = decide_postings([each], accounts=accounts, existing={})
        one_by_one.append(status)
        if status is Status.CREATED:
            for account_id, is_debit in (
                (each.debit_account_id, True),
                (each.credit_account_id, False),
            ):
                account = accounts[account_id]
                sign = 1 if account.debit_normal is is_debit else -1
                accounts[account_id] = replace(
                    account, balance_minor=account.balance_minor + sign * each.amount_minor
                )
    assert together == one_by_one
