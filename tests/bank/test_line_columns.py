"""A statement given as columns books what a file of the same lines would."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

import numpy as np
import pytest
from django.db import IntegrityError, connection

from tuppence.bank.controls.queries import controls
from tuppence.bank.line_columns import NOBODY, LineColumns, fingerprints
from tuppence.bank.matching import Meaning
from tuppence.bank.models import BankLine, LineMatch, StatementFile, StatementFormat
from tuppence.bank.operations import ClientAccount, book_lines, open_client_account
from tuppence.ledger.chart import AccountKind
from tuppence.ledger.controls import queries as ledger_controls
from tuppence.ledger.ids import derive_id
from tuppence.ledger.models import Transfer
from tuppence.ledger.queries import balances
from tuppence.ledger.transfers import AccountKey
from tuppence.members.models import User
from tuppence.members.operations import register_members
from tuppence.members.payment_reference import payment_reference
from tuppence.members.registration import MemberKind, RegisterOrder

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
Line = tuple[str, int, int, int]
"""Name of the movement, day of January 2012, signed amount, member."""


def columns(lines: Sequence[Line]) -> LineColumns:
    """Lay lines out."""
    return LineColumns(
        keys=np.frombuffer(
            b"".join(derive_id("line", name).bytes for name, *_ in lines), dtype="V16"
        ),
        booked_on=np.array([date(2012, 1, day) for _, day, _, _ in lines], dtype="datetime64[D]"),
        amounts_minor=np.array([amount for _, _, amount, _ in lines], dtype=np.int64),
        member_ids=np.array([member for *_, member in lines], dtype=np.int64),
    )


@pytest.fixture
def account(db: None) -> int:
    """A client account whose statements come as columns."""
    owner = User.objects.create_user("finance@example.com")
    described = ClientAccount(
        derive_id("account"),
        "Clients",
        "TAPES",
        "USD",
        owner.pk,
        statement_format=StatementFormat.COLUMNS.value,
    )
    return open_client_account(described, at=AT)


@pytest.fixture
def members(db: None) -> tuple[int, int]:
    """Two members."""
    orders = [
        RegisterOrder(derive_id("member", name), MemberKind.PERSON, name, "US", AT)
        for name in ("Ann", "Ben")
    ]
    ann, ben = (each.member_id for each in register_members(orders))
    assert ann is not None and ben is not None
    return ann, ben


def held(kind: AccountKind, owner: int = 0) -> int:
    """What an account holds."""
    key = AccountKey(kind, owner, "USD")
    return balances([key])[key]


def test_deposits_and_payouts_move_purses_and_bank(account: int, members: tuple[int, int]) -> None:
    ann, ben = members
    lines = columns([("a", 3, 500_00, ann), ("b", 4, -120_00, ann), ("c", 3, 80_00, ben)])
    assert book_lines(account, lines, reference="one", at=AT)
    assert held(AccountKind.MEMBER_AVAILABLE, ann) == 380_00
    assert held(AccountKind.MEMBER_AVAILABLE, ben) == 80_00
    assert held(AccountKind.CLIENT_BANK) == 460_00
    assert held(AccountKind.PAYOUTS_IN_FLIGHT) == 0
    meanings = LineMatch.objects.order_by("line_id").values_list("meaning", "member_id")
    assert list(meanings) == [
        (Meaning.DEPOSIT, ann),
        (Meaning.PAYOUT_PAID, ann),
        (Meaning.DEPOSIT, ben),
    ]
    first = BankLine.objects.order_by("id")[0]
    assert (first.remittance, first.booked_on) == (payment_reference(ann), date(2012, 1, 3))
    moments = Transfer.objects.filter(kind="deposit").values_list("recorded_at", flat=True)
    assert {moment.astimezone().date() for moment in moments} <= {
        date(2012, 1, 2),
        date(2012, 1, 3),
    }
    wrong = [found for found in [*controls(), *ledger_controls.controls()] if not found.holds]
    assert wrong == []


def test_what_happened_is_told(account: int, members: tuple[int, int]) -> None:
    ann, _ = members
    lines = columns([("a", 3, 500_00, ann), ("b", 4, -120_00, ann)])
    book_lines(account, lines, reference="one", at=AT)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT verb, member_id, amount_minor FROM events_event"
            " WHERE subject_kind = 'bank_line' ORDER BY verb"
        )
        told = cursor.fetchall()
    assert told == [("deposit.received", ann, 500_00), ("withdrawal.paid", ann, 120_00)]


def test_the_same_columns_again_book_nothing(account: int, members: tuple[int, int]) -> None:
    lines = columns([("a", 3, 500_00, members[0])])
    assert book_lines(account, lines, reference="one", at=AT)
    assert not book_lines(account, lines, reference="one", at=AT)
    assert (BankLine.objects.count(), StatementFile.objects.count()) == (1, 1)
    assert held(AccountKind.CLIENT_BANK) == 500_00


def test_a_movement_is_booked_once_whatever_statement_tells_of_it(
    account: int, members: tuple[int, int]
) -> None:
    book_lines(account, columns([("a", 3, 500_00, members[0])]), reference="one", at=AT)
    other = columns([("b", 5, 1_00, members[0]), ("a", 3, 500_00, members[0])])
    with pytest.raises(IntegrityError):
        book_lines(account, other, reference="two", at=AT)
    assert held(AccountKind.CLIENT_BANK) == 500_00


def test_nobody_takes_out_more_than_there_is(account: int, members: tuple[int, int]) -> None:
    lines = columns([("a", 3, 500_00, members[0]), ("b", 4, -500_01, members[0])])
    with pytest.raises(IntegrityError, match="floor"):
        book_lines(account, lines, reference="one", at=AT)
    assert BankLine.objects.count() == 0


def test_the_collector_is_paid_from_what_is_due_to_them(
    account: int, members: tuple[int, int]
) -> None:
    lines = columns([("a", 3, 500_00, members[0]), ("b", 4, -20_00, NOBODY)])
    book_lines(account, lines, reference="one", at=AT)
    assert held(AccountKind.COLLECTOR_DUE) == -20_00
    (line,) = BankLine.objects.filter(amount_minor__lt=0)
    assert LineMatch.objects.get(line=line).member_id is None


def test_columns_that_say_nothing_are_refused() -> None:
    with pytest.raises(AssertionError):
        columns([("a", 3, 0, 7)])
    with pytest.raises(AssertionError):
        columns([("a", 3, 5, NOBODY)])


def test_the_digest_is_of_everything_that_is_said() -> None:
    base = columns([("a", 3, 5, 7), ("b", 4, -5, 7)])
    others = [
        columns([("a", 3, 5, 7), ("c", 4, -5, 7)]),
        columns([("a", 3, 5, 7), ("b", 5, -5, 7)]),
        columns([("a", 3, 5, 7), ("b", 4, -6, 7)]),
        columns([("a", 3, 5, 7), ("b", 4, -5, 8)]),
    ]
    digests = {lines.digest() for lines in [base, *others]}
    assert len(digests) == 5
    assert base.digest() == columns([("a", 3, 5, 7), ("b", 4, -5, 7)]).digest()


def test_fingerprints_are_the_keys_in_hexadecimal() -> None:
    lines = columns([("a", 3, 5, 7), ("b", 4, -5, 7)])
    expected = [derive_id("line", name).hex.encode() for name in ("a", "b")]
    assert [bytes(mark) for mark in fingerprints(lines.keys)] == expected
