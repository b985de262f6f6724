"""The pure decision: refusals by precedence, and a batch equal to its orders one by one."""

from dataclasses import dataclass, replace
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuppence.market.investing import Decided, ListingColumns, decide_investments
from tuppence.market.orders import InvestColumns, InvestStatus
from tuppence.members.standing import InvestorColumns
from tuppence.money.currency import AMOUNT_MAX_MINOR

OPENS, CLOSES = np.datetime64("2026-03-02T09:00", "us"), np.datetime64("2026-03-16T09:00", "us")
WHILE_OPEN = np.datetime64("2026-03-05T12:00", "us")
NEVER = np.datetime64("NaT", "us")


@dataclass(frozen=True)
class One:
    """One order, and what stands against it before listing and purse are looked at."""

    member: int
    listing: int
    amount: int
    at: np.datetime64 = WHILE_OPEN
    rule: int = 0
    repeat: int = 0


@dataclass(frozen=True)
class Shop:
    """A listing: its borrower is member 900 + its number."""

    id: int
    left: int
    minimum: int = 10
    step: int = 5
    open: bool = True


@dataclass(frozen=True)
class Purse:
    """A member with money."""

    id: int
    minor: int = 1_000
    found: bool = True
    blocked: bool = False
    verified: bool = True


def columns(orders: list[One]) -> InvestColumns:
    return InvestColumns(
        keys=np.array([UUID(int=n).bytes for n in range(len(orders))], dtype="V16"),
        member_ids=np.array([one.member for one in orders], dtype=np.int64),
        listing_ids=np.array([one.listing for one in orders], dtype=np.int64),
        amounts_minor=np.array([one.amount for one in orders], dtype=np.int64),
        at=np.array([one.at for one in orders], dtype="datetime64[us]"),
        consents=np.zeros(len(orders), dtype=np.bool_),
    )


def decide(orders: list[One], shops: list[Shop], purses: list[Purse]) -> Decided:
    shops = sorted(shops, key=lambda shop: shop.id)
    members = sorted({one.member for one in orders} | {purse.id for purse in purses})
    by_id = {purse.id: purse for purse in purses}
    rows = [by_id.get(member, Purse(member, 0, found=False, verified=False)) for member in members]
    return decide_investments(
        columns(orders),
        listings=ListingColumns(
            ids=np.array([shop.id for shop in shops]),
            borrower_ids=np.array([900 + shop.id for shop in shops]),
            left_minor=np.array([shop.left for shop in shops]),
            minimum_minor=np.array([shop.minimum for shop in shops]),
            step_minor=np.array([shop.step for shop in shops]),
            open=np.array([shop.open for shop in shops]),
            opens_at=np.full(len(shops), OPENS),
            closes_at=np.full(len(shops), CLOSES),
            reflection_days=np.zeros(len(shops), dtype=np.int64),
        ),
        investors=InvestorColumns(
            member_ids=np.array(members),
            found=np.array([row.found for row in rows]),
            verified_at=np.array([WHILE_OPEN if row.verified else NEVER for row in rows]),
            blocked_at=np.array([WHILE_OPEN if row.blocked else NEVER for row in rows]),
            test_passed_on=np.full(len(rows), np.datetime64("2026-01-01", "D")),
            simulated_on=np.full(len(rows), np.datetime64("2026-01-01", "D")),
            warning_acknowledged_at=np.full(len(rows), WHILE_OPEN),
            sophisticated=np.zeros(len(rows), dtype=np.bool_),
            net_worth_minor=np.zeros(len(rows), dtype=np.int64),
        ),
        available_minor=np.array([row.minor for row in rows]),
        rule_codes=np.array([one.rule for one in orders], dtype=np.int8),
        repeats=np.array([one.repeat for one in orders], dtype=np.int8),
    )


