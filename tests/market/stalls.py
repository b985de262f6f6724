"""A small market for tests: investors with money, listings, and the check that its books hold."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import count
from uuid import UUID

from django.db import connection

from tuppence.ledger import operations as ledger
from tuppence.ledger.chart import AccountKind
from tuppence.ledger.ids import derive_id
from tuppence.ledger.transfers import AccountKey, Transfer
from tuppence.lending.models import Application, ApplicationDecision, Product
from tuppence.market.models import Listing
from tuppence.market.operations.publishing import PublishOrder, publish
from tuppence.market.orders import InvestOrder
from tuppence.members.models import Member, User
from tuppence.members.operations.registration import register_members
from tuppence.members.registration import MemberKind, RegisterOrder

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
BORN = date(1985, 5, 5)
_seeds = count(1)


def key(*parts: str | int) -> UUID:
    """The key of an order of these tests."""
    return derive_id("test.market", *parts)


def investors(number: int, *, minor: int = 100_00, currency: str = "EUR") -> list[int]:
    """Verified members who passed every test, each with so much money."""
    orders = [
        RegisterOrder(
            key("register", next(_seeds)), MemberKind.PERSON, "Ann Miller", "DE", AT, born_on=BORN
        )
        for _ in range(number)
    ]
    ids = [outcome.member_id for outcome in register_members(orders)]
    Member.objects.filter(id__in=ids).update(
        verified_at=AT,
        test_passed_on=AT.date(),
        simulated_on=AT.date(),
        warning_acknowledged_at=AT,
        net_worth_minor=100_000_00,
    )
    found = [member_id for member_id in ids if member_id is not None]
    deposit(found, minor, currency)
    return found


def deposit(member_ids: Sequence[int], minor: int, currency: str = "EUR") -> None:
    """Give each member so much, through the client bank."""
    bank = AccountKey(AccountKind.CLIENT_BANK, 0, currency)
    purses = [
        AccountKey(kind, member_id, currency)
        for member_id in member_ids
        for kind in (AccountKind.MEMBER_AVAILABLE, AccountKind.MEMBER_RESERVED)
    ]
    ids = ledger.open_accounts([bank, *purses], at=AT)
    transfers = [
        Transfer(
            id=transfer_id,
            debit_account_id=ids[bank],
            credit_account_id=ids[purse],
            amount_minor=minor,
            kind="deposit",
            occurred_at=AT,
            recorded_at=AT,
            group_id=transfer_id,
        )
        for purse in purses[::2]
        for transfer_id in [key("deposit", next(_seeds))]
    ]
    ledger.append(transfers if minor else [])


def product(
    *, currency: str = "EUR", floor: Fraction = Fraction(1), minimum: int = 1_00
) -> Product:
    """A product whose listings take steps of a minor unit."""
    return Product.objects.create(
        code=f"loan-{next(_seeds)}",
        name="Loan",
        currency=currency,
        amount_minor_min=1,
        amount_minor_max=10**14,
        instalments_min=1,
        instalments_max=60,
        annual_rate_min=Fraction(1, 100),
        annual_rate_max=Fraction(1, 10),
        investment_minor_min=minimum,
        investment_minor_step=1_00,
        partial_floor=floor,
    )


def application(
    target_minor: int,
    *,
    currency: str = "EUR",
    floor: Fraction = Fraction(1),
    minimum: int = 1_00,
    approved: bool = True,
) -> Application:
    """An application of a borrower of its own."""
    row = Application.objects.create(
        key=key("application", next(_seeds)),
        product=product(currency=currency, floor=floor, minimum=minimum),
        borrower_id=investors(1, minor=0, currency=currency)[0],
        amount_minor=target_minor,
        currency=currency,
        instalments=12,
        title="A workshop",
        purpose="Tools",
        submitted_at=AT,
    )
    if approved:
        officer = User.objects.create_user(f"officer{next(_seeds)}@example.com")
        ApplicationDecision.objects.create(
            application=row,
            approved=True,
            reasons="Sound",
            grade="B",
            annual_rate=Fraction(7, 100),
            decided_by=officer,
            decided_at=AT,
        )
    return row


def listing(
    target_minor: int,
    *,
    currency: str = "EUR",
    floor: Fraction = Fraction(1),
    minimum: int = 1_00,
    window_days: int = 14,
    reflection_days: int = 4,
) -> int:
    """An open listing; its number."""
    asked = application(target_minor, currency=currency, floor=floor, minimum=minimum)
    order = PublishOrder(asked.pk, AT, window_days=window_days, reflection_days=reflection_days)
    (outcome,) = publish([order])
    assert outcome.listing_id is not None, outcome
    return outcome.listing_id


def order(
    name: str | int,
    member_id: int,
    listing_id: int,
    amount_minor: int = 10_00,
    *,
    at: datetime = AT,
    consent: bool = True,
) -> InvestOrder:
    """An order to invest; its name makes its key."""
    return InvestOrder(key("invest", name), member_id, listing_id, amount_minor, at, consent)


def orders_of(
    members: Sequence[int], listing_id: int, amount_minor: int, name: str = ""
) -> list[InvestOrder]:
    """One order a member."""
    return [
        order(f"{name}/{listing_id}/{member}", member, listing_id, amount_minor)
        for member in members
    ]


def row(listing_id: int) -> Listing:
    """A listing as it stands."""
    return Listing.objects.get(pk=listing_id)


def purse(member_id: int, currency: str = "EUR") -> tuple[int, int]:
    """What a member has available and reserved."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT balance_minor FROM ledger_account WHERE owner_id = %s AND currency = %s"
            " AND kind IN ('member_available', 'member_reserved') ORDER BY kind",
            [member_id, currency],
        )
        available, reserved = (balance for (balance,) in cursor)
        return available, reserved


