"""Questions about listings: ask, answer, hide."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from tuppence.events import operations as events
from tuppence.events.happenings import Event
from tuppence.market.models import Answer, Question, QuestionHidden
from tuppence.market.queries.questions import (
    lock_listings_asked,
    lock_question_cases,
    questions_by_key,
)
from tuppence.market.questions import (
    AnswerOrder,
    Asker,
    HideOrder,
    QuestionOrder,
    QuestionOutcome,
    QuestionStatus,
    decide_answer,
    decide_hide,
    refuse_question,
)
from tuppence.members.audit_trail import Audit
from tuppence.members.operations import audit
from tuppence.members.queries import members, permissions_of_user, ties_of
from tuppence.members.roles import Permission


@transaction.atomic
def ask_questions(orders: Sequence[QuestionOrder]) -> list[QuestionOutcome]:
    """Put questions under their listings; one outcome an order, in order."""
    listings = lock_listings_asked([order.listing_id for order in orders])
    askers = {
        number: Asker(number, state.verified_at is not None, state.blocked_at is not None)
        for number, state in members([order.member_id for order in orders]).items()
    }
    known = questions_by_key([order.key for order in orders])
    outcomes = []
    for order in orders:
        if order.key in known:
            outcomes.append(_repeat(order, known[order.key]))
            continue
        listing = listings.get(order.listing_id)
        refusal = refuse_question(order, listing, askers.get(order.member_id))
        if refusal is not None or listing is None:
            outcomes.append(QuestionOutcome(refusal or QuestionStatus.NOT_FOUND))
            continue
        row = _write_question(order)
        known[order.key] = row
        count = listing.open_of.get(order.member_id, 0) + 1
        open_of = {**listing.open_of, order.member_id: count}
        listings[listing.id] = replace(listing, open_of=open_of)
        outcomes.append(QuestionOutcome(QuestionStatus.ASKED, row.pk))
    return outcomes


@transaction.atomic
def answer_questions(orders: Sequence[AnswerOrder]) -> list[QuestionOutcome]:
    """Put borrowers' answers under questions; one outcome an order, in order."""
    cases = lock_question_cases([order.question_id for order in orders])
    outcomes, done = [], []
    for order in orders:
        case = cases.get(order.question_id)
        status = decide_answer(order, case)
        outcomes.append(QuestionOutcome(status, case.id if case and status.accepted else None))
        if case and status is QuestionStatus.ANSWERED:
            cases[case.id] = replace(case, answer=(order.key, order.text.strip()))
            done.append((order, case))
    Answer.objects.bulk_create(
        [
            Answer(
                key=order.key,
                question_id=case.id,
                text=order.text.strip(),
                answered_at=order.at,
            )
            for order, case in done
        ]
    )
    events.record(
        [
            _event("question.answered", order.at, order.member_id, case.listing_id)
            for order, case in done
        ]
    )
    return outcomes


@transaction.atomic
def hide_questions(orders: Sequence[HideOrder], *, by: int) -> list[QuestionOutcome]:
    """Hide questions or answers with a reason; one outcome an order. Each try is in the trail."""
    cases = lock_question_cases([order.question_id for order in orders])
    permitted = Permission.MANAGE_LISTINGS in permissions_of_user(by)
    own = ties_of(by)
    outcomes, done = [], []
    for order in orders:
        case = cases.get(order.question_id)
        status = decide_hide(order, case, permitted=permitted, own=own)
        outcomes.append(QuestionOutcome(status, order.question_id if status.accepted else None))
        if case and status is QuestionStatus.HIDDEN:
            cases[case.id] = replace(case, hidden=case.hidden | {order.part})
            done.append(order)
    QuestionHidden.objects.bulk_create(
        [
            QuestionHidden(
                question_id=order.question_id,
                part=order.part.value,
                reason=order.reason.value,
                hidden_by_id=by,
                hidden_at=order.at,
            )
            for order in done
        ]
    )
    audit(
        [
            Audit(
                order.at,
                by,
                "question.hide",
                outcome.status.value,
                "question",
                order.question_id,
                why=order.reason.value,
            )
            for order, outcome in zip(orders, outcomes, strict=True)
        ]
    )
    return outcomes


def _repeat(order: QuestionOrder, row: Question) -> QuestionOutcome:
    same = (row.listing_id, row.member_id, row.text) == (
        order.listing_id,
        order.member_id,
        order.text.strip(),
    )
    if not same:
        return QuestionOutcome(QuestionStatus.EXISTS_WITH_DIFFERENT_FIELDS)
    return QuestionOutcome(QuestionStatus.EXISTS, row.pk)


def _write_question(order: QuestionOrder) -> Question:
    row = Question.objects.create(
        key=order.key,
        listing_id=order.listing_id,
        member_id=order.member_id,
        text=order.text.strip(),
        asked_at=order.at,
    )
    events.record([_event("question.asked", order.at, order.member_id, order.listing_id)])
    return row


def _event(verb: str, at: datetime, member_id: int, listing_id: int) -> Event:
    return Event(verb, at, member_id=member_id, subject_kind="listing", subject_id=listing_id)
