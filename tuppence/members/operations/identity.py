"""The identity queue: ask to be verified, and decide on who asked."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from django.db import connection, transaction

from tuppence.events.happenings import Event
from tuppence.events.operations import record
from tuppence.members import queries
from tuppence.members.audit_trail import Audit
from tuppence.members.identity import (
    STAFF_QUEUE,
    Case,
    Decided,
    DecideOrder,
    Decider,
    DecideStatus,
    Decision,
    Reason,
    Standing,
    Submission,
    SubmitOrder,
    SubmitStatus,
    decide_check,
    decide_submission,
)
from tuppence.members.naming import clean_text, identity_key
from tuppence.members.operations.audit import audit
from tuppence.members.queries import MemberState
from tuppence.members.roles import Permission
from tuppence.postgres import bulk


@transaction.atomic
def submit_identity(orders: Sequence[SubmitOrder]) -> list[Submission]:
    """Put members in the queue of their provider; one outcome an order, in order."""
    members = queries.lock_members(order.member_id for order in orders)
    used = queries.keys_used(
        "members_identitycheck", ("id", "member_id"), [order.key for order in orders]
    )
    waiting = waiting_members(list(members))
    statuses: list[SubmitStatus] = []
    first: dict[object, int] = {key: member_id for key, (_, member_id) in used.items()}
    fresh: list[SubmitOrder] = []
    for order in orders:
        if order.key in first:
            same = first[order.key] == order.member_id
            statuses.append(
                SubmitStatus.EXISTS if same else SubmitStatus.EXISTS_WITH_DIFFERENT_FIELDS
            )
            continue
        statuses.append(decide_submission(standing_of(members, waiting, order.member_id)))
        if statuses[-1] is SubmitStatus.SUBMITTED:
            waiting.add(order.member_id)
            first[order.key] = order.member_id
            fresh.append(order)
    write_checks(fresh)
    made = queries.keys_used("members_identitycheck", ("id",), [order.key for order in orders])
    return [
        Submission(order.key, status, made[order.key][0] if order.key in made else None)
        for order, status in zip(orders, statuses, strict=True)
    ]


def standing_of(
    members: Mapping[int, MemberState], waiting: set[int], member_id: int
) -> Standing | None:
    """What asking depends on, or None for nobody."""
    member = members.get(member_id)
    if member is None:
        return None
    return Standing(
        verified=member.verified_at is not None,
        blocked=member.blocked_at is not None,
        waiting=member_id in waiting,
    )


def waiting_members(member_ids: Sequence[int]) -> set[int]:
    """Members with a check that nobody has decided yet."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.member_id FROM members_identitycheck c"
            " LEFT JOIN members_identitydecision d ON d.identity_check_id = c.id"
            " WHERE c.member_id = ANY(%s) AND d.identity_check_id IS NULL",
            [list(member_ids)],
        )
        return {row[0] for row in cursor}


def write_checks(orders: Sequence[SubmitOrder]) -> None:
    """The new checks and their events."""
    bulk.copy_rows(
        "members_identitycheck",
        ("key", "member_id", "provider", "provider_reference", "submitted_by_id", "submitted_at"),
        [(o.key, o.member_id, o.provider, "", o.by, o.at) for o in orders],
    )
    record([Event("member.identity_submitted", o.at, member_id=o.member_id) for o in orders])


@transaction.atomic
def decide_identity(
    orders: Sequence[DecideOrder], *, by: int | None, provider: str = STAFF_QUEUE
) -> list[Decision]:
    """Decide on waiting checks; one outcome an order, in order.

    `by` is a user with the permission to review identities, never for a member they act for; None
    where the named provider speaks, which decides its own checks only. A yes makes the member
    verified and ties the account to the person behind it.
    """
    cases = load_cases([order.check_id for order in orders])
    decider = Decider(
        user_id=by,
        permitted=Permission.REVIEW_IDENTITY in queries.permissions_of_user(by),
        acts_for=queries.ties_of(by),
        provider=provider,
        identity_key=queries.identity_key_of(by),
    )
    outcomes: list[Decision] = []
    accepted: list[tuple[DecideOrder, Case]] = []
    for order in orders:
        case = cases.get(order.check_id)
        status = decide_check(order, case, decider)
        outcomes.append(Decision(order.key, status, case.member_id if case else None))
        if case and status in {DecideStatus.APPROVED, DecideStatus.REFUSED}:
            accepted.append((order, case))
            decided = Decided(order.key, order.approve, order.reasons)
            cases[order.check_id] = replace(case, decision=decided)
    write_decisions(accepted, by)
    audit([entry_of(o, d, by) for o, d in zip(orders, outcomes, strict=True)])
    return outcomes


