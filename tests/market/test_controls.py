"""The market's checks find what is wrong, and nothing where all is right."""

import pytest
from django.db import connection

from tests.market.stalls import after, investors, listing, orders_of
from tuppence.market.controls.queries import controls
from tuppence.market.operations.ending import CancelOrder, cancel, close_windows, withdraw_listings
from tuppence.market.operations.investing import invest

pytestmark = pytest.mark.django_db


def failing() -> set[str]:
    return {found.name for found in controls() if not found.holds}


def plant(statement: str, *params: object) -> None:
    """Change rows past every trigger and check."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement, params or None)
        assert cursor.rowcount != 0
        cursor.execute("SET LOCAL session_replication_role = origin")


@pytest.fixture
def shops() -> list[int]:
    """A full listing, an open one with a cancelled order, one expired and one withdrawn."""
    people = investors(3)
    full, still_open, expired, withdrawn = (listing(75_00) for _ in range(4))
    invest(orders_of(people, full, 25_00))
    two = orders_of(people[:2], still_open, 20_00)
    invest(two)
    cancel([CancelOrder(two[0].key, people[0], after(1))])
    invest(orders_of(people[:1], expired, 10_00) + orders_of(people[:1], withdrawn, 10_00))
    withdraw_listings([withdrawn], at=after(2))
    plant("UPDATE market_listing SET closes_at = %s WHERE id = %s", after(3), expired)
    assert close_windows(at=after(4)).expired == (expired,)
    return [full, still_open, expired, withdrawn]


def test_a_right_market_holds_and_is_counted(shops: list[int]) -> None:
    assert failing() == set()
    counted = {found.name: found.count for found in controls()}
    assert counted["funded"] == 4
    assert counted["investments booked"] == 7
    assert counted["investments told"] == 4
    assert counted["reserved"] == 3 + 4  # investors and borrowers


@pytest.mark.parametrize(
    ("defect", "names"),
    [
        ("UPDATE market_listing SET funded_minor = funded_minor - 1 WHERE state = 'full'",
         {"funded"}),
        ("UPDATE market_listing SET investments = investments + 1 WHERE state = 'open'",
         {"funded"}),
        (("SET CONSTRAINTS ALL IMMEDIATE;"
            "ALTER TABLE market_listing DROP CONSTRAINT listing_never_overfunded;"
         "UPDATE market_listing SET target_minor = 1 WHERE state = 'open'"), {"targets"}),
        ("UPDATE market_investment SET amount_minor = amount_minor + 1 WHERE state = 'placed'",
         {"funded", "targets", "reserved", "investments booked", "investments told"}),
        ("UPDATE market_investment SET state = 'cancelled' WHERE state = 'placed'",
         {"funded", "targets", "reserved", "investments told"}),
        ("UPDATE market_investment SET state = 'placed' WHERE state = 'refunded'",
         {"funded", "reserved", "investments told", "listing states"}),
        ("DELETE FROM market_investment WHERE state = 'cancelled'",
         {"investments booked", "investments told"}),
        ("DELETE FROM ledger_transfer WHERE kind = 'order_placed'", {"investments booked"}),
        ("UPDATE ledger_account SET balance_minor = 1 WHERE kind = 'member_reserved'",
         {"reserved"}),
        ("DELETE FROM events_event WHERE verb = 'investment.placed'", {"investments told"}),
        ("DELETE FROM events_event WHERE verb = 'investment.refunded'", {"investments told"}),
        ("UPDATE market_listing SET ended_at = NULL WHERE state = 'expired'", {"listing states"}),
        ("UPDATE market_listing SET state = 'open' WHERE state = 'withdrawn'",
         {"listing states"}),
        ("UPDATE market_listing SET full_at = NULL WHERE state = 'full'", {"listing states"}),
        ("UPDATE market_listing SET state = 'paid_out', ended_at = now() WHERE state = 'full'",
         {"listings and loans", "listing states"}),
    ],
)  # fmt: skip
def test_planted_defects_are_found(shops: list[int], defect: str, names: set[str]) -> None:
    plant(defect)
    assert failing() == names
