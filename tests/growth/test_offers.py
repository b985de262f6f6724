"""Offers on the real books: reserved when granted, earned at the pay-out, given to the penny."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import pytest
from django.db import connection

from tests.faults.story import Story
from tests.growth.conftest import key
from tuppence.growth.campaign import Act, ActOrder
from tuppence.growth.controls.queries import controls
from tuppence.growth.granting import GrantOrder, GrantStatus
from tuppence.growth.models import Grant, Offer
from tuppence.growth.offer import Claim, OfferKind, Terms
from tuppence.growth.operations import (
    OfferedOrder,
    act_on_campaign,
    expire_grants,
    give_offer,
    grant,
    invest_with_offers,
    pay_due,
    redeem_code,
    settle_offers,
    take_back_reward,
    take_fee_discount,
)
from tuppence.growth.operations.clawback import ClawbackStatus
from tuppence.growth.operations.codes import CodeStatus, begin_trial
from tuppence.growth.operations.extra_rates import earn_extra_rates
from tuppence.growth.operations.settling import end_trials
from tuppence.growth.queries.campaigns import budget_minor
from tuppence.growth.using import UseStatus
from tuppence.ledger.chart import AccountKind as Kind
from tuppence.ledger.controls.queries import controls as ledger_controls
from tuppence.ledger.queries import balances
from tuppence.ledger.transfers import AccountKey
from tuppence.market import operations as market
from tuppence.members.models import AuditEntry, Mark, Member

committed = pytest.mark.django_db(transaction=True)
"""What is read from the behaviour book has to be committed first."""

PACKET = Terms(OfferKind.RED_PACKET, "Ten for a loan", Claim.CODE, 100, 10_00, code="Ten")


@pytest.fixture(autouse=True)
def _books_hold(story: Story) -> Iterator[None]:
    """After every test of this file the books hold, campaigns' accounts included."""
    yield
    assert [check for check in [*controls(), *ledger_controls()] if not check.holds] == []


def given_to(story: Story, offer: int, member: int, name: str = "g") -> int:
    (granted,) = grant([GrantOrder(key(name, offer, member), offer, member, story.at, "given")])
    assert granted.status is GrantStatus.GRANTED and granted.grant_id is not None, granted
    return granted.grant_id


def account(kind: Kind, owner: int = 0) -> int:
    wanted = AccountKey(kind, owner, "EUR")
    return balances([wanted])[wanted]


def budget(offer: int) -> tuple[int, int, int]:
    """What of the campaign's authority is available, reserved and used."""
    found = budget_minor(Offer.objects.get(id=offer).campaign)
    return (
        found[Kind.BUDGET_AVAILABLE],
        found[Kind.BUDGET_RESERVED],
        found[Kind.BUDGET_USED],
    )


def invested(story: Story, *grants: int) -> None:
    """The first lender invests 300.00 with these offers, the others fill the listing."""
    orders = story.orders([300_00, 300_00, 300_00])
    offered = [OfferedOrder(orders[0], grants), *map(OfferedOrder, orders[1:])]
    assert all(outcome.accepted for outcome in invest_with_offers(offered))


@committed
def test_a_red_packet_is_reserved_then_earned_at_the_pay_out_and_given(
    story: Story, launch: Callable[..., list[int]]
) -> None:
    (offer,) = launch(replace(PACKET, hold_days=14))
    ann = story.publish().lenders[0]
    mine = given_to(story, offer, ann)
    assert budget(offer) == (190_00, 10_00, 0)
    invested(story, mine)
    settle_offers(at=story.at)
    assert Grant.objects.get(id=mine).state == "taken"
    assert account(Kind.INCENTIVE_EXPENSE, Offer.objects.get(id=offer).campaign_id) == 0
    story.pay_out()
    before = account(Kind.MEMBER_AVAILABLE, ann)
    settle_offers(at=story.at)
    assert budget(offer) == (190_00, 0, 10_00)
    campaign = Offer.objects.get(id=offer).campaign_id
    assert account(Kind.INCENTIVE_EXPENSE, campaign) == 10_00
    assert account(Kind.INCENTIVE_LIABILITY, campaign) == 10_00
    assert pay_due(at=story.at + timedelta(days=13)) == 0
    assert pay_due(at=story.at + timedelta(days=14)) == 1
    assert account(Kind.MEMBER_AVAILABLE, ann) - before == 10_00
    assert account(Kind.INCENTIVE_LIABILITY, campaign) == 0
    assert account(Kind.PROMO_FLOAT) == account(Kind.FIRM_PROMO_FLOAT) == 190_00
    settle_offers(at=story.at)
    assert pay_due(at=story.at + timedelta(days=30)) == 0


