"""Book spend: each row with its transfer, or take it back by its mirror image."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from uuid import UUID

from django.db import connection, transaction

from tuppence import platform
from tuppence.events import operations as events
from tuppence.events.happenings import Event
from tuppence.growth.models import Activity, SpendRow
from tuppence.growth.queries.channels import activity_ids
from tuppence.growth.queries.spend import rows_by_key, spend_facts
from tuppence.growth.spend import (
    SpendLine,
    SpendOrder,
    SpendOutcome,
    SpendStatus,
    decide_spend,
    identity,
    spend_accounts,
)
from tuppence.ledger import operations as ledger
from tuppence.ledger.ids import derive_id
from tuppence.ledger.transfers import Transfer
from tuppence.members import queries as members
from tuppence.members.audit_trail import Audit
from tuppence.members.naming import clean_text
from tuppence.members.operations import audit
from tuppence.members.roles import Permission
from tuppence.postgres import bulk

TRANSFER_KIND = "marketing_spend"
SUBJECT = "spend"
# Two imports at a time would look for each other's rows in vain: spend is booked one by one.
LOCK = 7_160_201
COLUMNS = (
    *("id", "key", "identity", "activity_id", "partner_id", "day", "amount_minor", "currency"),
    *("price_model", "paid_from", "reference", "partner_campaign", "creative", "audience"),
    *("showings", "clicks", "results", "hours_hundredths", "stated", "batch_id", "by_id", "at"),
    "reversed_why",
)


@dataclass(frozen=True, slots=True)
class Bookable:
    """A line that was decided to stand, with the key and the fact that it goes by."""

    key: UUID
    name: UUID
    line: SpendLine


def lock_spend() -> None:
    """Wait until nobody else books spend; held to the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


@transaction.atomic
def book_spend(orders: Sequence[SpendOrder]) -> list[SpendOutcome]:
    """Book lines of spend; one outcome an order. The same key and content again is `EXISTS`."""
    lock_spend()
    known = rows_by_key([order.key for order in orders])
    fresh = [order for order in orders if order.key not in known and _may(order)]
    lines = [order.line for order in fresh]
    names = [identity(line) for line in lines]
    at = max((order.at for order in fresh), default=None)
    decided: dict[UUID, SpendStatus] = {}
    if at is not None:
        currency = platform.currency()
        facts = spend_facts(lines, names, currency=currency, today=platform.business_day(at))
        statuses = decide_spend(lines, names, facts)
        decided = dict(zip((order.key for order in fresh), statuses, strict=True))
    made: dict[UUID, int] = {}
    for order, name in zip(fresh, names, strict=True):
        if decided[order.key] is SpendStatus.BOOKED:
            made |= write_spend([Bookable(order.key, name, order.line)], by=order.by, at=order.at)
    return [_outcome(order, known.get(order.key), decided, made) for order in orders]


def _may(order: SpendOrder) -> bool:
    return Permission.BOOK_SPEND in members.permissions_of_user(order.by)


def _outcome(
    order: SpendOrder,
    row: SpendRow | None,
    decided: dict[UUID, SpendStatus],
    made: dict[UUID, int],
) -> SpendOutcome:
    if row is None:
        status = decided.get(order.key, SpendStatus.NOT_PERMITTED)
        return SpendOutcome(status, made.get(order.key))
    same = (row.identity, row.amount_minor) == (identity(order.line), order.line.amount_minor)
    status = SpendStatus.EXISTS if same else SpendStatus.EXISTS_WITH_DIFFERENT_FIELDS
    return SpendOutcome(status, row.pk if same else None)


def write_spend(
    bookable: Sequence[Bookable], *, by: int, at: datetime, batch_id: int | None = None
) -> dict[UUID, int]:
    """Write rows, transfers and one event a batch; the rows' numbers by key."""
    if not bookable:
        return {}
    currency = platform.currency()
    activities = _activities([item.line for item in bookable])
    numbers = bulk.next_ids("growth_spendrow", len(bookable))
    rows = (
        _columns(item, number, activities, currency, batch_id, by, at)
        for item, number in zip(bookable, numbers, strict=True)
    )
    bulk.copy_rows("growth_spendrow", COLUMNS, rows)
    _post(bookable, numbers, activities, currency, at)
    total_minor = sum(item.line.amount_minor for item in bookable)
    events.record(
        [
            Event(
                "spend.booked",
                at,
                subject_kind=SUBJECT,
                subject_id=numbers[0],
                amount_minor=total_minor,
                currency=currency,
                properties={"count": len(bookable)},
            )
        ]
    )
    return {item.key: number for item, number in zip(bookable, numbers, strict=True)}


