"""Investing, cancelling, expiring and publishing on a real PostgreSQL."""

from collections.abc import Iterator
from datetime import timedelta
from fractions import Fraction

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.market.stalls import (
    AT,
    after,
    application,
    investors,
    listing,
    order,
    orders_of,
    purse,
    row,
    what_is_wrong,
)
from tuppence.compliance.models import RuleFinding
from tuppence.events.models import Event
from tuppence.ledger.models import Transfer
from tuppence.lending.application_rules import ReviewStatus, WithdrawOrder
from tuppence.lending.models import ApplicationWithdrawal
from tuppence.market.lifecycle import CancelStatus, PublishStatus
from tuppence.market.models import Investment
from tuppence.market.operations import invest
from tuppence.market.operations.ending import (
    CancelOrder,
    cancel,
    close_windows,
    take_back_applications,
    withdraw_listings,
)
from tuppence.market.operations.publishing import PublishOrder, publish
from tuppence.market.orders import InvestOrder, InvestStatus
from tuppence.members.models import Member
from tuppence.postgres import bulk

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _books_hold() -> Iterator[None]:
    """After every test of this file the books hold."""
    yield
    assert what_is_wrong() == {}


def statuses(orders: list[InvestOrder]) -> list[InvestStatus]:
    return [outcome.status for outcome in invest(orders)]


def test_money_moves_from_available_to_reserved() -> None:
    (ann,) = investors(1)
    shop = listing(50_00)
    assert statuses([order("a", ann, shop, 30_00)]) == [InvestStatus.PLACED]
    assert purse(ann) == (70_00, 30_00)
    assert (row(shop).funded_minor, row(shop).investments, row(shop).state) == (30_00, 1, "open")
    (transfer,) = Transfer.objects.filter(kind="order_placed")
    assert (transfer.subject_kind, transfer.subject_id) == ("listing", shop)
    (event,) = Event.objects.filter(verb="investment.placed")
    assert (event.member_id, event.amount_minor, event.currency) == (ann, 30_00, "EUR")


def test_the_last_penny_makes_a_listing_full() -> None:
    ann, bob = investors(2)
    shop = listing(50_00)
    assert statuses(orders_of([ann, bob], shop, 25_00)) == [InvestStatus.PLACED] * 2
    assert (row(shop).state, row(shop).full_at) == ("full", AT)
    assert statuses([order("late", ann, shop)]) == [InvestStatus.LISTING_NOT_OPEN]


def test_an_empty_batch_does_nothing() -> None:
    assert invest([]) == []


def test_a_repeat_that_could_not_be_placed_again_still_gets_its_first_answer() -> None:
    ann, bob = investors(2)
    shop = listing(200_00)
    first = order("all", ann, shop, 100_00)
    filling = order("rest", bob, shop, 100_00)
    assert statuses([first, filling]) == [InvestStatus.PLACED] * 2
    # Her purse is empty and the listing is full, by these very orders.
    other = InvestOrder(first.key, ann, shop, 25_00, AT)
    assert statuses([first, filling, other]) == [
        InvestStatus.EXISTS,
        InvestStatus.EXISTS,
        InvestStatus.EXISTS_WITH_DIFFERENT_FIELDS,
    ]


def test_the_same_key_again_places_nothing_again() -> None:
    (ann,) = investors(1)
    shop = listing(50_00)
    first = order("a", ann, shop)
    other = order("a", ann, shop, 11_00)
    assert statuses([first]) == [InvestStatus.PLACED]
    assert statuses([first]) == [InvestStatus.EXISTS]
    assert statuses([other]) == [InvestStatus.EXISTS_WITH_DIFFERENT_FIELDS]
    assert statuses([order("b", ann, shop), first, other]) == [
        InvestStatus.PLACED,
        InvestStatus.EXISTS,
        InvestStatus.EXISTS_WITH_DIFFERENT_FIELDS,
    ]
    assert purse(ann) == (80_00, 20_00)


def test_the_same_key_in_one_batch_gets_what_the_first_got() -> None:
    ann, bob = investors(2)
    shop = listing(500_00)
    placed, refused = order("a", ann, shop), order("b", bob, shop, 101_00)
    assert statuses([placed, refused, placed, refused, order("a", bob, shop)]) == [
        InvestStatus.PLACED,
        InvestStatus.EXCEEDS_AVAILABLE,
        InvestStatus.EXISTS,
        InvestStatus.EXCEEDS_AVAILABLE,
        InvestStatus.EXISTS_WITH_DIFFERENT_FIELDS,
    ]


