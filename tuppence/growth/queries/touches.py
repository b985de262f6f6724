"""Members' touches, read through the links that stand now: an undone link changes all at once."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from tuppence.growth.arriving import SourceKind
from tuppence.growth.models import VisitorLink
from tuppence.growth.stitching import StitchFacts
from tuppence.growth.touches import NO_WITNESS, Rule, Touch, TouchGoal

_TOUCH = """
    linked.member_id, visit.id, visit.visitor_id, visit.at, visit.kind, visit.reason,
    visit.channel_id, channel.code, channel.name, visit.campaign_id, visit.link_id,
    visit.partner_id, visit.creative, visit.landing
"""
_FROM = """
    FROM growth_visitorlink AS linked
    JOIN growth_visit AS visit ON visit.visitor_id = linked.visitor_id
    JOIN growth_channel AS channel ON channel.id = visit.channel_id
"""
# When each member reached a goal; members who have not are not there.
_REACHED: Mapping[TouchGoal, str] = {
    TouchGoal.REGISTRATION: "SELECT id AS member_id, joined_at AS at FROM members_member",
    TouchGoal.FIRST_INVESTMENT: (
        "SELECT member_id, min(placed_at) AS at FROM market_investment GROUP BY member_id"
    ),
}


def stitch_facts(visitor_ids: Sequence[UUID]) -> StitchFacts:
    """Whose these visitors are, which of their links a person undid, and who ever used them."""
    rows = VisitorLink.objects.filter(visitor_id__in=set(visitor_ids)).values_list(
        "visitor_id", "member_id", "undone_at", "undone_by_id"
    )
    owners = {visitor: member for visitor, member, undone_at, _by in rows if undone_at is None}
    undone = {(visitor, member) for visitor, member, _at, by in rows if by}
    used = {(visitor, member) for visitor, member, _at, _by in rows}
    return StitchFacts(owners, frozenset(undone), frozenset(used))


def touches_of(member_ids: Iterable[int]) -> dict[int, list[Touch]]:
    """Every visit of these members over all their browsers, in the order in which they began."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {_TOUCH} {_FROM} WHERE linked.undone_at IS NULL"
            " AND linked.member_id = ANY(%s) ORDER BY linked.member_id, visit.at, visit.id",
            [sorted(set(member_ids))],
        )
        found: dict[int, list[Touch]] = {}
        for row in cursor:
            touch = _touch(row)
            found.setdefault(touch.member_id, []).append(touch)
    return found


def credited_touches(
    rule: Rule,
    goal: TouchGoal,
    *,
    member_ids: Iterable[int] | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> dict[int, Touch]:
    """The touch that each member's goal is credited to, for all members or for some.

    `since` and `until` bound the moment at which the goal was reached. A member without a touch
    is not there: what they bring is unattributed. The same rule as `touches.credited`, in one
    statement.
    """
    order = "visit.at, visit.id"
    if rule is Rule.LAST:
        order = "(visit.kind = ANY(%(weak)s)), visit.at DESC, visit.id DESC"
    chosen = None if member_ids is None else sorted(set(member_ids))
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT DISTINCT ON (linked.member_id) {_TOUCH} {_FROM}
            JOIN ({_REACHED[goal]}) AS reached ON reached.member_id = linked.member_id
            WHERE linked.undone_at IS NULL AND visit.at <= reached.at
              AND (%(chosen)s::bigint[] IS NULL OR linked.member_id = ANY(%(chosen)s))
              AND (%(since)s::timestamptz IS NULL OR reached.at >= %(since)s)
              AND (%(until)s::timestamptz IS NULL OR reached.at < %(until)s)
            ORDER BY linked.member_id, {order}
            """,
            {
                "chosen": chosen,
                "since": since,
                "until": until,
                "weak": [kind.value for kind in NO_WITNESS],
            },
        )
        return {touch.member_id: touch for touch in map(_touch, cursor)}


def channel_of(
    member_ids: Iterable[int], rule: Rule, goal: TouchGoal = TouchGoal.REGISTRATION
) -> dict[int, int]:
    """The channel that each of these members is credited to; who is missing is unattributed."""
    touches = credited_touches(rule, goal, member_ids=member_ids)
    return {member: touch.channel_id for member, touch in touches.items()}


def _touch(row: Sequence[Any]) -> Touch:
    member, visit, visitor, at, kind, *rest = row
    return Touch(member, visit, visitor, at, SourceKind(kind), *rest)
