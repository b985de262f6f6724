"""What the practice market's operator plans and spends: campaigns by their days before today."""

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from tuppence.growth.offer import Claim, OfferKind, Terms
from tuppence.growth.plan import BudgetLine, Goal, Plan
from tuppence.growth.spend import PaidFrom, PriceModel


@dataclass(frozen=True, slots=True)
class StandingSpend:
    """What a channel costs every week, in minor units; clicks and showings grow a little."""

    channel: str
    partner: str
    minor: int
    model: PriceModel
    paid_from: PaidFrom = PaidFrom.PAYABLES
    clicks: int = 0
    showings: int = 0
    hours_hundredths: int | None = None


STANDING = (
    StandingSpend("paid_search", "Searchwell", 64_20, PriceModel.CPC, clicks=58, showings=2_900),
    StandingSpend("social_ads", "Plaza", 38_75, PriceModel.CPM, clicks=31, showings=7_750),
    StandingSpend(
        "community",
        "",
        84_00,
        PriceModel.STAFF_HOURS,
        PaidFrom.STAFF_TIME,
        hours_hundredths=3_00,
    ),
)


@dataclass(frozen=True, slots=True)
class PlannedCampaign:
    """A campaign of the season: its days as days before today, and what became of it."""

    name: str
    first: int
    last: int
    goal: Goal
    goal_number: int
    budget: tuple[BudgetLine, ...]
    message: str
    submitted: bool = True
    agreed: bool = True
    results: int | None = None  # of the review; none while it runs
    promotion: str = ""  # where it gives something
    offers: tuple[Terms, ...] = ()

    def plan(self, today: date) -> Plan:
        """The plan, whole where it is to be submitted."""
        begun = {
            "name": self.name,
            "goal": self.goal,
            "goal_number": self.goal_number,
            "starts_on": today - timedelta(days=self.first),
            "ends_on": today - timedelta(days=self.last),
            "message": self.message,
            "audience": "Savers between 30 and 50 who compare rates",
        }
        if self.submitted:
            begun |= WHOLE
        if self.promotion:
            begun["promotion"] = self.promotion
        return Plan(**begun, budget=self.budget, offers=self.offers)  # type: ignore[arg-type]  # as declared above


WHOLE = {
    "need": "Savings that lose against prices, and nowhere simple to put them",
    "hypothesis": "Who sees one loan from its purpose to its repayment invests in one",
    "why_us": "Every cent stands in books that anybody can check",
    "rivals": "Overnight money at 2 per cent, time deposits at 2.6",
    "product": "Loans of 12 to 36 months to people with a purpose",
    "price": "No fee for investing; a tenth of the interest for servicing",
    "place": "Search and a page of our own, read on the phone",
    "promotion": "None: no gift, only the story of one loan",
    "risks": "People who expect a bank; say at once what can go wrong",
    "checklist": ("The page says what can be lost", "Support knows the dates"),
}

PACKET = Terms(
    OfferKind.RED_PACKET,
    "Five for a neighbour's loan",
    Claim.GIVEN,
    total=30,
    amount_minor=5_00,
    title_zh="邻里贷五元红包",
    minimum_minor=50_00,
    use_days=45,
    hold_days=3,
    expected_share=Fraction(3, 5),
)
BOOSTER = Terms(
    OfferKind.BOOSTER,
    "One per cent more",
    Claim.CODE,
    total=40,
    amount_minor=500_00,
    share=Fraction(1, 100),
    days=90,
    title_zh="加息一个百分点",
    code="NEIGHBOUR",
    minimum_minor=50_00,
    use_days=45,
    expected_share=Fraction(1, 2),
)
GIVEN_TO = 14
"""How many lenders are given the packet, on the day after the launch."""

CHANNEL_BUDGETS = {"paid_search": 300_00, "social_ads": 400_00}
"""What channels may cost in a month, in minor units."""

FLOAT_MINOR = 1_000_00
"""The firm's own money that it pays in for gifts."""

FLOAT_DAYS_BEFORE = 32
"""It is sent so long before today: before the first campaign that gives anything."""

CAMPAIGNS = (
    PlannedCampaign(
        "One loan, from purpose to repayment",
        first=75,
        last=46,
        goal=Goal.FIRST_INVESTORS,
        goal_number=30,
        budget=(BudgetLine("paid_search", 900_00, 0, 22), BudgetLine("social_ads", 300_00, 0, 8)),
        message="Follow one loan with us",
        results=24,
    ),
    PlannedCampaign(
        "Lend to a neighbour",
        first=18,
        last=-12,
        goal=Goal.FIRST_INVESTORS,
        goal_number=40,
        budget=(
            BudgetLine("social_ads", 700_00, 0, 25),
            BudgetLine("offline_print", 400_00, 0, 15),
            BudgetLine("referral", 0, 400_00, 10),
        ),
        message="People near you, and what they need it for",
        offers=(PACKET, BOOSTER),
        promotion="10 for who brings a neighbour, 10 for the neighbour, after the first loan",
    ),
    PlannedCampaign(
        "New year, idle money",
        first=-20,
        last=-50,
        goal=Goal.INVESTED,
        goal_number=100_000,
        budget=(BudgetLine("email", 0, 0, 40_000), BudgetLine("paid_search", 1_500_00, 0, 60_000)),
        message="What did your savings earn last year?",
        agreed=False,
    ),
    PlannedCampaign(
        "Workshops against winter",
        first=-10,
        last=-40,
        goal=Goal.APPLICATIONS,
        goal_number=20,
        budget=(BudgetLine("partner", 400_00, 0, 20),),
        message="Money for the workshop before the season",
        submitted=False,
        agreed=False,
    ),
)