def test_a_refused_key_may_be_tried_again() -> None:
    (ann,) = investors(1, minor=0)
    shop = listing(500_00)
    assert statuses([order("a", ann, shop)]) == [InvestStatus.EXCEEDS_AVAILABLE]
    assert statuses([order("a", ann, shop)]) == [InvestStatus.EXCEEDS_AVAILABLE]
    assert not Investment.objects.exists()


def test_a_key_of_a_cancelled_investment_stays_used() -> None:
    (ann,) = investors(1)
    shop = listing(500_00)
    first = order("a", ann, shop)
    invest([first])
    cancel([CancelOrder(first.key, ann, AT)])
    assert statuses([first]) == [InvestStatus.EXISTS]
    assert purse(ann) == (100_00, 0)


@pytest.mark.parametrize(
    ("seconds_after_opening", "status"),
    [
        (-1, InvestStatus.LISTING_NOT_OPEN),
        (0, InvestStatus.PLACED),
        (14 * 86_400 - 1, InvestStatus.PLACED),
        (14 * 86_400, InvestStatus.LISTING_NOT_OPEN),
        (14 * 86_400 + 1, InvestStatus.LISTING_NOT_OPEN),
    ],
)
def test_the_window_is_half_open(seconds_after_opening: int, status: InvestStatus) -> None:
    (ann,) = investors(1)
    shop = listing(500_00, window_days=14)
    at = AT + timedelta(seconds=seconds_after_opening)
    assert statuses([order("a", ann, shop, at=at)]) == [status]


def test_a_member_who_is_not_verified_or_blocked_is_refused() -> None:
    ann, bob, eve = investors(3)
    Member.objects.filter(pk=ann).update(verified_at=None)
    Member.objects.filter(pk=bob).update(blocked_at=AT)
    shop = listing(500_00)
    assert statuses(orders_of([ann, bob, eve, 10**12], shop, 1_00)) == [
        InvestStatus.MEMBER_NOT_VERIFIED,
        InvestStatus.MEMBER_BLOCKED,
        InvestStatus.PLACED,
        InvestStatus.MEMBER_NOT_FOUND,
    ]


def test_nobody_funds_their_own_listing() -> None:
    shop = listing(500_00)
    assert statuses([order("own", row(shop).borrower_id, shop)]) == [InvestStatus.OWN_LISTING]


def test_listings_of_two_currencies_in_one_batch() -> None:
    (ann,) = investors(1)
    (bob,) = investors(1, minor=5_000, currency="JPY")
    shop, mise = listing(500_00), listing(5_000, currency="JPY")
    orders = [order("a", ann, shop), order("b", bob, mise, 1_000), order("c", ann, mise, 1_000)]
    orders.append(order("d", ann, 10**15))
    assert statuses(orders) == [
        InvestStatus.PLACED,
        InvestStatus.PLACED,
        InvestStatus.EXCEEDS_AVAILABLE,
        InvestStatus.LISTING_NOT_FOUND,
    ]
    assert purse(bob, "JPY") == (4_000, 1_000)


def test_a_purse_without_a_reserved_account_gets_one() -> None:
    (ann,) = investors(1)
    _forget_account(ann, "member_reserved")
    shop = listing(500_00)
    assert statuses([order("a", ann, shop)]) == [InvestStatus.PLACED]
    assert purse(ann) == (90_00, 10_00)


def _forget_account(member_id: int, kind: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            "DELETE FROM ledger_account WHERE owner_id = %s AND kind = %s", [member_id, kind]
        )
        cursor.execute("RESET session_replication_role")


