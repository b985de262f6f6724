"""People and things that the pages' tests meet: made by the operations that make them for real."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from uuid import UUID, uuid4

import numpy as np
import pytest
from django.test import Client
from django.utils import timezone

from tuppence import platform
from tuppence.bank.operations import ClientAccount, open_client_account
from tuppence.ledger import operations as ledger
from tuppence.ledger.chart import AccountKind
from tuppence.ledger.transfers import AccountKey, Transfer
from tuppence.lending.application_rules import ContractOrder, SignOrder
from tuppence.lending.models import Application, ApplicationDecision, Loan, Product
from tuppence.lending.operations import disburse, make_contracts, sign
from tuppence.lending.operations.products import create_product
from tuppence.lending.orders import DisburseOrder
from tuppence.market.operations import PublishOrder, invest, publish
from tuppence.market.orders import InvestOrder
from tuppence.members import operations as members
from tuppence.members.bank_account import AddOrder, VerifyOrder
from tuppence.members.identity import DecideOrder, SubmitOrder
from tuppence.members.models import User
from tuppence.members.registration import MemberKind, RegisterOrder
from tuppence.members.roles import Role
from tuppence.members.suitability import SuitabilityKind, SuitabilityOrder
from tuppence.practice.client_bank import practice_iban

EARLIER = timedelta(days=20)
LENT_MINOR = 2_400_00


class Person:
    """A signed-in member: the browser, the account and the member."""

    def __init__(self, user: User, member_id: int) -> None:
        self.user, self.member_id = user, member_id
        self.client = Client()
        self.client.force_login(user)


@pytest.fixture
def staff(db: None) -> Callable[..., User]:
    """Make a member of staff: `staff("ann", Role.FINANCE_OFFICER)`."""

    def make(name: str, *roles: Role) -> User:
        return members.create_staff(
            f"{name}@staff.example",
            legal_name=f"{name} Officer",
            born_on=date(1980, 5, 17),
            roles=roles,
            at=timezone.now() - EARLIER,
        )

    return make


@pytest.fixture
def newcomer(db: None) -> Client:
    """Somebody who has signed up and done nothing else."""
    client = Client()
    client.force_login(User.objects.create_user("new@member.example", "a long enough one"))
    return client


@pytest.fixture
def member(staff: Callable[..., User]) -> Callable[..., Person]:
    """Make a member who is verified, has a bank account and may invest: `member("ann", 500_00)`."""

    def make(name: str = "ann", cash_minor: int = 0, *, number: int | None = None) -> Person:
        at = timezone.now() - EARLIER
        user = User.objects.create_user(f"{name}@member.example", "a long enough one")
        person = f"{name.capitalize()} Fletcher"
        (registered,) = members.register_members(
            [RegisterOrder(uuid4(), MemberKind.PERSON, person, "DE", at, user.pk, date(1985, 5, 5))]
        )
        member_id = registered.member_id
        assert member_id is not None
        verify(member_id, user, staff("verifier", Role.COMPLIANCE_OFFICER), at)
        account = practice_iban(number or 1000 + member_id)
        (added,) = members.add_bank_accounts([AddOrder(uuid4(), member_id, account, person, at)])
        assert added.bank_account_id is not None
        members.verify_bank_accounts(
            [VerifyOrder(added.bank_account_id, at)], by=staff("bank", Role.FINANCE_OFFICER).pk
        )
        if cash_minor:
            deposit(member_id, cash_minor, at)
        return Person(user, member_id)

    return make


def verify(member_id: int, user: User, officer: User, at: datetime) -> None:
    """Pass a member through identity and suitability."""
    (asked,) = members.submit_identity([SubmitOrder(uuid4(), member_id, at, by=user.pk)])
    assert asked.check_id is not None
    members.decide_identity([DecideOrder(uuid4(), asked.check_id, True, at)], by=officer.pk)
    kinds = (
        SuitabilityKind.KNOWLEDGE_TEST,
        SuitabilityKind.LOSS_SIMULATION,
        SuitabilityKind.WARNING,
    )
    members.record_suitability(
        [
            SuitabilityOrder(
                uuid4(),
                member_id,
                kind,
                True,
                "eu",
                "2026-01-01",
                at,
                net_worth_minor=50_000_00,
                currency="EUR",
            )
            for kind in kinds
        ]
    )


def deposit(member_id: int, amount_minor: int, at: datetime) -> None:
    """Money of a member through the client bank."""
    bank = AccountKey(AccountKind.CLIENT_BANK, 0, "EUR")
    cash = AccountKey(AccountKind.MEMBER_AVAILABLE, member_id, "EUR")
    ids = ledger.open_accounts([bank, cash], at=at)
    key = uuid4()
    ledger.post_all(
        [
            Transfer(
                key, ids[bank], ids[cash], amount_minor, "deposit", at, at, key, "member", member_id
            )
        ]
    )


@pytest.fixture
def product(db: None) -> Product:
    """What can be borrowed in these tests."""
    return create_product(
        code="business",
        at=datetime(2026, 1, 1, tzinfo=UTC),
        name="Loan for small companies",
        name_zh="小微企业借款",
        currency="EUR",
        amount_minor_min=1_000_00,
        amount_minor_max=50_000_00,
        instalments_min=6,
        instalments_max=60,
        annual_rate_min=Fraction(5, 100),
        annual_rate_max=Fraction(16, 100),
        origination_fee=Fraction(2, 100),
        servicing_fee=Fraction(10, 100),
        investment_minor_min=25_00,
        investment_minor_step=25_00,
    )


@pytest.fixture
def approved(
    product: Product, staff: Callable[..., User], member: Callable[..., Person]
) -> Callable[..., tuple[Application, Person]]:
    """An application that was approved, and its borrower."""

    def make(name: str = "bob", amount_minor: int = 24_000_00) -> tuple[Application, Person]:
        borrower = member(name)
        now = timezone.now()
        application = Application.objects.create(
            key=uuid4(),
            product=product,
            borrower_id=borrower.member_id,
            amount_minor=amount_minor,
            currency="EUR",
            instalments=24,
            title="A second oven for a bakery",
            purpose="A second oven lets the night shift end at four.",
            submitted_at=now - timedelta(days=3),
        )
        ApplicationDecision.objects.create(
            application=application,
            approved=True,
            reasons="sound",
            grade="B",
            annual_rate=Fraction(84, 1000),
            expected_loss=Fraction(19, 1000),
            decided_by=staff("credit", Role.CREDIT_OFFICER),
            decided_at=now - timedelta(days=2),
        )
        return application, borrower

    return make


@pytest.fixture
def listing(approved: Callable[..., tuple[Application, Person]]) -> Callable[..., int]:
    """An open listing; returns its number."""

    def make(name: str = "bob", amount_minor: int = 24_000_00) -> int:
        application, _ = approved(name, amount_minor)
        (outcome,) = publish([PublishOrder(application.pk, timezone.now() - timedelta(days=1))])
        assert outcome.listing_id is not None
        return outcome.listing_id

    return make


def form_key(html: bytes) -> UUID:
    """The hidden key of the form on a page."""
    text = html.decode()
    start = text.index('name="key" value="') + len('name="key" value="')
    return UUID(text[start : start + 36])


@pytest.fixture
def loan(
    approved: Callable[..., tuple[Application, Person]], member: Callable[..., Person]
) -> Callable[..., tuple[Loan, Person, Person]]:
    """A loan paid out so many days ago, with its borrower and its only lender."""

    def make(days_ago: int = 0) -> tuple[Loan, Person, Person]:
        application, borrower = approved("bob", LENT_MINOR)
        lender = member("ann", 5_000_00)
        now = timezone.now()
        paid_out_at = now - timedelta(days=days_ago)
        (listed,) = publish([PublishOrder(application.pk, now - timedelta(days=1))])
        assert listed.listing_id is not None
        invest([InvestOrder(uuid4(), lender.member_id, listed.listing_id, LENT_MINOR, now, True)])
        make_contracts([ContractOrder(application.pk, now)])
        application.refresh_from_db()
        sha256 = application.contract.sha256
        sign([SignOrder(uuid4(), application.pk, borrower.member_id, sha256, now)])
        order = DisburseOrder(
            key=uuid4(),
            application_id=application.pk,
            funded_minor=LENT_MINOR,
            member_ids=np.array([lender.member_id]),
            amounts_minor=np.array([LENT_MINOR]),
            at=paid_out_at,
            on=platform.business_day(paid_out_at),
        )
        (paid_out,) = disburse([order])
        assert paid_out.loan_id is not None, paid_out.status
        return Loan.objects.get(pk=paid_out.loan_id), borrower, lender

    return make


@pytest.fixture
def client_bank(staff: Callable[..., User]) -> None:
    """The account for members' money."""
    officer = staff("owner", Role.FINANCE_OFFICER)
    account = ClientAccount(uuid4(), "Members' money", practice_iban(7), "EUR", officer.pk)
    open_client_account(account, at=timezone.now())