# --- By precedence -----------------------------------------------------------------------------
S = InvestStatus
WORST = One(member=907, listing=7, amount=3, rule=1)  # everything is wrong with it but the listing
FINE = One(member=1, listing=7, amount=50)
CASES = [
    (replace(WORST, amount=0, listing=8, repeat=S.EXISTS), S.EXISTS),
    (
        replace(WORST, amount=0, listing=8, repeat=S.EXISTS_WITH_DIFFERENT_FIELDS),
        S.EXISTS_WITH_DIFFERENT_FIELDS,
    ),
    (replace(WORST, amount=0, listing=8), S.AMOUNT_OUT_OF_BOUNDS),
    (replace(FINE, amount=-1), S.AMOUNT_OUT_OF_BOUNDS),
    (replace(FINE, amount=AMOUNT_MAX_MINOR), S.AMOUNT_OUT_OF_BOUNDS),
    (replace(WORST, listing=8), S.LISTING_NOT_FOUND),
    (replace(WORST, listing=5), S.LISTING_NOT_OPEN),
    (replace(WORST, at=CLOSES), S.LISTING_NOT_OPEN),
    (replace(FINE, at=OPENS - 1), S.LISTING_NOT_OPEN),
    (replace(FINE, at=OPENS), S.PLACED),
    (replace(FINE, at=CLOSES - 1), S.PLACED),
    (WORST, S.AMOUNT_BELOW_MINIMUM),
    (replace(WORST, amount=9, member=404), S.AMOUNT_BELOW_MINIMUM),
    (replace(WORST, amount=10, member=404), S.MEMBER_NOT_FOUND),
    (replace(WORST, amount=10, member=2), S.MEMBER_BLOCKED),
    (replace(WORST, amount=10, member=3), S.MEMBER_NOT_VERIFIED),
    (replace(WORST, amount=10), S.OWN_LISTING),
    (replace(WORST, amount=101, member=1), S.RULE_REFUSES),
    (replace(FINE, amount=103, member=4), S.EXCEEDS_LISTING),
    (replace(FINE, amount=52, member=4), S.AMOUNT_NOT_IN_STEPS),
    (replace(FINE, amount=55, member=4), S.EXCEEDS_AVAILABLE),
    (replace(FINE, amount=100), S.PLACED),
]


@pytest.mark.parametrize(("order", "status"), CASES)
def test_the_first_failed_check_wins(order: One, status: InvestStatus) -> None:
    purses = [
        Purse(1),
        Purse(2, blocked=True, verified=False),
        Purse(3, verified=False),
        Purse(4, minor=50),
        Purse(907),
    ]
    decided = decide([order], [Shop(7, 102), Shop(5, 100, open=False)], purses)
    assert InvestStatus(decided.statuses[0]) is status


def test_all_that_is_left_may_be_less_than_minimum_and_step() -> None:
    orders = [One(1, 7, 20), One(1, 7, 3), One(1, 7, 2), One(1, 7, 2)]
    decided = decide(orders, [Shop(7, 22)], [Purse(1)])
    assert decided.statuses.tolist() == [
        S.PLACED,
        S.EXCEEDS_LISTING,
        S.PLACED,
        S.LISTING_NOT_OPEN,
    ]
    assert decided.left_minor.tolist() == [0]


def test_who_comes_first_is_served_first() -> None:
    orders = [One(2, 7, 60), One(1, 7, 60), One(1, 7, 40)]
    decided = decide(orders, [Shop(7, 100)], [Purse(1), Purse(2)])
    assert decided.statuses.tolist() == [S.PLACED, S.EXCEEDS_LISTING, S.PLACED]


# --- Against the plainest way to decide --------------------------------------------------------
MEMBERS, SHOPS = st.integers(1, 5), st.sampled_from([5, 6, 7, 8])
ORDER = st.builds(
    One,
    member=st.one_of(MEMBERS, st.just(907)),
    listing=SHOPS,
    amount=st.one_of(st.integers(-1, 120), st.sampled_from([5, 10, 25, 50, 100])),
    at=st.sampled_from([WHILE_OPEN] * 6 + [OPENS, OPENS - 1, CLOSES]),
    rule=st.sampled_from([0] * 8 + [1, 6]),
    repeat=st.sampled_from([0] * 8 + [1, 2]),
)
SHOP = st.tuples(st.integers(1, 200), st.integers(1, 30), st.integers(1, 12), st.booleans())


def one_by_one(
    orders: list[One], shops: dict[int, Shop], purses: dict[int, Purse]
) -> list[InvestStatus]:
    """Each order on its own, with nothing but ifs."""
    statuses = []
    for one in orders:
        status = plain(one, shops.get(one.listing), purses.get(one.member))
        if status is S.PLACED:
            shop, purse = shops[one.listing], purses[one.member]
            rest = shop.left - one.amount
            shops[one.listing] = replace(shop, left=rest, open=rest > 0)
            purses[one.member] = replace(purse, minor=purse.minor - one.amount)
        statuses.append(status)
    return statuses