@committed
def test_a_cancelled_order_brings_the_offer_back_for_a_week(
    story: Story, launch: Callable[..., list[int]]
) -> None:
    (offer,) = launch(replace(PACKET, use_days=3))
    ann = story.publish().lenders[0]
    mine = given_to(story, offer, ann)
    order = story.orders([300_00])[0]
    (outcome,) = invest_with_offers([OfferedOrder(order, (mine,))])
    assert outcome.accepted
    market.cancel([market.CancelOrder(order.key, ann, story.at + timedelta(days=3))])
    settle_offers(at=story.at + timedelta(days=3))
    back = Grant.objects.get(id=mine)
    assert (back.state, back.investment_id) == ("granted", None)
    assert back.last_day == (story.at + timedelta(days=10)).date()
    assert budget(offer) == (190_00, 10_00, 0)
    assert expire_grants(at=story.at + timedelta(days=10)) == 0
    assert expire_grants(at=story.at + timedelta(days=11)) == 1
    assert budget(offer) == (200_00, 0, 0)


def test_an_order_whose_offer_does_not_fit_is_not_placed_at_all(
    story: Story, launch: Callable[..., list[int]]
) -> None:
    (offer,) = launch(replace(PACKET, minimum_minor=400_00))
    mine = given_to(story, offer, story.publish().lenders[0])
    (outcome,) = invest_with_offers([OfferedOrder(story.orders([300_00])[0], (mine,))])
    assert (outcome.use, outcome.outcome) == (UseStatus.BELOW_MINIMUM, None)
    assert account(Kind.MEMBER_RESERVED, story.lenders[0]) == 0


def test_one_grant_serves_one_order_and_a_repeat_is_the_same_order(
    story: Story, launch: Callable[..., list[int]]
) -> None:
    (offer,) = launch(PACKET)
    mine = given_to(story, offer, story.publish().lenders[0])
    order = story.orders([25_00])[0]
    again = replace(order, key=key("again"))
    outcomes = invest_with_offers(
        [OfferedOrder(order, (mine,)), OfferedOrder(again, (mine,)), OfferedOrder(order, (mine,))]
    )
    assert [each.use for each in outcomes] == [
        UseStatus.FITS,
        UseStatus.WRONG_STATE,
        UseStatus.FITS,
    ]
    assert account(Kind.MEMBER_RESERVED, story.lenders[0]) == 25_00


def test_limits_and_budget_end_the_giving_whatever_the_order(
    story: Story, launch: Callable[..., list[int]]
) -> None:
    few, day, dear = launch(
        replace(PACKET, total=2),
        replace(PACKET, code="day", per_day=1),
        replace(PACKET, code="dear", amount_minor=150_00),
    )
    orders = [
        GrantOrder(key("many", offer, member), offer, member, story.at, "given")
        for offer in (few, day, dear)
        for member in story.lenders
    ]
    got = [each.status for each in grant([*orders, orders[0]])]
    yes = GrantStatus.GRANTED
    assert got == [
        *(yes, yes, GrantStatus.ALL_GONE),
        *(yes, GrantStatus.DAY_FULL, GrantStatus.DAY_FULL),
        *(yes, GrantStatus.BUDGET_EMPTY, GrantStatus.BUDGET_EMPTY),
        GrantStatus.EXISTS,
    ]
    assert budget(few) == (20_00, 180_00, 0)


