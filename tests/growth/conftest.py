"""People and plans that the tests of this room meet."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from tests.faults.story import Story
from tuppence.growth.campaign import Act, ActOrder
from tuppence.growth.models import Campaign, Channel, Offer, Partner
from tuppence.growth.offer import Terms
from tuppence.growth.operations import act_on_campaign, draft_campaign
from tuppence.growth.plan import BudgetLine, Goal, Plan
from tuppence.ledger import operations as ledger
from tuppence.ledger.chart import AccountKind
from tuppence.ledger.ids import derive_id
from tuppence.ledger.transfers import AccountKey, Transfer
from tuppence.members import operations
from tuppence.members.roles import Role

AT = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)


def key(*parts: str | int) -> UUID:
    """The key of an order of these tests."""
    return derive_id("test.growth", *parts)


def plan(**changes: object) -> Plan:
    """A whole plan: the first 500 investors for 5,000."""
    values: dict[str, object] = {
        "name": "First 500 investors",
        "goal": Goal.FIRST_INVESTORS,
        "goal_number": 500,
        "starts_on": date(2026, 11, 27),
        "ends_on": date(2026, 12, 26),
        "audience": "Savers of 30 to 50 who read about money",
        "need": "Savings that lose against prices",
        "hypothesis": "A bonus on the first loan brings savers over the first step",
        "message": "Lend from 50, see every cent",
        "why_us": "One ledger that anybody can check",
        "rivals": "Overnight money at 2 per cent",
        "product": "Loans of 12 to 36 months",
        "price": "No fee in the first year",
        "place": "Search and a page of our own",
        "promotion": "A bonus of 10 on the first investment",
        "risks": "People who come for the bonus alone",
        "budget": (
            BudgetLine("paid_search", 3_000_00, 0, 300),
            BudgetLine("referral", 0, 2_000_00, 200),
        ),
    }
    return Plan(**(values | changes))  # type: ignore[arg-type]


@pytest.fixture
def staff(db: None) -> Callable[..., int]:
    """Make a member of staff; one name is one human."""

    def make(name: str, *roles: Role) -> int:
        return operations.create_staff(
            f"{name}@staff.example",
            legal_name=f"{name} Officer",
            born_on=date(1980, 5, 17),
            roles=roles,
            at=AT,
        ).pk

    return make


@pytest.fixture
def grower(staff: Callable[..., int]) -> int:
    """A growth operator."""
    return staff("grace", Role.GROWTH_OPERATOR)


@pytest.fixture
def search(db: None) -> Channel:
    """The channel of paid search, as every platform has it."""
    return Channel.objects.get(code="paid_search")


@pytest.fixture
def partner(db: None) -> Partner:
    """Who sells advertisements."""
    return Partner.objects.create(name="Adworld", opened_at=AT)


@pytest.fixture
def funded(db: None) -> Callable[[int], None]:
    """The firm puts its own money for gifts into the client bank."""

    def put(amount_minor: int) -> None:
        pairs = [
            (AccountKind.CLIENT_BANK, AccountKind.PROMO_FLOAT),
            (AccountKind.FIRM_PROMO_FLOAT, AccountKind.FIRM_BANK),
        ]
        keys = [AccountKey(kind, 0, "EUR") for pair in pairs for kind in pair]
        ids = ledger.open_accounts(keys, at=AT)
        ledger.post_all(
            [
                Transfer(
                    key("float", at, amount_minor),
                    ids[keys[2 * at]],
                    ids[keys[2 * at + 1]],
                    amount_minor,
                    "promo_float",
                    AT,
                    AT,
                    key("float", amount_minor),
                )
                for at in range(2)
            ]
        )

    return put


@pytest.fixture
def story(db: None) -> Story:
    """A platform in spring, with three lenders and a borrower."""
    return Story().begin()


@pytest.fixture
def launch(
    story: Story, grower: int, funded: Callable[[int], None], settings: pytest.FixtureRequest
) -> Callable[..., list[int]]:
    """Launch a campaign with these offers; their numbers."""
    settings.TUPPENCE_CAMPAIGN_ALONE = "10000"  # type: ignore[attr-defined]

    def make(*offers: Terms, gives_minor: int = 200_00) -> list[int]:
        funded(gives_minor)
        wanted = plan(
            name=f"Spring {gives_minor}",
            starts_on=date(2026, 3, 1),
            ends_on=date(2026, 9, 30),
            offers=offers,
            budget=(BudgetLine("referral", 0, gives_minor, 20),),
        )
        number = draft_campaign(wanted, by=grower, at=story.at, key=key("draft", gives_minor))
        assert number is not None
        for act in (Act.SUBMIT, Act.LAUNCH):
            digest = Campaign.objects.get(id=number).plan_digest
            done = act_on_campaign(
                ActOrder(key(act, number), number, act, grower, story.at, digest)
            )
            assert done.status.accepted, done
        return list(
            Offer.objects.filter(campaign=number).order_by("place").values_list("id", flat=True)
        )

    return make
