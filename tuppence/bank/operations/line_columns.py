"""Book a statement given as columns: the same rows, entries and events as a file's, in bulk."""

from datetime import datetime

import numpy as np
from django.db import transaction
from numpy.typing import NDArray

from tuppence.bank.journal import LINE
from tuppence.bank.line_columns import LineColumns, fingerprints
from tuppence.bank.matching import Meaning
from tuppence.bank.models import (
    AccountStatement,
    ClientBankAccount,
    StatementFile,
    StatementFormat,
)
from tuppence.bank.operations.booking import start_of
from tuppence.events.happenings import EventColumns
from tuppence.events.operations import record
from tuppence.ledger import operations as ledger
from tuppence.ledger.chart import AccountKind
from tuppence.ledger.ids import derive_id
from tuppence.ledger.transfers import AccountKey, TransferColumns
from tuppence.members.audit_trail import Audit
from tuppence.members.operations import audit
from tuppence.members.payment_reference import payment_reference
from tuppence.postgres import bulk

Ints = NDArray[np.int64]
NO_TEXTS = (
    *("counterparty_name", "counterparty_account", "bank_reference", "end_to_end_id"),
    *("payment_information_id", "bank_code", "return_reason"),
)
BYTES_A_LINE = 40  # key, day, amount and member


@transaction.atomic
def book_lines(account_id: int, lines: LineColumns, *, reference: str, at: datetime) -> bool:
    """Book the lines of one statement of an account; whether they are new.

    Each counts from the first moment of its day, in the books and as recorded. The same columns
    again are known and book nothing; a key that another statement had is refused by PostgreSQL
    and nothing is booked. Money out must be there: deposits of the statement are booked first.
    """
    if not len(lines):
        return False
    account = ClientBankAccount.objects.select_for_update(no_key=True).get(id=account_id)
    digest = lines.digest()
    if StatementFile.objects.filter(sha256=digest).exists():
        return False
    statement = _write_statement(account, lines, digest, reference, at)
    line_ids = _fresh_ids(len(lines))
    _write_lines(statement, lines, line_ids)
    _write_entries(lines, line_ids, account.currency, at)
    _tell(lines, line_ids, account.currency)
    audit(
        [
            Audit(
                at=at,
                user_id=None,
                action="bank.import",
                outcome="imported",
                subject_kind="statement_file",
                subject_id=statement.file_id,
                after={"new_lines": len(lines), "known_lines": 0},
            )
        ]
    )
    return True


def _write_statement(
    account: ClientBankAccount, lines: LineColumns, digest: str, reference: str, at: datetime
) -> AccountStatement:
    counts = {
        Meaning.DEPOSIT: len(lines.deposits),
        Meaning.PAYOUT_PAID: len(lines.payouts) + len(lines.collected),
    }
    file = StatementFile.objects.create(
        sha256=digest,
        statement_format=StatementFormat.COLUMNS,
        size_bytes=BYTES_A_LINE * len(lines),
        new_lines=len(lines),
        known_lines=0,
        meanings={meaning.value: count for meaning, count in counts.items() if count},
        imported_by=None,
        imported_at=at,
    )
    return AccountStatement.objects.create(
        file=file,
        account=account,
        reference=reference[:80],
        opened_on=lines.booked_on.min().item(),
        closed_on=lines.booked_on.max().item(),
        new_lines=len(lines),
    )


def _fresh_ids(count: int) -> Ints:
    (ids,) = bulk.fetch_columns(
        "SELECT array_send(array_agg(nextval(pg_get_serial_sequence('bank_bankline', 'id'))))"
        " FROM generate_series(1, %s)",
        [count],
    )
    return ids


def _write_lines(statement: AccountStatement, lines: LineColumns, line_ids: Ints) -> None:
    """The lines, and what each of them means."""
    moments = start_of_days(lines.booked_on)
    for rows, meaning in (
        (lines.deposits, Meaning.DEPOSIT),
        (lines.payouts, Meaning.PAYOUT_PAID),
        (lines.collected, Meaning.PAYOUT_PAID),
    ):
        some = lines.chosen(rows)
        ids, days = bulk.bigints(line_ids[rows]), bulk.dates(some.booked_on)
        fields = {
            "id": ids,
            "account_id": bulk.constant(statement.account_id),
            "statement_id": bulk.constant(statement.pk),
            "fingerprint": bulk.Field(fingerprints(some.keys)),
            "booked_on": days,
            "valued_on": days,
            "amount_minor": bulk.bigints(some.amounts_minor),
            "remittance": _references(some) if meaning is Meaning.DEPOSIT else bulk.constant(""),
            "is_reversal": bulk.constant(False),
        } | {text: bulk.constant("") for text in NO_TEXTS}
        bulk.copy_columns("bank_bankline", fields, len(some))
        members = bulk.bigints(some.member_ids) if some.member_ids.all() else bulk.constant(None)
        matches = {
            "line_id": ids,
            "meaning": bulk.constant(meaning.value),
            "member_id": members,
            "reason": bulk.constant(""),
            "starts_at": bulk.timestamps(moments[rows]),
            "key": bulk.uuids(some.keys),
        }
        bulk.copy_columns("bank_linematch", matches, len(some))


