"""The closed list of codes: every refusal has one, every one has a status and a sentence."""

import pytest

from tuppence.api.errors import CANCEL_CODES, INVEST_CODES, REFUSALS, ErrorCode
from tuppence.market.lifecycle import CancelStatus
from tuppence.market.orders import InvestStatus


def test_every_refusal_of_the_market_has_its_code() -> None:
    unnamed = {InvestStatus.PLACED, InvestStatus.EXISTS, InvestStatus.EXISTS_WITH_DIFFERENT_FIELDS}
    assert set(INVEST_CODES) == set(InvestStatus) - unnamed
    assert set(CANCEL_CODES) == set(CancelStatus) - {CancelStatus.CANCELLED, CancelStatus.EXISTS}


@pytest.mark.parametrize("code", list(ErrorCode))
def test_every_code_has_a_status_and_a_sentence(code: ErrorCode) -> None:
    known = REFUSALS[code]
    assert 400 <= known.status < 600
    assert known.sentence.endswith(".") and known.sentence[0].isupper()
