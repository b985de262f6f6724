"""Who may sign a closed day, once, and with which words."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from tuppence.lending.day_sign_off import SignBook, SignOrder, SignStatus, decide_signatures

DAY, OTHER = date(2026, 3, 2), date(2026, 3, 3)


def order(number: int = 1, **changed: Any) -> SignOrder:
    said = {"day": DAY, "by": 1, "at": None, "remark": ""}
    return SignOrder(UUID(int=number), **(said | changed))


def book(**changed: Any) -> SignBook:
    said = {
        "closed": frozenset({DAY}),
        "signed": {},
        "permitted": frozenset({1}),
        "agrees": True,
        "used": {},
    }
    return SignBook(**(said | changed))


@pytest.mark.parametrize(
    ("changed", "facts", "status"),
    [
        ({"by": 2, "day": OTHER}, {}, SignStatus.NOT_PERMITTED),
        ({"day": OTHER}, {}, SignStatus.NOT_CLOSED),
        ({}, {"signed": {DAY: UUID(int=9)}, "agrees": False}, SignStatus.ALREADY_SIGNED),
        ({"remark": "x" * 2_001}, {"agrees": False}, SignStatus.REMARK_TOO_LONG),
        ({"remark": " "}, {"agrees": False}, SignStatus.REMARK_MISSING),
        ({"remark": "The bank corrects it tomorrow."}, {"agrees": False}, SignStatus.SIGNED),
        ({}, {}, SignStatus.SIGNED),
    ],
)
def test_the_first_failed_check_wins(
    changed: dict[str, Any], facts: dict[str, Any], status: SignStatus
) -> None:
    assert decide_signatures([order(**changed)], book(**facts)) == [status]


def test_a_day_is_signed_once_and_a_repeated_key_says_so() -> None:
    orders = [order(1), order(1), order(1, day=OTHER), order(2)]
    assert decide_signatures(orders, book(closed=frozenset({DAY, OTHER}))) == [
        SignStatus.SIGNED,
        SignStatus.EXISTS,
        SignStatus.EXISTS_WITH_DIFFERENT_FIELDS,
        SignStatus.ALREADY_SIGNED,
    ]
