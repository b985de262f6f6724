"""Settle a month with a partner: claim, reject, agree (two people above a threshold), invoice."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from tuppence import platform
from tuppence.growth.models import Partner, Settlement, SettlementStep
from tuppence.growth.operations.spend import lock_spend
from tuppence.growth.queries.settlements import counted_minor
from tuppence.growth.settlement import (
    ACTS,
    Act,
    SettleFacts,
    SettleOrder,
    SettleStatus,
    State,
    decide_settlement,
)
from tuppence.ledger.ids import derive_id
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

APPROVAL = "growth.settlement"


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of an act; `approval_id` is the request that waits for a second person."""

    status: SettleStatus
    approval_id: int | None = None


@transaction.atomic
def settle(order: SettleOrder) -> Settled:
    """Do one thing to a month with a partner. The same key again is `EXISTS`."""
    if Permission.BOOK_SPEND not in members.permissions_of_user(order.by):
        return Settled(SettleStatus.NOT_PERMITTED)
    assert order.month.day == 1
    lock_spend()  # what is counted moves by spend
    if not Partner.objects.filter(id=order.partner_id).exists():
        return Settled(SettleStatus.PARTNER_NOT_FOUND)
    row = _row(order)
    if SettlementStep.objects.filter(key=order.key).exists():
        return Settled(SettleStatus.EXISTS)
    facts = _facts(row, order)
    status = decide_settlement(order, facts, today=platform.business_day(order.at))
    if status is not SettleStatus.DONE:
        return Settled(status)
    if order.act is Act.AGREE and facts.agreed_minor > platform.campaign_alone_minor():
        return _ask(row, order, facts)
    _step(row, order)
    return Settled(status)


def _row(order: SettleOrder) -> Settlement:
    row, _ = Settlement.objects.get_or_create(
        partner_id=order.partner_id,
        month=order.month,
        currency=platform.currency(),
        defaults={"state": State.OPEN, "made_at": order.at},
    )
    return row


def _facts(row: Settlement, order: SettleOrder) -> SettleFacts:
    others = Settlement.objects.filter(partner_id=row.partner_id).exclude(id=row.pk)
    number = clean_text(order.text)[:200]
    return SettleFacts(
        state=State(row.state),
        claimed_minor=row.claimed_minor,
        rejected_minor=row.rejected_minor,
        counted_minor=counted_minor(row.partner_id, row.month, row.currency),
        invoice_known=order.act is Act.INVOICE and others.filter(invoice_number=number).exists(),
    )


def _ask(row: Settlement, order: SettleOrder, facts: SettleFacts) -> Settled:
    asked = request_approval(
        APPROVAL,
        {
            "partner_id": row.partner_id,
            "month": row.month.isoformat(),
            "claimed_minor": facts.claimed_minor,
            "rejected_minor": facts.rejected_minor,
            "agreed_minor": facts.agreed_minor,
            "currency": row.currency,
        },
        made_by=order.by,
        at=order.at,
        key=derive_id("growth.settlement", order.key),
    )
    return Settled(SettleStatus.WAITING_FOR_SECOND, asked.pk)


@approval_handler(APPROVAL, permission=Permission.APPROVE_CAMPAIGN)
def agree_settlement(approved: ApprovedRequest) -> None:
    """A second person agrees to exactly the amounts that the request holds."""
    payload, partner = approved.payload, approved.payload["partner_id"]
    assert isinstance(partner, int)
    lock_spend()
    order = SettleOrder(
        key=derive_id("growth.settled", approved.key),
        partner_id=partner,
        month=date.fromisoformat(str(payload["month"])),
        act=Act.AGREE,
        by=approved.made_by,
        at=approved.at,
    )
    row = _row(order)
    facts = _facts(row, order)
    status = decide_settlement(order, facts, today=platform.business_day(approved.at))
    same = (facts.claimed_minor, facts.rejected_minor) == (
        payload["claimed_minor"],
        payload["rejected_minor"],
    )
    if status is not SettleStatus.DONE or not same:
        raise CannotApplyError("The month is not what was read any more. Ask for it again.")
    _step(row, order, second=approved.decided_by)


def _step(row: Settlement, order: SettleOrder, *, second: int | None = None) -> None:
    """Write what was done and where the month stands after it."""
    text = clean_text(order.text)[:200]
    _, row.state = ACTS[order.act]
    if order.act is Act.CLAIM:
        row.claimed_minor, row.rejected_minor = order.amount_minor, 0
        row.claim_reference = text
    if order.act is Act.REJECT:
        row.rejected_minor += order.amount_minor
    row.agreed_minor = (
        row.claimed_minor - row.rejected_minor
        if row.state in {State.AGREED, State.INVOICED}
        else None
    )
    if order.act is Act.INVOICE:
        row.invoice_number = text
    row.save()
    SettlementStep.objects.create(
        key=order.key,
        settlement=row,
        act=order.act,
        amount_minor=order.amount_minor or row.agreed_minor,
        text=text,
        by_id=order.by,
        second_id=second,
        at=order.at,
    )
    audit(
        [
            Audit(
                at=order.at,
                user_id=order.by,
                action=f"settlement.{order.act.value}",
                outcome="done",
                subject_kind="partner",
                subject_id=row.partner_id,
                after={"month": row.month.isoformat(), "amount_minor": order.amount_minor},
                why=text,
            )
        ]
    )
