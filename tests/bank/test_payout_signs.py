"""What a second person is told of a payout: each sign with what it is measured against."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuppence.bank.models import Withdrawal
from tuppence.bank.payout_signs import LATELY, PayoutFacts, SignKind, signs_of
from tuppence.bank.queries import payout_signs
from tuppence.events.happenings import Event
from tuppence.events.operations import record
from tuppence.letters.operations import note_sign_in

Desk = Any  # of tests/bank/conftest.py
NOW = datetime(2026, 3, 20, 9, tzinfo=UTC)
USUAL = PayoutFacts(
    amount_minor=100_00,
    asked_at=NOW,
    member_name="Lena Fletcher",
    holder_name="FLETCHER, Lena",
    account_added_at=NOW - timedelta(days=300),
    earlier=4,
    earlier_minor_max=80_00,
    earlier_to_account=4,
    last_asked_at=NOW - timedelta(days=30),
)


def kinds(facts: PayoutFacts) -> list[SignKind]:
    return [sign.kind for sign in signs_of(facts)]


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, []),
        ({"holder_name": "Leo Fletcher"}, [SignKind.NAME_DIFFERS]),
        ({"earlier_to_account": 0}, [SignKind.ACCOUNT_CHANGED]),
        ({"earlier": 0, "earlier_to_account": 0}, [SignKind.ACCOUNT_NEW]),
        ({"amount_minor": 160_00}, []),  # twice the largest is still usual
        ({"amount_minor": 160_01}, [SignKind.BIGGER]),
        ({"amount_minor": 900_00, "earlier": 2}, []),  # two payouts make no habit
        ({"changes": ((SignKind.NEW_DEVICE, NOW - LATELY),)}, [SignKind.NEW_DEVICE]),
        ({"changes": ((SignKind.NEW_DEVICE, NOW - LATELY - timedelta(seconds=1)),)}, []),
        (
            {"changes": ((SignKind.EMAIL_CHANGED, NOW + timedelta(days=1)),)},
            [SignKind.EMAIL_CHANGED],
        ),
    ],
)
def test_each_sign_by_its_rule(changed: dict[str, Any], expected: list[SignKind]) -> None:
    assert kinds(replace(USUAL, **changed)) == expected


def test_the_weightiest_stands_first_with_its_measure() -> None:
    everything = replace(
        USUAL,
        holder_name="Somebody Else",
        earlier_to_account=0,
        amount_minor=500_00,
        changes=((SignKind.NEW_DEVICE, NOW), (SignKind.EMAIL_CHANGED, NOW)),
    )
    assert kinds(everything) == [
        SignKind.NAME_DIFFERS,
        SignKind.ACCOUNT_CHANGED,
        SignKind.BIGGER,
        SignKind.EMAIL_CHANGED,
        SignKind.NEW_DEVICE,
    ]
    bigger = signs_of(everything)[2]
    assert (bigger.amount_minor, bigger.at) == (80_00, USUAL.last_asked_at)


@given(days=st.lists(st.integers(-40, 40), max_size=8))
def test_of_each_change_the_latest_is_told_once(days: list[int]) -> None:
    changes = tuple((SignKind.PASSWORD_CHANGED, NOW + timedelta(days=day)) for day in days)
    found = signs_of(replace(USUAL, changes=changes))
    lately = [at for _, at in changes if at >= NOW - LATELY]
    assert [sign.at for sign in found] == ([max(lately)] if lately else [])


def test_the_signs_are_read_from_what_happened(desk: Desk, django_assert_num_queries: Any) -> None:
    for name in ("cleo", "dora"):
        desk.pays(name, 900_00)
    desk.import_()
    before = [desk.asks("cleo", 10_00 + number, str(number)) for number in range(3)]
    desk.approves(*before)
    desk.sends()
    user = desk.users["cleo"]
    assert not note_sign_in(user.pk, "first", at=desk.at - timedelta(days=200))
    assert note_sign_in(user.pk, "second", at=desk.at - timedelta(days=2))
    record([Event("member.email_changed", desk.at, member_id=desk.people["cleo"])])
    asked = [desk.asks("cleo", 500_00), desk.asks("dora", 20_00)]
    with django_assert_num_queries(4):
        found = payout_signs(asked)
    assert {n: [sign.kind for sign in signs] for n, signs in found.items()} == {
        asked[0]: [SignKind.BIGGER, SignKind.EMAIL_CHANGED, SignKind.NEW_DEVICE],
        asked[1]: [SignKind.ACCOUNT_NEW],
    }
    assert Withdrawal.objects.filter(id__in=asked, state="asked").count() == 2
    assert payout_signs([]) == {}