def test_nobody_who_could_not_bear_a_loss_is_given_an_incentive(
    story: Story, launch: Callable[..., list[int]]
) -> None:
    (offer,) = launch(PACKET)
    ann, bob = story.lenders[:2]
    Mark.objects.create(
        member_id=ann,
        kind="loss_bearing",
        finding="confirmed",
        set_by_id=story.maker,
        starts_at=story.at,
    )
    orders = [GrantOrder(key("m", m), offer, m, story.at, "given") for m in (ann, bob)]
    assert [each.status for each in grant(orders)] == [
        GrantStatus.CANNOT_BEAR_LOSS,
        GrantStatus.GRANTED,
    ]


@committed
def test_a_booster_earns_by_day_and_is_given_with_each_distribution(
    story: Story, launch: Callable[..., list[int]]
) -> None:
    booster = Terms(
        *(OfferKind.BOOSTER, "Ten more", Claim.GIVEN, 10, 200_00, Fraction(1, 10), 73),
    )
    (offer,) = launch(booster)
    ann = story.publish().lenders[0]
    mine = given_to(story, offer, ann)
    assert budget(offer) == (196_00, 4_00, 0)  # 200.00 x 10 % x 73/365
    invested(story, mine)
    story.pay_out()
    settle_offers(at=story.at)
    paid_out = story.at.date()
    at = story.at + timedelta(days=80)
    earn_extra_rates(paid_out + timedelta(days=10), at)
    earn_extra_rates(paid_out + timedelta(days=10), at)
    row = Grant.objects.get(id=mine)
    assert (row.earned_minor, row.paid_minor, row.state) == (54, 0, "running")
    assert budget(offer) == (196_00, 3_46, 54)
    before = account(Kind.MEMBER_AVAILABLE, ann)
    earn_extra_rates(paid_out + timedelta(days=80), at)
    row.refresh_from_db()
    assert (row.earned_minor, row.paid_minor, row.state) == (4_00, 4_00, "paid")
    assert account(Kind.MEMBER_AVAILABLE, ann) - before == 4_00
    assert budget(offer) == (196_00, 0, 4_00)


def test_trial_money_pays_its_yield_and_nothing_else(
    story: Story, launch: Callable[..., list[int]]
) -> None:
    trial = Terms(
        *(OfferKind.TRIAL_MONEY, "Trial", Claim.GIVEN, 10, 1_000_00, Fraction(73, 1000), 5),
    )
    (offer,) = launch(trial)
    ann = story.lenders[0]
    mine = given_to(story, offer, ann)
    before = account(Kind.MEMBER_AVAILABLE, ann)
    assert begin_trial(mine, ann, at=story.at) is UseStatus.FITS
    assert begin_trial(mine, ann, at=story.at) is UseStatus.WRONG_STATE
    assert end_trials(at=story.at + timedelta(days=4)) == 0
    assert end_trials(at=story.at + timedelta(days=5)) == 1
    assert account(Kind.MEMBER_AVAILABLE, ann) - before == 1_00  # 1,000.00 x 7.3 % x 5/365


def test_what_is_taken_back_is_set_off_against_later_rewards_only(
    story: Story, launch: Callable[..., list[int]], grower: int
) -> None:
    first, second = launch(
        Terms(OfferKind.WELCOME, "Welcome", Claim.GIVEN, 10, 10_00),
        Terms(OfferKind.WELCOME, "Again", Claim.GIVEN, 10, 15_00),
    )
    ann = story.lenders[0]
    before = account(Kind.MEMBER_AVAILABLE, ann)
    mine = given_to(story, first, ann)  # she is verified: earned and given at once
    assert account(Kind.MEMBER_AVAILABLE, ann) - before == 10_00

    def back(why: str) -> ClawbackStatus:
        return take_back_reward(mine, by=grower, why=why, at=story.at)

    assert back(" ") is ClawbackStatus.REASON_MISSING
    assert [back("Two accounts."), back("Again.")] == [ClawbackStatus.DONE, ClawbackStatus.OVER]
    assert account(Kind.MEMBER_AVAILABLE, ann) - before == 10_00
    assert account(Kind.REWARD_RECOVERABLE, ann) == 10_00
    given_to(story, second, ann)
    assert account(Kind.MEMBER_AVAILABLE, ann) - before == 15_00
    assert account(Kind.REWARD_RECOVERABLE, ann) == 0
    assert budget(first) == (175_00, 0, 25_00)


