"""Write the transfers of a period as Beancount or CSV, a chunk at a time."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, tzinfo
from enum import StrEnum
from itertools import islice
from typing import IO, TypeVar

from tuppence.ledger import beancount, queries
from tuppence.ledger.transfers import AccountKey, Transfer, account_ids_of
from tuppence.money.currency import format_plain

T = TypeVar("T")
CHUNK = 10_000
CSV_COLUMNS = (
    *("id", "group_id", "recorded_at", "occurred_at", "kind", "debit_account", "credit_account"),
    *("amount", "currency", "subject_kind", "subject_id", "reverses_id"),
)


class Format(StrEnum):
    """A form that other programs read."""

    BEANCOUNT = "beancount"
    CSV = "csv"


def write_export(
    file: IO[str],
    form: Format,
    *,
    zone: tzinfo,
    since: datetime | None,
    before: datetime | None,
) -> int:
    """Write the transfers recorded in [since, before); returns how many there were."""
    transfers = queries.stream_transfers(since=since, before=before)
    if form is Format.CSV:
        return _write_csv(file, transfers)
    return _write_beancount(file, transfers, zone=zone, since=since, before=before)


def _write_csv(file: IO[str], transfers: Iterable[Transfer]) -> int:
    keys: dict[int, AccountKey] = {}
    rows = csv.writer(file)
    rows.writerow(CSV_COLUMNS)
    count = 0
    for chunk in _chunks(transfers):
        keys |= queries.account_keys(set(account_ids_of(chunk)) - keys.keys())
        rows.writerows(_csv_row(transfer, keys) for transfer in chunk)
        count += len(chunk)
    return count


def _csv_row(transfer: Transfer, keys: dict[int, AccountKey]) -> Sequence[object]:
    debit, credit = keys[transfer.debit_account_id], keys[transfer.credit_account_id]
    return (
        transfer.id,
        transfer.group_id,
        transfer.recorded_at.astimezone(UTC).isoformat(),
        transfer.occurred_at.astimezone(UTC).isoformat(),
        transfer.kind,
        beancount.account_name(debit),
        beancount.account_name(credit),
        format_plain(transfer.amount_minor, debit.currency),
        debit.currency,
        transfer.subject_kind,
        transfer.subject_id,
        transfer.reverses_id or "",
    )


def _write_beancount(
    file: IO[str],
    transfers: Iterable[Transfer],
    *,
    zone: tzinfo,
    since: datetime | None,
    before: datetime | None,
) -> int:
    """Accounts are opened where they first occur: Beancount sorts by day, opening first."""
    start = since or queries.first_recorded_at()
    first = start.astimezone(zone).date() if start else date(1970, 1, 1)
    keys: dict[int, AccountKey] = {}
    file.write(beancount.heading("Tuppence", queries.currencies(), first=first))
    opened: set[str] = set()
    count, last = 0, first
    for chunk in _chunks(transfers):
        fresh = sorted(set(account_ids_of(chunk)) - keys.keys())
        keys |= queries.account_keys(fresh)
        brought = queries.net_debits(fresh, before=since) if since else dict.fromkeys(fresh, 0)
        for name, key in {beancount.account_name(keys[i]): keys[i] for i in fresh}.items():
            if name not in opened:
                opened.add(name)
                file.write(beancount.opening(key, first=first))
        for account_id, net in brought.items():
            key = keys[account_id]
            file.write(beancount.brought_forward(key, first=first, net_debit_minor=net))
        for transfer in chunk:
            debit, credit = keys[transfer.debit_account_id], keys[transfer.credit_account_id]
            file.write(beancount.transaction(transfer, debit=debit, credit=credit, zone=zone))
        count += len(chunk)
        last = max(last, *(t.recorded_at.astimezone(zone).date() for t in chunk))
    after = before.astimezone(zone).date() if before else date.fromordinal(last.toordinal() + 1)
    for ids in _chunks(sorted(keys)):
        for account_id, net in queries.net_debits(ids, before=before).items():
            file.write(beancount.closing(keys[account_id], after=after, net_debit_minor=net))
    return count


def _chunks(items: Iterable[T]) -> Iterator[list[T]]:
    remaining = iter(items)
    while chunk := list(islice(remaining, CHUNK)):
        yield chunk
