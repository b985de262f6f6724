"""Notice what no page handled: told by Django's own signal, which comes for every such error."""

import logging
import sys
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from tuppence.faults.fault import fault_of
from tuppence.faults.operations import record_fault

LOG = logging.getLogger(__name__)


def notice_request(*, request: HttpRequest | None = None, **_said: Any) -> None:
    """Count the error in hand and write its number on the request, for the page that says sorry.

    The platform may fail because its database does; then the log alone has the error.
    """
    error = sys.exc_info()[1]
    if error is None or request is None:
        return
    match = request.resolver_match
    fault = fault_of(error, route=match.route if match else "", method=request.method or "")
    try:
        number = record_fault(fault, at=timezone.now())
    except Exception:
        LOG.exception("an error could not be counted")
        return
    request.fault_number = number  # type: ignore[attr-defined]
