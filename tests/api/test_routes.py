"""What the API answers, through the real WSGI application on a real PostgreSQL."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import OperationalError, connections
from django.http import HttpResponse
from django.test import RequestFactory

from tests.api.conftest import Program, a_token
from tests.market import stalls
from tests.market.stalls import investors, purse
from tuppence.api import investing, operations, queries
from tuppence.api.coalescer import Overloaded
from tuppence.api.models import ApiAnswer, ApiToken
from tuppence.api.operations import RevokeStatus, revoke_token
from tuppence.api.routes import api
from tuppence.api.scopes import Scope, token_digest
from tuppence.api.urls import urlpatterns
from tuppence.market.models import Investment, Listing
from tuppence.market.orders import InvestOrder, InvestStatus
from tuppence.members.access import Audience
from tuppence.members.models import AuditEntry, Member
from tuppence.members.views import routes_of

pytestmark = pytest.mark.django_db(transaction=True)
Make = Callable[..., Program]


def open_listing(target_minor: int = 1_000_00, **terms: object) -> int:
    """A listing that is open now."""
    number = stalls.listing(target_minor, **terms)  # type: ignore[arg-type]
    now = datetime.now(UTC)
    Listing.objects.filter(pk=number).update(
        opens_at=now - timedelta(days=1), closes_at=now + timedelta(days=9)
    )
    return number


# --- Who may call ------------------------------------------------------------------------------
def test_every_address_says_whom_it_is_for() -> None:
    routes = list(routes_of(urlpatterns))
    assert all(route.access for route in routes)
    assert {route.path for route in routes if route.access.audience is Audience.PUBLIC} == {  # type: ignore[union-attr]
        "openapi.json",
        "health",
        "calc/<call>",
        "",
    }


@pytest.mark.parametrize(
    ("method", "url"),
    [
        ("GET", "/api/listings"),
        ("GET", "/api/listings/1"),
        ("GET", "/api/portfolio"),
        ("GET", "/api/account"),
        ("GET", "/api/account/lines"),
        ("POST", "/api/investments"),
        ("POST", "/api/investments/00000000-0000-0000-0000-000000000001/cancel"),
    ],
)
def test_a_route_for_tokens_opens_to_a_valid_one_only(method: str, url: str, program: Make) -> None:
    (ann,) = investors(1)
    wrong_scope = frozenset({Scope.INVEST if method == "GET" else Scope.READ})
    refusals = [
        (Program(), "token_missing", 401),
        (Program("nonsense"), "token_unknown", 401),
        (Program(a_token()), "token_unknown", 401),
        (program(ann, wrong_scope), "scope_missing", 403),
        (_revoked(program(ann), ann), "token_unknown", 401),
    ]
    body = json.dumps({"listing_id": 1, "amount": "10.00", "currency": "EUR"}).encode()
    for caller, code, status in refusals:
        reply = caller.call(method, url, body, IDEMPOTENCY_KEY="k")
        assert (reply.status, reply.code) == (status, code)
        assert ("WWW-Authenticate" in reply.headers) is (status == 401)


def _revoked(program: Program, member_id: int) -> Program:
    token = ApiToken.objects.get(digest=token_digest(program.token))
    at = datetime.now(UTC)
    assert revoke_token(token.pk, member_id=member_id + 1, by=None, at=at) is RevokeStatus.NOT_FOUND
    assert revoke_token(token.pk, member_id=member_id, by=None, at=at) is RevokeStatus.REVOKED
    assert revoke_token(token.pk, member_id=member_id, by=None, at=at) is RevokeStatus.EXISTS
    return program


def test_only_a_hash_of_a_token_is_kept_and_the_trail_tells_who_made_it(program: Make) -> None:
    (ann,) = investors(1)
    caller = program(ann)
    kept = json.dumps(list(ApiToken.objects.values("digest", "label", "scopes")))
    assert caller.token not in kept
    entry = AuditEntry.objects.get(action="api_token.make")
    assert (entry.subject_id, entry.outcome) == (ann, "done")


# --- Investing ---------------------------------------------------------------------------------
def test_an_investment_is_placed_and_answered(program: Make) -> None:
    (ann,) = investors(1)
    shop = open_listing()
    reply = program(ann).invest(shop, "25.50")
    assert reply.status == 422 and reply.code == "amount_not_in_steps"
    reply = program(ann).invest(shop, "25.00")
    assert reply.status == 201
    assert reply.json["amount"] == "25.00"
    assert reply.headers["Cache-Control"] == "no-store"
    assert "Idempotency-Replayed" not in reply.headers
    assert Investment.objects.get(pk=reply.json["id"]).amount_minor == 25_00
    assert purse(ann) == (75_00, 25_00)


def test_the_route_behind_the_middleware_answers_alike(program: Make) -> None:
    (ann,) = investors(1)
    caller, shop = program(ann), open_listing()
    first = caller.invest(shop, key="one")
    request = RequestFactory().post(
        "/api/investments",
        json.dumps({"currency": "EUR", "amount": "10.00", "listing_id": shop}),
        content_type="application/json",
        headers={"Authorization": f"Bearer {caller.token}", "Idempotency-Key": "one"},
    )
    view = next(p.callback for p in urlpatterns if p.name == "invest")
    assert view is not None
    again = view(request)
    assert isinstance(again, HttpResponse)
    assert (again.status_code, again.content) == (201, first.body)
    assert again["Idempotency-Replayed"] == "true"


def test_a_refusal_names_its_code_and_leaves_nothing(program: Make) -> None:
    ann, bob = investors(2)
    shop, foreign = open_listing(50_00), open_listing(5_000_00, currency="USD")
    Member.objects.filter(pk=bob).update(verified_at=None)
    own = program(Listing.objects.get(pk=shop).borrower_id)
    caller = program(ann)
    replies = [
        caller.invest(shop, "60.00"),
        caller.invest(shop, "0.50"),
        caller.invest(foreign, "10.00"),
        caller.invest(10**15, "10.00"),
        own.invest(shop, "10.00"),
        program(bob).invest(shop, "10.00"),
        caller.invest(open_listing(), "101.00"),
    ]
    assert [(reply.status, reply.code) for reply in replies] == [
        (409, "exceeds_listing"),
        (422, "amount_below_minimum"),
        (422, "currency_differs"),
        (404, "listing_not_found"),
        (403, "own_listing"),
        (403, "member_not_verified"),
        (409, "exceeds_available"),
    ]
    assert not Investment.objects.exists()


def test_a_rule_of_the_law_is_named(program: Make) -> None:
    (ann,) = investors(1, minor=9_000_00)
    caller, shop = program(ann), open_listing(100_000_00)
    refused = caller.invest(shop, "6000.00")
    assert (refused.code, bool(refused.json["error"]["rule"])) == ("rule_refuses", True)
    assert caller.invest(shop, "6000.00", consent=True).status == 201


# --- Keys (catalogue W1) -----------------------------------------------------------------------
def money_routes() -> list[str]:
    """Every POST of the description that takes a key."""
    return [
        path
        for path, item in api.get_openapi_schema(path_prefix="/api")["paths"].items()
        for parameter in item.get("post", {}).get("parameters", [])
        if parameter["name"] == "Idempotency-Key"
    ]


def test_every_post_that_a_token_opens_takes_a_key() -> None:
    secured = [
        path
        for path, item in api.get_openapi_schema(path_prefix="/api")["paths"].items()
        if item.get("post", {}).get("security")
    ]
    assert secured == money_routes() != []


@pytest.mark.parametrize("path", money_routes())
def test_a_call_without_a_fit_key_is_refused(path: str, program: Make) -> None:
    (ann,) = investors(1)
    url = path.replace("{investment_id}", "00000000-0000-0000-0000-000000000001")
    body = {"listing_id": open_listing(), "amount": "10.00", "currency": "EUR"}
    caller = program(ann)
    assert (caller.post(url, body).status, caller.post(url, body).code) == (400, "key_missing")
    for unfit in ("a b", "x" * 201, "ключ"):
        assert caller.post(url, body, IDEMPOTENCY_KEY=unfit).code == "key_refused"


def test_a_replay_gives_the_same_bytes_and_says_so(program: Make) -> None:
    (ann,) = investors(1)
    caller, shop = program(ann), open_listing()
    for amount in ("10.00", "200.00"):  # a success and a refusal
        first = caller.invest(shop, amount, key=amount)
        for _ in range(5):
            again = caller.invest(shop, amount, key=amount)
            assert (again.status, again.body) == (first.status, first.body)
            assert again.headers["Idempotency-Replayed"] == "true"
    assert purse(ann) == (90_00, 10_00)
    assert ApiAnswer.objects.count() == 2


def test_the_same_key_with_other_content_is_refused(program: Make) -> None:
    (ann,) = investors(1)
    caller, shop = program(ann), open_listing()
    assert caller.invest(shop, key="k").status == 201
    reply = caller.invest(shop, "11.00", key="k")
    assert (reply.status, reply.code) == (422, "key_of_other_content")
    assert purse(ann) == (90_00, 10_00)


def test_a_key_belongs_to_a_member_and_an_operation(program: Make) -> None:
    ann, bob = investors(2)
    shop = open_listing()
    placed = [program(member).invest(shop, key="k") for member in (ann, bob)]
    assert [reply.status for reply in placed] == [201, 201]
    assert placed[0].json["id"] != placed[1].json["id"]
    cancelled = program(ann).post(
        f"/api/investments/{placed[0].json['id']}/cancel", {}, IDEMPOTENCY_KEY="k"
    )
    assert cancelled.status == 200


def test_a_key_in_flight_is_told_so(program: Make) -> None:
    (ann,) = investors(1)
    caller, shop = program(ann), open_listing()
    with ThreadPoolExecutor(16) as pool:
        replies = list(pool.map(lambda _: caller.invest(shop, key="same"), range(64)))
    connections.close_all()
    placed = [reply for reply in replies if reply.status == 201]
    others = [reply for reply in replies if reply.status != 201]
    assert len({reply.body for reply in placed}) == 1
    assert len([reply for reply in placed if "Idempotency-Replayed" not in reply.headers]) == 1
    assert {(reply.status, reply.code) for reply in others} <= {(409, "key_in_flight")}
    assert purse(ann) == (90_00, 10_00)


# --- Taking back, and reading ------------------------------------------------------------------
def test_an_investment_is_taken_back(program: Make) -> None:
    ann, bob = investors(2)
    shop = open_listing(reflection_days=4)
    placed = program(ann).invest(shop).json["id"]
    url = f"/api/investments/{placed}/cancel"
    stranger = program(bob).post(url, {}, IDEMPOTENCY_KEY="1")
    assert (stranger.status, stranger.code) == (404, "investment_not_found")
    assert program(ann).post(url, {}, IDEMPOTENCY_KEY="1").json["state"] == "cancelled"
    assert program(ann).post(url, {}, IDEMPOTENCY_KEY="2").status == 200
    assert purse(ann) == (100_00, 0)


def test_a_member_reads_listings_portfolio_and_account(program: Make) -> None:
    (ann,) = investors(1)
    caller, shops = program(ann), [open_listing() for _ in range(3)]
    first = caller.get("/api/listings?limit=2").json
    assert [item["id"] for item in first["items"]] == [shops[2], shops[1]]
    rest = caller.get(f"/api/listings?limit=2&cursor={first['next_cursor']}&state=open").json
    assert ([item["id"] for item in rest["items"]], rest["next_cursor"]) == ([shops[0]], None)
    assert caller.get("/api/listings?state=full").json["items"] == []
    one = caller.get(f"/api/listings/{shops[0]}").json
    assert (one["target"], one["left"], one["annual_rate_percent"]) == (
        "1000.00",
        "1000.00",
        "7.000000",
    )
    assert caller.get(f"/api/listings/{10**9}").code == "listing_not_found"

    caller.invest(shops[0], "30.00")
    portfolio = caller.get("/api/portfolio").json
    assert [(i["listing_id"], i["amount"]) for i in portfolio["investments"]] == [
        (shops[0], "30.00")
    ]
    assert portfolio["holdings"] == []
    balances = caller.get("/api/account").json["balances"]
    assert [row["balance"] for row in balances] == ["70.00", "30.00"]
    lines = caller.get("/api/account/lines?limit=1").json
    assert [line["change"] for line in lines["items"]] == ["-30.00"]
    lines = caller.get(f"/api/account/lines?cursor={lines['next_cursor']}").json
    assert [line["change"] for line in lines["items"]] == ["100.00"]


def test_a_member_without_a_purse_reads_an_empty_account(program: Make) -> None:
    (ann,) = investors(1, minor=0)
    caller = program(ann)
    assert caller.get("/api/account/lines").json == {"items": [], "next_cursor": None}
    stranger = Program(caller.token)
    assert {row["balance"] for row in stranger.get("/api/account").json["balances"]} == {"0.00"}


@pytest.mark.parametrize("query", ["limit=0", "limit=201", "limit=x", "cursor=0", "state=odd"])
def test_a_parameter_that_cannot_be_read_is_refused(query: str, program: Make) -> None:
    (ann,) = investors(1)
    reply = program(ann).get(f"/api/listings?{query}")
    assert (reply.status, reply.code) == (422, "parameter_refused")


# --- Calculators, health, description ----------------------------------------------------------
def test_the_calculators_answer_items_and_lists() -> None:
    item = {
        "payment": "100.00",
        "dues": [{"name": "a", "due": "2026-01-01", "principal": "60.00"}],
    }
    reply = Program().post("/api/calc/allocate", item)
    assert (reply.status, reply.json["credit"]) == (200, "40.00")
    both = Program().post("/api/calc/allocate", [item, {}]).json
    assert both[0] == reply.json and "error" in both[1]
    assert Program().post("/api/calc/tarot", item).code == "parameter_refused"
    for body in (b"", b"{", b"3", b'"x"', b"\xff"):
        assert Program().post("/api/calc/xirr", body).code == "body_refused"


def test_health_needs_the_database(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Program().get("/api/health").json == {"status": "ok"}

    def gone(*_: object, **__: object) -> None:
        raise OperationalError("the server closed the connection")

    monkeypatch.setattr(connections["default"], "cursor", gone)
    reply = Program().get("/api/health")
    assert (reply.status, reply.code, reply.headers["Retry-After"]) == (503, "overloaded", "1")


def test_other_addresses_answer_in_json_too() -> None:
    reply = Program().get("/api/nowhere")
    assert (reply.status, reply.code) == (404, "not_found")
    assert Program().get("/api/openapi.json").json["info"]["title"] == "Tuppence"
    assert Program().get("/api/docs").status == 404


@pytest.mark.parametrize(
    ("method", "url", "allowed"),
    [("DELETE", "/api/listings", "GET"), ("GET", "/api/investments", "POST")],
)
def test_a_method_that_is_not_taken_is_refused_in_json(method: str, url: str, allowed: str) -> None:
    reply = Program().call(method, url, None)
    assert (reply.status, reply.code, reply.headers["Allow"]) == (
        405,
        "method_not_allowed",
        allowed,
    )


# --- When it is too much -----------------------------------------------------------------------
@pytest.mark.parametrize("trouble", [Overloaded(), OperationalError("too many clients")])
def test_overload_says_when_to_come_back(
    trouble: Exception, program: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    (ann,) = investors(1)
    caller, shop = program(ann), open_listing()

    def refuse(_: object) -> None:
        raise trouble

    with monkeypatch.context() as patched:
        patched.setattr(investing._asks, "submit", refuse)
        reply = caller.invest(shop, key="k")
        assert (reply.status, reply.code, reply.headers["Retry-After"]) == (503, "overloaded", "1")
    assert caller.invest(shop, key="k").status == 201


def test_what_fails_of_ours_is_told_without_its_details(
    program: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    (ann,) = investors(1)
    caller, shop = program(ann), open_listing()

    def fail(_: object) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr(queries, "purses_of", fail)
    monkeypatch.setattr(investing._asks, "submit", fail)
    for reply in (caller.get("/api/account"), caller.invest(shop)):
        assert (reply.status, reply.code) == (500, "internal")
        assert b"secret" not in reply.body


def test_a_failure_while_answering_keeps_neither_money_nor_answer(
    program: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    (ann,) = investors(1)
    caller, shop = program(ann), open_listing()

    def fail(*_: object) -> None:
        raise RuntimeError("after the money moved")

    with monkeypatch.context() as patched:
        patched.setattr(operations, "_keep", fail)
        assert caller.invest(shop, key="k").status == 500
    assert (purse(ann), ApiAnswer.objects.count()) == ((100_00, 0), 0)
    assert caller.invest(shop, key="k").status == 201


def test_pages_place_orders_through_the_same_door() -> None:
    (ann,) = investors(1)
    shop = open_listing()
    one = InvestOrder(stalls.key("page"), ann, shop, 10_00, datetime.now(UTC))
    assert investing.place(one).status is InvestStatus.PLACED
    assert investing.place(one).status is InvestStatus.EXISTS
    investing.stop()
