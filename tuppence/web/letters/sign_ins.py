"""What a sign-in tells: the language its user reads, and whether the device is a new one."""

import logging
import re
from hashlib import sha256
from typing import Any

from django.db import DatabaseError, transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language

from tuppence.letters import operations
from tuppence.letters.kinds import LetterKind
from tuppence.members.models import Member, User
from tuppence.web.letters.drafts import Draft
from tuppence.web.letters.facts import Facts
from tuppence.web.letters.writing import write_now

logger = logging.getLogger(__name__)
UNKNOWN = "?"
# The first that fits names it: most browsers carry the names of their forebears too.
BROWSERS = (
    ("Edge", "Edg"),
    ("Opera", "OPR"),
    ("Samsung Internet", "SamsungBrowser"),
    ("WeChat", "MicroMessenger"),
    ("Firefox", "Firefox|FxiOS"),
    ("Chrome", "Chrome|CriOS"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iOS", "iPhone|iPad"),
    ("Windows", "Windows"),
    ("macOS", "Mac OS X"),
    ("Linux", "Linux"),
)


def note_sign_in(sender: object, request: HttpRequest, user: User, **_: Any) -> None:
    """Take note of a sign-in; a fault here keeps nobody out."""
    try:
        with transaction.atomic():
            _note(request, user)
    except DatabaseError:
        logger.exception("A sign-in could not be noted")


def _note(request: HttpRequest, user: User) -> None:
    now, language = timezone.now(), get_language()
    if language:
        operations.note_language(user.pk, language, at=now)
    browser = browser_of(request.META.get("HTTP_USER_AGENT", ""))
    digest = sha256(f"{user.pk}:{browser}".encode()).hexdigest()
    if not operations.note_sign_in(user.pk, digest, at=now):
        return
    member_id = Member.objects.filter(user_id=user.pk).values_list("id", flat=True).first()
    if member_id is None:
        return
    facts = Facts(at=now, text=browser, reference=str(request.META.get("REMOTE_ADDR") or ""))
    write_now(
        Draft(LetterKind.NEW_DEVICE, member_id, now, facts, once=(digest, now.isoformat())), at=now
    )


def browser_of(agent: str) -> str:
    """The browser and the system in words that people know, without their versions.

    >>> browser_of("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
    'Firefox, Linux'
    """
    names = [
        next((name for name, signs in known if re.search(signs, agent)), UNKNOWN)
        for known in (BROWSERS, SYSTEMS)
    ]
    return ", ".join(names)