def after(days: float) -> datetime:
    """A moment so many days on."""
    return AT + timedelta(days=days)


# Each query lists what is wrong; an empty answer is a book that holds.
ORACLE = {
    "every balance is the sum of its transfers": """
        SELECT account.id FROM ledger_account AS account
        LEFT JOIN (
            SELECT account_id, sum(minor) AS minor FROM (
                SELECT debit_account_id AS account_id, amount_minor AS minor FROM ledger_transfer
                UNION ALL SELECT credit_account_id, -amount_minor FROM ledger_transfer
            ) AS side GROUP BY account_id
        ) AS moved ON moved.account_id = account.id
        WHERE account.balance_minor
            <> coalesce(moved.minor, 0) * CASE WHEN account.debit_normal THEN 1 ELSE -1 END""",
    "nobody is below zero": "SELECT id FROM ledger_account WHERE floored AND balance_minor < 0",
    "client money held is client money owed": """
        SELECT currency FROM ledger_account WHERE book = 'C' GROUP BY currency
        HAVING sum(CASE WHEN debit_normal THEN balance_minor ELSE -balance_minor END) <> 0""",
    "a listing's money is the sum of its open investments": """
        SELECT listing.id FROM market_listing AS listing
        LEFT JOIN (
            SELECT listing_id, sum(amount_minor) AS minor, count(*) AS number
            FROM market_investment WHERE state IN ('placed', 'paid_out') GROUP BY listing_id
        ) AS placed ON placed.listing_id = listing.id
        WHERE listing.funded_minor <> coalesce(placed.minor, 0)
           OR listing.investments <> coalesce(placed.number, 0)
           OR listing.funded_minor > listing.target_minor
           OR (listing.state = 'open' AND listing.funded_minor = listing.target_minor)""",
    "what is reserved is what is placed": """
        SELECT account.owner_id FROM ledger_account AS account
        LEFT JOIN (
            SELECT member_id, listing.currency, sum(amount_minor) AS minor
            FROM market_investment AS investment
            JOIN market_listing AS listing ON listing.id = investment.listing_id
            WHERE investment.state = 'placed' GROUP BY member_id, listing.currency
        ) AS placed
            ON placed.member_id = account.owner_id AND placed.currency = account.currency
        WHERE account.kind = 'member_reserved'
          AND account.balance_minor <> coalesce(placed.minor, 0)""",
    "an investment has one transfer in, and one back where it ended so": """
        SELECT investment.id FROM market_investment AS investment
        LEFT JOIN ledger_transfer AS placed ON placed.id = investment.id
        WHERE placed.amount_minor IS DISTINCT FROM investment.amount_minor""",
    "every investment is told of once": """
        SELECT 'events' WHERE
            (SELECT count(*) FROM market_investment)
            <> (SELECT count(*) FROM events_event WHERE verb = 'investment.placed')""",
}


def what_is_wrong() -> dict[str, list[object]]:
    """What of the books does not hold, by the sentence that is broken; empty where all does."""
    wrong: dict[str, list[object]] = {}
    with connection.cursor() as cursor:
        for sentence, query in ORACLE.items():
            cursor.execute(query)
            found = [found for (found,) in cursor.fetchall()]
            if found:
                wrong[sentence] = found[:10]
    return wrong
