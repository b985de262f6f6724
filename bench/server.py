"""The platform's WSGI application with the row-by-row versions beside it, below /bench/."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from tuppence.wsgi import application as platform

PATH = "/bench/row-by-row"
TOLD = "/bench/told"


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """As light around the row-by-row versions as the fast routes are around the batches."""
    answers = {PATH: _answer, TOLD: _told}
    if environ["PATH_INFO"] not in answers:
        return platform(environ, start_response)
    status, body = answers[environ["PATH_INFO"]](environ)
    start_response(
        status, [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
    )
    return [body]


def _answer(environ: dict[str, Any]) -> tuple[str, bytes]:
    from bench.row_by_row import invest_one
    from tuppence.api.asks import INVEST, read_invest, read_key
    from tuppence.api.models import ApiToken
    from tuppence.api.scopes import bearer_digest
    from tuppence.ledger.ids import derive_id
    from tuppence.market.orders import InvestOrder, InvestStatus

    content = read_invest(environ["wsgi.input"].read())
    digest = bearer_digest(environ["HTTP_AUTHORIZATION"])
    member_id = ApiToken.objects.get(digest=digest, revoked_at=None).member_id
    order = InvestOrder(
        derive_id(INVEST, member_id, read_key(environ["HTTP_IDEMPOTENCY_KEY"])),
        member_id,
        content.listing_id,
        content.amount_minor,
        datetime.now(UTC),
        content.consent,
    )
    placed = invest_one(order) is InvestStatus.PLACED
    return ("201 Created", b'{"state":"placed"}') if placed else ("409 Conflict", b"{}")


def _told(environ: dict[str, Any]) -> tuple[str, bytes]:
    from django.db import transaction

    from tuppence.events.operations import record
    from tuppence.growth.models import SpentSignal
    from tuppence.growth.operations.signals import event_of
    from tuppence.growth.signals import Signal, read_signal
    from tuppence.web.measuring.beacon import open_page

    told, at = read_signal(environ["wsgi.input"].read()), datetime.now(UTC)
    shown = open_page(told.token)
    assert shown is not None
    signal = Signal(shown, told.kind, told.number, told.seconds, told.scroll_percent, at)
    with transaction.atomic():
        SpentSignal.objects.create(key=signal.key, at=at)
        record([event_of(signal)])
    return "204 No Content", b""