def load_cases(check_ids: Sequence[int]) -> dict[int, Case]:
    """These checks with their members, who stay locked until the decision is written."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, member_id, provider FROM members_identitycheck WHERE id = ANY(%s)",
            [list(check_ids)],
        )
        checks = cursor.fetchall()
    members = queries.lock_members(member_id for _, member_id, _ in checks)
    marks = queries.open_marks(list(members))
    decisions = decisions_on(check_ids)
    people = people_behind(list(members))
    return {
        check_id: Case(
            check_id=check_id,
            member_id=member_id,
            provider=provider,
            is_person=members[member_id].is_person,
            born_on=members[member_id].born_on,
            blocked=members[member_id].blocked_at is not None,
            signs_in=members[member_id].user_id is not None,
            marks=marks.get(member_id, frozenset()),
            people=people.get(member_id, frozenset()),
            decision=decisions.get(check_id),
        )
        for check_id, member_id, provider in checks
    }


def decisions_on(check_ids: Sequence[int]) -> dict[int, Decided]:
    """The decisions that already stand on these checks."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT identity_check_id, key, approved, reasons::text FROM members_identitydecision"
            " WHERE identity_check_id = ANY(%s)",
            [list(check_ids)],
        )
        return {
            row[0]: Decided(row[1], row[2], tuple(map(Reason, json.loads(row[3]))))
            for row in cursor
        }


def write_decisions(accepted: Sequence[tuple[DecideOrder, Case]], by: int | None) -> None:
    """Decisions, the members they verify, the people behind those members, and the events."""
    bulk.copy_rows(
        "members_identitydecision",
        (
            *("identity_check_id", "key", "approved", "reasons", "remark"),
            *("decided_by_id", "decided_at"),
        ),
        [
            (
                *(case.check_id, order.key, order.approve, json.dumps(list(order.reasons))),
                *(clean_text(order.remark), by, order.at),
            )
            for order, case in accepted
        ],
    )
    approved = [(order, case) for order, case in accepted if order.approve]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE members_member m SET verified_at = d.at"
            " FROM unnest(%s::bigint[], %s::timestamptz[]) AS d (id, at) WHERE m.id = d.id",
            [[case.member_id for _, case in approved], [order.at for order, _ in approved]],
        )
    tie_people(approved)
    record(
        [
            Event(
                "member.verified" if order.approve else "member.identity_refused",
                order.at,
                member_id=case.member_id,
                properties={"reason": order.reasons[0].value} if order.reasons else {},
            )
            for order, case in accepted
        ]
    )


def tie_people(approved: Sequence[tuple[DecideOrder, Case]]) -> None:
    """Tie the accounts behind verified members to the humans they belong to, known or new.

    Behind a person stands their own account, behind an organisation those who represent it.
    """
    at = {case.member_id: order.at for order, case in approved}
    people = accounts_behind(list(at))
    keys = [person.identity_key for person in people]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO members_human (identity_key, known_since)
            SELECT identity_key, min(at) FROM unnest(%s::text[], %s::timestamptz[])
                AS person (identity_key, at)
            GROUP BY identity_key ORDER BY identity_key
            ON CONFLICT (identity_key) DO NOTHING
            """,
            [keys, [at[person.member_id] for person in people]],
        )
        cursor.execute(
            """
            UPDATE members_user u SET human_id = h.id
            FROM unnest(%s::bigint[], %s::text[]) AS p (user_id, identity_key)
            JOIN members_human h ON h.identity_key = p.identity_key
            WHERE u.id = p.user_id AND u.human_id IS NULL
            """,
            [[person.user_id for person in people], keys],
        )


class Behind(NamedTuple):
    """Somebody who signs in for a member."""

    member_id: int
    user_id: int
    identity_key: str


def accounts_behind(member_ids: Sequence[int]) -> list[Behind]:
    """Everybody who signs in for these members, as far as name and birth date are known."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT id, user_id, legal_name, born_on FROM members_member
            WHERE id = ANY(%(ids)s) AND user_id IS NOT NULL AND born_on IS NOT NULL
            UNION ALL
            SELECT member_id, user_id, legal_name, born_on FROM members_representation
            WHERE member_id = ANY(%(ids)s) AND ends_at IS NULL
              AND legal_name <> '' AND born_on IS NOT NULL
            ORDER BY 1, 2
            """,
            {"ids": list(member_ids)},
        )
        return [Behind(row[0], row[1], identity_key(row[2], row[3])) for row in cursor]


def people_behind(member_ids: Sequence[int]) -> dict[int, frozenset[str]]:
    """The identity keys of those who sign in for each member."""
    found: dict[int, frozenset[str]] = {}
    for person in accounts_behind(member_ids):
        earlier = found.get(person.member_id, frozenset())
        found[person.member_id] = earlier | {person.identity_key}
    return found


def entry_of(order: DecideOrder, decision: Decision, by: int | None) -> Audit:
    """What the trail says of one word, refused ones too."""
    return Audit(
        at=order.at,
        user_id=by,
        action="identity.decide",
        outcome=decision.status.value,
        subject_kind="identity_check",
        subject_id=order.check_id,
        after={"approve": order.approve, "reasons": [reason.value for reason in order.reasons]},
    )
