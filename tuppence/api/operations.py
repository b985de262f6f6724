"""Make and revoke tokens; answer calls that move money, each key once."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db import transaction

from tuppence.api import queries
from tuppence.api.asks import (
    CANCEL,
    INVEST,
    Answer,
    Ask,
    CancelContent,
    InvestContent,
    Task,
    decide_repeats,
    identify,
    refusal,
)
from tuppence.api.errors import CANCEL_CODES, INVEST_CODES, ErrorCode
from tuppence.api.json_body import json_text, moment_text
from tuppence.api.models import ApiToken
from tuppence.api.scopes import Scope, token_digest
from tuppence.market import queries as market_queries
from tuppence.market.lifecycle import CancelStatus
from tuppence.market.operations import invest
from tuppence.market.operations.ending import CancelOrder, cancel
from tuppence.market.orders import InvestOrder, InvestOutcome
from tuppence.members.audit_trail import Audit
from tuppence.members.operations.audit import audit
from tuppence.money.currency import format_plain
from tuppence.postgres import bulk

ANSWER_COLUMNS = ("id", "fingerprint", "status", "body", "at")


class RevokeStatus(StrEnum):
    """What became of an order to revoke a token."""

    REVOKED = "revoked"
    EXISTS = "exists"  # it was revoked before
    NOT_FOUND = "not_found"  # or somebody else's: the answer is the same


@dataclass(frozen=True, slots=True)
class TokenOrder:
    """Let a program that holds `token` speak for a member. The token is a fresh secret."""

    token: str
    member_id: int
    label: str
    scopes: frozenset[Scope]
    at: datetime
    made_by: int | None = None  # the user


@transaction.atomic
def make_tokens(orders: Sequence[TokenOrder]) -> list[int]:
    """The ids of the new tokens, in order. Only hashes are kept: show each token once."""
    made = ApiToken.objects.bulk_create(
        [
            ApiToken(
                digest=token_digest(order.token),
                member_id=order.member_id,
                label=order.label,
                scopes=sorted(order.scopes),
                made_by_id=order.made_by,
                made_at=order.at,
            )
            for order in orders
        ]
    )
    audit([_token_audit("api_token.make", one, one.made_by_id, one.made_at) for one in made])
    return [token.pk for token in made]


@transaction.atomic
def revoke_token(token_id: int, *, member_id: int, by: int | None, at: datetime) -> RevokeStatus:
    """A revoked token opens nothing any more, from the next call on."""
    token = ApiToken.objects.select_for_update().filter(pk=token_id, member_id=member_id).first()
    if token is None:
        return RevokeStatus.NOT_FOUND
    if token.revoked_at is not None:
        return RevokeStatus.EXISTS
    token.revoked_at = max(at, token.made_at)
    token.save(update_fields=["revoked_at"])
    audit([_token_audit("api_token.revoke", token, by, at)])
    return RevokeStatus.REVOKED


@transaction.atomic
def answer_asks(asks: Sequence[Ask]) -> list[Answer]:
    """Answer calls that move money, in order; each key is acted on once and its answer kept.

    A call whose key is being worked on elsewhere, or stands twice among these, is told so. What
    was answered before is answered again with the same bytes.
    """
    found = identify(asks, queries.holders({ask.digest for ask in asks}))
    ids = [one.id for one in found if isinstance(one, Task)]
    claimed = queries.claim(ids) if ids else set()
    # Only now, in a statement of its own: who held the claim before has committed by then.
    decided = decide_repeats(found, claimed=claimed, kept=queries.kept_answers(ids) if ids else {})
    tasks = [one for one in decided if isinstance(one, Task)]
    answers = dict(zip((task.id for task in tasks), _act(tasks), strict=True))
    _keep(tasks, answers)
    return [one if isinstance(one, Answer) else answers[one.id] for one in decided]


def _act(tasks: Sequence[Task]) -> list[Answer]:
    answers: dict[UUID, Answer] = {}
    for operation, act in ACTS.items():
        chosen = [task for task in tasks if task.ask.operation == operation]
        if chosen:
            answers |= dict(zip((task.id for task in chosen), act(chosen), strict=True))
    return [answers[task.id] for task in tasks]


def _keep(tasks: Sequence[Task], answers: Mapping[UUID, Answer]) -> None:
    rows = [
        (task.id, task.ask.fingerprint, answer.status, answer.body, task.ask.at)
        for task in tasks
        for answer in [answers[task.id]]
    ]
    if rows:
        bulk.copy_rows("api_apianswer", ANSWER_COLUMNS, rows)


def _invest(tasks: Sequence[Task]) -> list[Answer]:
    """Place orders; those in another currency than their listing's never get that far."""
    contents = [task.ask.content for task in tasks]
    assert all(isinstance(content, InvestContent) for content in contents)
    orders = [
        InvestOrder(
            key=task.id,
            member_id=task.member_id,
            listing_id=content.listing_id,
            amount_minor=content.amount_minor,
            at=task.ask.at,
            consent=content.consent,
        )
        for task, content in zip(tasks, contents, strict=True)
        if isinstance(content, InvestContent)
    ]
    currencies = market_queries.currency_of_listings([order.listing_id for order in orders])
    fits = [
        currencies.get(order.listing_id) in {None, content.currency}
        for order, content in zip(orders, contents, strict=True)
        if isinstance(content, InvestContent)
    ]
    outcomes = iter(invest([order for order, fit in zip(orders, fits, strict=True) if fit]))
    return [
        _invest_answer(order, currencies.get(order.listing_id, ""), next(outcomes))
        if fit
        else refusal(ErrorCode.CURRENCY_DIFFERS)
        for order, fit in zip(orders, fits, strict=True)
    ]


def _invest_answer(order: InvestOrder, currency: str, outcome: InvestOutcome) -> Answer:
    if not outcome.status.accepted:
        return refusal(INVEST_CODES[outcome.status], rule_id=outcome.rule_id)
    return Answer(
        201,
        json_text(
            {
                "id": str(order.key),
                "listing_id": order.listing_id,
                "amount": format_plain(order.amount_minor, currency),
                "currency": currency,
                "state": "placed",
                "placed_at": moment_text(order.at),
            }
        ),
    )


def _cancel(tasks: Sequence[Task]) -> list[Answer]:
    orders = [
        CancelOrder(task.ask.content.investment_id, task.member_id, task.ask.at)
        for task in tasks
        if isinstance(task.ask.content, CancelContent)
    ]
    return [
        _cancel_answer(order, status) for order, status in zip(orders, cancel(orders), strict=True)
    ]


def _cancel_answer(order: CancelOrder, status: CancelStatus) -> Answer:
    if status in CANCEL_CODES:
        return refusal(CANCEL_CODES[status])
    return Answer(200, json_text({"id": str(order.investment_id), "state": "cancelled"}))


ACTS: dict[str, Callable[[Sequence[Task]], list[Answer]]] = {INVEST: _invest, CANCEL: _cancel}


def _token_audit(action: str, token: ApiToken, user_id: int | None, at: datetime) -> Audit:
    return Audit(
        at=at,
        user_id=user_id,
        action=action,
        outcome="done",
        subject_kind="member",
        subject_id=token.member_id,
        after={"token_id": token.pk, "scopes": json.dumps(sorted(token.scopes))},
    )
