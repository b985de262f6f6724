"""Channels, partners and activities as operations and faces read them."""

from collections.abc import Iterable, Mapping

from django.db import connection

from tuppence.growth.models import Activity, Campaign, Channel, Partner


def channel_depths() -> dict[str, int]:
    """The codes of all channels with how deep each lies; the top is 1."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH RECURSIVE tree AS (
                SELECT id, code, 1 AS depth FROM growth_channel WHERE parent_id IS NULL
                UNION ALL
                SELECT child.id, child.code, tree.depth + 1
                FROM growth_channel AS child JOIN tree ON child.parent_id = tree.id
            )
            SELECT code, depth FROM tree
            """
        )
        return dict(cursor.fetchall())


def open_by_channel() -> dict[int, bool]:
    """Every channel's number, and whether it is open to spend."""
    return {
        number: closed_at is None
        for number, closed_at in Channel.objects.values_list("id", "closed_at")
    }


def launched_by_campaign(campaign_ids: Iterable[int]) -> dict[int, bool]:
    """Whether each of these campaigns was ever launched."""
    rows = Campaign.objects.filter(id__in=set(campaign_ids)).values_list("id", "launched_at")
    return {number: launched_at is not None for number, launched_at in rows}


def partners_among(partner_ids: Iterable[int]) -> frozenset[int]:
    """Those of the numbers that are partners."""
    found = Partner.objects.filter(id__in=set(partner_ids)).values_list("id", flat=True)
    return frozenset(found)


def activity_ids(
    wanted: Iterable[tuple[int, int | None]],
) -> Mapping[tuple[int, int | None], int]:
    """The activities of these channels and campaigns that there are."""
    pairs = set(wanted)
    rows = Activity.objects.filter(channel_id__in={channel for channel, _ in pairs}).values_list(
        "channel_id", "campaign_id", "id"
    )
    return {(channel, campaign): number for channel, campaign, number in rows} if pairs else {}


def channel_ids() -> dict[str, int]:
    """Every channel's number by its code."""
    return dict(Channel.objects.values_list("code", "id"))
