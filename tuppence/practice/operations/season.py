"""What the practice market remembers while its days are run: who is who, and what became of it."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, time
from random import Random
from uuid import UUID

from tuppence import platform
from tuppence.ledger.chart import AccountKind
from tuppence.ledger.ids import derive_id
from tuppence.ledger.queries import balances
from tuppence.ledger.transfers import AccountKey
from tuppence.members.models import ApprovalRequest
from tuppence.practice.client_bank import Charge, Receipt
from tuppence.practice.loan_stories import Story
from tuppence.practice.operations.joining import Joined
from tuppence.practice.operations.opening import Office
from tuppence.practice.people import Inhabitant


@dataclass
class Season:
    """The state of a build. Stories and inhabitants go by their numbers."""

    random: Random
    office: Office
    ends_at: datetime
    people: dict[int, Inhabitant]
    stories: dict[int, Story]
    products: dict[str, int]
    joined: dict[int, Joined] = field(default_factory=dict)
    applications: dict[int, int] = field(default_factory=dict)
    listings: dict[int, int] = field(default_factory=dict)
    loans: dict[int, int] = field(default_factory=dict)
    funded_minor: dict[int, int] = field(default_factory=dict)
    lenders: dict[int, set[int]] = field(default_factory=dict)
    requests: dict[int, ApprovalRequest] = field(default_factory=dict)  # pay-outs proposed
    receipts: list[Receipt] = field(default_factory=list)  # on their way to the bank
    on_the_way_minor: Counter[int] = field(default_factory=Counter)  # of them, by inhabitant
    charges: list[Charge] = field(default_factory=list)
    unnamed_minor: dict[int, int] = field(default_factory=dict)  # sent without a reference
    bank_has_orders: bool = False

    def moment(self, day: date, hour: int, minute: int = 0) -> datetime:
        """A moment of a business day, never after the end of the season."""
        local = datetime.combine(day, time(hour, minute), tzinfo=platform.zone())
        return min(local.astimezone(self.ends_at.tzinfo), self.ends_at)

    def member_of(self, story: Story) -> Joined:
        """The borrower of a story."""
        return self.joined[story.borrower]

    def pay_in(self, number: int, amount_minor: int, key: UUID, *, named: bool = True) -> None:
        """Let an inhabitant send money; it arrives on the next banking day."""
        person, joined = self.people[number], self.joined[number]
        self.on_the_way_minor[number] += amount_minor
        self.receipts.append(
            Receipt(
                key=key,
                amount_minor=amount_minor,
                payer_name=person.legal_name,
                payer_account=person.iban,
                remittance=joined.payment_reference if named else "payment, thank you",
            )
        )

    def available_minor(self, member_ids: list[int]) -> dict[int, int]:
        """What these members can dispose of, in minor units."""
        currency = platform.currency()
        keys = {AccountKey(AccountKind.MEMBER_AVAILABLE, i, currency): i for i in member_ids}
        return {keys[key]: amount for key, amount in balances(keys).items()}


def story_key(what: str, story: Story, *more: str | int) -> UUID:
    """The key of an order of a story."""
    return derive_id("practice.story", what, story.number, *more)
