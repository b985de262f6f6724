"""Every odd value in every field of an order: refused with a sentence, or stored exactly."""

import json
from collections.abc import Callable
from itertools import count

import pytest

from tests.api.conftest import Program
from tests.api.test_routes import open_listing
from tests.market.stalls import investors, purse
from tuppence.market.models import Investment

pytestmark = pytest.mark.django_db(transaction=True)
_keys = count()

# Written as they stand in the JSON text, so that NaN and 1e400 can be said.
ODD_AMOUNTS = [
    *("NaN", "Infinity", "-Infinity", "1e400", "-1e400", "1e3", "-0", "0", "-1", "10", "10.0"),
    *("0.001", "9223372036854775808", "1000000000000000000", "true", "false", "null", "[]", "{}"),
    *('"NaN"', '"nan"', '"Infinity"', '"inf"', '"1e400"', '"1e3"', '"-0"', '"0"', '"0.00"'),
    *('"-1"', '"+1"', '"0.001"', '"10.000"', '"9223372036854775808"', '"1000000000000000000"'),
    *('"1,000"', '"1.000,00"', '"1 000"', '"1_000"', '"１０"', '"١٠"', '"१०"', '"十"', '"10€"'),
    *('""', '" "', '" 10"', '"10 "', '"10\\n"', '"\\u0000"', '"10\\u0000"', '"\\ud800"', '"."'),
    *('".5"', '"10."', '"0x10"', '"1/2"', '"10.00.00"', '"½"', '"²"', '"\\u200b10"', '"ten"'),
    f'"{"9" * 400}"',
    f'"0.{"0" * 400}1"',
    f'"{"1" * 5_000}"',
]
ODD_LISTINGS = [
    *("0", "-1", "1.5", "1e2", "NaN", "1e400", "true", "null", '"1"', '"x"', "[]", "{}"),
    *("9223372036854775808", "99999999999999999999999"),
]
ODD_CURRENCIES = ["null", "7", '""', '"eur"', '"EURO"', '"XXX"', '"ＥＵＲ"', '"\\u0000"', "[]"]
ODD_CONSENTS = ["0", "1", '"yes"', '"true"', "[]", "{}", "NaN"]
CASES = [
    *(("amount", value) for value in ODD_AMOUNTS),
    *(("listing_id", value) for value in ODD_LISTINGS),
    *(("currency", value) for value in ODD_CURRENCIES),
    *(("consent", value) for value in ODD_CONSENTS),
]


def raw(shop: int, **fields: str) -> bytes:
    texts = {"listing_id": str(shop), "amount": '"10.00"', "currency": '"EUR"'} | fields
    return ("{" + ",".join(f'"{name}":{text}' for name, text in texts.items()) + "}").encode()


def test_odd_values_are_refused_with_a_sentence(program: Callable[..., Program]) -> None:
    (ann,) = investors(1)
    caller, shop = program(ann), open_listing()
    accepted = []
    for name, value in CASES:
        body = raw(shop, **{name: value})
        reply = caller.post("/api/investments", body, IDEMPOTENCY_KEY=f"odd-{next(_keys)}")
        if not 400 <= reply.status < 500:
            accepted.append((name, value, reply.status))
        else:
            assert reply.json["error"]["sentence"].endswith("."), (name, value)
    assert accepted == []
    assert not Investment.objects.exists()
    assert purse(ann) == (100_00, 0)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"3",
        b"null",
        b"{",
        b'{"a":1}',
        b"\xff\xfe",
        b'{"listing_id":1,"listing_id":1,"amount":"1","currency":"EUR"}',
        b'{"listing_id":1,"amount":"1.00","amount":"2.00","currency":"EUR"}',
        b"[" * 100_000,
        b" " * 20_000,
        b'{"' + b"x" * 20_000 + b'":1}',
    ],
)
def test_odd_bodies_are_refused(body: bytes, program: Callable[..., Program]) -> None:
    (ann,) = investors(1)
    reply = program(ann).post("/api/investments", body, IDEMPOTENCY_KEY=f"odd-{next(_keys)}")
    assert reply.status in {413, 422}
    assert reply.code in {"body_refused", "body_too_large"}


@pytest.mark.parametrize(
    ("text", "minor"), [("10", 10_00), ("10.0", 10_00), ("10.00", 10_00), ("0010", 10_00)]
)
def test_plain_amounts_are_stored_exactly(
    text: str, minor: int, program: Callable[..., Program]
) -> None:
    (ann,) = investors(1)
    reply = program(ann).invest(open_listing(), text)
    assert (reply.status, reply.json["amount"]) == (201, "10.00")
    assert Investment.objects.get(pk=reply.json["id"]).amount_minor == minor
    assert json.loads(reply.body) == reply.json
