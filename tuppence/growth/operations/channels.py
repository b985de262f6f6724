"""Channels and partners: opened and closed, never removed."""

from datetime import UTC, datetime
from typing import Any

from django.db import transaction

from tuppence.growth.channels import (
    NAME_LENGTH_MAX,
    STARTING_TREE,
    ChannelError,
    NewChannel,
    check_channel,
)
from tuppence.growth.models import Channel, Partner
from tuppence.growth.queries.channels import channel_depths
from tuppence.members.audit_trail import Audit
from tuppence.members.naming import clean_text
from tuppence.members.operations import audit
from tuppence.money.refusals import sentence

# The tree a platform begins with is as old as the platform's tables, whenever they were made.
FROM_THE_START = datetime(2000, 1, 1, tzinfo=UTC)


def seed_channels(**_signal: Any) -> None:
    """Give a platform those channels of the starting tree that it has not: visits need them."""
    made: dict[str, Channel] = {}
    for each in STARTING_TREE:
        made[each.code], _ = Channel.objects.get_or_create(
            code=each.code,
            defaults={
                "name": each.name,
                "paid": each.paid,
                "parent": made.get(each.parent),
                "opened_at": FROM_THE_START,
            },
        )


@transaction.atomic
def add_channel(asked: NewChannel, *, by: int, at: datetime) -> Channel:
    """Open a channel; ChannelError says what cannot stand."""
    check_channel(asked, channel_depths())
    parent = Channel.objects.get(code=asked.parent) if asked.parent else None
    row = Channel.objects.create(
        code=asked.code,
        name=clean_text(asked.name),
        paid=asked.paid,
        parent=parent,
        opened_at=at,
    )
    audit([_entry("channel.open", "channel", row.pk, by, at)])
    return row


@transaction.atomic
def close_channel(channel_id: int, *, by: int, at: datetime) -> bool:
    """Close a channel to further spend; what was spent stays. Whether it was open."""
    closed = Channel.objects.filter(id=channel_id, closed_at=None).update(closed_at=at)
    if closed:
        audit([_entry("channel.close", "channel", channel_id, by, at)])
    return bool(closed)


@transaction.atomic
def add_partner(name: str, *, by: int, at: datetime) -> Partner:
    """Know a partner by name; the same name again is the same partner."""
    plain = clean_text(name)
    if not 0 < len(plain) <= NAME_LENGTH_MAX:
        raise ChannelError(sentence("Give the partner a name of at most 80 letters."))
    row, created = Partner.objects.get_or_create(name=plain, defaults={"opened_at": at})
    if created:
        audit([_entry("partner.open", "partner", row.pk, by, at)])
    return row


def _entry(action: str, kind: str, number: int, by: int, at: datetime) -> Audit:
    return Audit(
        at=at, user_id=by, action=action, outcome="done", subject_kind=kind, subject_id=number
    )
