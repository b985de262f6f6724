"""Members invite, friends come, and each stage is rewarded once, after it has been looked at."""

import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction

from tuppence import platform
from tuppence.events import operations as events
from tuppence.events.happenings import Event
from tuppence.growth.granting import GrantOrder
from tuppence.growth.links import CODE_LENGTH, CODE_LETTERS
from tuppence.growth.models import (
    Channel,
    Grant,
    Invitation,
    InviteCode,
    Offer,
    ReferralReward,
    TrackedLink,
)
from tuppence.growth.offer import Claim, Terms
from tuppence.growth.operations.gift_lock import lock_gifts
from tuppence.growth.operations.grants import earn, take_back
from tuppence.growth.operations.offers import grant
from tuppence.growth.queries import referrals as queries
from tuppence.growth.queries.offers import lock_grants, terms_of
from tuppence.growth.referring import (
    WORDS_LENGTH_MAX,
    DecideStatus,
    Doubt,
    InviteStatus,
    RewardState,
    Side,
    Stage,
    accept,
    doubts_of,
)
from tuppence.growth.using import GrantState
from tuppence.ledger.ids import derive_id
from tuppence.members import queries as members
from tuppence.members.audit_trail import Audit
from tuppence.members.models import Member
from tuppence.members.naming import clean_text
from tuppence.members.operations import audit
from tuppence.members.roles import Permission

CHANNEL = "referral"


@transaction.atomic
def open_invite(member_id: int, *, by: int, at: datetime) -> InviteCode:
    """A member's own invitation; the same one whenever it is asked for."""
    Member.objects.select_for_update(no_key=True).get(pk=member_id)
    row = InviteCode.objects.select_related("link").filter(member_id=member_id).first()
    if row is not None:
        return row
    code = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH + 1))
    link = TrackedLink.objects.create(
        code=code,
        name="Invitation",
        channel=Channel.objects.get(code=CHANNEL),
        target=f"/invited/{code}/",
        owner_id=by,
        made_at=at,
    )
    return InviteCode.objects.create(member_id=member_id, link=link, opened_at=at)


def write_words(member_id: int, words: str) -> None:
    """Change what a member says to whom they invite."""
    InviteCode.objects.filter(member_id=member_id).update(
        words=clean_text(words)[:WORDS_LENGTH_MAX]
    )


@transaction.atomic
def accept_invitation(friend_id: int, code: str, *, at: datetime) -> InviteStatus:
    """Note that a member registered by an invitation; one a friend, and only one level."""
    friend = Member.objects.select_for_update(no_key=True).get(pk=friend_id)
    row = InviteCode.objects.filter(link__code=code.casefold()).first()
    status = accept(
        inviter_id=row.member_id if row else None,
        friend_id=friend_id,
        invited_before=Invitation.objects.filter(friend_id=friend_id).exists(),
        joined_at=friend.joined_at,
        code_opened_at=row.opened_at if row else None,
    )
    if status is not InviteStatus.ACCEPTED or row is None:
        return status
    Invitation.objects.create(code=row, inviter_id=row.member_id, friend_id=friend_id, at=at)
    events.record(
        [
            Event(
                "invitation.accepted",
                at,
                member_id=row.member_id,
                subject_kind="member",
                subject_id=friend_id,
                channel=CHANNEL,
            )
        ]
    )
    reward_stage([friend_id], Stage.REGISTERED, at=at)
    return status


def reward_stage(friend_ids: Collection[int], stage: Stage, *, at: datetime) -> None:
    """Reward what friends have reached, by every offer that runs; in doubt a person decides.

    The caller is in a transaction. Reaching a stage twice rewards it once.
    """
    if not friend_ids:
        return
    offers = queries.running_referral_offers(stage)
    invitations = queries.invitations_of_friends(friend_ids) if offers else []
    for invitation in invitations:
        for offer, terms in offers:
            if _reached(invitation, terms, at):
                _reward(invitation, offer, terms, at)


def _reached(invitation: Invitation, terms: Terms, at: datetime) -> bool:
    """In time, and where money is asked for, with enough of it."""
    until = invitation.at + timedelta(days=terms.use_days)
    if at > until and terms.stage != Stage.INVESTED:
        return False
    lent = queries.lent_minor(invitation.friend_id, until)
    return terms.stage != Stage.INVESTED or lent >= max(terms.minimum_minor, 1)


