"""Book a partner's file of spend whole, or not at all."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from hashlib import sha256
from uuid import UUID

from django.db import transaction

from tuppence import platform
from tuppence.growth.models import Partner, SpendImport, SpendRow, SpendUpload
from tuppence.growth.operations.spend import Bookable, lock_spend, take_back, write_spend
from tuppence.growth.queries.spend import spend_facts, standing_rows
from tuppence.growth.spend import (
    PaidFrom,
    PriceModel,
    SpendLine,
    SpendStatus,
    decide_spend,
    identities,
)
from tuppence.growth.spend_file import SpendFile, booked_amounts, booked_total
from tuppence.growth.spend_map import SpendMap
from tuppence.ledger.ids import derive_id
from tuppence.members import queries as members
from tuppence.members.audit_trail import Audit
from tuppence.members.operations import audit
from tuppence.members.roles import Permission
from tuppence.money.currency import minor_digits


class ImportStatus(StrEnum):
    """What became of a file."""

    BOOKED = "booked"
    EXISTS = "exists"
    NOT_PERMITTED = "not_permitted"
    CELLS_WRONG = "cells_wrong"
    ROWS_REFUSED = "rows_refused"
    TOTAL_DIFFERS = "total_differs"
    RESTATED = "restated"  # amounts differ from the books, and nobody said to correct them
    NOTHING_NEW = "nothing_new"

    @property
    def accepted(self) -> bool:
        return self in {ImportStatus.BOOKED, ImportStatus.EXISTS}


@dataclass(frozen=True, slots=True)
class ImportOrder:
    """A file that was read, and what its rows are booked under.

    `campaigns` gives the partner's names of campaigns the numbers of ours; other rows are the
    channel's standing work. `total_minor` is what the person read as the file's sum.
    """

    key: UUID
    file: SpendFile
    file_name: str
    file_digest: str
    layout: SpendMap
    partner_id: int
    channel_id: int
    price_model: PriceModel
    paid_from: PaidFrom
    campaigns: dict[str, int]
    total_minor: int
    by: int
    at: datetime
    take_restated: bool = False


@dataclass(frozen=True, slots=True)
class ImportedSpend:
    """What became of a file, and what it holds against the books."""

    status: ImportStatus
    import_id: int | None = None
    fresh: int = 0
    restated: int = 0
    known: int = 0
    total_minor: int = 0
    refused: tuple[tuple[int, SpendStatus], ...] = ()  # rows of the file, with why


@dataclass(frozen=True, slots=True)
class _Read:
    """The file's rows as lines, by what the books know of each; amounts of those to be booked."""

    lines: list[SpendLine]
    names: list[UUID]
    fresh: list[int]
    restated: list[int]
    known: int
    standing: dict[UUID, tuple[int, Decimal]]
    total_minor: int

    @property
    def places(self) -> list[int]:
        """The rows to be booked, in the file's order."""
        return sorted([*self.fresh, *self.restated])


def keep_upload(
    content: bytes, name: str, *, partner_id: int, channel_id: int, by: int, at: datetime
) -> SpendUpload:
    """Keep a file until a person has said what its columns mean; the same file is kept once."""
    digest = sha256(content).hexdigest()
    row, _ = SpendUpload.objects.get_or_create(
        digest=digest,
        partner_id=partner_id,
        channel_id=channel_id,
        by_id=by,
        defaults={"content": content, "file_name": name[:200], "at": at},
    )
    return row


def preview_import(order: ImportOrder) -> ImportedSpend:
    """What booking the file would do, without doing it."""
    return _decide(order, _against_books(order))


@transaction.atomic
def import_spend(order: ImportOrder) -> ImportedSpend:
    """Book the file whole: new rows, and corrections where they are wanted. Or nothing of it."""
    lock_spend()
    before = SpendImport.objects.filter(key=order.key).first()
    if before is not None:
        return ImportedSpend(ImportStatus.EXISTS, before.pk, total_minor=before.total_minor)
    read = _against_books(order)
    found = _decide(order, read)
    if found.status is not ImportStatus.BOOKED:
        return found
    batch = _write(order, read)
    return replace(found, import_id=batch.pk)


