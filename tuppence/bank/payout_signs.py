"""What changed since a member's last payout: the signs that a second person looks at. Pure.

Money that leaves can't be called back, and whoever takes an account over wants it out. Hence the
person who approves sees what is new: where the money goes, how much it is beside what this member
took out before, whose name the account has, and what changed about how the member signs in. A
sign forbids nothing; it says what to ask about.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from tuppence.members.naming import name_words

LATELY = timedelta(days=14)
"""For so long before the asking, a change of how the member signs in is told."""

BIGGER_TIMES, EARLIER_LEAST = 2, 3
"""From three payouts on, one is bigger than usual above twice the largest of them."""


class SignKind(StrEnum):
    """What a second person should know, the weightiest first."""

    NAME_DIFFERS = "name_differs"
    """The account is in another name than the member's."""
    ACCOUNT_CHANGED = "account_changed"
    """Earlier payouts went to another account."""
    ACCOUNT_NEW = "account_new"
    """Nothing was ever paid to this member before."""
    BIGGER = "bigger"
    """More than this member ever took out at a time."""
    EMAIL_CHANGED = "email_changed"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - the name of a sign
    NEW_DEVICE = "new_device"


@dataclass(frozen=True, slots=True)
class Sign:
    """One sign: since when it is so, and the amount that it is measured against, if any."""

    kind: SignKind
    at: datetime | None = None
    amount_minor: int | None = None


@dataclass(frozen=True, slots=True)
class PayoutFacts:
    """What the signs of one payout rest on; earlier payouts are those sent for the same purpose.

    `changes` are moments at which the member's way of signing in changed.
    """

    amount_minor: int
    asked_at: datetime
    member_name: str
    holder_name: str
    account_added_at: datetime
    earlier: int = 0
    earlier_minor_max: int = 0
    earlier_to_account: int = 0
    last_asked_at: datetime | None = None
    changes: tuple[tuple[SignKind, datetime], ...] = ()


def signs_of(facts: PayoutFacts) -> list[Sign]:
    """The signs of a payout, the weightiest first; none where nothing changed."""
    found = [*_account(facts), *_amount(facts), *_sign_in(facts)]
    places = {kind: place for place, kind in enumerate(SignKind)}
    return sorted(found, key=lambda sign: places[sign.kind])


def _account(facts: PayoutFacts) -> Iterable[Sign]:
    if sorted(name_words(facts.holder_name)) != sorted(name_words(facts.member_name)):
        yield Sign(SignKind.NAME_DIFFERS)
    if facts.earlier_to_account:
        return
    kind = SignKind.ACCOUNT_CHANGED if facts.earlier else SignKind.ACCOUNT_NEW
    yield Sign(kind, facts.account_added_at)


def _amount(facts: PayoutFacts) -> Iterable[Sign]:
    usual = facts.earlier >= EARLIER_LEAST
    if usual and facts.amount_minor > BIGGER_TIMES * facts.earlier_minor_max:
        yield Sign(SignKind.BIGGER, facts.last_asked_at, facts.earlier_minor_max)


def _sign_in(facts: PayoutFacts) -> Iterable[Sign]:
    """The latest change of each kind; also one after the asking is news to whoever approves."""
    latest: dict[SignKind, datetime] = {}
    for kind, at in facts.changes:
        if at >= facts.asked_at - LATELY:
            latest[kind] = max(at, latest.get(kind, at))
    return [Sign(kind, at) for kind, at in latest.items()]
