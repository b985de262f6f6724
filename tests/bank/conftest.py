"""A client bank account, staff and members, and the small bank that tells of its days."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from tuppence.bank import operations
from tuppence.bank.models import PayoutFile
from tuppence.bank.operations import ClientAccount, ImportOutcome
from tuppence.bank.payment_file import PaymentFile, read_payment_file
from tuppence.bank.small_bank import BankDay, paid_in, statement_file
from tuppence.bank.statement import StatementLine
from tuppence.bank.withdrawal import AskOrder, StepOrder
from tuppence.ledger.chart import AccountKind
from tuppence.ledger.ids import derive_id
from tuppence.ledger.queries import balances
from tuppence.ledger.transfers import AccountKey
from tuppence.members import operations as members
from tuppence.members.bank_account import AddOrder, VerifyOrder
from tuppence.members.identity import DecideOrder, SubmitOrder
from tuppence.members.models import User
from tuppence.members.operations.bank_accounts import add_bank_accounts, verify_bank_accounts
from tuppence.members.payment_reference import payment_reference
from tuppence.members.registration import MemberKind, RegisterOrder
from tuppence.members.roles import Role

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
IBAN = "DE89370400440532013000"
MEMBER_IBANS = ["GB82WEST12345698765432", "CH9300762011623852957", "NL91ABNA0417164300"]


def key(*parts: str | int) -> UUID:
    """The key of an order of these tests."""
    return derive_id("test.bank", *parts)


@dataclass
class Desk:
    """The people and the bank of one test; its clock stands still until `tomorrow`."""

    account_id: int
    ann: User
    bob: User
    day: BankDay
    at: datetime = AT
    people: dict[str, int] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)

    def member(self, name: str, *, account: bool = True) -> int:
        """Register a verified member with an own account, once a name."""
        if name in self.people:
            return self.people[name]
        user = User.objects.create_user(f"{name}@example.com")
        order = RegisterOrder(
            key("register", name),
            MemberKind.PERSON,
            f"{name.title()} Miller",
            "DE",
            AT,
            user_id=user.pk,
            born_on=date(1990, 1, 1) + timedelta(days=len(self.people)),
        )
        member_id = members.register_members([order])[0].member_id
        assert member_id is not None
        (asked,) = members.submit_identity([SubmitOrder(key("submit", name), member_id, AT)])
        assert asked.check_id is not None
        yes = DecideOrder(key("decide", name), asked.check_id, True, AT)
        officer = members.create_staff(
            "check@staff.example",
            legal_name="Check Officer",
            born_on=date(1970, 1, 1),
            roles=[Role.COMPLIANCE_OFFICER],
            at=AT,
        )
        members.decide_identity([yes], by=officer.pk)
        if account:
            self.give_account(name, member_id, MEMBER_IBANS[len(self.people) % 3])
        self.people[name] = member_id
        self.users[name] = User.objects.get(id=user.pk)
        return member_id

    def give_account(self, name: str, member_id: int, iban: str) -> None:
        """Name an account and have it verified."""
        holder = f"{name.title()} Miller"
        (added,) = add_bank_accounts([AddOrder(key("iban", name), member_id, iban, holder, AT)])
        assert added.bank_account_id is not None
        verify_bank_accounts([VerifyOrder(added.bank_account_id, AT)], by=self.ann.pk)

    def happens(self, *lines: StatementLine) -> None:
        """Let these movements happen at the bank today."""
        self.day = self.day.with_lines(lines)

    def pays(self, name: str, amount_minor: int, text: str | None = None) -> None:
        """Let somebody's transfer arrive today, with the member's reference unless told."""
        told = payment_reference(self.member(name)) if text is None else text
        self.happens(
            paid_in(amount_minor, "EUR", payer=name.title(), payer_account=IBAN, text=told)
        )

    def file(self, *days: BankDay) -> bytes:
        """Today's statement, or that of other days, as the bank sends it."""
        return statement_file(days or (self.day,), created_at=self.at)

    def import_(self, data: bytes | None = None) -> ImportOutcome:
        """Import a file, by default today's."""
        return operations.import_statement(
            self.file() if data is None else data, "camt.053", at=self.at, by=self.ann.pk
        )

    def tomorrow(self) -> None:
        """Go on to the next day."""
        self.at += timedelta(days=1)
        self.day = self.day.next_day(self.at.date())

    def asks(self, name: str, amount_minor: int, tag: str = "") -> int:
        """Let a member ask for money; the withdrawal's id."""
        member_id = self.member(name)
        order = AskOrder(
            key("ask", name, amount_minor, tag),
            member_id,
            amount_minor,
            "EUR",
            self.at,
            by=self.users[name].pk,
        )
        (asked,) = operations.ask_withdrawals([order])
        assert asked.withdrawal_id is not None, asked
        return asked.withdrawal_id

    def approves(self, *withdrawal_ids: int) -> list[str]:
        """Let Bob approve; the statuses."""
        orders = [
            StepOrder(key("approve", number), number, self.bob.pk, self.at)
            for number in withdrawal_ids
        ]
        return [outcome.status.value for outcome in operations.approve_withdrawals(orders)]

    def sends(self, tag: str = "") -> operations.PayoutRun:
        """Make the payment file of the day."""
        return operations.send_payouts(
            self.account_id, key=key("send", str(self.at), tag), at=self.at, by=self.ann.pk
        )

    def sent_file(self) -> PaymentFile:
        """The latest payment file, as the bank reads it."""
        latest = PayoutFile.objects.order_by("-id")[0]
        return read_payment_file(latest.content.encode())

    def balance(self, kind: AccountKind, owner_id: int = 0) -> int:
        """A balance in the books, in cents."""
        account = AccountKey(kind, owner_id, "EUR")
        return balances([account])[account]

    def has(self, name: str) -> int:
        """What a member can dispose of, in cents."""
        return self.balance(AccountKind.MEMBER_AVAILABLE, self.member(name))


def make_desk() -> Desk:
    """Two finance officers and a client account; no money yet."""
    ann, bob = (
        members.create_staff(
            f"{name}@staff.example",
            legal_name=f"{name} Officer",
            born_on=date(1980, 1, 1),
            roles=[Role.FINANCE_OFFICER],
            at=AT,
        )
        for name in ("ann", "bob")
    )
    account_id = operations.open_client_account(
        ClientAccount(
            key=key("account"),
            holder_name="Tuppence client money",
            account=IBAN,
            currency="EUR",
            responsible_id=ann.pk,
        ),
        at=AT,
    )
    return Desk(account_id, ann, bob, BankDay(IBAN, "EUR", AT.date(), 0))


@pytest.fixture
def desk(db: None) -> Desk:
    """A desk in a test that is rolled back."""
    return make_desk()


@pytest.fixture
def lasting_desk(transactional_db: None) -> Callable[[], Desk]:
    """A desk in a test whose transactions commit."""
    return make_desk