def _against_books(order: ImportOrder) -> _Read:
    """Sort the rows. What is booked is rounded among itself: a row that stands keeps its amount."""
    rows, digits = order.file.rows, minor_digits(platform.currency())
    lines = _lines(order)
    names = identities(lines)
    standing = standing_rows(names)
    fresh = [at for at, name in enumerate(names) if name not in standing]
    restated = [
        at
        for at, name in enumerate(names)
        if name in standing and standing[name][1] != rows[at].amount
    ]
    known = len(rows) - len(fresh) - len(restated)
    total_minor = booked_total((row.amount for row in rows), digits)
    read = _Read(lines, names, fresh, restated, known, standing, total_minor)
    amounts = booked_amounts([rows[at].amount for at in read.places], digits)
    for at, amount_minor in zip(read.places, amounts, strict=True):
        lines[at] = replace(lines[at], amount_minor=amount_minor)
    return read


def _lines(order: ImportOrder) -> list[SpendLine]:
    return [
        SpendLine(
            channel_id=order.channel_id,
            campaign_id=order.campaigns.get(row.partner_campaign),
            partner_id=order.partner_id,
            day=row.day,
            amount_minor=0,
            price_model=order.price_model,
            paid_from=order.paid_from,
            reference=row.reference,
            partner_campaign=row.partner_campaign,
            creative=row.creative,
            audience=row.audience,
            showings=row.showings,
            clicks=row.clicks,
            results=row.results,
            stated=row.amount,
        )
        for row in order.file.rows
    ]


def _decide(order: ImportOrder, read: _Read) -> ImportedSpend:
    found = ImportedSpend(
        ImportStatus.BOOKED,
        fresh=len(read.fresh),
        restated=len(read.restated),
        known=read.known,
        total_minor=read.total_minor,
    )
    if Permission.BOOK_SPEND not in members.permissions_of_user(order.by):
        return replace(found, status=ImportStatus.NOT_PERMITTED)
    if order.file.errors:
        return replace(found, status=ImportStatus.CELLS_WRONG)
    refused = _refused(order, read)
    if refused:
        return replace(found, status=ImportStatus.ROWS_REFUSED, refused=tuple(refused))
    if read.total_minor != order.total_minor:
        return replace(found, status=ImportStatus.TOTAL_DIFFERS)
    if not read.fresh and not read.restated:
        return replace(found, status=ImportStatus.NOTHING_NEW)
    if read.restated and not order.take_restated:
        return replace(found, status=ImportStatus.RESTATED)
    return found


def _refused(order: ImportOrder, read: _Read) -> list[tuple[int, SpendStatus]]:
    """The rows that cannot be booked; those in the books already are no hindrance."""
    places = read.places
    lines = [read.lines[at] for at in places]
    names = [read.names[at] for at in places]
    today = platform.business_day(order.at)
    facts = spend_facts(lines, [], currency=platform.currency(), today=today)
    statuses = decide_spend(lines, names, facts)
    return [
        (order.file.rows[at].number, status)
        for at, status in zip(places, statuses, strict=True)
        if not status.accepted
    ]


def _write(order: ImportOrder, read: _Read) -> SpendImport:
    places = read.places
    days = [line.day for line in read.lines]
    batch = SpendImport.objects.create(
        key=order.key,
        partner_id=order.partner_id,
        file_name=order.file_name[:200],
        file_digest=order.file_digest,
        layout=order.layout.as_json(),
        rows=len(read.lines),
        booked=len(read.fresh),
        corrected=len(read.restated),
        known=read.known,
        total_minor=read.total_minor,
        booked_minor=sum(read.lines[at].amount_minor for at in places),
        currency=platform.currency(),
        first_day=min(days),
        last_day=max(days),
        by_id=order.by,
        at=order.at,
    )
    _correct(order, [read.standing[read.names[at]][0] for at in read.restated])
    bookable = [
        Bookable(
            derive_id("growth.import", order.key, order.file.rows[at].number),
            read.names[at],
            read.lines[at],
        )
        for at in places
    ]
    write_spend(bookable, by=order.by, at=order.at, batch_id=batch.pk)
    Partner.objects.filter(id=order.partner_id).update(spend_map=order.layout.as_json())
    audit(
        [
            Audit(
                at=order.at,
                user_id=order.by,
                action="spend.import",
                outcome="done",
                subject_kind="spend_import",
                subject_id=batch.pk,
                after={"rows": len(places), "total_minor": read.total_minor},
            )
        ]
    )
    return batch


def _correct(order: ImportOrder, row_ids: Sequence[int]) -> None:
    rows = list(
        SpendRow.objects.select_for_update(no_key=True)
        .filter(id__in=row_ids, reversed_at=None)
        .order_by("id")
    )
    take_back(rows, by=order.by, at=order.at, why=f"restated in {order.file_name}"[:200])
