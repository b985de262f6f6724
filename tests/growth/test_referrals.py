"""Invitations: one level, each stage rewarded once, and nothing paid where there is a doubt."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from tests.faults.story import Story
from tuppence.bank import operations as bank
from tuppence.bank.withdrawal import AskOrder
from tuppence.growth.controls.queries import controls
from tuppence.growth.models import Grant, Invitation, ReferralReward
from tuppence.growth.offer import Claim, OfferKind, Terms
from tuppence.growth.operations import (
    accept_invitation,
    decide_reward,
    open_invite,
    pay_due,
    settle_offers,
)
from tuppence.growth.operations.referrals import reward_stage
from tuppence.growth.operations.stitching import stitch
from tuppence.growth.queries.referrals import friends_of, leaderboard, word_of_mouth
from tuppence.growth.referring import (
    BURST,
    DecideStatus,
    Doubt,
    InviteStatus,
    PairFacts,
    Side,
    Stage,
    doubts_of,
    mailbox,
)
from tuppence.growth.stitching import Cause, StitchOrder, StitchStatus
from tuppence.ledger.chart import AccountKind
from tuppence.ledger.queries import balances
from tuppence.ledger.transfers import AccountKey
from tuppence.members.models import BankAccount, Human, Member, Representation, User

FINE = PairFacts(
    same_human=False,
    inviter_emails=frozenset({"ann@example.org"}),
    friend_emails=frozenset({"bob@example.org"}),
    shared_bank_account=False,
    shared_browser=False,
    inviter_came_by_friend=False,
    invited_within_burst=1,
    paid_in_minor=500_00,
    taken_out_minor=0,
)
REWARD = Terms(
    OfferKind.REFERRAL,
    "Ten for a friend",
    Claim.GIVEN,
    20,
    10_00,
    per_member=5,
    stage=Stage.INVESTED.value,
    side=Side.INVITER.value,
    minimum_minor=100_00,
    hold_days=14,
)
WELCOME = replace(
    REWARD,
    title="Five for coming",
    amount_minor=5_00,
    stage=Stage.VERIFIED.value,
    side=Side.FRIEND.value,
    minimum_minor=0,
)


@pytest.mark.parametrize(
    ("change", "doubt"),
    [
        ({"same_human": True}, Doubt.SAME_PERSON),
        (
            {
                "friend_emails": frozenset({"a.nn+second@googlemail.com"}),
                "inviter_emails": frozenset({"Ann@gmail.com"}),
            },
            Doubt.SAME_MAILBOX,
        ),
        ({"friend_emails": frozenset({"x@example.org", "ann+b@example.org"})}, Doubt.SAME_MAILBOX),
        ({"shared_bank_account": True}, Doubt.SAME_BANK_ACCOUNT),
        ({"shared_browser": True}, Doubt.SAME_BROWSER),
        ({"inviter_came_by_friend": True}, Doubt.CIRCLE),
        ({"invited_within_burst": BURST + 1}, Doubt.BURST),
        ({"taken_out_minor": 400_00}, Doubt.TAKEN_OUT),
    ],
)
def test_every_trick_is_a_doubt(change: dict[str, object], doubt: Doubt) -> None:
    assert doubts_of(FINE) == ()
    assert doubts_of(replace(FINE, **change)) == (doubt,)  # type: ignore[arg-type]


def test_dots_count_where_the_mailbox_counts_them() -> None:
    assert mailbox("a.b@example.org") != mailbox("ab@example.org")
    assert mailbox("a.b@gmail.com") == mailbox("ab+x@googlemail.com")


@pytest.fixture
def pair(story: Story) -> tuple[int, int]:
    """A lender who invites, and one who came by the invitation."""
    ann, bob = story.lenders[:2]
    row = open_invite(ann, by=story.maker, at=story.at)
    assert open_invite(ann, by=story.maker, at=story.at).pk == row.pk
    # The lenders of the story joined before; a friend registers after the code was made.
    Member.objects.filter(id=bob).update(joined_at=story.at)
    assert accept_invitation(bob, row.link.code.upper(), at=story.at) is InviteStatus.ACCEPTED
    return ann, bob


@pytest.fixture(autouse=True)
def _books_hold(story: Story) -> Iterator[None]:
    yield
    assert [check for check in controls() if not check.holds] == []


def cash(member: int) -> int:
    key = AccountKey(AccountKind.MEMBER_AVAILABLE, member, "EUR")
    return balances([key])[key]


def test_nobody_comes_by_two_invitations_by_their_own_or_after_the_fact(
    story: Story, pair: tuple[int, int]
) -> None:
    ann, bob = pair
    carl = story.lenders[2]
    hers = open_invite(ann, by=story.maker, at=story.at).link.code
    his = open_invite(carl, by=story.maker, at=story.at).link.code
    assert accept_invitation(bob, his, at=story.at) is InviteStatus.EXISTS
    assert accept_invitation(ann, hers, at=story.at) is InviteStatus.OWN_CODE
    assert accept_invitation(carl, "nobody", at=story.at) is InviteStatus.CODE_UNKNOWN
    assert accept_invitation(carl, hers, at=story.at) is InviteStatus.MEMBER_BEFORE
    assert [friend.stage for friend in friends_of(ann)] == [Stage.VERIFIED]
    assert Invitation.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_friend_who_lends_enough_in_time_is_rewarded_once_after_the_hold(
    story: Story, launch: Callable[..., list[int]], pair: tuple[int, int]
) -> None:
    ann, bob = pair
    launch(REWARD)
    story.publish().fund().pay_out()
    settle_offers(at=story.at)
    settle_offers(at=story.at)
    reward_stage([bob], Stage.INVESTED, at=story.at)
    reward = ReferralReward.objects.get()
    assert (reward.member_id, reward.state) == (ann, "granted")
    before = cash(ann)
    assert pay_due(at=story.at + timedelta(days=13)) == 0
    assert pay_due(at=story.at + timedelta(days=14)) == 1
    assert cash(ann) - before == 10_00
    assert [(row.friends, row.invested) for row in leaderboard(since=story.at - timedelta(9))] == [
        (1, 1)
    ]
    found = word_of_mouth(since=story.at - timedelta(days=9))
    assert (found.friends, found.friends_invested, found.inviters) == (1, 1, 1)


def test_too_little_or_too_late_is_no_stage(
    story: Story, launch: Callable[..., list[int]], pair: tuple[int, int]
) -> None:
    launch(replace(REWARD, minimum_minor=300_01), replace(REWARD, use_days=1))
    story.next_day(2)
    story.publish().fund().pay_out()
    reward_stage([pair[1]], Stage.INVESTED, at=story.at)
    assert not ReferralReward.objects.exists()


def test_both_sides_are_rewarded_by_their_own_offers(
    story: Story, launch: Callable[..., list[int]], pair: tuple[int, int]
) -> None:
    ann, bob = pair
    launch(WELCOME, replace(WELCOME, side=Side.INVITER.value, title="Five for bringing"))
    reward_stage([bob], Stage.VERIFIED, at=story.at)
    assert {(row.side, row.member_id) for row in ReferralReward.objects.all()} == {
        ("friend", bob),
        ("inviter", ann),
    }


def same_person(ann: int, bob: int, story: Story) -> None:
    human = Human.objects.create(identity_key="x" * 64, known_since=story.at)
    for number, member in enumerate((ann, bob)):
        user = User.objects.create_user(f"u{number}@example.org")
        user.human = human
        user.save()
        Member.objects.filter(id=member).update(user=user)


def same_mailbox(ann: int, bob: int, story: Story) -> None:
    for member, email in ((ann, "ann.lee@gmail.com"), (bob, "annlee+2@gmail.com")):
        Member.objects.filter(id=member).update(user=User.objects.create_user(email))


def same_account(ann: int, bob: int, story: Story) -> None:
    for member in (ann, bob):
        BankAccount.objects.create(
            key=uuid4(),
            member_id=member,
            iban="GB82WEST12345698765432",
            holder_name="A",
            added_by_id=story.maker,
            added_at=story.at,
        )


def same_browser(ann: int, bob: int, story: Story) -> None:
    browser = uuid4()
    orders = [StitchOrder(browser, member, Cause.SIGN_IN, story.at) for member in (ann, bob)]
    assert stitch(orders) == [StitchStatus.LINKED, StitchStatus.OTHER_MEMBER]


def own_company(ann: int, bob: int, story: Story) -> None:
    """Ann invites an organisation that she herself acts for."""
    user = User.objects.create_user("ann@example.org")
    Member.objects.filter(id=ann).update(user=user)
    Representation.objects.create(user=user, member_id=bob, starts_at=story.at)


def circle(ann: int, bob: int, story: Story) -> None:
    code = open_invite(bob, by=story.maker, at=story.at)
    Invitation.objects.create(code=code, inviter_id=bob, friend_id=ann, at=story.at)


TRICKS = {
    same_person: ["same_person"],
    same_mailbox: ["same_mailbox"],
    same_account: ["same_bank_account"],
    same_browser: ["same_browser"],
    circle: ["circle"],
    own_company: ["same_person", "same_mailbox"],
}


@pytest.mark.parametrize("trick", TRICKS)
def test_a_trick_waits_for_a_person_and_is_not_paid(
    trick: Callable[[int, int, Story], None],
    story: Story,
    launch: Callable[..., list[int]],
    pair: tuple[int, int],
    grower: int,
) -> None:
    ann, bob = pair
    launch(replace(WELCOME, side=Side.INVITER.value))
    trick(ann, bob, story)
    reward_stage([bob], Stage.VERIFIED, at=story.at)
    (reward,) = ReferralReward.objects.filter(invitation__inviter_id=ann)
    assert (reward.state, reward.doubts) == ("waiting", TRICKS[trick])
    assert pay_due(at=story.at + timedelta(days=30)) == 0

    def decide(why: str, *, by: int = grower, pay: bool = False) -> DecideStatus:
        return decide_reward(reward.pk, pay=pay, by=by, why=why, at=story.at)

    assert decide(" ") is DecideStatus.REASON_MISSING
    assert decide("no", by=story.maker) is DecideStatus.NOT_PERMITTED
    assert Grant.objects.get().reserved_minor == 5_00  # money is there for who decides
    assert decide("One person.") is DecideStatus.DONE
    assert decide("Again.", pay=True) is DecideStatus.NOT_WAITING
    assert (Grant.objects.get().state, Grant.objects.get().reserved_minor) == ("taken_back", 0)


@pytest.mark.parametrize("pays", [True, False])
def test_who_takes_the_money_out_before_the_reward_is_paid_is_held_back(
    pays: bool,
    story: Story,
    launch: Callable[..., list[int]],
    pair: tuple[int, int],
    grower: int,
) -> None:
    ann, bob = pair
    launch(replace(WELCOME, side=Side.INVITER.value))
    reward_stage([bob], Stage.VERIFIED, at=story.at)
    story.give_account(bob)
    (asked,) = bank.ask_withdrawals([AskOrder(uuid4(), bob, 450_00, "EUR", story.at)])
    assert asked.withdrawal_id is not None, asked
    later = story.at + timedelta(days=20)
    assert pay_due(at=later) == 0
    reward = ReferralReward.objects.get()
    assert (reward.state, reward.doubts) == ("waiting", ["taken_out"])
    before = cash(ann)
    done = decide_reward(reward.pk, pay=pays, by=grower, why="Looked at.", at=later)
    assert done is DecideStatus.DONE
    pay_due(at=later)
    pay_due(at=later)
    assert Grant.objects.get().state == ("paid" if pays else "taken_back")
    assert cash(ann) - before == (5_00 if pays else 0)
