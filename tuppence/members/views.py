"""Who may open a page, declared on each view; and the two pages of this room itself.

    @public                                    everybody
    @signed_in                                 any account
    @member_page                               who acts for a member: `request.member` is set
    @requires(Permission.CLOSE_DAY)            staff with one of the permissions

The outermost decorator of a view is one of these. `routes_of` lists what each route declares.
"""

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_GET, require_POST

from tuppence.members import operations, queries
from tuppence.members.access import Access, Audience, Route
from tuppence.members.audit_trail import Audit
from tuppence.members.forms import DESK_ROUTE, PROFILE_ROUTE
from tuppence.members.operations.documents import place_of
from tuppence.members.paper import EXTENSIONS, PICTURES
from tuppence.members.queries import MemberState
from tuppence.members.roles import Permission

View = Callable[..., HttpResponseBase]
ACTING_KEY = "acting_member_id"
STAFF_SINCE_KEY = "staff_since"
STAFF_IDLE = timedelta(minutes=15)
STAFF_TOTAL = timedelta(hours=12)


class MemberRequest(HttpRequest):
    """A request on a member page, with the member that the user acts for."""

    member: MemberState
    acting_for: Sequence[MemberState]


def declare(view: View, access: Access) -> View:
    """Write on a view whom it is for."""
    view.__dict__["declared_access"] = access
    return view


def declared_access(view: Any) -> Access | None:
    """What a view declares, also through decorators that keep its attributes."""
    access = getattr(view, "declared_access", None)
    return access if isinstance(access, Access) else None


def public(view: View) -> View:
    """Everybody may open this page."""
    return declare(view, Access(Audience.PUBLIC))


