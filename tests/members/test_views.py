"""Who gets in: declared access, sign-up and sign-in by look-alike addresses, downloads."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.contrib.auth import authenticate
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import include, path
from django.views.generic import View

from tuppence.members import operations
from tuppence.members.access import Access, Audience, undeclared
from tuppence.members.forms import AccountAdapter
from tuppence.members.models import AuditEntry, Representation, User
from tuppence.members.paper import PaperKind
from tuppence.members.registration import MemberKind
from tuppence.members.roles import Permission, Role
from tuppence.members.views import (
    MemberRequest,
    declared_access,
    member_page,
    public,
    requires,
    routes_of,
    signed_in,
)

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="\w+"')
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


def say(text: str) -> Callable[..., HttpResponse]:
    def view(request: HttpRequest, **_: object) -> HttpResponse:
        return HttpResponse(text)

    return view


@member_page
def own(request: MemberRequest) -> HttpResponse:
    return HttpResponse(f"{request.member.id} of {len(request.acting_for)}")


class Undeclared(View):
    pass


urlpatterns = [
    path("open/", public(say("open"))),
    path("account/", signed_in(say("account"))),
    path("own/", own),
    path("close/", requires(Permission.CLOSE_DAY, Permission.MANUAL_ENTRY)(say("closed"))),
    path("", include("tuppence.urls")),  # the pages that answers are drawn with lead to these
]
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.urls(__name__),
    pytest.mark.usefixtures("one_count"),
]


@pytest.fixture
def one_count(settings: Any, tmp_path: Path) -> None:
    """Settings that the project has and these tests lean on; a cache of their own."""
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    settings.ACCOUNT_ADAPTER = "tuppence.members.forms.AccountAdapter"
    settings.ACCOUNT_EMAIL_VERIFICATION = "none"
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.MEDIA_ROOT = tmp_path
    cache.clear()


def told(answer: HttpResponse, address: str) -> str:
    """What a page says, without what differs on every view: its own address, its form's token."""
    return TOKEN.sub("", answer.content.decode().replace(address, ""))


