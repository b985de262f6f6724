"""Where a visit came from, decided from what its first request says, and the reason named.

The strongest witness wins: a tracked link of ours, then UTM tags, then the click id of an
advertiser, then the site that refers, and without any of them the visit is direct.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from hashlib import blake2b
from urllib.parse import urlsplit

from tuppence.growth.referrers import CLICK_IDS, MEDIUMS, channel_of_host

LINK_PARAMETER = "via"
TAG_LENGTH_MAX = 80
HOST_LENGTH_MAX = 120
DIRECT = "direct"
ELSEWHERE = "other_sites"
_NOT_IN_TAGS = re.compile(r"[^\w .,:+/&|-]")
_TELLS_A_PERSON = re.compile(r"@|%40|^\+?[\d ()/-]{7,20}$")


class SourceKind(StrEnum):
    """The witness that decided."""

    LINK = "link"
    UTM = "utm"
    CLICK_ID = "click_id"
    REFERRER = "referrer"
    DIRECT = "direct"
    UNKNOWN = "unknown"  # the visit's beginning was not seen: its visitor agreed later


@dataclass(frozen=True, slots=True)
class Utm:
    """The five tags of a campaign link, cleaned; empty where there is none."""

    source: str = ""
    medium: str = ""
    campaign: str = ""
    content: str = ""
    term: str = ""

    def __bool__(self) -> bool:
        return any(getattr(self, each.name) for each in fields(self))


NO_TAGS = Utm()


@dataclass(frozen=True, slots=True)
class LinkFacts:
    """A tracked link as a visit carries it on."""

    id: int
    code: str
    channel: str
    campaign_id: int | None = None
    partner_id: int | None = None
    creative: str = ""


@dataclass(frozen=True, slots=True)
class Arrival:
    """What the first request of a visit says about where it came from."""

    link: LinkFacts | None = None
    utm: Utm = NO_TAGS
    click_id: str = ""  # the name of the parameter, never its value
    referrer_host: str = ""  # empty for our own pages

    @property
    def tagged(self) -> bool:
        """Whether the address itself says where it was followed."""
        return self.link is not None or bool(self.utm) or bool(self.click_id)

    @property
    def fingerprint(self) -> str:
        """Tells one tagged address from another, so that a reload begins no new visit."""
        if not self.tagged:
            return ""
        code = self.link.code if self.link else ""
        named = (code, *(getattr(self.utm, each.name) for each in fields(self.utm)), self.click_id)
        return blake2b("\n".join(named).encode(), digest_size=4).hexdigest()


@dataclass(frozen=True, slots=True)
class Source:
    """The channel of a visit, who said so, and in which words."""

    kind: SourceKind
    channel: str
    reason: str = ""


def decide_source(arrival: Arrival, channels: frozenset[str]) -> Source:
    """The channel of an arrival; `channels` are the codes there are.

    A tag that nobody knows is not thrown away: the visit came from elsewhere, and the tag is kept.
    """
    if arrival.link is not None:
        return Source(SourceKind.LINK, arrival.link.channel, arrival.link.code)
    if arrival.utm:
        return Source(SourceKind.UTM, _channel_of_tags(arrival.utm, channels), _said(arrival.utm))
    if arrival.click_id:
        return Source(SourceKind.CLICK_ID, CLICK_IDS[arrival.click_id], arrival.click_id)
    if arrival.referrer_host:
        host = arrival.referrer_host
        return Source(SourceKind.REFERRER, channel_of_host(host), host)
    return Source(SourceKind.DIRECT, DIRECT)


UNSEEN = Source(SourceKind.UNKNOWN, DIRECT)


def _channel_of_tags(utm: Utm, channels: frozenset[str]) -> str:
    medium, source = utm.medium.casefold(), utm.source.casefold()
    if medium in channels:
        return medium
    if medium in MEDIUMS:
        return MEDIUMS[medium]
    if source in channels:
        return source
    return channel_of_host(source) if "." in source else ELSEWHERE


def _said(utm: Utm) -> str:
    return " / ".join(each for each in (utm.source, utm.medium) if each) or utm.campaign


def read_utm(parameters: Mapping[str, str]) -> Utm:
    """The tags of an address, each cleaned; one that may tell who a person is, is left out."""
    return Utm(
        **{each.name: clean_tag(parameters.get(f"utm_{each.name}", "")) for each in fields(Utm)}
    )


def clean_tag(text: str) -> str:
    """A tag as it is kept: plain letters, at most 80, and nothing that looks like a person.

    >>> clean_tag(" Spring_Sale  2026 "), clean_tag("ann@example.org"), clean_tag("+49 170 1234567")
    ('Spring_Sale 2026', '', '')
    """
    normal = unicodedata.normalize("NFKC", text)
    plain = " ".join(_NOT_IN_TAGS.sub(" ", normal).split())[:TAG_LENGTH_MAX].strip()
    # What was typed and what would be kept: a person may show only in one of the two.
    told = (" ".join(normal.split()), plain)
    return "" if any(_TELLS_A_PERSON.search(each) for each in told) else plain


def click_id_of(names: Mapping[str, str]) -> str:
    """The name of the first click id among an address's parameters, or nothing."""
    return next((name for name in CLICK_IDS if names.get(name)), "")


def referrer_host(referrer: str, own_host: str) -> str:
    """The host of a referring address, without path or port; empty for our own and for none.

    >>> referrer_host("https://www.bing.com/search?q=lend", "tuppence.example")
    'www.bing.com'
    """
    try:
        parts = urlsplit(referrer)
        host = (parts.hostname or "").lower()
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or host == own_host.rsplit(":", 1)[0].lower():
        return ""
    return host[:HOST_LENGTH_MAX] if re.fullmatch(r"[\w.-]+", host) else ""
