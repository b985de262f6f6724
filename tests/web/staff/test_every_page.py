"""Every staff page, for every role: open to those it declares, closed to the others, well made."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import get_resolver

from tests.web.page_checks import faults_of
from tests.web.staff.conftest import Scene, browser
from tuppence.members.access import Route, allows
from tuppence.members.models import User
from tuppence.members.roles import Role
from tuppence.members.views import routes_of

PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")
# Whoever may see approvals sees those that are theirs to decide or that they made.
MAY_BE_HIDDEN = {"staff/approvals/<int:request_id>/"}
NOT_BY_GET = 405  # an act without a page of its own
DOWNLOADS = {
    "staff/growth/links/<int:link_id>/qr.<slug:picture>",
    "staff/withdrawals/files/<int:file_id>/download/",
    "staff/loans/<int:loan_id>/contract.pdf",
    "staff/growth/settlements/<int:partner_id>/<slug:settled_month>/settlement.pdf",
    "staff/letters/<int:letter_id>/letter.html",  # letters have a layout of their own
    "staff/letters/kinds/<slug:kind>/<slug:language>.html",
}


def staff_routes() -> list[Route]:
    """The routes below /staff/."""
    return [r for r in routes_of(get_resolver().url_patterns) if r.path.startswith("staff/")]


def address(route: Route, scene: Scene) -> str:
    """A route with the numbers of the scene in it."""
    names = dict(scene.places)
    if "withdrawals/files" in route.path:
        names["file_id"] = names["payout_file_id"]
    if "books/" in route.path:
        names["account_id"] = names["ledger_account_id"]
    return "/" + PARAMETER.sub(lambda found: str(names[found.group(1)]), route.path)


def test_every_page_for_every_role(scene: Scene, staff: Callable[..., User]) -> None:
    routes = staff_routes()
    assert len(routes) > 60
    wrong = []
    for role in Role:
        client = browser(staff(f"the{role.name.lower()}", role))
        for route in routes:
            assert route.access is not None, route.path
            expected = {403}
            if allows(route.access, signed_in=True, has_member=False, roles=frozenset({role})):
                expected = {200, 404} if route.path in MAY_BE_HIDDEN else {200, 302, NOT_BY_GET}
            status = client.get(address(route, scene)).status_code
            if status not in expected:
                wrong.append((role.value, route.path, status))
    assert wrong == []


def test_members_and_visitors_stay_outside(scene: Scene, member: Callable[..., Any]) -> None:
    insider = member("mia")
    for route in staff_routes():
        path = address(route, scene)
        assert insider.client.get(path).status_code == 403, path
        assert insider.client.post(path).status_code == 403, path
        away = Client().get(path)
        assert away.status_code == 302 and "/accounts/login/" in away["Location"], path


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_pages_are_well_made_in_both_languages(
    language: str, scene: Scene, staff: Callable[..., User]
) -> None:
    everybody = browser(staff("everybody", *Role))
    everybody.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    shown = "zh-Hans" if language == "zh-hans" else "en"
    faults = {}
    for route in staff_routes():
        if route.path in DOWNLOADS:
            continue
        answer = everybody.get(address(route, scene), follow=True)
        if answer.status_code == NOT_BY_GET:
            continue
        assert answer.status_code == 200, (route.path, answer.status_code)
        found = faults_of(answer.content, language=shown)
        if found:
            faults[route.path] = found
    assert faults == {}


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_empty_lists_say_what_will_stand_there(language: str, staff: Callable[..., User]) -> None:
    everybody = browser(staff("everybody", *Role))
    everybody.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    shown = "zh-Hans" if language == "zh-hans" else "en"
    lists = [route.path for route in staff_routes() if "<" not in route.path]
    assert len(lists) > 20
    for path in lists:
        answer = everybody.get(f"/{path}", follow=True)
        if answer.status_code == NOT_BY_GET:
            continue
        assert answer.status_code == 200, path
        assert faults_of(answer.content, language=shown) == [], path


def test_addresses_of_what_is_not_there_answer_so(staff: Callable[..., User]) -> None:
    everybody = browser(staff("everybody", *Role))
    nobody = Scene(
        dict.fromkeys(
            (
                *("request_id", "member_id", "check_id", "account_id", "file_id", "line_id"),
                *("break_id", "withdrawal_id", "payout_file_id", "ledger_account_id", "user_id"),
                *("application_id", "listing_id", "loan_id", "product_id", "subject_id"),
                "complaint_id",
                "fault_id",
                "letter_id",
                "proof_id",
                "question_id",
                *("channel_id", "spend_id", "upload_id", "import_id", "campaign_id"),
                *("link_id", "browser_id", "partner_id", "firm_line_id"),
                *("offer_id", "grant_id", "place", "reward_id"),
            ),
            999_999,
        )
        | {
            "day": "2026-13-45",
            "subject_kind": "loan",
            "rule_id": "XX-1",
            "period": "1999",
            "kind": "nothing",
            "language": "fr",
            "act_name": "nothing",
            "dimension": "nothing",
            "picture": "nothing",
            "settled_month": "2026-13",
            "settle_name": "nothing",
        }
        | dict.fromkeys(("transfer_id", "payment_id"), "0b7b5b1e-0000-4000-8000-000000000000")
    )
    wrong = []
    for route in staff_routes():
        if "<" not in route.path or "journal" in route.path:
            continue
        status = everybody.get(address(route, nobody)).status_code
        if status not in {404, NOT_BY_GET}:
            wrong.append((route.path, status))
    assert wrong == []
