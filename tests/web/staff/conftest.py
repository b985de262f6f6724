"""Members of staff in front of their browsers, and one of everything that they look at."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from fractions import Fraction
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.utils import timezone

from tests.web.conftest import Person, deposit
from tests.web.staff.growth_scene import growth_places
from tuppence import platform
from tuppence.bank import operations as bank
from tuppence.bank.models import BankBreak, LineMatch, PayoutFile
from tuppence.bank.operations import ClientAccount
from tuppence.bank.small_bank import BankDay, charged, paid_in, statement_file
from tuppence.bank.withdrawal import AskOrder, StepOrder
from tuppence.compliance.complaint import ComplaintOrder, Topic
from tuppence.compliance.operations import make_complaints
from tuppence.faults.fault import Fault
from tuppence.faults.operations import record_fault
from tuppence.insight.queries.controls import collect
from tuppence.ledger.models import Account, Transfer
from tuppence.ledger.operations import ask_proof, end_proof
from tuppence.lending import operations as lending
from tuppence.lending.application_rules import ContractOrder, ReviewOrder, SignOrder
from tuppence.lending.models import Application, Contract, Loan, Product
from tuppence.lending.orders import PaymentOrder
from tuppence.letters.kinds import LetterKind
from tuppence.letters.models import OutboxLetter
from tuppence.market.models import Listing
from tuppence.market.operations import PublishOrder, invest, publish
from tuppence.market.operations.paying_out import PayOutOrder, pay_out
from tuppence.market.operations.questions import ask_questions
from tuppence.market.orders import InvestOrder
from tuppence.market.questions import QuestionOrder
from tuppence.members import operations as members
from tuppence.members.bank_account import AddOrder
from tuppence.members.identity import SubmitOrder
from tuppence.members.models import Member, User
from tuppence.members.payment_reference import payment_reference
from tuppence.members.registration import MemberKind, RegisterOrder
from tuppence.members.roles import Role
from tuppence.money.months import Unit
from tuppence.web.letters.drafts import Draft
from tuppence.web.letters.facts import Facts
from tuppence.web.letters.writing import write_now

IBAN = "DE89370400440532013000"
PAYER = "GB82WEST12345698765432"
OTHER_IBAN = "NL91ABNA0417164300"


def browser(user: User) -> Client:
    """A browser in which somebody is signed in."""
    client = Client(raise_request_exception=False)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@dataclass
class Desk:
    """Two finance officers, a client bank account, and its latest day."""

    ann: User
    bob: User
    account_id: int
    day: BankDay

    def file(self) -> bytes:
        """The statement of the day."""
        return statement_file([self.day], created_at=timezone.now())


@pytest.fixture
def desk(staff: Callable[..., User]) -> Desk:
    """A client bank account whose statements two finance officers read."""
    ann, bob = staff("ann", Role.FINANCE_OFFICER), staff("bob", Role.FINANCE_OFFICER)
    account = ClientAccount(
        key=uuid4(),
        holder_name="Clients of Tuppence",
        account=IBAN,
        currency="EUR",
        responsible_id=ann.pk,
        break_limit_minor=1_000_00,
        payout_cut_off=time(15, 0),
    )
    opened = bank.open_client_account(account, at=timezone.now() - timedelta(days=30))
    day = BankDay(
        account=IBAN,
        currency="EUR",
        on=platform.business_day(timezone.now()) - timedelta(days=1),
        opening_minor=0,
    )
    return Desk(ann, bob, opened, day)


@pytest.fixture
def weekly(db: None) -> Product:
    """A product whose first instalment is due after a week."""
    return lending.create_product(
        code="weekly",
        at=days_ago(30),
        name="Loan by the week",
        currency="EUR",
        amount_minor_min=500_00,
        amount_minor_max=50_000_00,
        instalments_min=4,
        instalments_max=52,
        unit=Unit.WEEKS,
        annual_rate_min=Fraction(5, 100),
        annual_rate_max=Fraction(16, 100),
        servicing_fee=Fraction(10, 100),
        investment_minor_min=25_00,
        investment_minor_step=25_00,
    )


@pytest.fixture
def funded(
    weekly: Product, member: Callable[..., Person], staff: Callable[..., User]
) -> Callable[..., int]:
    """A full listing whose contract is signed and whose reflection is over; its number."""

    def make(name: str = "berta", amount_minor: int = 2_000_00, instalments: int = 12) -> int:
        borrower, lender = member(name), member(f"{name}lender", amount_minor)
        application = applied(
            weekly, borrower.member_id, amount_minor, days=19, instalments=instalments
        )
        decide(application, staff("chris", Role.CREDIT_OFFICER))
        lending.make_contracts([ContractOrder(application.pk, days_ago(18))])
        digest = Contract.objects.get(application=application).sha256
        signed = SignOrder(uuid4(), application.pk, borrower.member_id, digest, days_ago(17))
        lending.sign([signed])
        (published,) = publish([PublishOrder(application.pk, days_ago(16))])
        listing_id = published.listing_id
        assert listing_id is not None
        order = InvestOrder(
            uuid4(), lender.member_id, listing_id, amount_minor, days_ago(15), consent=True
        )
        (placed,) = invest([order])
        assert placed.status.accepted, placed
        return listing_id

    return make


@pytest.fixture
def loan(funded: Callable[..., int]) -> Callable[..., Loan]:
    """A loan that was paid out eight days ago."""

    def make(name: str = "berta", amount_minor: int = 2_000_00) -> Loan:
        (paid,) = pay_out([PayOutOrder(funded(name, amount_minor), days_ago(8))])
        return Loan.objects.get(pk=paid.loan_id)

    return make


@pytest.fixture
def repaid(loan: Callable[..., Loan]) -> Callable[[], tuple[Loan, Member]]:
    """A loan with one payment that reached its lender; the lender."""

    def make() -> tuple[Loan, Member]:
        row = loan()
        deposit(row.borrower_id, 300_00, days_ago(5))
        order = PaymentOrder(
            uuid4(), row.pk, platform.business_day(timezone.now()), 200_00, timezone.now()
        )
        (booked,) = lending.record_payments([order])
        assert booked.status.accepted, booked
        return row, row.holdings.get().member

    return make


def applied(
    product: Product,
    member_id: int,
    amount_minor: int = 2_000_00,
    *,
    days: int = 3,
    instalments: int = 12,
) -> Application:
    """An application that waits for a decision."""
    return Application.objects.create(
        key=uuid4(),
        product=product,
        borrower_id=member_id,
        amount_minor=amount_minor,
        currency="EUR",
        instalments=instalments,
        title="A second oven for a bakery",
        purpose="A second oven lets the night shift end at four.",
        income_minor_monthly=4_000_00,
        spending_minor_monthly=2_500_00,
        submitted_at=timezone.now() - timedelta(days=days),
    )


def decide(application: Application, officer: User) -> None:
    """Approve an application."""
    order = ReviewOrder(
        application.pk,
        True,
        "sound",
        days_ago(18),
        grade="B",
        annual_rate=Fraction(84, 1000),
        expected_loss=Fraction(19, 1000),
    )
    (outcome,) = lending.decide_applications([order], by=officer.pk)
    assert outcome.status.accepted, outcome


def days_ago(number: int) -> datetime:
    """A moment so many days before now."""
    return timezone.now() - timedelta(days=number)


@dataclass
class Scene:
    """The numbers of one of everything, under the names that addresses use."""

    places: dict[str, int | str | UUID]


def lines_of_a_day(desk: Desk, person: Person) -> BankDay:
    """A deposit, a receipt that names nobody, and a charge of the bank."""
    text = payment_reference(person.member_id)
    return desk.day.with_lines(
        [
            paid_in(250_00, "EUR", payer="Lena Fletcher", payer_account=PAYER, text=text),
            paid_in(75_00, "EUR", payer="Somebody", payer_account=PAYER, text="for my account"),
            charged(3_50, "EUR"),
        ]
    )


@pytest.fixture
def scene(
    desk: Desk,
    product: Product,
    member: Callable[..., Person],
    loan: Callable[..., Loan],
    listing: Callable[..., int],
    staff: Callable[..., User],
) -> Scene:
    """One of everything: lines, breaks, withdrawals, applications, listings, loans, requests."""
    lena, running = member("lena", 500_00), loan()
    deposit(running.borrower_id, 300_00, days_ago(5))
    payment = PaymentOrder(
        uuid4(), running.pk, platform.business_day(days_ago(1)), 100_00, timezone.now()
    )
    (booked,) = lending.record_payments([payment])
    assert booked.status.accepted, booked
    lending.close_day(platform.business_day(days_ago(1)), at=timezone.now())
    desk.day = lines_of_a_day(desk, lena)
    imported = bank.import_statement(desk.file(), "camt.053", at=timezone.now(), by=desk.ann.pk)
    asked = [ask(lena, 40_00), ask(lena, 60_00)]
    bank.approve_withdrawals([StepOrder(uuid4(), asked[1], desk.bob.pk, timezone.now())])
    bank.send_payouts(desk.account_id, key=uuid4(), at=timezone.now(), by=desk.ann.pk)
    user, check_id, named_id = newcomer()
    request = members.request_roles(
        user.pk,
        [Role.SUPPORT],
        by=staff("root", Role.ADMINISTRATOR).pk,
        at=timezone.now(),
        key=uuid4(),
    )
    listing_id, question_id = asked_about(listing, lena.member_id)
    friend = Member.objects.get(user=newcomer("Fred Friend")[0])
    unknown = LineMatch.objects.get(meaning="unallocated", ends_at=None)
    transfer = Transfer.objects.order_by("seq")[0]
    return Scene(
        {
            "request_id": request.pk,
            "member_id": lena.member_id,
            "check_id": check_id,
            "account_id": named_id,
            "file_id": imported.file_id,
            "line_id": unknown.line_id,
            "break_id": BankBreak.objects.filter(kind="fee")[0].pk,
            "withdrawal_id": asked[0],
            "payout_file_id": PayoutFile.objects.get().pk,
            "ledger_account_id": Account.objects.get(pk=transfer.debit_account_id).pk,
            "transfer_id": transfer.pk,
            "proof_id": proven(desk.ann),
            "user_id": user.pk,
            "application_id": applied(product, lena.member_id).pk,
            "listing_id": listing_id,
            "question_id": question_id,
            "loan_id": running.pk,
            "payment_id": payment.key,
            "product_id": product.pk,
            "day": platform.business_day(days_ago(1)).isoformat(),
            "subject_kind": "loan",
            "subject_id": running.pk,
            "complaint_id": complained(lena),
            "fault_id": record_fault(Fault("KeyError", "cash/", "GET", ()), at=days_ago(1)),
            "letter_id": lettered(lena),
            "kind": "welcome",
            "language": "en",
            **growth_places(staff, lena.member_id, friend.pk),
            "rule_id": "EU-DIS-2",
            "period": str(timezone.now().year - 1),
        }
    )


def asked_about(listing: Callable[..., int], member_id: int) -> tuple[int, int | None]:
    """A listing with a question, of a platform that has offered something for over a year."""
    oldest = Listing.objects.order_by("id")[0].pk
    Listing.objects.filter(pk=oldest).update(opens_at=days_ago(800))
    listing_id = listing()
    order = QuestionOrder(uuid4(), listing_id, member_id, "How long is it?", timezone.now())
    (question,) = ask_questions([order])
    return listing_id, question.question_id


def proven(officer: User) -> int:
    """A proof of the books that somebody asked for; its number."""
    proof, _ = ask_proof(key=uuid4(), at=timezone.now(), by=officer.pk)
    end_proof(proof.pk, collect(), at=timezone.now())
    return proof.pk


def lettered(person: Person) -> int:
    """A letter to a member that could not be delivered; its number."""
    now = timezone.now()
    facts = Facts(number=person.member_id)
    write_now(Draft(LetterKind.WELCOME, person.member_id, now, facts), at=now)
    row = OutboxLetter.objects.get(member_id=person.member_id)
    row.state, row.next_try_at, row.last_error = "failed", None, "OSError"
    row.save()
    return row.pk


def complained(person: Person) -> int:
    """A complaint of a member that waits for an answer; its number."""
    order = ComplaintOrder(
        uuid4(),
        person.member_id,
        Topic.PAYMENT,
        "My payment of the 3rd was booked on the 9th.",
        "Take the late fee back.",
        timezone.now(),
        person.user.pk,
    )
    (made,) = make_complaints([order])
    assert made.complaint_id is not None, made
    return made.complaint_id


def ask(person: Person, amount_minor: int) -> int:
    """Let a member ask for money; the withdrawal's number."""
    order = AskOrder(
        uuid4(), person.member_id, amount_minor, "EUR", timezone.now(), by=person.user.pk
    )
    (asked,) = bank.ask_withdrawals([order])
    assert asked.withdrawal_id is not None, asked
    return asked.withdrawal_id


def newcomer(name: str = "Nora Newcomer") -> tuple[User, int, int]:
    """A member who waits to be verified, with a bank account that does too."""
    user = User.objects.create_user(f"{name.split()[0].lower()}@member.example")
    at = days_ago(2)
    order = RegisterOrder(
        uuid4(), MemberKind.PERSON, name, "DE", at, user.pk, at.date().replace(year=1990)
    )
    (registered,) = members.register_members([order])
    member_id = registered.member_id
    assert member_id is not None
    (asked,) = members.submit_identity([SubmitOrder(uuid4(), member_id, at, by=user.pk)])
    (named,) = members.add_bank_accounts([AddOrder(uuid4(), member_id, OTHER_IBAN, name, at)])
    assert asked.check_id is not None and named.bank_account_id is not None
    return user, asked.check_id, named.bank_account_id