def _references(lines: LineColumns) -> bulk.Field:
    """What payers write: the reference of the member whose money it is."""
    members, place = np.unique(lines.member_ids, return_inverse=True)
    texts = b"".join(payment_reference(member).encode() for member in members.tolist())
    width = len(texts) // max(len(members), 1)
    return bulk.Field(np.frombuffer(texts, dtype=f"V{max(width, 1)}")[place])


def _write_entries(lines: LineColumns, line_ids: Ints, currency: str, at: datetime) -> None:
    """Deposits before what goes out, so that a purse may be filled and emptied on one statement."""
    members = np.unique(lines.member_ids[lines.member_ids != 0])
    opened = ledger.open_accounts(
        [AccountKey(AccountKind.MEMBER_AVAILABLE, member, currency) for member in members.tolist()]
        + [AccountKey(kind, 0, currency) for kind in _SIDES],
        at=at,
    )
    one = {kind: opened[AccountKey(kind, 0, currency)] for kind in _SIDES}
    purses = np.array(
        [
            opened[AccountKey(AccountKind.MEMBER_AVAILABLE, member, currency)]
            for member in members.tolist()
        ],
        dtype=np.int64,
    )

    def post(kind: str, rows: Ints, debit: Ints | int, credit: Ints | int, word: str = "") -> None:
        keys = lines.keys[rows]
        moments = start_of_days(lines.booked_on[rows])
        ledger.append(
            TransferColumns(
                ids=_other_ids(keys, word) if word else keys,
                group_ids=keys,
                debit_account_ids=np.broadcast_to(debit, len(rows)),
                credit_account_ids=np.broadcast_to(credit, len(rows)),
                amounts_minor=np.abs(lines.amounts_minor[rows]),
                occurred_at=moments,
                recorded_at=moments,
                subject_ids=line_ids[rows],
                kind=kind,
                subject_kind=LINE,
            )
        )

    def purse_of(rows: Ints) -> Ints:
        return purses[np.searchsorted(members, lines.member_ids[rows])]

    bank, flight = one[AccountKind.CLIENT_BANK], one[AccountKind.PAYOUTS_IN_FLIGHT]
    paid_in, paid_out, collected = lines.deposits, lines.payouts, lines.collected
    post("deposit", paid_in, bank, purse_of(paid_in))
    post("withdrawal_asked", paid_out, purse_of(paid_out), flight, "asked")
    post("withdrawal_paid", paid_out, flight, bank)
    post("collector_paid", collected, one[AccountKind.COLLECTOR_DUE], bank)


_SIDES = (AccountKind.CLIENT_BANK, AccountKind.PAYOUTS_IN_FLIGHT, AccountKind.COLLECTOR_DUE)


def _other_ids(keys: NDArray[np.void], word: str) -> NDArray[np.void]:
    """A line's second transfer has an id of its own."""
    return bulk.uuid_column(derive_id("bank.line", word, key) for key in bulk.uuid_array(keys))


def start_of_days(days: NDArray[np.datetime64]) -> NDArray[np.datetime64]:
    """The first moment of each business day, in UTC."""
    distinct, place = np.unique(days.astype("datetime64[D]"), return_inverse=True)
    return bulk.time_column(start_of(day) for day in distinct.tolist())[place]


def _tell(lines: LineColumns, line_ids: Ints, currency: str) -> None:
    for verb, rows in (
        ("deposit.received", lines.deposits),
        ("withdrawal.paid", lines.payouts),
    ):
        record(
            EventColumns(
                verb=verb,
                subject_kind=LINE,
                currency=currency,
                at=start_of_days(lines.booked_on[rows]),
                member_ids=lines.member_ids[rows],
                subject_ids=line_ids[rows],
                amounts_minor=np.abs(lines.amounts_minor[rows]),
            )
        )