def plain(one: One, shop: Shop | None, purse: Purse | None) -> InvestStatus:
    if one.repeat:
        return InvestStatus(one.repeat)
    if not 0 < one.amount < AMOUNT_MAX_MINOR:
        return S.AMOUNT_OUT_OF_BOUNDS
    if shop is None:
        return S.LISTING_NOT_FOUND
    if not shop.open or not OPENS <= one.at < CLOSES:
        return S.LISTING_NOT_OPEN
    if one.amount < min(shop.minimum, shop.left):
        return S.AMOUNT_BELOW_MINIMUM
    against = against_member(one, shop, purse)
    if purse is None or against is not None:
        return against or S.MEMBER_NOT_FOUND
    if one.amount > shop.left:
        return S.EXCEEDS_LISTING
    if one.amount % shop.step and one.amount != shop.left:
        return S.AMOUNT_NOT_IN_STEPS
    if one.amount > purse.minor:
        return S.EXCEEDS_AVAILABLE
    return S.PLACED


def against_member(one: One, shop: Shop, purse: Purse | None) -> InvestStatus | None:
    if purse is None:
        return S.MEMBER_NOT_FOUND
    if purse.blocked:
        return S.MEMBER_BLOCKED
    if not purse.verified:
        return S.MEMBER_NOT_VERIFIED
    if one.member == 900 + shop.id:
        return S.OWN_LISTING
    if one.rule:
        return S.RULE_REFUSES
    return None


@given(
    orders=st.lists(ORDER, min_size=1, max_size=40),
    shop_values=st.tuples(SHOP, SHOP, SHOP),
    minors=st.lists(st.integers(0, 300), min_size=5, max_size=5),
)
def test_a_batch_is_decided_as_its_orders_would_be_one_by_one(
    orders: list[One],
    shop_values: tuple[tuple[int, int, int, bool], ...],
    minors: list[int],
) -> None:
    shops = [
        Shop(number, left, minimum, step, is_open)
        for number, (left, minimum, step, is_open) in zip((5, 6, 7), shop_values, strict=True)
    ]
    purses = [Purse(number, minor) for number, minor in enumerate(minors, start=1)]
    purses[4] = replace(purses[4], blocked=True)
    purses[3] = replace(purses[3], verified=False)
    purses.append(Purse(907))
    decided = decide(orders, shops, purses)
    expected = one_by_one(
        orders, {shop.id: shop for shop in shops}, {purse.id: purse for purse in purses}
    )
    assert [InvestStatus(status) for status in decided.statuses] == expected

    placed = [one for one, status in zip(orders, expected, strict=True) if status is S.PLACED]
    for shop, rest in zip(shops, decided.left_minor.tolist(), strict=True):
        taken = sum(one.amount for one in placed if one.listing == shop.id)
        assert 0 <= rest == shop.left - taken
    for purse in purses:
        assert sum(one.amount for one in placed if one.member == purse.id) <= purse.minor


@given(orders=st.lists(ORDER, min_size=2, max_size=20), cut=st.integers(0, 20))
def test_two_batches_decide_as_one(orders: list[One], cut: int) -> None:
    shops, purses = [Shop(5, 90), Shop(6, 150), Shop(7, 60)], [Purse(n, 200) for n in range(1, 6)]
    whole = decide(orders, shops, purses)
    first = decide(orders[:cut], shops, purses) if cut else None
    if first is None or cut >= len(orders):
        assert len(whole.statuses) == len(orders)
        return
    placed = [
        one
        for one, status in zip(orders, first.statuses.tolist(), strict=False)
        if status == S.PLACED
    ]
    rest = [
        replace(shop, left=left, open=left > 0)
        for shop, left in zip(shops, first.left_minor.tolist(), strict=True)
    ]
    spent = [
        replace(p, minor=p.minor - sum(one.amount for one in placed if one.member == p.id))
        for p in purses
    ]
    second = decide(orders[cut:], rest, spent)
    assert whole.statuses.tolist() == first.statuses.tolist() + second.statuses.tolist()


def test_amounts_at_the_bound_do_not_wrap() -> None:
    most = AMOUNT_MAX_MINOR - 1
    decided = decide([One(1, 7, most)], [Shop(7, most)], [Purse(1, most)])
    assert decided.statuses.tolist() == [S.PLACED]
    assert decided.left_minor.tolist() == [0]
