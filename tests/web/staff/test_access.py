"""Every route for every kind of reader, other people's things, and forms without their token.

Catalogue S1, S2 and S5: what the router knows is walked, so a new route is in from its first day.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.web.conftest import Person
from tests.web.staff.conftest import Scene, browser
from tuppence.ledger.models import Transfer
from tuppence.market.models import Investment
from tuppence.members.access import Audience, Route
from tuppence.members.models import User
from tuppence.members.roles import Role
from tuppence.members.views import routes_of

pytestmark = pytest.mark.django_db
PARAMETER = re.compile(r"<(?:(\w+):)?(\w+)>")
NOBODYS = {"int": "999999", "uuid": "0b7b5b1e-0000-4000-8000-000000000000", "slug": "nothing"}
SIGN_IN = "/accounts/login/"


def our_routes() -> list[Route]:
    """Every route of ours but the API's, which asks for tokens."""
    routes = [r for r in routes_of(get_resolver().url_patterns) if r.module.startswith("tuppence.")]
    return [r for r in routes if r.access and r.access.audience is not Audience.TOKEN]


def address(route: Route, names: Mapping[str, str] = MappingProxyType({})) -> str:
    """The route with numbers in it; those that aren't given are nobody's."""
    kinds = PARAMETER.sub(lambda f: names.get(f[2], NOBODYS.get(f[1] or "str", "x")), route.path)
    return f"/{kinds}"


def answer_of(client: Client, method: str, path: str) -> tuple[int, str]:
    """Status and where it leads."""
    answer = getattr(client, method)(path)
    return answer.status_code, answer.get("Location", "")


def expected(route: Route, reader: str) -> str:
    """What a kind of reader meets: in, sign in, their profile, the desk, or a refusal."""
    assert route.access is not None
    match route.access.audience, reader:
        case Audience.PUBLIC, _:
            return "in"
        case _, "visitor":
            return "sign in"
        case Audience.STAFF, _:
            return "in" if reader == "everybody" else "refused"
        case Audience.MEMBER, "newcomer":
            return "profile"
        case Audience.MEMBER, "everybody":
            return "desk"
        case _:
            return "in"


def met(status: int, location: str) -> str:
    """What an answer says, in the same words."""
    if location.startswith(SIGN_IN):
        return "sign in"
    if location == "/profile/":
        return "profile"
    if location == "/staff/":
        return "desk"
    return "refused" if status == 403 else "in" if status < 500 else "broken"


def test_every_route_lets_in_whom_it_declares_and_nobody_else(
    newcomer: Client, member: Callable[..., Person], staff: Callable[..., User]
) -> None:
    """S1. Each role on each staff page stands in test_every_page.py."""
    readers = {
        "visitor": Client(raise_request_exception=False),
        "newcomer": newcomer,
        "member": member("mia").client,
        "everybody": browser(staff("everybody", *Role)),
    }
    routes = our_routes()
    assert len(routes) > 150
    wrong = []
    for route in routes:
        for name, client in readers.items():
            client.raise_request_exception = False
            for method in ("get", "post"):
                status, location = answer_of(client, method, address(route))
                wanted, found = expected(route, name), met(status, location)
                # Whoever has no profile yet opens it, and it may lead on where it is complete.
                if found != wanted and not (wanted == "in" and found in {"profile", "desk"}):
                    wrong.append((name, method, route.path, wanted, found, status))
    assert wrong == []


def own_things(scene: Scene) -> dict[str, list[str]]:
    """Numbers of things that belong to others, under the names that addresses use."""
    return {
        "withdrawal_id": [str(scene.places["withdrawal_id"])],
        "complaint_id": [str(scene.places["complaint_id"])],
        "application_id": [str(scene.places["application_id"])],
        "loan_id": [str(scene.places["loan_id"])],
        "payment_id": [str(scene.places["payment_id"])],
        "letter_id": [str(scene.places["letter_id"])],
        "grant_id": [str(scene.places["grant_id"])],
        "transfer_id": [str(Transfer.objects.order_by("seq")[0].pk)],
        "investment_id": [str(Investment.objects.order_by("placed_at")[0].pk)],
    }


def test_other_peoples_things_answer_as_if_they_did_not_exist(
    scene: Scene, member: Callable[..., Person]
) -> None:
    """S2. A member on another member's numbers, in each address that has one."""
    eve = member("eve")
    eve.client.raise_request_exception = False
    things = own_things(scene)
    routes = [
        route
        for route in our_routes()
        if route.access
        and route.access.audience in {Audience.MEMBER, Audience.SIGNED_IN}
        and any(f"{name}>" in route.path for name in things)
    ]
    assert len(routes) > 15
    wrong = []
    for route in routes:
        theirs = {name: numbers[0] for name, numbers in things.items()}
        for method in ("get", "post"):
            there = getattr(eve.client, method)(address(route, theirs))
            nowhere = getattr(eve.client, method)(address(route))
            same = there.status_code == nowhere.status_code and told(there.content) == told(
                nowhere.content
            )
            if there.status_code not in {404, 405} or not same:
                wrong.append((method, route.path, there.status_code, nowhere.status_code))
    assert wrong == []


def told(page: bytes) -> str:
    """A page without what differs from one request to the next."""
    text = re.sub(r'name="(csrfmiddlewaretoken|key|next)" value="[^"]*"', "", page.decode())
    return re.sub(r'nonce="[^"]*"', "", text)


def callbacks(patterns: "list[URLPattern | URLResolver]") -> Iterator[object]:
    """Every view that the router knows."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from callbacks(pattern.url_patterns)
        else:
            yield pattern.callback


def test_no_form_is_taken_without_its_token(staff: Callable[..., User]) -> None:
    """S5. Without a token, with a foreign one, from a foreign origin; by every unsafe method."""
    user = staff("everybody", *Role)
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    client.cookies["csrftoken"] = "a" * 32
    tries: list[tuple[str, dict[str, object]]] = [
        ("post", {}),
        ("post", {"data": {"csrfmiddlewaretoken": "b" * 32}}),
        (
            "post",
            {"data": {"csrfmiddlewaretoken": "a" * 32}, "HTTP_ORIGIN": "https://evil.example"},
        ),
        ("post", {"data": "{}", "content_type": "text/plain"}),
        ("put", {}),
        ("patch", {}),
        ("delete", {}),
    ]
    taken = []
    pages = [route for route in our_routes() if not route.path.startswith("api/")]
    for route in pages:
        for method, said in tries:
            answer = getattr(client, method)(address(route), **said)
            if answer.status_code != 403:
                taken.append((method, route.path, answer.status_code))
    assert taken == []


def test_only_the_api_does_without_tokens_of_forms() -> None:
    exempt = {
        str(getattr(view, "__module__", ""))
        for view in callbacks(get_resolver().url_patterns)
        if getattr(view, "csrf_exempt", False)
    }
    assert exempt <= {"tuppence.api.urls", "tuppence.api.routes"}
