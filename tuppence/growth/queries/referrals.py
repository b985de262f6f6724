"""Invitations as operations and pages read them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from django.db import connection

from tuppence.growth.campaign import State
from tuppence.growth.models import Invitation, Offer
from tuppence.growth.offer import OfferKind, Terms
from tuppence.growth.queries.offers import terms_of
from tuppence.growth.referring import BURST_WITHIN, PairFacts, Stage


def running_referral_offers(stage: Stage) -> list[tuple[Offer, Terms]]:
    """Offers that reward this stage and run."""
    rows = Offer.objects.filter(
        campaign__state=State.RUNNING,
        kind=OfferKind.REFERRAL,
        terms__stage=stage.value,
    ).order_by("id")
    return [(row, terms_of(row)) for row in rows]


def invitations_of_friends(friend_ids: Collection[int]) -> list[Invitation]:
    """How these members came, where a member brought them."""
    return list(Invitation.objects.filter(friend_id__in=friend_ids).order_by("id"))


def friends_lending_in(listing_ids: Collection[int]) -> set[int]:
    """Members whose money in these listings became a loan."""
    rows = _rows(
        "SELECT DISTINCT member_id FROM market_investment"
        " WHERE listing_id = ANY(%s) AND state = 'paid_out'",
        [list(listing_ids)],
    )
    return {member for (member,) in rows}


def lent_minor(member_id: int, until: datetime) -> int:
    """What a member's orders until a moment became loans of, in minor units."""
    ((minor,),) = _rows(
        "SELECT coalesce(sum(amount_minor), 0)::bigint FROM market_investment"
        " WHERE member_id = %s AND state = 'paid_out' AND placed_at <= %s",
        [member_id, until],
    )
    return int(minor)


def pair_facts(invitation: Invitation) -> PairFacts:
    """What is known of inviter and friend together, with everybody who acts for either."""
    inviter, friend = invitation.inviter_id, invitation.friend_id
    his, hers = _people_behind(inviter), _people_behind(friend)
    row = _rows(
        """
        SELECT EXISTS (SELECT FROM members_bankaccount AS one
                       JOIN members_bankaccount AS other ON other.iban = one.iban
                       WHERE one.member_id = %(inviter)s AND other.member_id = %(friend)s),
               EXISTS (SELECT FROM growth_visitorlink AS one
                       JOIN growth_visitorlink AS other ON other.visitor_id = one.visitor_id
                       WHERE one.member_id = %(inviter)s AND other.member_id = %(friend)s),
               EXISTS (SELECT FROM growth_invitation
                       WHERE inviter_id = %(friend)s AND friend_id = %(inviter)s),
               (SELECT count(*) FROM growth_invitation
                WHERE inviter_id = %(inviter)s
                  AND at BETWEEN %(at)s - %(within)s AND %(at)s + %(within)s),
               coalesce((SELECT sum(t.amount_minor)::bigint FROM ledger_account AS purse
                         JOIN ledger_transfer AS t ON t.credit_account_id = purse.id
                         WHERE purse.owner_id = %(friend)s AND purse.kind = 'member_available'
                           AND t.kind = 'deposit'), 0),
               coalesce((SELECT sum(amount_minor)::bigint FROM bank_withdrawal
                         WHERE member_id = %(friend)s AND purpose <> 'loan_payout'
                           AND state NOT IN ('refused', 'cancelled', 'returned', 'rejected')), 0)
        """,
        {"inviter": inviter, "friend": friend, "at": invitation.at, "within": BURST_WITHIN},
    )[0]
    return PairFacts(
        bool(his.people & hers.people), frozenset(his.emails), frozenset(hers.emails), *row
    )


@dataclass(frozen=True, slots=True)
class _Behind:
    """Who acts for a member: accounts and the humans behind them, and their addresses."""

    people: frozenset[tuple[str, int]]
    emails: tuple[str, ...]


