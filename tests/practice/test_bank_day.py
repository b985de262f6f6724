"""The practice bank against the platform: files out, statements in, each movement once."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from tuppence.bank.matching import Meaning
from tuppence.bank.models import BankBreak, Withdrawal
from tuppence.bank.operations import approve_withdrawals, ask_withdrawals, send_payouts
from tuppence.bank.queries import client_money_positions
from tuppence.bank.withdrawal import AskOrder, StepOrder
from tuppence.ledger.chart import AccountKind
from tuppence.ledger.ids import derive_id
from tuppence.ledger.queries import balances
from tuppence.ledger.transfers import AccountKey
from tuppence.members.models import Member
from tuppence.members.registration import MemberKind
from tuppence.practice.client_bank import Arrivals, Charge, Receipt, practice_iban
from tuppence.practice.operations import PracticeBankError, receive_deposit, run_bank_day
from tuppence.practice.operations.joining import Joined, join
from tuppence.practice.operations.opening import Office, open_office
from tuppence.practice.people import Appetite, Inhabitant, Part

pytestmark = pytest.mark.django_db
ONE_DAY = timedelta(days=1)


def lender(number: int, at: datetime, iban: str) -> Inhabitant:
    return Inhabitant(
        number=number,
        part=Part.LENDS,
        kind=MemberKind.PERSON,
        legal_name=f"Ylva Thorvik {chr(64 + number)}",
        country="SE",
        email=f"member-{number}@practice.example",
        iban=iban,
        joins_on=at.date(),
        born_on=date(1980, 1, number),
        registration_number="",
        representative_name="",
        representative_born_on=None,
        occupation="forester",
        appetite=Appetite.CAREFUL,
        income_minor=30_000_00,
        assets_minor=10_000_00,
        commitments_minor=9_000_00,
        opens_with_minor=1_000_00,
    )


@pytest.fixture
def office(practice: Any, at: datetime) -> Office:
    """The staff and the client account."""
    return open_office(at=at - 9 * ONE_DAY)


@pytest.fixture
def members(office: Office, at: datetime) -> dict[int, Joined]:
    """A lender with an account, and one whose account is closed."""
    people = [lender(1, at, practice_iban(101)), lender(2, at, practice_iban(9_0013))]
    return join(people, office, at=at - 8 * ONE_DAY)


def available(member: Joined) -> int:
    key = AccountKey(AccountKind.MEMBER_AVAILABLE, member.member_id, "EUR")
    return balances([key])[key]


def take_out(member: Joined, amount_minor: int, office: Office, at: datetime) -> int:
    """Ask, approve and send; the withdrawal's id."""
    key = derive_id("test", member.member_id, at.isoformat())
    order = AskOrder(key, member.member_id, amount_minor, "EUR", at, by=member.user_id)
    (asked,) = ask_withdrawals([order])
    assert asked.withdrawal_id is not None, asked
    word = StepOrder(derive_id("test", key), asked.withdrawal_id, office.finance, at)
    approve_withdrawals([word])
    send_payouts(office.account_id, key=derive_id("file", key), at=at, by=office.finance)
    return asked.withdrawal_id


def test_a_deposit_arrives_by_a_statement_and_a_repeated_key_brings_nothing(
    members: dict[int, Joined], at: datetime
) -> None:
    first = receive_deposit(members[1].member_id, 250_00, at, key=UUID(int=1))
    assert first is not None and first.meanings == {Meaning.DEPOSIT: 1}
    assert receive_deposit(members[1].member_id, 250_00, at, key=UUID(int=1)) is None
    assert available(members[1]) == 250_00
    receive_deposit(members[1].member_id, 250_00, at, key=UUID(int=2))
    assert available(members[1]) == 500_00
    (position,) = client_money_positions()
    assert (position.stated_minor, position.difference_minor) == (500_00, 0)


def test_money_goes_out_by_file_and_comes_back_from_a_closed_account(
    members: dict[int, Joined], office: Office, at: datetime
) -> None:
    for member in members.values():
        receive_deposit(member.member_id, 300_00, at)
    ids = [take_out(member, 120_00, office, at) for member in members.values()]
    went_out = run_bank_day(at=at, by=office.finance)
    assert went_out is not None and went_out.meanings == {Meaning.PAYOUT_PAID: 2}
    assert run_bank_day(at=at + timedelta(hours=1)) is None
    came_back = run_bank_day(at=at + ONE_DAY, by=office.finance)
    assert came_back is not None and came_back.meanings == {Meaning.PAYOUT_RETURNED: 1}
    assert run_bank_day(at=at + 2 * ONE_DAY) is None
    states = [Withdrawal.objects.get(id=number).state for number in ids]
    assert states == ["paid", "returned"]
    assert [available(member) for member in members.values()] == [180_00, 300_00]
    (position,) = client_money_positions()
    assert (position.stated_minor, position.difference_minor) == (480_00, 0)


def test_what_names_nobody_waits_and_a_charge_is_a_break(
    members: dict[int, Joined], at: datetime
) -> None:
    receive_deposit(members[1].member_id, 100_00, at)
    arrivals = Arrivals(
        [Receipt(UUID(int=3), 40_00, "Who Ever", practice_iban(7), "thank you")],
        [Charge(UUID(int=4), 5_00, "Account fee")],
    )
    outcome = run_bank_day(at=at, arrivals=arrivals)
    assert outcome is not None
    assert outcome.meanings == {Meaning.UNALLOCATED: 1, Meaning.FEE: 1}
    assert BankBreak.objects.get().amount_minor == 5_00


@pytest.mark.parametrize("amount_minor", [0, -1, 10**15])
def test_an_amount_that_cannot_be_is_refused(
    members: dict[int, Joined], at: datetime, amount_minor: int
) -> None:
    with pytest.raises(PracticeBankError, match="amount"):
        receive_deposit(members[1].member_id, amount_minor, at)
    assert available(members[1]) == 0


def test_nobody_pays_in_for_a_member_who_is_not_there(
    members: dict[int, Joined], at: datetime
) -> None:
    with pytest.raises(PracticeBankError, match="no member"):
        receive_deposit(999_999, 10_00, at)
    assert Member.objects.count() == len(members)


def test_the_practice_bank_is_closed_outside_of_the_demo(
    members: dict[int, Joined], practice: Any, at: datetime
) -> None:
    practice.TUPPENCE_DEMO = False
    with pytest.raises(PracticeBankError, match="demo"):
        receive_deposit(members[1].member_id, 10_00, at)
    with pytest.raises(PracticeBankError, match="demo"):
        run_bank_day(at=at)
    assert available(members[1]) == 0