def _activities(lines: Sequence[SpendLine]) -> dict[tuple[int, int | None], int]:
    wanted = {(line.channel_id, line.campaign_id) for line in lines}
    missing = wanted - set(activity_ids(wanted))
    Activity.objects.bulk_create(
        [Activity(channel_id=channel, campaign_id=campaign) for channel, campaign in missing],
        ignore_conflicts=True,
    )
    return dict(activity_ids(wanted))


def _columns(
    item: Bookable,
    number: int,
    activities: dict[tuple[int, int | None], int],
    currency: str,
    batch_id: int | None,
    by: int,
    at: datetime,
) -> tuple[object, ...]:
    line = item.line
    return (
        *(number, item.key, item.name, activities[line.channel_id, line.campaign_id]),
        *(line.partner_id, line.day, line.amount_minor, currency),
        *(line.price_model.value, line.paid_from.value, line.reference, line.partner_campaign),
        *(line.creative, line.audience, line.showings, line.clicks, line.results),
        *(line.hours_hundredths, line.stated, batch_id, by, at, ""),
    )


def _post(
    bookable: Sequence[Bookable],
    numbers: Sequence[int],
    activities: dict[tuple[int, int | None], int],
    currency: str,
    at: datetime,
) -> None:
    costing = [
        (item, number, spend_accounts(item.line, activities[_activity(item.line)], currency))
        for item, number in zip(bookable, numbers, strict=True)
        if item.line.amount_minor
    ]
    ids = ledger.open_accounts({key for _, _, keys in costing for key in keys}, at=at)
    zone = platform.zone()
    ledger.append(
        [
            Transfer(
                id=item.key,
                debit_account_id=ids[debit],
                credit_account_id=ids[credit],
                amount_minor=item.line.amount_minor,
                kind=TRANSFER_KIND,
                # The day it happened, but never after it was written down.
                occurred_at=min(datetime.combine(item.line.day, time(12), zone), at),
                recorded_at=at,
                group_id=item.key,
                subject_kind=SUBJECT,
                subject_id=number,
            )
            for item, number, (debit, credit) in costing
        ]
    )


def _activity(line: SpendLine) -> tuple[int, int | None]:
    return line.channel_id, line.campaign_id


@transaction.atomic
def reverse_spend(row_ids: Sequence[int], *, by: int, at: datetime, why: str) -> list[int]:
    """Take rows of spend back, with their transfers; the numbers of those that stood until now.

    What is taken back leaves its fact free to be booked again with the right amount.
    """
    reason = clean_text(why)
    if not reason or Permission.BOOK_SPEND not in members.permissions_of_user(by):
        return []
    lock_spend()
    rows = list(
        SpendRow.objects.select_for_update(no_key=True)
        .filter(id__in=list(row_ids), reversed_at=None)
        .order_by("id")
    )
    take_back(rows, by=by, at=at, why=reason)
    audit(
        [
            Audit(
                at=at,
                user_id=by,
                action="spend.reverse",
                outcome="done",
                subject_kind=SUBJECT,
                subject_id=row.pk,
                why=reason,
            )
            for row in rows
        ]
    )
    return [row.pk for row in rows]


def take_back(rows: Sequence[SpendRow], *, by: int, at: datetime, why: str) -> None:
    """Reverse the rows' transfers and mark the rows; the caller holds them."""
    if not rows:
        return
    costing = [row.key for row in rows if row.amount_minor]
    if costing:
        key = derive_id("growth.spend_reversal", *costing)
        statuses = ledger.reverse(costing, key=key, at=at)
        assert all(status.accepted for status in statuses), statuses
    SpendRow.objects.filter(id__in=[row.pk for row in rows]).update(
        reversed_at=at, reversed_by=by, reversed_why=why[:200]
    )
