"""Where people come from: the tree of channels that a platform starts with.

A channel that costs no money is a channel too: its cost is the hours that staff give it.
"""

import re
from dataclasses import dataclass

from tuppence.money.refusals import InputRefusedError, sentence, shown

CODE = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")
CODE_LENGTH_MAX = 40
NAME_LENGTH_MAX = 80
DEPTH_MAX = 3


class ChannelError(InputRefusedError):
    """A channel cannot stand so; the sentence says what to change."""


@dataclass(frozen=True, slots=True)
class NewChannel:
    """A channel as it is asked for: its code stands in links and files and never changes."""

    code: str
    name: str
    paid: bool
    parent: str = ""  # the code of the channel above


STARTING_TREE: tuple[NewChannel, ...] = (
    NewChannel("paid_search", "Paid search", paid=True),
    NewChannel("social", "Social networks", paid=True),
    NewChannel("social_ads", "Advertisements on social networks", paid=True, parent="social"),
    NewChannel("social_posts", "Own posts", paid=False, parent="social"),
    NewChannel("display", "Display advertising", paid=True),
    NewChannel("affiliate", "Affiliates and comparison sites", paid=True),
    NewChannel("partner", "Partners", paid=True),
    NewChannel("offline", "Offline", paid=True),
    NewChannel("offline_print", "Print and posters", paid=True, parent="offline"),
    NewChannel("offline_events", "Events and open days", paid=True, parent="offline"),
    NewChannel("content", "Content and own articles", paid=False),
    NewChannel("email", "E-mail", paid=False),
    NewChannel("word_of_mouth", "Word of mouth", paid=False),
    NewChannel("referral", "Members invite friends", paid=False, parent="word_of_mouth"),
    NewChannel("community", "Community", paid=False, parent="word_of_mouth"),
    NewChannel("press", "Press", paid=False),
    NewChannel("organic_search", "Search results, not paid", paid=False),
    NewChannel("other_sites", "Links on other sites", paid=False),
    NewChannel("direct", "Direct", paid=False),
)


def check_channel(asked: NewChannel, depths: dict[str, int]) -> None:
    """Raise ChannelError for the first thing that cannot stand.

    `depths` holds the codes there are with how deep each lies; the top is 1.
    """
    if len(asked.code) > CODE_LENGTH_MAX or not CODE.fullmatch(asked.code):
        raise ChannelError(
            sentence(
                "The code “%(code)s” can't stand in a link: use small letters, digits and"
                " underscores, beginning with a letter, at most 40."
            ),
            {"code": shown(asked.code)},
        )
    if asked.code in depths:
        raise ChannelError(
            sentence("There is a channel “%(code)s” already: choose another code."),
            {"code": asked.code},
        )
    if not 0 < len(asked.name.strip()) <= NAME_LENGTH_MAX:
        raise ChannelError(sentence("Give the channel a name of at most 80 letters."))
    if not asked.parent:
        return
    if asked.parent not in depths:
        raise ChannelError(
            sentence("There is no channel “%(code)s” to put it under."),
            {"code": shown(asked.parent)},
        )
    if depths[asked.parent] >= DEPTH_MAX:
        raise ChannelError(sentence("Channels lie at most three deep: choose one further up."))
