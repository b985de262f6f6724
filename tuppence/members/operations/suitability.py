"""Keep results of tests, simulations, classifications and warnings, and the columns they set."""

import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, transaction

from tuppence.events.happenings import Event
from tuppence.events.operations import record
from tuppence.members import queries
from tuppence.members.suitability import (
    SuitabilityKind,
    SuitabilityOrder,
    SuitabilityOutcome,
    SuitabilityStatus,
    bearable_loss_minor,
    decide_suitability,
)
from tuppence.postgres import bulk

COLUMNS = (
    *("key", "member_id", "kind", "passed", "score", "score_max", "net_worth_minor", "loss_minor"),
    *("currency", "rulebook", "rulebook_version", "answers", "taken_at"),
)


class Said(NamedTuple):
    """What makes two orders of one key the same."""

    member_id: int
    kind: str
    passed: bool
    net_worth_minor: int | None


@transaction.atomic
def record_suitability(orders: Sequence[SuitabilityOrder]) -> list[SuitabilityOutcome]:
    """Keep results, one outcome an order, in order; the latest of a kind sets the member's columns.

    A failed knowledge test takes an earlier pass away. A simulation sets the net worth.
    """
    members = queries.lock_members(order.member_id for order in orders)
    columns = Said._fields
    keys = [order.key for order in orders]
    used = {
        key: Said(*row)
        for key, row in queries.keys_used("members_suitability", columns, keys).items()
    }
    outcomes: list[SuitabilityOutcome] = []
    fresh: list[SuitabilityOrder] = []
    for order in orders:
        said = Said(order.member_id, order.kind.value, order.passed, order.net_worth_minor)
        if order.key in used:
            status = (
                SuitabilityStatus.EXISTS
                if used[order.key] == said
                else SuitabilityStatus.EXISTS_WITH_DIFFERENT_FIELDS
            )
        elif order.member_id not in members:
            status = SuitabilityStatus.MEMBER_NOT_FOUND
        else:
            status = decide_suitability(order)
        if status is SuitabilityStatus.RECORDED:
            used[order.key] = said
            fresh.append(order)
        outcomes.append(SuitabilityOutcome(order.key, status, loss_of(order)))
    write(fresh)
    return outcomes


def loss_of(order: SuitabilityOrder) -> int | None:
    """The loss a simulation shows."""
    if order.kind is not SuitabilityKind.LOSS_SIMULATION or order.net_worth_minor is None:
        return None
    return bearable_loss_minor(order.net_worth_minor)


def write(orders: Sequence[SuitabilityOrder]) -> None:
    """Rows, columns of the members, events."""
    bulk.copy_rows(
        "members_suitability",
        COLUMNS,
        [
            (
                *(o.key, o.member_id, o.kind.value, o.passed, o.score, o.score_max),
                *(o.net_worth_minor, loss_of(o), o.currency, o.rulebook, o.rulebook_version),
                *(json.dumps(dict(o.answers or {})), o.at),
            )
            for o in orders
        ],
    )
    for kind in SuitabilityKind:
        set_columns(kind, [order for order in orders if order.kind is kind])
    record(
        [
            Event(
                "member.suitability",
                order.at,
                member_id=order.member_id,
                properties={"kind": order.kind.value, "outcome": order.passed},
            )
            for order in orders
        ]
    )


def set_columns(kind: SuitabilityKind, orders: Sequence[SuitabilityOrder]) -> None:
    """What the latest result of one kind leaves on the members."""
    latest = {order.member_id: order for order in orders}.values()
    if not latest or kind is SuitabilityKind.RISK_ASSESSMENT:
        return
    ids = [order.member_id for order in latest]
    with connection.cursor() as cursor:
        match kind:
            case SuitabilityKind.KNOWLEDGE_TEST:
                passed_on = [business_day(order.at) if order.passed else None for order in latest]
                cursor.execute(
                    "UPDATE members_member m SET test_passed_on = n.passed_on"
                    " FROM unnest(%s::bigint[], %s::date[]) AS n (id, passed_on)"
                    " WHERE m.id = n.id",
                    [ids, passed_on],
                )
            case SuitabilityKind.LOSS_SIMULATION:
                cursor.execute(
                    "UPDATE members_member m SET simulated_on = n.day, net_worth_minor = n.worth"
                    " FROM unnest(%s::bigint[], %s::date[], %s::bigint[]) AS n (id, day, worth)"
                    " WHERE m.id = n.id",
                    [
                        ids,
                        [business_day(order.at) for order in latest],
                        [order.net_worth_minor for order in latest],
                    ],
                )
            case SuitabilityKind.SOPHISTICATED:
                cursor.execute(
                    "UPDATE members_member m SET sophisticated = n.passed"
                    " FROM unnest(%s::bigint[], %s::bool[]) AS n (id, passed) WHERE m.id = n.id",
                    [ids, [order.passed for order in latest]],
                )
            case SuitabilityKind.WARNING:
                cursor.execute(
                    "UPDATE members_member m SET warning_acknowledged_at = n.at"
                    " FROM unnest(%s::bigint[], %s::timestamptz[]) AS n (id, at) WHERE m.id = n.id",
                    [ids, [order.at if order.passed else None for order in latest]],
                )


def business_day(at: datetime) -> date:
    """The platform's day of a moment."""
    return at.astimezone(ZoneInfo(settings.TIME_ZONE)).date()
