"""References survive what people and banks do to them."""

from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tuppence.bank.reference import Order, find_member, find_order, is_iban, order_reference
from tuppence.members.payment_reference import payment_reference

REFERENCE = payment_reference(42)


@pytest.mark.parametrize(
    "text",
    [
        "RF340000000042",
        "rf34 0000 0000 42",
        "Deposit RF34-0000-0000-42 thank you",
        "REFRF34000000 0042",
        "ref:RF34:0000.0000.42.",
        "RF34 0000\n0000 42 2026-03-02",
        "ＲＦ３４ ００００００００４２",
        "RF34OOOOOOOO42",
        "RF34 0000 0000 42 and again RF340000000042",
    ],
)
def test_a_member_is_found(text: str) -> None:
    assert find_member(text) == 42


@pytest.mark.parametrize(
    "text",
    [
        "",
        "RF350000000042",  # wrong check digits
        "RF3400000000421",  # longer: somebody else's reference
        "RF34000000004",
        f"{payment_reference(42)} {payment_reference(43)}",  # two members
        "RF18539007547034",  # a valid reference of another creditor
        "invoice 340000000042",
    ],
)
def test_nobody_is_found_rather_than_somebody_wrong(text: str) -> None:
    assert find_member(text) is None


@given(st.integers(1, 10**9), st.integers(2, 13), st.sampled_from("0123456789"))
@settings(max_examples=200, deadline=None)
def test_one_wrong_digit_never_names_another_member(number: int, at: int, digit: str) -> None:
    reference = payment_reference(number)
    wrong = reference[:at] + digit + reference[at + 1 :]
    assert find_member(wrong) == (number if wrong == reference else None)


@given(st.uuids(), st.sampled_from(Order), st.text("xyz /.-,ü\n", max_size=20), st.integers(1, 33))
@settings(max_examples=200, deadline=None)
def test_an_order_is_found_in_any_text(key: UUID, order: Order, noise: str, at: int) -> None:
    reference = order_reference(order, key)
    assert len(reference) <= 35
    text = f"{noise}/EREF/{reference[:at]} {reference[at:].lower()}/{noise}"
    assert find_order(text, order) == key
    assert all(find_order(text, other) is None for other in set(Order) - {order})


def test_two_orders_in_a_text_name_none() -> None:
    first, second = (order_reference(Order.PAYOUT, UUID(int=number)) for number in (1, 2))
    assert find_order(f"{first} {second}", Order.PAYOUT) is None
    assert find_order(f"{first} {first}", Order.PAYOUT) == UUID(int=1)


@pytest.mark.parametrize(
    ("account", "answer"),
    [
        ("DE89370400440532013000", True),
        ("DE89370400440532013001", False),
        ("CH9300762011623852957", True),
        ("de89370400440532013000", False),
        ("08088804068", False),
        ("", False),
    ],
)
def test_ibans_are_told_from_other_numbers(account: str, answer: bool) -> None:
    assert is_iban(account) is answer
