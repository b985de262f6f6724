"""Campaigns: planned, agreed to, launched with authority to give, ended with the rest released."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from tuppence import platform
from tuppence.bank.promo_float.queries import lock_promo_float
from tuppence.events import operations as events
from tuppence.events.happenings import Event
from tuppence.growth.campaign import (
    ACTS,
    Act,
    ActOrder,
    CampaignStatus,
    State,
    decide_act,
)
from tuppence.growth.models import Campaign, CampaignStep
from tuppence.growth.operations.gift_lock import lock_gifts
from tuppence.growth.operations.offers import open_offers
from tuppence.growth.plan import Plan, plan_as_json, plan_digest
from tuppence.growth.queries.campaigns import campaign_facts, lock_campaign, plan_of
from tuppence.ledger import operations as ledger
from tuppence.ledger.chart import AccountKind
from tuppence.ledger.ids import derive_id
from tuppence.ledger.queries import balances
from tuppence.ledger.transfers import AccountKey, Transfer
from tuppence.members import queries as members
from tuppence.members.audit_trail import Audit
from tuppence.members.naming import clean_text
from tuppence.members.operations import (
    ApprovedRequest,
    CannotApplyError,
    approval_handler,
    audit,
    request_approval,
)
from tuppence.members.roles import Permission

APPROVAL = "growth.campaign"
SUBJECT = "campaign"
BUDGET_KINDS = (AccountKind.AUTHORITY, AccountKind.BUDGET_AVAILABLE)


@dataclass(frozen=True, slots=True)
class Acted:
    """What became of an act; `approval_id` is the request that waits for a second person."""

    status: CampaignStatus
    state: State | None = None
    approval_id: int | None = None


@transaction.atomic
def draft_campaign(
    plan: Plan, *, by: int, at: datetime, key: UUID, copied_from: int | None = None
) -> int | None:
    """Begin a campaign with a plan, complete or not; its number, None for who may not.

    The same key again is the same campaign.
    """
    if not _may(by):
        return None
    row, created = Campaign.objects.get_or_create(
        key=key,
        defaults={
            **_repeated(plan),
            "state": State.DRAFT,
            "currency": platform.currency(),
            "owner_id": by,
            "made_at": at,
            "copied_from_id": copied_from,
        },
    )
    if created:
        audit([_audit(row, "draft", by=by, at=at, outcome="done")])
    return row.pk


@transaction.atomic
def rewrite_plan(campaign_id: int, plan: Plan, *, by: int, at: datetime) -> CampaignStatus:
    """Change the plan of a draft. What was agreed to is not changed: a copy is."""
    row = lock_campaign(campaign_id)
    if row is None:
        return CampaignStatus.NOT_FOUND
    if not _may(by):
        return CampaignStatus.NOT_PERMITTED
    if row.state != State.DRAFT:
        return CampaignStatus.WRONG_STATE
    Campaign.objects.filter(id=row.pk).update(**_repeated(plan))
    audit([_audit(row, "rewrite", by=by, at=at, outcome="done")])
    return CampaignStatus.DONE


def copy_campaign(
    campaign_id: int, *, starts_on: date, by: int, at: datetime, key: UUID
) -> int | None:
    """Draft a campaign with the plan of another one, begun on another day and as long."""
    row = Campaign.objects.filter(id=campaign_id).first()
    if row is None:
        return None
    plan = plan_of(row)
    moved = replace(plan, starts_on=starts_on, ends_on=starts_on + (plan.ends_on - plan.starts_on))
    return draft_campaign(moved, by=by, at=at, key=key, copied_from=row.pk)


def act_on_campaign(order: ActOrder) -> Acted:
    """Do one thing to a campaign. Submitting above the threshold asks a second person."""
    if not _may(order.by):
        return Acted(CampaignStatus.NOT_PERMITTED)
    return _act(order)


@transaction.atomic
def _act(order: ActOrder) -> Acted:
    lock_gifts()  # before any row: an end gives back what no grant holds
    row = lock_campaign(order.campaign_id)
    if CampaignStep.objects.filter(key=order.key).exists():
        return Acted(CampaignStatus.EXISTS, State(row.state) if row else None)
    if order.act in {Act.APPROVE, Act.REFUSE}:
        return Acted(CampaignStatus.NOT_PERMITTED)
    if order.act is Act.LAUNCH:
        lock_promo_float()  # of two launches, the second sees what the first has claimed
    facts = campaign_facts(row, at=order.at) if row else None
    status = decide_act(order, facts, today=platform.business_day(order.at))
    if row is None or status is not CampaignStatus.DONE:
        return Acted(status, State(row.state) if row else None)
    _step(row, order)
    if order.act is not Act.SUBMIT:
        return Acted(status, State(row.state))
    if plan_of(row).cost_minor <= platform.campaign_alone_minor():
        alone = replace(order, key=derive_id("growth.alone", order.key), act=Act.APPROVE)
        _step(row, alone)
        return Acted(status, State(row.state))
    asked = request_approval(
        APPROVAL,
        {"campaign_id": row.pk, "plan_digest": row.plan_digest, "plan": row.plan},
        made_by=order.by,
        at=order.at,
        key=derive_id("growth.approval", order.key),
    )
    return Acted(CampaignStatus.WAITING_FOR_SECOND, State(row.state), asked.pk)


def launch_due(*, at: datetime) -> list[Acted]:
    """Launch scheduled campaigns whose day has come, and end those whose last day is over.

    Each in its owner's name, whether or not the owner still has the role: it was agreed to with
    its days. What can't be done yet, such as a launch that the float does not cover, is tried again
    by the next call.
    """
    today = platform.business_day(at)
    due = Campaign.objects.filter(state=State.SCHEDULED, starts_on__lte=today)
    over = Campaign.objects.filter(state__in=[State.RUNNING, State.PAUSED], ends_on__lt=today)
    acts = [(row, Act.LAUNCH) for row in due.order_by("id")]
    acts += [(row, Act.END) for row in over.order_by("id")]
    return [
        _act(
            ActOrder(
                key=derive_id("growth.due", row.pk, act.value, today.isoformat()),
                campaign_id=row.pk,
                act=act,
                by=row.owner_id,
                at=at,
                plan_digest=row.plan_digest,
            )
        )
        for row, act in acts
    ]


def _refuse(approved: ApprovedRequest) -> None:
    row = _asked(approved)
    if row is not None and row.state == State.SUBMITTED:
        _decided(row, approved, Act.REFUSE, reason="refused")


@approval_handler(APPROVAL, permission=Permission.APPROVE_CAMPAIGN, refuse=_refuse)
def approve_campaign(approved: ApprovedRequest) -> None:
    """A second person agrees to exactly the plan that the request holds."""
    row = _asked(approved)
    if row is None or row.state != State.SUBMITTED:
        raise CannotApplyError("The campaign does not wait for an answer any more.")
    if row.plan_digest != approved.payload["plan_digest"]:
        raise CannotApplyError("The plan is not the one that was read.")
    _decided(row, approved, Act.APPROVE)


def _asked(approved: ApprovedRequest) -> Campaign | None:
    number = approved.payload["campaign_id"]
    assert isinstance(number, int)
    return lock_campaign(number)


def _decided(row: Campaign, approved: ApprovedRequest, act: Act, reason: str = "") -> None:
    order = ActOrder(
        key=derive_id("growth.decided", approved.key),
        campaign_id=row.pk,
        act=act,
        by=approved.made_by,
        at=approved.at,
        plan_digest=row.plan_digest,
        reason=reason,
    )
    _step(row, order, second=approved.decided_by)


def _step(row: Campaign, order: ActOrder, *, second: int | None = None) -> None:
    """Write what was decided: the step, the state, and the money of a launch or an end."""
    _, state = ACTS[order.act]
    CampaignStep.objects.create(
        key=order.key,
        campaign=row,
        act=order.act,
        state=state,
        plan_digest=row.plan_digest,
        reason=clean_text(order.reason)[:2000],
        by_id=order.by,
        second_id=second,
        at=order.at,
    )
    row.state = state
    if order.act is Act.LAUNCH:
        row.launched_at = order.at
        _move_authority(row, row.gives_minor, order, back=False)
        open_offers(row, at=order.at)
    if order.act is Act.REVIEW:
        row.results_counted = order.results
    if order.act is Act.END:
        row.ended_at = order.at
        available = AccountKey(AccountKind.BUDGET_AVAILABLE, row.pk, row.currency)
        _move_authority(row, balances([available])[available], order, back=True)
    row.save(update_fields=["state", "launched_at", "ended_at", "results_counted"])
    events.record([_event(row, order)])
    audit([_audit(row, order.act, by=order.by, at=order.at, outcome="done")])


def _move_authority(row: Campaign, amount_minor: int, order: ActOrder, *, back: bool) -> None:
    """B authority / available; at the end what is left goes back the same way."""
    if not amount_minor:
        return
    authority, available = (AccountKey(kind, row.pk, row.currency) for kind in BUDGET_KINDS)
    ids = ledger.open_accounts([authority, available], at=order.at)
    debit, credit = (available, authority) if back else (authority, available)
    key = derive_id("growth.authority", order.key)
    ledger.post_all(
        [
            Transfer(
                id=key,
                debit_account_id=ids[debit],
                credit_account_id=ids[credit],
                amount_minor=amount_minor,
                kind="budget_released" if back else "budget_granted",
                occurred_at=order.at,
                recorded_at=order.at,
                group_id=key,
                subject_kind=SUBJECT,
                subject_id=row.pk,
            )
        ]
    )


def _repeated(plan: Plan) -> dict[str, object]:
    return {
        "name": clean_text(plan.name)[:120],
        "goal": plan.goal,
        "plan": plan_as_json(plan),
        "plan_digest": plan_digest(plan),
        "starts_on": plan.starts_on,
        "ends_on": plan.ends_on,
        "spend_minor": plan.spend_minor,
        "gives_minor": plan.gives_minor,
    }


def _may(by: int) -> bool:
    return Permission.MANAGE_CAMPAIGNS in members.permissions_of_user(by)


def _event(row: Campaign, order: ActOrder) -> Event:
    return Event(
        f"campaign.{order.act.value}",
        order.at,
        subject_kind=SUBJECT,
        subject_id=row.pk,
        campaign=str(row.pk),
        properties={"state": row.state},
    )


def _audit(row: Campaign, action: str, *, by: int, at: datetime, outcome: str) -> Audit:
    return Audit(
        at=at,
        user_id=by,
        action=f"campaign.{action}",
        outcome=outcome,
        subject_kind=SUBJECT,
        subject_id=row.pk,
        after={"plan_digest": row.plan_digest},
    )