def signed(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


# --- Declared access ---------------------------------------------------------------------------
def test_each_audience_gets_its_pages(
    staff: Callable[..., User], member: Callable[..., int]
) -> None:
    user = User.objects.create_user("ann@example.com")
    with_member = User.objects.create_user("bo@example.com")
    member("Bo Miller", user_id=with_member.pk)
    clients = {
        "anonymous": Client(),
        "user": signed(user),
        "member": signed(with_member),
        "finance": signed(staff("fin", Role.FINANCE_OFFICER)),
        "growth": signed(staff("gus", Role.GROWTH_OPERATOR)),
    }
    pages = ("/open/", "/account/", "/own/", "/close/")
    found = {
        name: [client.get(page).status_code for page in pages] for name, client in clients.items()
    }
    assert found == {
        "anonymous": [200, 302, 302, 302],
        "user": [200, 200, 302, 403],
        "member": [200, 200, 200, 403],
        "finance": [200, 200, 302, 200],
        "growth": [200, 200, 302, 403],
    }
    assert clients["user"].get("/own/")["Location"] == "/profile/"
    assert clients["finance"].get("/own/")["Location"] == "/staff/"
    refused = AuditEntry.objects.filter(action="route.open", outcome="not_permitted")
    assert refused.count() == 3


def test_pages_of_one_account_are_kept_by_no_cache(staff: Callable[..., User]) -> None:
    client = signed(staff("fin", Role.FINANCE_OFFICER))
    for page in ("/account/", "/close/"):
        assert "no-store" in client.get(page)["Cache-Control"]
        assert "private" in client.get(page)["Cache-Control"]


def test_a_role_taken_away_counts_from_the_next_page(staff: Callable[..., User]) -> None:
    officer = staff("fin", Role.FINANCE_OFFICER)
    client = signed(officer)
    assert client.get("/close/").status_code == 200
    now = datetime.now(UTC)
    operations.remove_roles(officer.pk, [Role.FINANCE_OFFICER], by=None, at=now, why="left")
    assert client.get("/close/").status_code == 403


@pytest.mark.parametrize(
    ("pauses", "status"),
    [([14], 200), ([16], 302), ([10] * 71, 200), ([10] * 73, 302)],  # minutes between pages
)
def test_staff_sessions_end_when_idle_and_after_a_day_s_work(
    staff: Callable[..., User], pauses: list[int], status: int
) -> None:
    client = signed(staff("fin", Role.FINANCE_OFFICER))
    with time_machine.travel(datetime(2026, 3, 2, 6, 0, tzinfo=UTC), tick=False) as clock:
        client.get("/close/")
        for pause in pauses:
            clock.shift(timedelta(minutes=pause))
            answer = client.get("/close/")
    assert answer.status_code == status


def test_every_route_of_this_room_declares_whom_it_is_for() -> None:
    routes = list(routes_of(urlpatterns))
    assert undeclared(routes) == []
    assert {route.path for route in routes} >= {"open/", "members/documents/<int:document_id>/"}
    extra = [*routes, *routes_of([path("x/", Undeclared.as_view())])]
    assert undeclared(extra, of_module=__name__) == ["x/"]
    assert declared_access(own) == Access(Audience.MEMBER)


def test_a_user_chooses_for_whom_to_act(member: Callable[..., int]) -> None:
    user = User.objects.create_user("ann@example.com")
    person = member("Ann Fletcher", user_id=user.pk)
    firm = member(
        "Mill & Sons",
        kind=MemberKind.ORGANISATION,
        registration_number="HRB 1",
        born_on=None,
        user_id=user.pk,
    )
    stranger = member("Bo Miller")
    client = signed(user)
    assert client.get("/own/").content.decode() == f"{person} of 2"
    assert client.post("/members/act-for/", {"member_id": firm}).status_code == 302
    assert client.get("/own/").content.decode() == f"{firm} of 2"
    for bad in (stranger, 10**9, "", "x", "９", "9" * 40, "-1", "\x00"):
        assert client.post("/members/act-for/", {"member_id": bad}).status_code == 404
    Representation.objects.update(ends_at=datetime(2026, 3, 3, tzinfo=UTC))
    assert client.get("/own/").content.decode() == f"{person} of 1"


# --- Sign-up and sign-in -----------------------------------------------------------------------
def sign_up(email: str) -> HttpResponse:
    password = "correct horse battery 9"
    form = {"email": email, "password1": password, "password2": password}
    return Client().post("/accounts/signup/", form)  # type: ignore[return-value]


def test_a_new_user_is_asked_for_the_profile() -> None:
    answer = sign_up("Ann@Example.com")
    assert (answer.status_code, answer["Location"]) == (302, "/profile/")
    assert User.objects.get().email == "ann@example.com"


@pytest.mark.parametrize("twin", ["ANN@example.com", "ａnn@example.com", "ann＠example。com"])
def test_a_look_alike_address_is_no_second_account(twin: str) -> None:
    sign_up("ann@example.com")
    answer = sign_up(twin)
    assert User.objects.count() == 1
    assert answer.status_code in (200, 302)


@pytest.mark.parametrize(
    "email",
    [
        "ann@example.com\x00",
        "аnn@example.com",
        "an\u200bn@example.com",
        "\ud800@example.com",
        "x" * 500 + "@example.com",
        "ann",
    ],
)
def test_what_is_no_address_is_refused_at_the_form(email: str) -> None:
    answer = sign_up(email.encode("utf-8", "surrogatepass").decode("utf-8", "replace"))
    assert answer.status_code == 200
    assert not User.objects.exists()


@pytest.mark.parametrize("typed", ["ann@example.com", "ANN@EXAMPLE.COM", "ａnn@example.com"])
def test_one_account_opens_however_its_address_is_typed(typed: str) -> None:
    User.objects.create_user("ann@example.com", "correct horse battery 9")
    user = authenticate(None, email=typed, password="correct horse battery 9")
    assert user is not None and user.get_username() == "ann@example.com"
    assert authenticate(None, email=typed, password="wrong") is None


def test_look_alikes_do_not_give_more_guesses() -> None:
    User.objects.create_user("sss@example.com", "correct horse battery 9")
    long_s = "\u017f"  # passes for an s where case is ignored, and has no lower case of its own
    letters = [(one, two, "s") for one in ("s", "S", long_s) for two in ("s", "S", long_s)]
    spellings = ["".join(word) + "@example.com" for word in letters]
    texts = [
        Client().post("/accounts/login/", {"login": typed, "password": "wrong"}).content.decode()
        for typed in spellings
    ]
    assert "Too many wrong tries" not in texts[0]
    assert ["Too many wrong tries" in text for text in texts[5:]] == [True] * 4


def test_without_pages_a_new_user_goes_home(settings: Any) -> None:
    settings.ROOT_URLCONF = "tuppence.members.urls"
    request = RequestFactory().get("/")
    request.user = User.objects.create_user("ann@example.com")
    with_pages = AccountAdapter().get_signup_redirect_url(request)
    assert with_pages in ("/home/", "/profile/")


# --- Papers ------------------------------------------------------------------------------------
def test_a_paper_is_a_download_for_its_member_and_for_who_may_see_papers(
    member: Callable[..., int], staff: Callable[..., User]
) -> None:
    owner = User.objects.create_user("ann@example.com")
    stranger = User.objects.create_user("eve@example.com")
    member("Eve Stranger", user_id=stranger.pk)
    stored = operations.store_document(
        member(user_id=owner.pk),
        PDF,
        typed_name="Pass <b>.pdf",
        kind=PaperKind.IDENTITY,
        by=owner.pk,
        at=datetime(2026, 3, 2, tzinfo=UTC),
    )
    address = f"/members/documents/{stored.document_id}/"
    officer = staff("connie", Role.COMPLIANCE_OFFICER)
    missing = "/members/documents/999999999/"
    answers = {
        "owner": signed(owner).get(address),
        "officer": signed(officer).get(address),
        "stranger": signed(stranger).get(address),
        "growth": signed(staff("gus", Role.GROWTH_OPERATOR)).get(address),
        "missing": signed(stranger).get(missing),
        "anonymous": Client().get(address),
    }
    assert {name: answer.status_code for name, answer in answers.items()} == {
        "owner": 200,
        "officer": 200,
        "stranger": 404,
        "growth": 404,
        "missing": 404,
        "anonymous": 302,
    }
    served = answers["owner"]
    assert b"".join(served.streaming_content) == PDF  # type: ignore[attr-defined]
    assert served["Content-Disposition"] == 'attachment; filename="Pass b.pdf"'
    assert served["Content-Type"] == "application/octet-stream"
    assert served["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in served["Content-Security-Policy"]
    assert told(answers["stranger"], address) == told(answers["missing"], missing)
    readings = AuditEntry.objects.filter(action="document.read").values_list("user_id", flat=True)
    assert list(readings) == [officer.pk]


def test_the_trail_knows_where_a_change_came_from(
    settings: Any, staff: Callable[..., User]
) -> None:
    settings.MIDDLEWARE = ["tuppence.members.middleware.origin_middleware", *settings.MIDDLEWARE]
    signed(staff("gus", Role.GROWTH_OPERATOR)).get("/close/", REMOTE_ADDR="192.0.2.7")
    entry = AuditEntry.objects.get(action="route.open")
    assert entry.origin == "192.0.2.7 GET /close/"
