"""What came to the pages, day by day and source by source, and how far those people went."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from django.db import connection


class GroupedBy(StrEnum):
    """By what sources are told apart."""

    CHANNEL = "channel"
    REASON = "reason"
    LANDING = "landing"
    CAMPAIGN = "campaign"


@dataclass(frozen=True, slots=True)
class DayOfTraffic:
    """One business day."""

    day: date
    visits: int
    nameless: int  # visits of browsers that may not be known again
    visitors: int  # different browsers among the others
    pages: int
    bot_pages: int


@dataclass(frozen=True, slots=True)
class SourceOfTraffic:
    """Where visits came from, and what became of the members whose first touch was one of them.

    `code` is the channel's code where sources are told apart by channel or by its reason.
    """

    name: str
    code: str
    visits: int
    visitors: int
    registered: int
    verified: int
    invested: int


_NAMES: Mapping[GroupedBy, str] = {
    GroupedBy.CHANNEL: "channel.name",
    GroupedBy.REASON: "visit.reason",
    GroupedBy.LANDING: "visit.landing",
    GroupedBy.CAMPAIGN: "coalesce(campaign.name, '')",
}
_CODES: Mapping[GroupedBy, str] = {
    GroupedBy.CHANNEL: "channel.code",
    GroupedBy.REASON: "channel.code",
    GroupedBy.LANDING: "''",
    GroupedBy.CAMPAIGN: "''",
}


def traffic_by_day(since: datetime, until: datetime, *, zone: str) -> list[DayOfTraffic]:
    """Every day of a period on which something came, in the platform's time zone."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH visited AS (
                SELECT (at AT TIME ZONE %(zone)s)::date AS day, count(*) AS visits,
                       count(*) FILTER (WHERE visitor_id IS NULL) AS nameless,
                       count(DISTINCT visitor_id) AS visitors
                FROM growth_visit
                WHERE at >= %(since)s AND at < %(until)s AND kind <> 'unknown'
                GROUP BY 1
            ), shown AS (
                SELECT (at AT TIME ZONE %(zone)s)::date AS day,
                       count(*) FILTER (WHERE verb = 'page.viewed') AS pages,
                       count(*) FILTER (WHERE verb = 'bot.viewed') AS bot_pages
                FROM events_event
                WHERE at >= %(since)s AND at < %(until)s
                  AND verb IN ('page.viewed', 'bot.viewed')
                GROUP BY 1
            )
            SELECT day, coalesce(visits, 0), coalesce(nameless, 0), coalesce(visitors, 0),
                   coalesce(pages, 0), coalesce(bot_pages, 0)
            FROM visited FULL JOIN shown USING (day) ORDER BY day
            """,
            {"since": since, "until": until, "zone": zone},
        )
        return [DayOfTraffic(*row) for row in cursor.fetchall()]


def traffic_by_source(
    since: datetime, until: datetime, *, by: GroupedBy = GroupedBy.CHANNEL
) -> list[SourceOfTraffic]:
    """Sources of the visits that began in a period, the busiest first.

    A member is counted at the source of the first touch, wherever in time they registered, so a
    row follows its visits' people and not the period's registrations.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH visit AS (
                SELECT * FROM growth_visit
                WHERE at >= %(since)s AND at < %(until)s AND kind <> 'unknown'
            ), firsts AS (
                SELECT DISTINCT ON (linked.member_id) linked.member_id, touch.id
                FROM growth_visitorlink AS linked
                JOIN growth_visit AS touch ON touch.visitor_id = linked.visitor_id
                JOIN members_member AS member ON member.id = linked.member_id
                WHERE linked.undone_at IS NULL AND touch.at <= member.joined_at
                  AND linked.member_id IN (
                      SELECT own.member_id FROM growth_visitorlink AS own
                      JOIN visit ON visit.visitor_id = own.visitor_id
                      WHERE own.undone_at IS NULL)
                ORDER BY linked.member_id, touch.at, touch.id
            ), lenders AS (
                SELECT DISTINCT member_id FROM market_investment
                WHERE member_id IN (SELECT member_id FROM firsts)
            )
            SELECT {_NAMES[by]}, {_CODES[by]}, count(DISTINCT visit.id),
                   count(DISTINCT visit.visitor_id), count(DISTINCT firsts.member_id),
                   count(DISTINCT firsts.member_id) FILTER (WHERE member.verified_at IS NOT NULL),
                   count(DISTINCT lenders.member_id)
            FROM visit
            JOIN growth_channel AS channel ON channel.id = visit.channel_id
            LEFT JOIN growth_campaign AS campaign ON campaign.id = visit.campaign_id
            LEFT JOIN firsts ON firsts.id = visit.id
            LEFT JOIN members_member AS member ON member.id = firsts.member_id
            LEFT JOIN lenders ON lenders.member_id = firsts.member_id
            GROUP BY 1, 2 ORDER BY 3 DESC, 1
            """,  # noqa: S608 - texts of ours
            {"since": since, "until": until},
        )
        return [SourceOfTraffic(*row) for row in cursor.fetchall()]


def visitors_between(since: datetime, until: datetime) -> int:
    """How many different browsers that may be known again came in a period."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(DISTINCT visitor_id) FROM growth_visit WHERE at >= %s AND at < %s"
            " AND kind <> 'unknown'",
            [since, until],
        )
        ((number,),) = cursor.fetchall()
    return int(number)


def bots_between(since: datetime, until: datetime) -> list[tuple[str, int]]:
    """The programs that came in a period with their pages, the busiest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT properties ->> 'agent', count(*) FROM events_event"
            " WHERE at >= %s AND at < %s AND verb = 'bot.viewed' GROUP BY 1 ORDER BY 2 DESC, 1",
            [since, until],
        )
        return [(name, int(number)) for name, number in cursor.fetchall()]