def _reward(invitation: Invitation, offer: Offer, terms: Terms, at: datetime) -> None:
    side = Side(terms.side)
    member = invitation.inviter_id if side is Side.INVITER else invitation.friend_id
    row, made = ReferralReward.objects.get_or_create(
        invitation=invitation,
        offer=offer,
        side=side,
        defaults={"member_id": member, "state": RewardState.WAITING, "reached_at": at},
    )
    if not made:
        return
    row.doubts = [doubt.value for doubt in doubts_of(queries.pair_facts(invitation))]
    row.save(update_fields=["doubts"])
    # Reserved at once, in doubt too: who decides later decides about money that is there.
    if _fund(row, at) and not row.doubts:
        _earn(row, at)


def _fund(row: ReferralReward, at: datetime) -> bool:
    """Reserve the reward; False where no budget, limit or rule lets it be given."""
    order = GrantOrder(
        derive_id("growth.referral", row.pk, at.isoformat()),
        row.offer_id,
        row.member_id,
        at,
        Claim.GIVEN.value,
    )
    (done,) = grant([order])
    if done.grant_id is None:
        row.state, row.why = RewardState.NOT_FUNDED, done.status.value
    else:
        row.state, row.grant_id = RewardState.WAITING, done.grant_id
    row.save(update_fields=["state", "why", "grant"])
    return done.grant_id is not None


def _earn(row: ReferralReward, at: datetime) -> None:
    """The reward is earned; its hold decides when it is paid."""
    assert row.grant_id is not None
    held = lock_grants([row.grant_id])[row.grant_id]
    if held.state == GrantState.GRANTED:
        earn(held, terms_of(held.offer).amount_minor, at=at)
    row.state = RewardState.GRANTED
    row.save(update_fields=["state"])


@transaction.atomic
def hold_leavers(*, at: datetime) -> int:
    """Before rewards are paid: those whose friend has taken the money out wait for a person."""
    rows = (
        ReferralReward.objects.select_for_update(no_key=True, of=("self",))
        .filter(state=RewardState.GRANTED, grant__state=GrantState.EARNED, decided_by__isnull=True)
        .select_related("invitation")
        .order_by("id")
    )
    held = 0
    for row in rows:
        if Doubt.TAKEN_OUT in doubts_of(queries.pair_facts(row.invitation)):
            row.state, row.doubts = RewardState.WAITING, [Doubt.TAKEN_OUT.value]
            row.save(update_fields=["state", "doubts"])
            assert row.grant_id is not None
            Grant.objects.filter(id=row.grant_id).update(pays_on=None)
            held += 1
    return held


@transaction.atomic
def decide_reward(reward_id: int, *, pay: bool, by: int, why: str, at: datetime) -> DecideStatus:
    """A person says whether a reward in doubt, or one that no budget covered, is paid, and why."""
    lock_gifts()
    reason = clean_text(why)[:200]
    row = (
        ReferralReward.objects.select_for_update(no_key=True, of=("self",))
        .select_related("invitation")
        .filter(id=reward_id, state__in=[RewardState.WAITING, RewardState.NOT_FUNDED])
        .first()
    )
    if Permission.MANAGE_CAMPAIGNS not in members.permissions_of_user(by):
        return DecideStatus.NOT_PERMITTED
    if row is None:
        return DecideStatus.NOT_WAITING
    if {row.invitation.inviter_id, row.invitation.friend_id} & members.ties_of(by):
        return DecideStatus.OWN_CASE
    if not reason:
        return DecideStatus.REASON_MISSING
    if pay and row.grant_id is None and not _fund(row, at):
        return DecideStatus.NOT_FUNDED
    row.decided_by_id, row.decided_at, row.why = by, at, reason
    row.state = RewardState.GRANTED if pay else RewardState.REFUSED
    row.save(update_fields=["decided_by", "decided_at", "why", "state"])
    if row.grant_id is not None:
        _carry_out(row, pay=pay, why=reason, at=at)
    _audit(row, "pay" if pay else "refuse", by, at, reason)
    return DecideStatus.DONE


def _carry_out(row: ReferralReward, *, pay: bool, why: str, at: datetime) -> None:
    """Pay with the next ones what was earned and held back, or earn it; or take it back."""
    assert row.grant_id is not None
    held = lock_grants([row.grant_id])[row.grant_id]
    if not pay:
        take_back(held, why=why, at=at)
    elif held.state == GrantState.EARNED:
        Grant.objects.filter(id=held.pk).update(pays_on=platform.business_day(at))
    else:
        _earn(row, at)


def _audit(row: ReferralReward, act: str, by: int, at: datetime, why: str) -> None:
    audit(
        [
            Audit(
                at=at,
                user_id=by,
                action=f"referral.{act}",
                outcome="done",
                subject_kind="member",
                subject_id=row.member_id,
                why=why,
            )
        ]
    )
