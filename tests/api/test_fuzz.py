"""Generated calls against the description: no failure of ours, no answer it does not describe."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks

from tests.api.conftest import Program
from tests.api.test_routes import open_listing
from tests.market.stalls import investors
from tuppence.api.routes import api
from tuppence.wsgi import application

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
    checks.negative_data_rejection,
    checks.ignored_auth,
    checks.unsupported_method,
]
OPERATIONS = [
    (method.upper(), path)
    for path, item in api.get_openapi_schema(path_prefix="/api")["paths"].items()
    for method in item
]
EXAMPLES = 250
# A generated id never is an investment; its refusals are checked all the same.
NEVER_FOUND = {"/api/investments/{investment_id}/cancel"}


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_generated_calls_find_no_failure(
    method: str, path: str, program: Callable[..., Program]
) -> None:
    (ann,) = investors(1, minor=10**9)
    shop = open_listing(10**12, minimum=1)
    authorization = {"Authorization": f"Bearer {program(ann).token}"}
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", application)
    operation = schema[path][method]
    answered: Counter[int] = Counter()

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(
        case=st.one_of(
            operation.as_strategy(GenerationMode.POSITIVE),
            operation.as_strategy(GenerationMode.NEGATIVE),
        ),
        real=st.booleans(),
    )
    def call(case: Any, real: bool) -> None:
        if real:
            name_what_is_there(case, shop)
        answered[case.call_and_validate(headers=authorization, checks=CHECKS).status_code] += 1

    call()
    assert path in NEVER_FOUND or any(200 <= status < 300 for status in answered), answered


def name_what_is_there(case: Any, listing_id: int) -> None:
    """Let a call be about a listing that exists, which chance would never find."""
    if isinstance(case.body, dict) and isinstance(case.body.get("listing_id"), int):
        case.body |= {"listing_id": listing_id, "currency": "EUR", "amount": "1.00"}
    if isinstance(case.path_parameters, dict) and "listing_id" in case.path_parameters:
        case.path_parameters["listing_id"] = listing_id
