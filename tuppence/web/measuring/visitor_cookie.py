"""The visitor's cookie: signed, out of reach of scripts, and worth nothing when it is forged."""

from datetime import UTC, datetime
from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponseBase

from tuppence.growth.visiting import VISITOR_LIFE, Visitor

VISITOR_COOKIE = "visitor"
CHANGED = "changed_visitor"  # an attribute of a request that gives its browser a new number
_SIGNER = Signer(salt="tuppence.visitor")


def visitor_of(request: HttpRequest, *, at: datetime) -> Visitor | None:
    """The visitor that the cookie names; none where it is forged, broken or too old."""
    try:
        text = _SIGNER.unsign(request.COOKIES.get(VISITOR_COOKIE, ""))
        number, since, visit, seen, fingerprint = text.split(".")
        visitor = Visitor(UUID(hex=number), _moment(since), int(visit), _moment(seen), fingerprint)
    except (BadSignature, ValueError, OverflowError):
        return None
    return visitor if visitor.alive(at) else None


def written(visitor: Visitor) -> str:
    """The cookie's value."""
    return _SIGNER.sign(
        f"{visitor.id.hex}.{_seconds(visitor.since)}.{visitor.visit}"
        f".{_seconds(visitor.seen_at)}.{visitor.fingerprint}"
    )


def keep_visitor(response: HttpResponseBase, visitor: Visitor, *, at: datetime) -> None:
    """Let the browser carry its number on to the end of the number's life, and no further."""
    left = visitor.since + VISITOR_LIFE - at
    response.set_cookie(
        VISITOR_COOKIE,
        written(visitor),
        max_age=int(left.total_seconds()),
        httponly=True,
        samesite="Lax",
        secure=settings.HTTPS,
    )


def forget_visitor(response: HttpResponseBase) -> None:
    """Take the number away."""
    response.delete_cookie(VISITOR_COOKIE, samesite="Lax")


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def _moment(text: str) -> datetime:
    return datetime.fromtimestamp(int(text), UTC)