def test_a_code_is_found_whatever_its_case_and_guesses_are_limited(
    story: Story, launch: Callable[..., list[int]]
) -> None:
    launch(PACKET)
    ann, bob = story.lenders[:2]
    found = redeem_code(ann, " tEN ", key=key("code"), at=story.at)
    assert found.granted and found.granted.status is GrantStatus.GRANTED
    for guess in range(10):
        tried = redeem_code(bob, f"ten{guess}", key=key("guess", guess), at=story.at)
        assert tried.status is CodeStatus.UNKNOWN
    late = redeem_code(bob, "TEN", key=key("late"), at=story.at)
    assert late.status is CodeStatus.TOO_MANY_TRIES
    hour = redeem_code(bob, "TEN", key=key("hour"), at=story.at + timedelta(hours=1, seconds=1))
    assert hour.status is CodeStatus.FOUND


@committed
def test_a_flash_of_two_hundred_with_room_for_ten_gives_exactly_ten(
    story: Story, launch: Callable[..., list[int]]
) -> None:
    (offer,) = launch(replace(PACKET, total=10, per_member=100), gives_minor=2_000_00)
    start = threading.Barrier(20)
    got: list[GrantStatus] = []

    def wish(worker: int) -> None:
        start.wait()
        try:
            for turn in range(10):
                member = story.lenders[(worker + turn) % 3]
                order = GrantOrder(key("flash", worker, turn), offer, member, story.at, "code")
                got.extend(each.status for each in grant([order]))
        finally:
            connection.close()

    threads = [threading.Thread(target=wish, args=(worker,)) for worker in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 200
    assert got.count(GrantStatus.GRANTED) == 10
    assert got.count(GrantStatus.ALL_GONE) == 190
    assert budget(offer) == (1_900_00, 100_00, 0)


@committed
def test_a_fee_discount_goes_with_the_application_and_is_paid_with_the_loan(
    story: Story, launch: Callable[..., list[int]]
) -> None:
    discount = Terms(OfferKind.FEE_DISCOUNT, "Half the fee", Claim.GIVEN, 5, 20_00, Fraction(1, 2))
    (offer,) = launch(discount)
    mine = given_to(story, offer, story.borrower)
    story.publish()
    assert take_fee_discount(story.borrower, story.application, at=story.at) == mine
    assert take_fee_discount(story.borrower, story.application, at=story.at) is None
    story.fund().pay_out()
    before = account(Kind.MEMBER_AVAILABLE, story.borrower)
    settle_offers(at=story.at)
    # The fee is 2 % of 900.00, of which half comes back.
    assert account(Kind.MEMBER_AVAILABLE, story.borrower) - before == 9_00
    assert budget(offer) == (191_00, 0, 9_00)


@committed
def test_an_end_and_an_expiry_at_once_leave_nothing_on_the_ended_campaign(
    story: Story, launch: Callable[..., list[int]], grower: int
) -> None:
    (offer,) = launch(replace(PACKET, use_days=1))
    for member in story.lenders:
        given_to(story, offer, member)
    row = Offer.objects.get(id=offer).campaign
    later = story.at + timedelta(days=5)
    start = threading.Barrier(2)

    def end() -> None:
        start.wait()
        order = ActOrder(key("end"), row.pk, Act.END, grower, later, row.plan_digest)
        assert act_on_campaign(order).status.accepted
        connection.close()

    def expire() -> None:
        start.wait()
        expire_grants(at=later)
        connection.close()

    threads = [threading.Thread(target=each) for each in (end, expire)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert budget(offer) == (0, 0, 0)
    assert account(Kind.AUTHORITY, row.pk) == 0


def test_nobody_gives_to_themselves_and_rewards_come_by_stages(
    story: Story, launch: Callable[..., list[int]], grower: int
) -> None:
    (offer,) = launch(PACKET)
    own = story.lenders[0]
    Member.objects.filter(id=own).update(user_id=grower)
    done = give_offer(offer, own, by=grower, key=key("own"), at=story.at)
    assert done.status is GrantStatus.OWN_CASE
    other = give_offer(offer, story.lenders[1], by=grower, key=key("other"), at=story.at)
    assert other.status is GrantStatus.GRANTED
    assert AuditEntry.objects.filter(action="offer.give").count() == 1
