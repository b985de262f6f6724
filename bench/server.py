"""The platform's WSGI application with the row-by-row version beside it, at /bench/row-by-row."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from tuppence.wsgi import application as platform

PATH = "/bench/row-by-row"


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """As light around the row-by-row version as the fast route is around the batches."""
    if environ["PATH_INFO"] != PATH:
        return platform(environ, start_response)
    status, body = _answer(environ)
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
