"""The addresses of the API and what each says; described for machines at /api/openapi.json."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import UUID

from django.core.exceptions import RequestDataTooBig
from django.db import OperationalError, connection
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI, Path, Query
from ninja.errors import ValidationError

from tuppence.api import investing, queries
from tuppence.api.asks import CANCEL, Answer, Ask, CancelContent, read_key, refusal
from tuppence.api.described import (
    BEARER,
    CALC,
    INVEST_BODY,
    KEYED,
    AccountOut,
    CalcPath,
    CancelOut,
    ErrorOut,
    HealthOut,
    InvestmentOut,
    LinesOut,
    ListingFilter,
    ListingOut,
    ListingPath,
    ListingsOut,
    PageFilter,
    PortfolioOut,
)
from tuppence.api.errors import ErrorCode, Refused
from tuppence.api.fast_route import answer_post, headers_of
from tuppence.api.scopes import Holder, Scope, bearer_digest
from tuppence.api.shown import (
    account_shown,
    lines_shown,
    listing_shown,
    listings_shown,
    portfolio_shown,
)
from tuppence.ledger.chart import AccountKind
from tuppence.lending.calculators import calculate
from tuppence.lending.calculators.json_text import read_json, write_json
from tuppence.members.access import Access, Audience
from tuppence.money.refusals import InputRefusedError

View = TypeVar("View", bound=Callable[..., Any])
REFUSED = {401: ErrorOut, 403: ErrorOut, 404: ErrorOut, 422: ErrorOut, 503: ErrorOut}
OPEN = {404: ErrorOut, 422: ErrorOut, 503: ErrorOut}
MONEY = {400: ErrorOut, 409: ErrorOut, 413: ErrorOut, **REFUSED}

api = NinjaAPI(
    title="Tuppence",
    version="1",
    urls_namespace="api",
    description="Listings, investments, portfolio, account and calculators of a lending platform.",
    docs_url=None,  # its page loads scripts from elsewhere, which our pages never do
    openapi_url=None,  # `described` below says it, with the addresses as they are
    openapi_extra={
        "components": {"securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}}}
    },
)
# Whom each address is for, by its path below /api; `urls` puts it on the views.
ACCESS: dict[str, Access] = {}

log = logging.getLogger(__name__)


def open_to(audience: Audience, path: str) -> Callable[[View], View]:
    """Declare whom an address is for."""

    def declare(view: View) -> View:
        access = Access(audience)
        assert ACCESS.setdefault(path, access) == access, "one audience an address"
        return view

    return declare


@api.get("/openapi.json", include_in_schema=False)
@open_to(Audience.PUBLIC, "/openapi.json")
def described(request: HttpRequest) -> dict[str, Any]:
    """Every address, what it takes and what it gives."""
    return api.get_openapi_schema(path_prefix="/api")


@api.get("/health", response={200: HealthOut, 503: ErrorOut}, summary="Whether calls are taken")
@open_to(Audience.PUBLIC, "/health")
def health(request: HttpRequest) -> dict[str, str]:
    """Answers once the database does."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return {"status": "ok"}


@api.get(
    "/listings",
    response={200: ListingsOut, **REFUSED},
    openapi_extra=BEARER,
    summary="Requests for money, the newest first",
)
@open_to(Audience.TOKEN, "/listings")
def list_listings(request: HttpRequest, chosen: Query[ListingFilter]) -> dict[str, Any]:
    """A part of the list; give `next_cursor` as `cursor` to read on."""
    holder_of(request, Scope.READ)
    rows = queries.listings(state=chosen.state, before_id=chosen.cursor, limit=chosen.limit + 1)
    return listings_shown(rows, limit=chosen.limit)


@api.get(
    "/listings/{listing_id}",
    response={200: ListingOut, **REFUSED},
    openapi_extra=BEARER,
    summary="One request for money",
)
@open_to(Audience.TOKEN, "/listings/{listing_id}")
def one_listing(request: HttpRequest, chosen: Path[ListingPath]) -> dict[str, Any]:
    """What investors may know of it."""
    holder_of(request, Scope.READ)
    rows = queries.listings(state=None, before_id=None, limit=1, listing_id=chosen.listing_id)
    if not rows:
        raise Refused(ErrorCode.LISTING_NOT_FOUND)
    return listing_shown(rows[0])


@api.post(
    "/investments",
    response={201: InvestmentOut, **MONEY},
    openapi_extra=KEYED | INVEST_BODY,
    summary="Put money into a listing",
)
@open_to(Audience.TOKEN, "/investments")
def invest(request: HttpRequest) -> HttpResponse:
    """Under the real server `fast_route` answers this; here it is described and answered alike."""
    answer = answer_post(
        authorization=request.headers.get("Authorization"),
        key=request.headers.get("Idempotency-Key"),
        body=request.body,
        at=datetime.now(UTC),
    )
    return response_of(answer)


