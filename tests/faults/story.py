"""A small platform brought to any point of a loan's life, by the operations that people use."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from uuid import UUID

from tuppence.bank import operations as bank
from tuppence.bank.models import PayoutFile
from tuppence.bank.operations import ClientAccount
from tuppence.bank.payment_file import read_payment_file
from tuppence.bank.small_bank import BankDay, carried_out, come_back, paid_in, statement_file
from tuppence.ledger.ids import derive_id
from tuppence.lending import operations as lending
from tuppence.lending.application_rules import ApplyOrder, ContractOrder, ReviewOrder, SignOrder
from tuppence.lending.models import Contract, Product
from tuppence.lending.orders import CollectOrder, PaymentOrder
from tuppence.market import operations as market
from tuppence.market.operations.paying_out import PayOutOrder, pay_out
from tuppence.market.orders import InvestOrder
from tuppence.members import operations as members
from tuppence.members.bank_account import AddOrder, VerifyOrder
from tuppence.members.identity import DecideOrder, SubmitOrder
from tuppence.members.payment_reference import payment_reference
from tuppence.members.registration import MemberKind, RegisterOrder
from tuppence.members.roles import Role
from tuppence.members.suitability import SuitabilityKind, SuitabilityOrder

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CLIENT_IBAN = "DE89370400440532013000"
MEMBER_IBAN = "GB82WEST12345698765432"


def key(*parts: str | int) -> UUID:
    """The key of an order of this story."""
    return derive_id("story", *parts)


@dataclass
class Story:
    """Two officers, a borrower, lenders with money, and what they have done so far."""

    maker: int = 0
    checker: int = 0
    account_id: int = 0
    borrower: int = 0
    lenders: list[int] = field(default_factory=list)
    names: dict[int, str] = field(default_factory=dict)
    application: int = 0
    listing: int = 0
    loan: int = 0
    at: datetime = START
    day: BankDay = field(default_factory=lambda: BankDay(CLIENT_IBAN, "EUR", START.date(), 0))

    def begin(self, *, lenders: int = 3, deposit_minor: int = 500_00) -> "Story":
        """Officers, the client bank, and verified members whose money has come in."""
        self.maker, self.checker = (self._officer(name) for name in ("maker", "checker"))
        self.account_id = bank.open_client_account(
            ClientAccount(key("account"), "Client money", CLIENT_IBAN, "EUR", self.maker), at=START
        )
        self.borrower = self._member("Borrower Bakery Ltd")
        self.lenders = [self._member(f"Lender {number} Ltd") for number in range(lenders)]
        self._may_invest(self.lenders)
        self.receive(dict.fromkeys(self.lenders, deposit_minor))
        return self

    def receive(self, amounts: dict[int, int]) -> None:
        """Money of members arrives by a bank statement."""
        self.next_day()
        bank.import_statement(self.statement(amounts), "camt.053", at=self.at, by=self.maker)

    def statement(self, amounts: dict[int, int]) -> bytes:
        """The bank's file of a day on which these members pay in."""
        self.day = self.day.with_lines(
            paid_in(
                amount,
                "EUR",
                payer="Member",
                payer_account=MEMBER_IBAN,
                text=payment_reference(member),
            )
            for member, amount in amounts.items()
        )
        return statement_file((self.day,), created_at=self.at)

    def bank_carries_out(self) -> bytes:
        """The bank pays the latest payment file, and its statement says so."""
        order = read_payment_file(PayoutFile.objects.latest("id").content.encode())
        self.day = self.day.with_lines(carried_out(order))
        return statement_file((self.day,), created_at=self.at)

    def bank_sends_back(self) -> bytes:
        """The first payment of the latest file comes back."""
        order = read_payment_file(PayoutFile.objects.latest("id").content.encode())
        self.day = self.day.with_lines([come_back(order.transfers[0], "EUR")])
        return statement_file((self.day,), created_at=self.at)

    def next_day(self, days: int = 1) -> None:
        """Go on in time."""
        self.at += timedelta(days=days)
        self.day = self.day.next_day(self.at.date())

    def publish(self, amount_minor: int = 900_00, **product: object) -> "Story":
        """An application that is approved, signed and on the market."""
        shelf = self._product(**product)
        order = ApplyOrder(
            key("apply"),
            self.borrower,
            shelf.pk,
            amount_minor,
            12,
            "An oven",
            "oven",
            self.at,
            elsewhere_minor=0,
        )
        (applied,) = lending.apply([order])
        assert applied.application_id is not None, applied
        self.application = applied.application_id
        credit = self._officer("credit", Role.CREDIT_OFFICER)
        review = ReviewOrder(
            self.application, True, "Sound.", self.at, "B", Fraction(12, 100), Fraction(2, 100)
        )
        lending.decide_applications([review], by=credit)
        lending.make_contracts([ContractOrder(self.application, self.at)])
        text = Contract.objects.get(application_id=self.application)
        sign = SignOrder(key("sign"), self.application, self.borrower, text.sha256, self.at)
        lending.sign([sign])
        (published,) = market.publish([market.PublishOrder(self.application, self.at)])
        assert published.listing_id is not None, published
        self.listing = published.listing_id
        return self

    def orders(self, amounts: Sequence[int]) -> list[InvestOrder]:
        """One order a lender."""
        return [
            InvestOrder(key("invest", lender), lender, self.listing, amount, self.at)
            for lender, amount in zip(self.lenders, amounts, strict=False)
        ]

    def fund(self, amounts: Sequence[int] = (300_00, 300_00, 300_00)) -> "Story":
        """Lenders fill the listing."""
        outcomes = market.invest(self.orders(amounts))
        assert all(outcome.status.accepted for outcome in outcomes), outcomes
        return self

    def pay_out(self) -> "Story":
        """The listing becomes a loan when the reflection periods are over."""
        self.next_day(5)
        (outcome,) = pay_out([PayOutOrder(self.listing, self.at)])
        assert outcome.loan_id is not None, outcome
        self.loan = outcome.loan_id
        return self

    def collect_orders(self) -> list[CollectOrder]:
        """Collect what is due today."""
        return [CollectOrder(key("collect", str(self.at)), self.loan, self.at.date(), self.at)]

    def payment(self, amount_minor: int) -> PaymentOrder:
        """The borrower pays today."""
        return PaymentOrder(
            key("pay", str(self.at)), self.loan, self.at.date(), amount_minor, self.at
        )

    def give_account(self, member: int) -> None:
        """A verified bank account to take money out to."""
        order = AddOrder(key("iban", member), member, MEMBER_IBAN, self.names[member], self.at)
        (added,) = members.add_bank_accounts([order])
        assert added.bank_account_id is not None, added
        members.verify_bank_accounts([VerifyOrder(added.bank_account_id, self.at)], by=self.maker)

    def _officer(self, name: str, role: Role = Role.FINANCE_OFFICER) -> int:
        return members.create_staff(
            f"{name}@staff.example",
            legal_name=f"{name.title()} Officer",
            born_on=date(1980, 1, 1),
            roles=[role],
            at=START,
        ).pk

    def _member(self, name: str) -> int:
        order = RegisterOrder(
            key("register", name),
            MemberKind.ORGANISATION,
            name,
            "DE",
            START,
            registration_number=f"HRB {abs(hash(name)) % 10_000}",
        )
        (registered,) = members.register_members([order])
        assert registered.member_id is not None, registered
        (asked,) = members.submit_identity(
            [SubmitOrder(key("submit", name), registered.member_id, START)]
        )
        assert asked.check_id is not None, asked
        officer = self._officer("compliance", Role.COMPLIANCE_OFFICER)
        yes = DecideOrder(key("decide", name), asked.check_id, True, START)
        members.decide_identity([yes], by=officer)
        self.names[registered.member_id] = name
        return registered.member_id

    def _may_invest(self, lenders: Sequence[int]) -> None:
        kinds = (SuitabilityKind.KNOWLEDGE_TEST, SuitabilityKind.WARNING)
        members.record_suitability(
            [
                SuitabilityOrder(
                    key(kind.value, lender),
                    lender,
                    kind,
                    True,
                    "eu",
                    "1",
                    START,
                    score=9 if kind is SuitabilityKind.KNOWLEDGE_TEST else None,
                    score_max=9 if kind is SuitabilityKind.KNOWLEDGE_TEST else None,
                )
                for lender in lenders
                for kind in kinds
            ]
        )

    def _product(self, **fields: object) -> Product:
        values: dict[str, object] = {
            "code": "oven",
            "name": "Oven loan",
            "currency": "EUR",
            "amount_minor_min": 100_00,
            "amount_minor_max": 100_000_00,
            "instalments_min": 1,
            "instalments_max": 60,
            "annual_rate_min": Fraction(0),
            "annual_rate_max": Fraction(1, 2),
            "investment_minor_min": 25_00,
            "investment_minor_step": 25_00,
            "origination_fee": Fraction(2, 100),
            "servicing_fee": Fraction(1, 10),
        }
        return lending.create_product(at=START, **(values | fields))
