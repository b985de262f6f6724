"""Lenders' shares carried forward: the same sums before and after, and proven."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection

from tuppence.ledger.checks import Check
from tuppence.lending.models import CarriedShares, DistributionShare
from tuppence.lending.operations import carry_shares_forward
from tuppence.lending.queries.carried_shares import (
    PARTS,
    MonthShares,
    carried_shares_check,
    shares_by_month,
)

pytestmark = pytest.mark.django_db
ZONE = "Europe/Berlin"
DUE = date(2026, 4, 2)


def read(lender: int) -> list[MonthShares]:
    return shares_by_month(lender, zone=ZONE)


def added_up(lender: int) -> tuple[int, ...]:
    rows = DistributionShare.objects.filter(member_id=lender).values_list(*PARTS)
    return tuple(map(sum, zip(*rows, strict=True)))


def proven() -> Check:
    found = carried_shares_check()
    assert found.holds, found
    return found


def test_shares_add_up_alike_carried_or_not(stage: Any, loan_books: Callable[[], None]) -> None:
    loan, _, (ann, ben) = stage.loan((600_00, 400_00))
    stage.pay(loan, 88_85, DUE)
    before = read(ann), read(ben)
    assert before[0][0].parts == added_up(ann)
    assert carry_shares_forward(zone=ZONE, at_least=1) == 2
    assert (read(ann), read(ben)) == before
    stage.pay(loan, 88_85, date(2026, 5, 2), key=stage.key("next"))
    assert sum(each.parts[0] for each in read(ann)) == added_up(ann)[0] > before[0][0].parts[0]
    assert carry_shares_forward(zone=ZONE, at_least=1) == 2
    assert sum(each.parts[0] for each in read(ann)) == added_up(ann)[0]
    assert proven().count == CarriedShares.objects.count()
    loan_books()


def test_days_asked_for_bound_the_sums(stage: Any) -> None:
    loan, _, (ann, _ben) = stage.loan((600_00, 400_00))
    stage.pay(loan, 88_85, DUE)
    (only,) = read(ann)
    assert carry_shares_forward(zone=ZONE, at_least=1) == 2
    day = CarriedShares.objects.filter(member_id=ann).get().recorded_on
    assert shares_by_month(ann, zone=ZONE, first=day, last=day) == [only]
    assert shares_by_month(ann, zone=ZONE, first=day.replace(year=day.year + 1)) == []
    assert carry_shares_forward(zone="Asia/Shanghai", at_least=1) == 2
    assert read(ann) == [only]


def test_a_wrong_sum_is_found(stage: Any) -> None:
    loan, _, _ = stage.loan((600_00, 400_00))
    stage.pay(loan, 88_85, DUE)
    assert carry_shares_forward(zone=ZONE) == 0  # too few to be worth it
    carry_shares_forward(zone=ZONE, at_least=1)
    proven()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE lending_carriedshares SET tax_minor = 1")
    assert carried_shares_check().different == 2