@api.post(
    "/investments/{investment_id}/cancel",
    response={200: CancelOut, **MONEY},
    openapi_extra=KEYED,
    summary="Take an investment back in time",
)
@open_to(Audience.TOKEN, "/investments/{investment_id}/cancel")
def cancel(request: HttpRequest, investment_id: UUID) -> HttpResponse:
    """The whole amount is available again at once."""
    ask = Ask(
        digest=digest_of(request),
        operation=CANCEL,
        key=read_key(request.headers.get("Idempotency-Key")),
        content=CancelContent(investment_id),
        at=datetime.now(UTC),
    )
    return response_of(investing.answer(ask))


@api.get(
    "/portfolio",
    response={200: PortfolioOut, **REFUSED},
    openapi_extra=BEARER,
    summary="Parts of loans, and money in listings",
)
@open_to(Audience.TOKEN, "/portfolio")
def portfolio(request: HttpRequest) -> dict[str, Any]:
    """Everything that the member has lent or is about to lend."""
    holder = holder_of(request, Scope.READ)
    return portfolio_shown(
        queries.holdings_of(holder.member_id), queries.open_investments_of(holder.member_id)
    )


@api.get(
    "/account",
    response={200: AccountOut, **REFUSED},
    openapi_extra=BEARER,
    summary="Money that is not lent",
)
@open_to(Audience.TOKEN, "/account")
def account(request: HttpRequest) -> dict[str, Any]:
    """What is available, and what is reserved for listings."""
    return account_shown(queries.purses_of(holder_of(request, Scope.READ).member_id))


@api.get(
    "/account/lines",
    response={200: LinesOut, **REFUSED},
    openapi_extra=BEARER,
    summary="The statement of the available money, the newest first",
)
@open_to(Audience.TOKEN, "/account/lines")
def account_lines(request: HttpRequest, chosen: Query[PageFilter]) -> dict[str, Any]:
    """A part of the statement; give `next_cursor` as `cursor` to read on."""
    purses = queries.purses_of(holder_of(request, Scope.READ).member_id)
    available = [purse for purse in purses if purse.kind == AccountKind.MEMBER_AVAILABLE]
    if not available:
        return lines_shown([], limit=chosen.limit)
    rows = queries.lines_of(
        available[0].id,
        currency=available[0].currency,
        before_seq=chosen.cursor,
        limit=chosen.limit + 1,
    )
    return lines_shown(rows, limit=chosen.limit)


@api.post(
    "/calc/{call}",
    response={200: Any, **OPEN, 413: ErrorOut},
    openapi_extra=CALC,
    summary="Compute a schedule, payoff, rate or allocation",
)
@open_to(Audience.PUBLIC, "/calc/{call}")
def calc(request: HttpRequest, chosen: Path[CalcPath]) -> HttpResponse:
    """An item or a list of items in, the same out; what can't be computed answers an error."""
    item = read_json(request.body)
    if not isinstance(item, dict | list):
        raise Refused(ErrorCode.BODY_REFUSED)
    return HttpResponse(write_json(calculate(chosen.call, item)), content_type="application/json")


def digest_of(request: HttpRequest) -> str:
    """The digest of the request's token; raises Refused where it has none."""
    header = request.headers.get("Authorization")
    digest = bearer_digest(header)
    if digest is None:
        raise Refused(ErrorCode.TOKEN_UNKNOWN if header else ErrorCode.TOKEN_MISSING)
    return digest


def holder_of(request: HttpRequest, scope: Scope) -> Holder:
    """Whom the request's token speaks for; raises Refused where it may not do this."""
    digest = digest_of(request)
    holder = queries.holders([digest]).get(digest)
    if holder is None:
        raise Refused(ErrorCode.TOKEN_UNKNOWN)
    if scope not in holder.scopes:
        raise Refused(ErrorCode.SCOPE_MISSING)
    return holder


def response_of(answer: Answer) -> HttpResponse:
    """An answer as Django sends it."""
    return HttpResponse(answer.body, status=answer.status, headers=headers_of(answer))


@api.exception_handler(Refused)
def _refused(request: HttpRequest, error: Refused) -> HttpResponse:
    return response_of(refusal(error.code, str(error)))


@api.exception_handler(InputRefusedError)
def _input_refused(request: HttpRequest, error: InputRefusedError) -> HttpResponse:
    return response_of(refusal(ErrorCode.BODY_REFUSED, str(error)))


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    return response_of(refusal(ErrorCode.PARAMETER_REFUSED))


@api.exception_handler(RequestDataTooBig)
def _too_big(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
    return response_of(refusal(ErrorCode.BODY_TOO_LARGE))


@api.exception_handler(OperationalError)
def _overloaded(request: HttpRequest, error: OperationalError) -> HttpResponse:
    log.warning("the database took no call: %s", error)
    return response_of(refusal(ErrorCode.OVERLOADED))


@api.exception_handler(Exception)
def _failed(request: HttpRequest, error: Exception) -> HttpResponse:
    log.error("a call failed", exc_info=error)
    return response_of(refusal(ErrorCode.INTERNAL))
