"""Tracked links: what may stand in one, and where it leads."""

import re
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit, urlunsplit

from tuppence.growth.arriving import LINK_PARAMETER, NO_TAGS, Utm, clean_tag
from tuppence.money.refusals import InputRefusedError, sentence, shown

CODE = re.compile(r"[a-z0-9](?:[a-z0-9-]{1,30}[a-z0-9])")
# Letters that nobody mistakes for one another when they read a poster.
CODE_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
CODE_LENGTH = 7
NAME_LENGTH_MAX = 80
TARGET_LENGTH_MAX = 400


class LinkError(InputRefusedError):
    """A link cannot stand so; the sentence says what to change."""


@dataclass(frozen=True, slots=True)
class NewLink:
    """A link as it is asked for. `target` is a path of ours, or an address elsewhere."""

    code: str
    name: str
    channel_id: int
    target: str
    campaign_id: int | None = None
    partner_id: int | None = None
    creative: str = ""
    utm: Utm = NO_TAGS


def check_link(asked: NewLink) -> None:
    """Raise LinkError for the first thing that cannot stand."""
    if not CODE.fullmatch(asked.code):
        raise LinkError(
            sentence(
                "The code “%(code)s” can't stand in a link: use 3 to 32 small letters, digits"
                " and hyphens."
            ),
            {"code": shown(asked.code)},
        )
    if not 0 < len(asked.name.strip()) <= NAME_LENGTH_MAX:
        raise LinkError(sentence("Give the link a name of at most 80 letters."))
    check_target(asked.target)
    tags = (asked.utm.source, asked.utm.medium, asked.utm.campaign, asked.utm.content)
    for tag in (*tags, asked.utm.term, asked.creative):
        if tag != clean_tag(tag):
            raise LinkError(
                sentence(
                    "“%(tag)s” can't stand in a link: use letters, digits, spaces and"
                    " hyphens, at most 80, and nothing that tells who a person is."
                ),
                {"tag": shown(tag)},
            )


def check_target(target: str) -> None:
    """Raise LinkError unless a link may lead there."""
    if len(target) > TARGET_LENGTH_MAX or any(ord(letter) < 33 for letter in target):
        raise LinkError(sentence("The address is too long or has blanks in it: 400 letters."))
    if is_own(target):
        return
    try:
        parts = urlsplit(target)
        host, _port = parts.hostname, parts.port
    except ValueError:
        host, parts = None, urlsplit("")
    if parts.scheme != "https" or not host or "." not in host or parts.username is not None:
        raise LinkError(
            sentence(
                "Say where the link leads: a page of ours beginning with “/”, or a whole"
                " address beginning with https://."
            )
        )


def is_own(target: str) -> bool:
    """Whether a target is a page of ours: one slash first, never two, never a backslash."""
    return target.startswith("/") and not target.startswith("//") and "\\" not in target


def landing_address(target: str, code: str, utm: Utm) -> str:
    """Where the link leads: the target with our code, for pages of ours, and the tags.

    >>> landing_address("/listings/?grade=A", "x7", Utm("plaza", "poster"))
    '/listings/?grade=A&utm_source=plaza&utm_medium=poster&via=x7'
    """
    named = [(f"utm_{name}", getattr(utm, name)) for name in Utm.__dataclass_fields__]
    tags = [(name, value) for name, value in named if value]
    if is_own(target):
        tags.append((LINK_PARAMETER, code))
    parts = urlsplit(target)
    query = "&".join(each for each in (parts.query, urlencode(tags)) if each)
    return urlunsplit(parts._replace(query=query))
