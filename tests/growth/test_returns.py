"""Return on spend on the real books: by every rule of credit its rows are the trial balance."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from tests.faults.story import Story
from tests.growth.conftest import key
from tuppence.growth.granting import GrantOrder
from tuppence.growth.models import Channel, Partner, Visit, VisitorLink
from tuppence.growth.offer import Claim, OfferKind, Terms
from tuppence.growth.operations import book_spend, grant
from tuppence.growth.queries.return_table import DIMENSIONS, months_of, return_table
from tuppence.growth.queries.returns import fees_by_payer
from tuppence.growth.return_on_spend import Credit
from tuppence.growth.spend import PriceModel, SpendLine, SpendOrder
from tuppence.ledger.chart import AccountKind
from tuppence.ledger.queries import balances
from tuppence.ledger.transfers import AccountKey
from tuppence.lending import operations as lending
from tuppence.members.models import Member

ZONE = "Europe/Berlin"


def came_by(story: Story, member: int, *channels: str) -> UUID:
    """A browser of the member that visited by these channels, one a day, before they joined."""
    browser = uuid4()
    for day, code in enumerate(channels):
        Visit.objects.create(
            id=int(uuid4().int % 2**60),
            visitor_id=browser,
            at=story.at - timedelta(days=20 - day),
            channel=Channel.objects.get(code=code),
            kind="utm",
            landing="/",
        )
    VisitorLink.objects.create(visitor_id=browser, member_id=member, cause="sign_up", at=story.at)
    Member.objects.filter(id=member).update(joined_at=story.at)
    return browser


@pytest.fixture
def told(story: Story, launch: Callable[..., list[int]], grower: int) -> Story:
    """A loan with its fees; two lenders who came by channels, one of whom nothing is known."""
    ann, bob, _carl = story.lenders
    came_by(story, ann, "paid_search", "social_ads")
    came_by(story, bob, "social_ads")
    (offer,) = launch(Terms(OfferKind.WELCOME, "Welcome", Claim.GIVEN, 9, 7_00))
    grant([GrantOrder(key("welcome"), offer, ann, story.at, "given")])
    search = Channel.objects.get(code="paid_search")
    line = SpendLine(search.pk, None, _partner(story), story.at.date(), 12_34, PriceModel.CPC)
    (booked,) = book_spend([SpendOrder(key("spend"), line, grower, story.at)])
    assert booked.status.accepted, booked
    story.publish().fund().pay_out()
    story.next_day(31)
    lending.record_payments([story.payment(150_00)])
    return story


def _partner(story: Story) -> int:
    return Partner.objects.create(name="Adworld", opened_at=story.at).pk


@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_the_rows_of_every_way_of_looking_are_the_trial_balance(
    told: Story, dimension: str
) -> None:
    found = return_table(dimension, "EUR", ZONE)
    assert found.books.fees_minor > 0
    assert (found.books.spend_minor, found.books.incentives_minor) == (12_34, 7_00)
    for rule in Credit:
        assert found.difference_minor(rule) == (0, 0, 0)


def test_first_and_last_touch_credit_different_channels_and_nobody_is_lost(told: Story) -> None:
    found = {row.name: row for row in return_table("channel", "EUR", ZONE).rows}
    search, social = found["Paid search"], found["Advertisements on social networks"]
    assert (search.first.value.registered, search.last.value.registered) == (1, 0)
    assert (social.first.value.registered, social.last.value.registered) == (1, 2)
    assert search.first.value.fees_minor == social.first.value.fees_minor > 0
    assert search.last.value.fees_minor == 0
    nobody = found[""]
    fees = fees_by_payer("EUR", ZONE).of_members()
    carl = fees[told.lenders[2]]
    assert nobody.first.value.fees_minor == carl + fees[told.borrower]
    assert nobody.source is None
    assert search.first.contribution_minor == search.first.value.fees_minor - 12_34 - 7_00
    assert search.first.value.invested_minor == 300_00
    assert search.first.value.annualised_minor in range(295_00, 305_00)  # twelve months
    assert search.first.value.inflow_minor == 500_00


def test_months_add_up_to_the_source(told: Story) -> None:
    for row in return_table("channel", "EUR", ZONE).rows:
        months = months_of("channel", row.source, Credit.FIRST, "EUR", ZONE)
        assert sum(month.cost_minor for month in months) == row.first.cost_minor
        assert sum(month.fees_minor for month in months) == row.first.value.fees_minor


def test_fees_belong_to_their_payers(told: Story) -> None:
    income = AccountKey(AccountKind.FEE_INCOME, 0, "EUR")
    fees = fees_by_payer("EUR", ZONE)
    assert fees.total_minor == balances([income])[income]
    by_member = fees.of_members()
    assert by_member[told.borrower] == 18_00  # 2 % of 900.00
    assert len({by_member[lender] for lender in told.lenders}) <= 2  # thirds, to the penny