@pytest.mark.parametrize("size", [1, 1_000])
def test_a_batch_costs_the_same_queries_at_any_size(
    size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    copies: list[str] = []
    monkeypatch.setattr(bulk, "copy_hooks", [lambda when, table: copies.append(f"{when} {table}")])
    members = investors(size)
    shop = listing(size * 100_00)
    copies.clear()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        outcomes = invest(orders_of(members, shop, 1_00))
    assert {outcome.status for outcome in outcomes} == {InvestStatus.PLACED}
    assert len([copy for copy in copies if copy.startswith("before")]) == 3
    assert len(queries) <= 10


# --- What the law asks -------------------------------------------------------------------------
def test_the_eu_book_wants_the_test_the_warning_and_consent() -> None:
    ann, bob, eve, dan = investors(4, minor=10_000_00)
    Member.objects.filter(pk=ann).update(test_passed_on=None)
    Member.objects.filter(pk=bob).update(warning_acknowledged_at=None)
    shop = listing(100_000_00)
    outcomes = invest(
        [
            order("ann", ann, shop),
            order("bob", bob, shop),
            order("eve", eve, shop, 5_000_01, consent=False),
            order("eve again", eve, shop, 5_001_00, consent=False),
            order("dan", dan, shop, 6_000_00, consent=True),
        ]
    )
    assert [outcome.status for outcome in outcomes] == [
        InvestStatus.RULE_REFUSES,
        InvestStatus.RULE_REFUSES,
        InvestStatus.RULE_REFUSES,
        InvestStatus.RULE_REFUSES,
        InvestStatus.PLACED,
    ]
    named = [outcome.rule_id for outcome in outcomes]
    assert all(named[:4]) and len(set(named[:3])) == 3 and named[4] == ""
    kept = list(RuleFinding.objects.order_by("id").values_list("member_id", "rule_id"))
    assert kept == list(zip([ann, bob, eve, eve], named[:4], strict=True))
    asked = RuleFinding.objects.filter(member_id=eve).earliest("id")
    assert (asked.figure, asked.effect) == ("5,000.01 EUR > 5,000.00 EUR", "consent")
    assert (asked.subject_kind, asked.subject_id, asked.refused) == ("listing", shop, True)


def test_a_finding_is_kept_once_and_never_for_the_repeat_of_a_placed_order() -> None:
    (ann,) = investors(1, minor=10_000_00)
    shop = listing(100_000_00)
    assert statuses([order("placed", ann, shop)]) == [InvestStatus.PLACED]
    Member.objects.filter(pk=ann).update(test_passed_on=None)
    assert statuses([order("placed", ann, shop)]) == [InvestStatus.EXISTS]
    assert not RuleFinding.objects.exists()
    for _ in range(2):
        assert statuses([order("refused", ann, shop)]) == [InvestStatus.RULE_REFUSES]
    assert RuleFinding.objects.count() == 1


def test_orders_that_no_rule_refuses_cost_nothing_more() -> None:
    ann, bob = investors(2, minor=10_000_00)
    shop = listing(100_000_00)
    with CaptureQueriesContext(connection) as seen:
        invest(orders_of([ann, bob], shop, 25_00))
    assert not any("rulefinding" in query["sql"] for query in seen)


def test_an_offer_does_not_slip_under_the_threshold_in_parts() -> None:
    (eve,) = investors(1, minor=10_000_00)
    shop = listing(100_000_00)
    part = [order(name, eve, shop, 4_000_00, consent=False) for name in "abc"]
    assert statuses(part[:1]) == [InvestStatus.PLACED]
    assert statuses(part[1:]) == [InvestStatus.RULE_REFUSES] * 2


def test_the_chinese_book_wants_an_assessment(settings: object) -> None:
    settings.TUPPENCE_RULEBOOK, settings.TUPPENCE_CURRENCY = "cn", "CNY"  # type: ignore[attr-defined]
    ann, bob = investors(2, currency="CNY")
    Member.objects.filter(pk=ann).update(test_passed_on=None)
    shop = listing(500_00, currency="CNY")
    first, second = invest(orders_of([ann, bob], shop, 10_00))
    assert (first.status, bool(first.rule_id)) == (InvestStatus.RULE_REFUSES, True)
    assert second.status is InvestStatus.PLACED


# --- Money comes back --------------------------------------------------------------------------
def test_cancel_gives_the_money_back_and_reopens_a_full_listing() -> None:
    ann, bob = investors(2)
    shop = listing(50_00)
    first, second = orders_of([ann, bob], shop, 25_00)
    invest([first, second])
    assert cancel([CancelOrder(first.key, ann, after(3))]) == [CancelStatus.CANCELLED]
    assert purse(ann) == (100_00, 0)
    assert (row(shop).state, row(shop).funded_minor, row(shop).full_at) == ("open", 25_00, None)
    assert statuses([order("again", bob, shop, 25_00, at=after(3))]) == [InvestStatus.PLACED]
    assert row(shop).state == "full"


def test_cancel_answers_each_order_by_itself() -> None:
    ann, bob, eve = investors(3)
    shop = listing(500_00, reflection_days=4)
    one, two, three = orders_of([ann, bob, eve], shop, 25_00)
    invest([one, two, three])
    orders = [
        CancelOrder(one.key, ann, after(4) - timedelta(microseconds=1)),
        CancelOrder(one.key, ann, after(2)),
        CancelOrder(two.key, ann, after(2)),
        CancelOrder(two.key, bob, after(4)),
        CancelOrder(order("nobody's", ann, shop).key, ann, after(2)),
    ]
    assert cancel(orders) == [
        CancelStatus.CANCELLED,
        CancelStatus.EXISTS,
        CancelStatus.NOT_FOUND,
        CancelStatus.TOO_LATE,
        CancelStatus.NOT_FOUND,
    ]
    assert cancel(orders[:1]) == [CancelStatus.EXISTS]
    assert row(shop).funded_minor == 50_00


def test_a_window_that_ends_short_gives_everything_back() -> None:
    ann, bob = investors(2)
    shop = listing(500_00, window_days=10)
    invest(orders_of([ann, bob], shop, 25_00))
    assert close_windows(at=after(10) - timedelta(seconds=1)).expired == ()
    assert close_windows(at=after(10)).expired == (shop,)
    assert (row(shop).state, row(shop).funded_minor, row(shop).ended_at) == (
        "expired",
        0,
        after(10),
    )
    assert (purse(ann), purse(bob)) == ((100_00, 0), (100_00, 0))
    assert close_windows(at=after(11)) == close_windows(at=after(12))
    assert Transfer.objects.filter(kind="order_refunded").count() == 2


def test_enough_is_enough_when_the_window_ends() -> None:
    ann, bob = investors(2)
    enough, short = (listing(100_00, floor=Fraction(1, 2), window_days=10) for _ in range(2))
    invest([order("a", ann, enough, 50_00), order("b", bob, short, 49_00)])
    closed = close_windows(at=after(10))
    assert (closed.full, closed.expired) == ((enough,), (short,))
    assert (row(enough).state, row(enough).funded_minor) == ("full", 50_00)


def test_a_listing_reopened_after_its_window_is_closed_again() -> None:
    ann, bob = investors(2)
    shop = listing(100_00, floor=Fraction(1, 2), window_days=10)
    first, second = order("a", ann, shop, 50_00), order("b", bob, shop, 50_00, at=after(9))
    invest([first, second])
    assert cancel([CancelOrder(second.key, bob, after(12))]) == [CancelStatus.CANCELLED]
    assert close_windows(at=after(12)).full == (shop,)


def test_withdrawing_gives_everything_back_once() -> None:
    (ann,) = investors(1)
    shop = listing(50_00)
    invest([order("a", ann, shop, 50_00)])
    assert withdraw_listings([shop, 10**12], at=after(1)) == (shop,)
    assert withdraw_listings([shop], at=after(1)) == ()
    assert purse(ann) == (100_00, 0)


# --- Publishing --------------------------------------------------------------------------------
def test_publish_opens_a_listing_once() -> None:
    asked = application(1_000_00)
    order_ = PublishOrder(asked.pk, AT)
    first, second = publish([order_, order_])
    assert (first.status, second.status) == (PublishStatus.PUBLISHED, PublishStatus.EXISTS)
    assert first.listing_id == second.listing_id
    assert publish([order_])[0].status is PublishStatus.EXISTS


def test_publish_refuses_what_is_not_approved_or_gone() -> None:
    waiting, gone = application(1_000_00, approved=False), application(1_000_00)
    ApplicationWithdrawal.objects.create(application=gone, withdrawn_at=AT)
    outcomes = publish([PublishOrder(number, AT) for number in (waiting.pk, gone.pk, 10**12)])
    assert [outcome.status for outcome in outcomes] == [
        PublishStatus.NOT_APPROVED,
        PublishStatus.APPLICATION_WITHDRAWN,
        PublishStatus.APPLICATION_NOT_FOUND,
    ]
    assert {outcome.listing_id for outcome in outcomes} == {None}


@pytest.mark.parametrize("amount_minor", [30_00, 50_00])
def test_an_application_taken_back_gives_its_investors_their_money(amount_minor: int) -> None:
    (ann,) = investors(1)
    shop = listing(50_00)
    assert statuses([order("a", ann, shop, amount_minor)]) == [InvestStatus.PLACED]
    application_id = row(shop).application_id
    taken = take_back_applications([WithdrawOrder(application_id, after(1))])
    assert [outcome.status for outcome in taken] == [ReviewStatus.WITHDRAWN]
    assert purse(ann) == (100_00, 0)
    assert row(shop).state == "withdrawn"
    assert statuses([order("b", ann, shop, 1_00)]) == [InvestStatus.LISTING_NOT_OPEN]
    again = take_back_applications([WithdrawOrder(application_id, after(2))])
    assert [outcome.status for outcome in again] == [ReviewStatus.EXISTS]
    assert purse(ann) == (100_00, 0)