def _people_behind(member_id: int) -> _Behind:
    rows = _rows(
        """
        SELECT person.id, person.human_id, person.email FROM members_user AS person
        WHERE person.id IN (SELECT user_id FROM members_member WHERE id = %(member)s
                            UNION SELECT user_id FROM members_representation
                            WHERE member_id = %(member)s)
        """,
        {"member": member_id},
    )
    people = {("account", user) for user, _, _ in rows}
    people |= {("human", human) for _, human, _ in rows if human is not None}
    return _Behind(frozenset(people), tuple(email for _, _, email in rows if email))


@dataclass(frozen=True, slots=True)
class Friend:
    """A friend as their inviter sees them: no more than a pseudonym and how far they came."""

    pseudonym: str
    at: datetime
    stage: Stage


def friends_of(member_id: int) -> list[Friend]:
    """Who came by a member's invitation, the latest first."""
    rows = _rows(
        """
        SELECT friend.pseudonym, invitation.at,
               CASE WHEN EXISTS (SELECT FROM market_investment AS placed
                                 WHERE placed.member_id = friend.id
                                   AND placed.state IN ('placed', 'paid_out')) THEN 'invested'
                    WHEN friend.verified_at IS NOT NULL THEN 'verified' ELSE 'registered' END
        FROM growth_invitation AS invitation
        JOIN members_member AS friend ON friend.id = invitation.friend_id
        WHERE invitation.inviter_id = %s ORDER BY invitation.at DESC LIMIT 200
        """,
        [member_id],
    )
    return [Friend(name, at, Stage(stage)) for name, at, stage in rows]


@dataclass(frozen=True, slots=True)
class WordOfMouth:
    """How a platform grows by its members. `viral` is friends registered a member who could have
    invited; the cycle is the median time from an inviter's registration to a friend's."""

    members: int
    inviters: int
    friends: int
    friends_invested: int
    cycle_days: Fraction | None

    @property
    def viral(self) -> Fraction | None:
        """The viral coefficient: below 1, each circle of friends is smaller than the last."""
        return Fraction(self.friends, self.members) if self.members else None


def word_of_mouth(*, since: datetime) -> WordOfMouth:
    """The figures for friends who came since a moment."""
    row = _rows(
        """
        SELECT (SELECT count(*) FROM members_member WHERE joined_at < now()),
               count(DISTINCT invitation.inviter_id), count(*),
               count(*) FILTER (WHERE EXISTS (
                   SELECT FROM market_investment AS placed
                   WHERE placed.member_id = invitation.friend_id
                     AND placed.state IN ('placed', 'paid_out'))),
               percentile_disc(0.5) WITHIN GROUP (
                   ORDER BY extract(epoch FROM invitation.at - inviter.joined_at)::bigint)
        FROM growth_invitation AS invitation
        JOIN members_member AS inviter ON inviter.id = invitation.inviter_id
        WHERE invitation.at >= %s
        """,
        [since],
    )[0]
    members, inviters, friends, invested, seconds = row
    cycle = None if seconds is None else Fraction(seconds, 86_400)
    return WordOfMouth(members, inviters, friends, invested, cycle)


@dataclass(frozen=True, slots=True)
class Inviter:
    """A place on the leaderboard."""

    member_id: int
    pseudonym: str
    friends: int
    invested: int


def leaderboard(*, since: datetime, limit: int = 20) -> Sequence[Inviter]:
    """Who brought the most friends that invested, then that registered."""
    return [
        Inviter(*row)
        for row in _rows(
            """
            SELECT inviter.id, inviter.pseudonym, count(*),
                   count(*) FILTER (WHERE EXISTS (
                       SELECT FROM market_investment AS placed
                       WHERE placed.member_id = invitation.friend_id
                         AND placed.state IN ('placed', 'paid_out')))
            FROM growth_invitation AS invitation
            JOIN members_member AS inviter ON inviter.id = invitation.inviter_id
            WHERE invitation.at >= %s
            GROUP BY 1, 2 ORDER BY 4 DESC, 3 DESC, 1 LIMIT %s
            """,
            [since, limit],
        )
    ]


def _rows(query: str, params: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, params)
        return list(cursor.fetchall())
