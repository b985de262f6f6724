"""Sums carried forward change no figure, miss nothing that comes later, and are proven."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.db import connection

from tuppence.ledger.controls.queries import controls
from tuppence.ledger.models import CarriedSum
from tuppence.ledger.operations import carrying as operations
from tuppence.ledger.queries.movements import moved_by_day, moved_by_month, moved_in

pytestmark = pytest.mark.django_db
ZONE = "Europe/Berlin"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def read(purse: int, zone: str = ZONE) -> list[Any]:
    """Everything that can be asked of a purse."""
    days = date(2026, 3, 1), date(2026, 3, 31)
    return [
        moved_by_day([purse], zone=zone),
        moved_by_month([purse], zone=zone),
        moved_in([purse], *days, zone=zone),
    ]


def differences() -> set[str]:
    return {found.name for found in controls() if not found.holds}


@pytest.fixture
def purse(books: Any) -> int:
    """A purse that moved in two months, both ways, by several kinds."""
    anna, bank = books.deposit(1, 100_00), books.account("client_bank")
    ben = books.account("member_available", 2)
    for day in range(40):
        at = NOON + timedelta(days=day)
        late = {"occurred_at": at - timedelta(days=1), "recorded_at": at}
        books.post(
            books.transfer(bank, anna, 5_00 + day, kind="deposit", **late),
            books.transfer(anna, ben, 1_00, kind="gift", **late),
        )
    return int(anna)


def test_the_figures_are_the_same_before_and_after_and_once_more_moved(
    books: Any, purse: int
) -> None:
    before = read(purse)
    assert len(before[1]) == 5  # two months, two kinds, and the first deposit of kind "test"
    assert operations.carry_forward(zone=ZONE, at_least=1) == 2  # the other purse as well
    assert read(purse) == before
    assert CarriedSum.objects.filter(account_id=purse).count() == 81
    assert operations.carry_forward(zone=ZONE, at_least=1) == 0
    # Recorded for a day long past: it counts there, carried or not.
    books.post(books.transfer(books.account("client_bank"), purse, 7_00, kind="deposit"))
    after = read(purse)
    assert after != before
    assert operations.carry_forward(zone=ZONE, at_least=1) == 1
    assert read(purse) == after
    assert differences() == set()


def test_a_part_of_the_time_adds_up_to_the_balance(books: Any, purse: int) -> None:
    operations.carry_forward(zone=ZONE, at_least=1)
    earlier, within = moved_in([purse], date(2026, 3, 10), date(2099, 1, 1), zone=ZONE)
    assert earlier and within
    assert sum(each.change_minor for each in [*earlier, *within]) == books.balance(purse)


def test_few_movements_are_left_to_be_read_one_by_one(purse: int) -> None:
    assert operations.carry_forward(zone=ZONE) == 0
    assert not CarriedSum.objects.exists()


def test_another_calendar_gives_its_own_days(purse: int) -> None:
    operations.carry_forward(zone=ZONE, at_least=1)
    other = read(purse, "Pacific/Kiritimati")
    assert other != read(purse)  # noon in London is the next day there
    operations.carry_forward(zone="Pacific/Kiritimati", at_least=1)
    assert read(purse, "Pacific/Kiritimati") == other
    assert set(CarriedSum.objects.values_list("zone", flat=True)) == {"Pacific/Kiritimati"}


def test_a_wrong_sum_is_found_by_the_check(purse: int) -> None:
    operations.carry_forward(zone=ZONE, at_least=1)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE ledger_carriedsum SET amount_minor = amount_minor + 1"
            " WHERE id = (SELECT min(id) FROM ledger_carriedsum)"
        )
    assert differences() == {"sums carried forward"}


def test_what_was_written_after_the_settled_place_is_carried_next_time(
    books: Any, purse: int
) -> None:
    with patch.object(operations, "_settled_seq", return_value=operations._settled_seq()):
        books.post(books.transfer(books.account("client_bank"), purse, 3_00, kind="deposit"))
        whole = read(purse)
        operations.carry_forward(zone=ZONE, at_least=1)
    assert read(purse) == whole
    operations.carry_forward(zone=ZONE, at_least=1)
    assert read(purse) == whole and differences() == set()
