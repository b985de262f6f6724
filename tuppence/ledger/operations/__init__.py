"""Post transfers: load, decide, write."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction

from tuppence.ledger import queries
from tuppence.ledger.chart import CHART
from tuppence.ledger.checks import Check
from tuppence.ledger.ids import derive_id
from tuppence.ledger.models import Proof
from tuppence.ledger.posting import decide_postings
from tuppence.ledger.transfers import (
    AccountKey,
    Status,
    Transfer,
    TransferColumns,
    account_ids_of,
)
from tuppence.postgres import bulk

TABLE = "ledger_transfer"
COLUMNS = (
    "id",
    "group_id",
    "debit_account_id",
    "credit_account_id",
    "amount_minor",
    "kind",
    "subject_kind",
    "subject_id",
    "occurred_at",
    "recorded_at",
    "reverses_id",
)


class PostingRefused(Exception):
    """A transfer that the caller took for granted was refused; nothing of the call is written."""

    def __init__(self, transfer: Transfer, status: Status) -> None:
        super().__init__(f"{transfer.kind} of {transfer.amount_minor} was refused: {status}")
        self.transfer = transfer
        self.status = status


def open_accounts(keys: Iterable[AccountKey], *, at: datetime) -> dict[AccountKey, int]:
    """The ids of these accounts; those that do not exist yet are opened. Safe to repeat."""
    wanted = sorted(set(keys), key=lambda key: (key.owner_id, key.kind, key.currency))
    found = queries.account_ids(wanted)
    missing = [key for key in wanted if key not in found]
    if not missing:
        return found
    rules = [CHART[key.kind] for key in missing]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO ledger_account (kind, book, owner_id, currency, debit_normal, floored,
                                        balance_minor, opened_at)
            SELECT kind, book, owner_id, currency, debit_normal, floored, 0, %s
            FROM unnest(%s::text[], %s::text[], %s::bigint[], %s::text[], %s::bool[], %s::bool[])
                AS fresh (kind, book, owner_id, currency, debit_normal, floored)
            ON CONFLICT (owner_id, kind, currency) DO NOTHING
            """,
            [
                at,
                [key.kind.value for key in missing],
                [rule.book.value for rule in rules],
                [key.owner_id for key in missing],
                [key.currency for key in missing],
                [rule.debit_normal for rule in rules],
                [rule.floored for rule in rules],
            ],
        )
    return found | queries.account_ids(missing)


@transaction.atomic
def post(transfers: Sequence[Transfer]) -> list[Status]:
    """Post a batch; one status a transfer, in order. Refused ones leave nothing behind.

    Neighbours with the same `group_id` stand or fall together. The same id with the same content
    is `EXISTS`: it is already posted and nothing happens again.
    """
    if not transfers:
        return []
    accounts = queries.lock_accounts(account_ids_of(transfers))
    existing = queries.transfers_by_id([transfer.id for transfer in transfers])
    reversing = [t.reverses_id for t in transfers if t.reverses_id]
    statuses = decide_postings(
        transfers,
        accounts=accounts,
        existing=existing,
        reversed_ids=queries.reversed_among(reversing) if reversing else frozenset(),
    )
    created = [t for t, s in zip(transfers, statuses, strict=True) if s is Status.CREATED]
    _write(created)
    return statuses


def post_all(transfers: Sequence[Transfer]) -> None:
    """Post transfers that must all stand; `PostingRefused` names the first that does not.

    Already posted ones are fine. On a refusal everything of this call is taken back.
    """
    with transaction.atomic():
        for transfer, status in zip(transfers, post(transfers), strict=True):
            if not status.accepted:
                raise PostingRefused(transfer, status)


def append(transfers: Sequence[Transfer] | TransferColumns) -> None:
    """Write transfers that the caller has decided, having locked the accounts that can run short.

    PostgreSQL still refuses the whole call where one crosses books or currencies, overdraws a
    floored account, or names an unknown or closed one.
    """
    if not isinstance(transfers, TransferColumns):
        _write(transfers)
        return
    fields = {
        "id": bulk.uuids(transfers.ids),
        "group_id": bulk.uuids(transfers.group_ids),
        "debit_account_id": bulk.bigints(transfers.debit_account_ids),
        "credit_account_id": bulk.bigints(transfers.credit_account_ids),
        "amount_minor": bulk.bigints(transfers.amounts_minor),
        "kind": bulk.constant(transfers.kind),
        "subject_kind": bulk.constant(transfers.subject_kind),
        "subject_id": bulk.bigints(transfers.subject_ids),
        "occurred_at": bulk.timestamps(transfers.occurred_at),
        "recorded_at": bulk.timestamps(transfers.recorded_at),
    }
    bulk.copy_columns(TABLE, fields, len(transfers))


@transaction.atomic
def reverse(transfer_ids: Sequence[UUID], *, key: UUID, at: datetime) -> list[Status]:
    """Take transfers back by their mirror images, as one group recorded at `at`.

    Each transfer can be reversed once. The mirror keeps the original's day in the world
    (`occurred_at`) and gets the new day of writing down.
    """
    originals = queries.transfers_by_id(transfer_ids)
    missing = [transfer_id for transfer_id in transfer_ids if transfer_id not in originals]
    if missing:
        raise LookupError(f"There is no transfer {missing[0]}; look its number up in the journal.")
    mirrors = [
        replace(
            originals[transfer_id],
            id=derive_id("reverse", key, transfer_id),
            debit_account_id=originals[transfer_id].credit_account_id,
            credit_account_id=originals[transfer_id].debit_account_id,
            recorded_at=at,
            group_id=key,
            reverses_id=transfer_id,
        )
        for transfer_id in transfer_ids
    ]
    return post(mirrors)


PROOF_GIVEN_UP_AFTER = timedelta(hours=1)


@transaction.atomic
def ask_proof(*, key: UUID, at: datetime, by: int | None = None) -> tuple[Proof, bool]:
    """Ask that the books be computed again; the proof, and whether it is new.

    One at a time: while one is under way, it is the answer to everybody who asks. `by` is a user,
    or nobody where the clock asks.
    """
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE ledger_proof IN SHARE ROW EXCLUSIVE MODE")
    found = Proof.objects.filter(key=key).first()
    if found is None:
        under_way = Proof.objects.filter(ended_at=None, asked_at__gt=at - PROOF_GIVEN_UP_AFTER)
        found = under_way.order_by("-asked_at").first()
    if found is not None:
        return found, False
    return Proof.objects.create(key=key, asked_at=at, asked_by_id=by), True


def end_proof(proof_id: int, checks: Sequence[Check], *, at: datetime) -> None:
    """Write down what a proof found. A second result of the same proof changes nothing."""
    Proof.objects.filter(pk=proof_id, ended_at=None).update(
        ended_at=at,
        compared=sum(check.count for check in checks),
        different=sum(check.different for check in checks),
        checks=[asdict(check) for check in checks],
    )


def _write(transfers: Sequence[Transfer]) -> None:
    if not transfers:
        return
    rows = (tuple(getattr(transfer, column) for column in COLUMNS) for transfer in transfers)
    bulk.copy_rows(TABLE, COLUMNS, rows)
