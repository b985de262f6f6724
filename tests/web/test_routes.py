"""Every route says whom it is for, and keeps everybody else out."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import get_resolver

from tuppence.members.access import Audience, undeclared
from tuppence.members.views import routes_of


def test_every_route_declares_its_audience() -> None:
    routes = list(routes_of(get_resolver().url_patterns))
    assert len(routes) > 40
    assert undeclared(routes) == []


@pytest.mark.django_db
def test_visitors_are_asked_to_sign_in_wherever_a_page_is_not_public() -> None:
    closed = [
        route
        for route in routes_of(get_resolver().url_patterns)
        if route.access
        and route.access.audience in {Audience.SIGNED_IN, Audience.MEMBER, Audience.STAFF}
        and "<" not in route.path
        and route.module.startswith("tuppence.")
    ]
    assert len(closed) > 15
    for route in closed:
        answer = Client().get(f"/{route.path}")
        assert answer.status_code == 302 and "/accounts/login/" in answer["Location"], route.path


@pytest.mark.django_db
def test_who_has_no_profile_is_sent_to_it(newcomer: Client) -> None:
    for path in ("/home/", "/cash/", "/portfolio/", "/borrowing/", "/identity/"):
        assert newcomer.get(path)["Location"] == "/profile/"


@pytest.mark.django_db
def test_nobody_opens_what_is_somebody_elses(
    member: Callable[..., object], approved: Callable[..., object]
) -> None:
    application, borrower = approved()
    stranger = member("eve")
    own, other = borrower.client, stranger.client
    for path in (f"/applications/{application.pk}/", f"/applications/{application.pk}/contract/"):
        assert own.get(path).status_code in {200, 302}
        assert other.get(path).status_code == 404
    assert other.post(f"/applications/{application.pk}/withdraw/").status_code == 404
