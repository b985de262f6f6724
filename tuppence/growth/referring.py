"""Invitations: one level only, rewards by stages, and what has to be looked at before any is paid.

Who abuses referrals does it in few ways: invites themselves by another account or mailbox, shares a
bank account or a browser with the friend, invites in a circle, brings many in a burst, or takes the
money out as soon as the reward is near. Each is a doubt that a person decides, with a reason.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

WORDS_LENGTH_MAX = 280
BURST = 10
BURST_WITHIN = timedelta(hours=24)
LEFT_WITH = 4, 5
"""A friend who took out at least this share of what they paid in has left."""

DOTLESS = frozenset({"gmail.com", "googlemail.com"})
"""Mailboxes that read the same with and without dots."""


class Stage(StrEnum):
    """How far a friend has come."""

    REGISTERED = "registered"
    VERIFIED = "verified"
    INVESTED = "invested"  # so much was paid out into loans


class Side(StrEnum):
    """Whose reward it is."""

    INVITER = "inviter"
    FRIEND = "friend"


class Doubt(StrEnum):
    """Why a reward waits for a person."""

    SAME_PERSON = "same_person"
    SAME_MAILBOX = "same_mailbox"
    SAME_BANK_ACCOUNT = "same_bank_account"
    SAME_BROWSER = "same_browser"
    CIRCLE = "circle"
    BURST = "burst"
    TAKEN_OUT = "taken_out"


class InviteStatus(StrEnum):
    """What became of an invitation that somebody registered by."""

    ACCEPTED = "accepted"
    EXISTS = "exists"
    CODE_UNKNOWN = "code_unknown"
    OWN_CODE = "own_code"
    MEMBER_BEFORE = "member_before"  # registered before they came by the invitation


class DecideStatus(StrEnum):
    """What became of a decision about a reward."""

    DONE = "done"
    NOT_PERMITTED = "not_permitted"
    NOT_WAITING = "not_waiting"
    OWN_CASE = "own_case"
    REASON_MISSING = "reason_missing"
    NOT_FUNDED = "not_funded"


class RewardState(StrEnum):
    """How far a reward for an invitation is."""

    WAITING = "waiting"  # for a person, with its doubts
    GRANTED = "granted"
    REFUSED = "refused"
    NOT_FUNDED = "not_funded"  # no budget, limit or rule lets it be given


@dataclass(frozen=True, slots=True)
class PairFacts:
    """What is known of an inviter and a friend together."""

    same_human: bool
    inviter_emails: frozenset[str]  # of everybody who acts for the member
    friend_emails: frozenset[str]
    shared_bank_account: bool
    shared_browser: bool
    inviter_came_by_friend: bool
    invited_within_burst: int  # friends whom the inviter brought in the 24 hours around this one
    paid_in_minor: int
    taken_out_minor: int


def doubts_of(facts: PairFacts) -> tuple[Doubt, ...]:
    """Every doubt about a pair, in the order of `Doubt`."""
    share, of = LEFT_WITH
    found = {
        Doubt.SAME_PERSON: facts.same_human,
        Doubt.SAME_MAILBOX: bool(
            set(map(mailbox, facts.inviter_emails)) & set(map(mailbox, facts.friend_emails))
        ),
        Doubt.SAME_BANK_ACCOUNT: facts.shared_bank_account,
        Doubt.SAME_BROWSER: facts.shared_browser,
        Doubt.CIRCLE: facts.inviter_came_by_friend,
        Doubt.BURST: facts.invited_within_burst > BURST,
        Doubt.TAKEN_OUT: facts.paid_in_minor > 0
        and facts.taken_out_minor * of >= facts.paid_in_minor * share,
    }
    return tuple(doubt for doubt, holds in found.items() if holds)


def mailbox(email: str) -> str:
    """The mailbox that an address ends in, whatever is written before it.

    >>> mailbox("Ann.Lee+two@GoogleMail.com"), mailbox("ann.lee@example.org")
    ('annlee@gmail.com', 'ann.lee@example.org')
    """
    name, _, host = email.strip().casefold().rpartition("@")
    name = name.partition("+")[0]
    if host in DOTLESS:
        return name.replace(".", "") + "@gmail.com"
    return f"{name}@{host}"


def accept(
    *, inviter_id: int | None, friend_id: int, invited_before: bool, joined_at: datetime,
    code_opened_at: datetime | None,
) -> InviteStatus:  # fmt: skip
    """Whether somebody who registered came by this invitation. Nobody comes by two."""
    if invited_before:
        return InviteStatus.EXISTS
    if inviter_id is None or code_opened_at is None:
        return InviteStatus.CODE_UNKNOWN
    if inviter_id == friend_id:
        return InviteStatus.OWN_CODE
    if joined_at < code_opened_at:
        return InviteStatus.MEMBER_BEFORE
    return InviteStatus.ACCEPTED