def signed_in(view: View) -> View:
    """Any account may open this page; others sign in first."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        return private(view(request, *args, **kwargs))

    return declare(guarded, Access(Audience.SIGNED_IN))


def member_page(view: View) -> View:
    """Who acts for a member may open this page.

    A user without one completes a profile first; staff who are no members go to their desk.
    """

    @wraps(view)
    def guarded(request: MemberRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        acting_for = members_of(request.user.pk, at=timezone.now())
        if not acting_for:
            is_staff = bool(queries.permissions_of_user(request.user.pk))
            return redirect(DESK_ROUTE if is_staff else PROFILE_ROUTE)
        chosen = request.session.get(ACTING_KEY)
        request.acting_for = acting_for
        request.member = next((m for m in acting_for if m.id == chosen), acting_for[0])
        return private(view(request, *args, **kwargs))

    return declare(guarded, Access(Audience.MEMBER))


def requires(*permissions: Permission) -> Callable[[View], View]:
    """Staff with one of these permissions may open this page, read from the database each time."""
    assert permissions, "name a permission; for none there is signed_in"

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if staff_session_is_over(request, now=timezone.now()):
                logout(request)
                return redirect_to_login(request.get_full_path())
            if not any(queries.may(request.user, permission) for permission in permissions):
                refuse(request, permissions)
            answer = view(request, *args, **kwargs)
            if answer.get("Content-Disposition", "").startswith("attachment"):
                note_download(request, answer["Content-Disposition"], kwargs)
            return private(answer)

        return declare(guarded, Access(Audience.STAFF, frozenset(permissions)))

    return decorate


def members_of(user_id: int, *, at: datetime) -> list[MemberState]:
    """The members that a user may act for: their own first, then organisations by number."""
    found = queries.members(queries.acts_for(user_id, at=at)).values()
    return sorted(found, key=lambda member: (member.user_id != user_id, member.id))


def staff_session_is_over(request: HttpRequest, *, now: datetime) -> bool:
    """Staff sessions end after 15 minutes without a page and 12 hours in all."""
    since = request.session.setdefault(STAFF_SINCE_KEY, now.timestamp())
    request.session.set_expiry(int(STAFF_IDLE.total_seconds()))
    return now.timestamp() - float(since) >= STAFF_TOTAL.total_seconds()


def refuse(request: HttpRequest, permissions: Sequence[Permission]) -> None:
    """Write the try to the trail and refuse."""
    wanted = ", ".join(permissions)
    operations.audit(
        [
            Audit(
                at=timezone.now(),
                user_id=request.user.pk,
                action="route.open",
                outcome="not_permitted",
                after={"permissions": wanted},
            )
        ]
    )
    raise PermissionDenied(wanted)


def note_download(request: HttpRequest, disposition: str, places: Mapping[str, Any]) -> None:
    """Write to the trail that a member of staff took a file away, before its first line is sent.

    What was looked for may be a name, so the trail holds which filters there were, not their text.
    """
    found = next((name for name, at in places.items() if name.endswith("_id")), "")
    number = places.get(found)
    filters = sorted(name for name, text in request.GET.items() if text and name != "format")
    operations.audit(
        [
            Audit(
                at=timezone.now(),
                user_id=request.user.pk,
                action="file.download",
                outcome="served",
                subject_kind=found.removesuffix("_id") if isinstance(number, int) else "",
                subject_id=number if isinstance(number, int) else 0,
                after={"file": disposition.partition("filename=")[2].strip('"')}
                | ({"filters": ", ".join(filters)} if filters else {}),
            )
        ]
    )


def private(response: HttpResponseBase) -> HttpResponseBase:
    """No cache keeps a page that was made for one account."""
    add_never_cache_headers(response)
    return response


def routes_of(patterns: Sequence[URLPattern | URLResolver], prefix: str = "") -> Iterator[Route]:
    """Every route below these patterns with what its view declares."""
    for pattern in patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes_of(pattern.url_patterns, path)
        else:
            view = pattern.callback
            module = getattr(view, "__module__", "") or ""
            yield Route(path, pattern.name or "", module, declared_access(view))


# --- Pages -------------------------------------------------------------------------------------
@signed_in
@require_GET
def download_document(request: HttpRequest, document_id: int) -> HttpResponseBase:
    """A paper as a download, to its member and to staff who may see papers; to others it isn't
    there."""
    document = opened_document(request, document_id)
    response = FileResponse(
        place_of(document.stored_name).open("rb"),
        as_attachment=True,
        filename=document.shown_name,
        content_type="application/octet-stream",
    )
    return inert(response)


@signed_in
@require_GET
def picture(request: HttpRequest, document_id: int) -> HttpResponseBase:
    """A paper that is a picture, to be looked at inside a page. A PDF is never shown so: what its
    compressed parts hide is not examined."""
    document = opened_document(request, document_id, only=PICTURES)
    response = FileResponse(
        place_of(document.stored_name).open("rb"), content_type=document.content_type
    )
    return inert(response)


def opened_document(
    request: HttpRequest, document_id: int, *, only: Container[str] = EXTENSIONS
) -> queries.DocumentRow:
    """The paper, if its reader may see it and it is of one of these types; staff leave a trace."""
    now = timezone.now()
    document = queries.document(document_id)
    own = document is not None and document.member_id in queries.acts_for(request.user.pk, at=now)
    if document is None or not (own or queries.may(request.user, Permission.SEE_DOCUMENTS)):
        raise Http404
    if document.content_type not in only:
        raise Http404
    if not own and request.user.pk is not None:
        operations.note_reading(document_id, by=request.user.pk, at=now)
    return document


def inert(response: HttpResponseBase) -> HttpResponseBase:
    """Whatever a file holds, the browser runs nothing of it."""
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@signed_in
@require_POST
def act_for(request: HttpRequest) -> HttpResponse:
    """Choose the member that the user acts for from now on."""
    text = request.POST.get("member_id", "")
    member_id = int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0
    if member_id not in queries.acts_for(request.user.pk, at=timezone.now()):
        raise Http404
    request.session[ACTING_KEY] = member_id
    return redirect("/home/")
