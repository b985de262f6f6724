"""One key in several processes at once: the claim is PostgreSQL's, not a process's."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from tests.api.conftest import Program
from tests.api.test_routes import open_listing
from tests.market.stalls import investors, purse
from tests.market.test_concurrency import at_once
from tuppence.api.asks import INVEST, Answer, Ask, InvestContent
from tuppence.api.models import ApiAnswer
from tuppence.api.operations import answer_asks
from tuppence.api.scopes import token_digest

pytestmark = pytest.mark.django_db(transaction=True)


def asks_of(program: Program, shop: int, keys: list[str], minor: int = 10_00) -> list[Ask]:
    content = InvestContent(shop, minor, "EUR", consent=True)
    now = datetime.now(UTC)
    return [Ask(token_digest(program.token), INVEST, key, content, now) for key in keys]


def test_batches_of_several_processes_share_no_key(program: Callable[..., Program]) -> None:
    (ann,) = investors(1, minor=1_000_00)
    caller, shop = program(ann), open_listing(10_000_00)
    keys = [f"shared/{number}" for number in range(20)]
    batches = [asks_of(caller, shop, keys[turn:] + keys[:turn]) for turn in (0, 5, 10, 15)]
    answers: list[list[Answer]] = at_once([lambda b=b: answer_asks(b) for b in batches])  # type: ignore[misc]
    statuses = Counter((answer.status, answer.replayed) for batch in answers for answer in batch)
    assert statuses[(201, False)] == 20
    assert set(statuses) <= {(201, False), (201, True), (409, False)}
    assert ApiAnswer.objects.count() == 20
    assert purse(ann) == (800_00, 200_00)


def test_one_key_twice_in_one_batch_is_acted_on_once(program: Callable[..., Program]) -> None:
    (ann,) = investors(1)
    caller, shop = program(ann), open_listing()
    asks = asks_of(caller, shop, ["a", "a", "b"]) + asks_of(caller, shop, ["a"], 11_00)
    assert [answer.status for answer in answer_asks(asks)] == [201, 409, 201, 409]
    again = answer_asks(asks)
    assert [(answer.status, answer.replayed) for answer in again] == [
        (201, True),
        (201, True),
        (201, True),
        (422, False),
    ]
    assert purse(ann) == (80_00, 20_00)


def test_an_empty_batch_is_answered_with_nothing(program: Callable[..., Program]) -> None:
    assert answer_asks([]) == []
