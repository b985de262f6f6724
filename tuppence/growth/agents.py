"""What a browser calls itself: a program or a person's, and which class of device.

Programs are known by the community's list (`crawler-user-agents`), by what calls itself no browser
at all, and by saying nothing.
"""

import re
from functools import lru_cache

import crawleruseragents

AGENT_LENGTH_MAX = 400
_BROWSER = re.compile(r"^(?:Mozilla|Opera)/\d")
_TABLET = re.compile(r"iPad|Tablet|PlayBook|Silk|Android(?!.*Mobile)")
_PHONE = re.compile(r"Mobi|iPhone|iPod|Android|Windows Phone")
NAMELESS = "nameless"
PROGRAM = "program"


@lru_cache(maxsize=4096)
def bot_of(agent: str) -> str:
    """The name of the program behind an agent, or nothing for a person's browser.

    >>> bot_of("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)")
    'Googlebot'
    >>> bot_of("lending-reader/2"), bot_of("")
    ('program', 'nameless')
    """
    if not agent.strip():
        return NAMELESS
    shown = agent[:AGENT_LENGTH_MAX]
    found = crawleruseragents.matching_crawlers(shown)
    if found:
        pattern = crawleruseragents.CRAWLER_USER_AGENTS_DATA[found[0]]["pattern"]
        return re.sub(r"[^\w .-]", "", re.sub(r"\\.|\[.*?\]|[?^$*]", "", pattern))[:40] or PROGRAM
    return "" if _BROWSER.match(shown) else PROGRAM


def device_of(agent: str) -> str:
    """The class of device: phone, tablet or computer.

    >>> device_of("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Mobile/15E148")
    'phone'
    """
    if _TABLET.search(agent):
        return "tablet"
    return "phone" if _PHONE.search(agent) else "computer"
