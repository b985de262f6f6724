"""Differences at the bank: announce the firm's cover, and end a break by two people's word."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db import transaction

from tuppence.bank.break_resolution import Resolution, resolution_entries
from tuppence.bank.journal import Group
from tuppence.bank.matching import Meaning
from tuppence.bank.models import BankBreak, BreakCover, BreakKind, LineMatch, Withdrawal
from tuppence.bank.operations.allocation import NOBODYS
from tuppence.bank.operations.booking import book
from tuppence.bank.operations.loads import lock_withdrawals
from tuppence.bank.operations.permitted import require
from tuppence.bank.operations.steps import Step, write_steps
from tuppence.bank.reference import Order, order_reference
from tuppence.bank.withdrawal import State
from tuppence.events.happenings import Event
from tuppence.events.operations import record
from tuppence.ledger.ids import derive_id
from tuppence.members.approvals import JSON
from tuppence.members.audit_trail import Audit
from tuppence.members.models import ApprovalRequest
from tuppence.members.operations import (
    ApprovedRequest,
    CannotApplyError,
    approval_handler,
    audit,
    request_approval,
)
from tuppence.members.roles import Permission
from tuppence.money.refusals import sentence

RESOLVE_KIND = "bank.break"


@dataclass(frozen=True, slots=True)
class CoverOrder:
    """The firm will send own money to the client account for this break."""

    key: UUID
    break_id: int
    by: int
    at: datetime


class CoverStatus(StrEnum):
    """What became of an announcement."""

    ANNOUNCED = "announced"
    EXISTS = "exists"
    NOT_FOUND = "not_found"
    NOT_A_SHORTFALL = "not_a_shortfall"
    ALREADY_ANNOUNCED = "already_announced"


@dataclass(frozen=True, slots=True)
class CoverOutcome:
    """What became of it, and the reference that the firm's transfer must carry."""

    key: UUID
    status: CoverStatus
    reference: str = ""


@transaction.atomic
def announce_covers(orders: Sequence[CoverOrder]) -> list[CoverOutcome]:
    """Say that the firm's own money is on its way; the bank line with the reference books it."""
    for by in sorted({order.by for order in orders}):
        require(by, Permission.MANUAL_ENTRY)
    return [announce(order) for order in orders]


def announce(order: CoverOrder) -> CoverOutcome:
    """Announce one cover; breaks are few, so one at a time is fine."""
    reference = order_reference(Order.COVER, order.key)
    row = BankBreak.objects.select_for_update(no_key=True).filter(id=order.break_id).first()
    if BreakCover.objects.filter(key=order.key, bank_break_id=order.break_id).exists():
        return CoverOutcome(order.key, CoverStatus.EXISTS, reference)
    if row is None or row.closed_at is not None:
        return CoverOutcome(order.key, CoverStatus.NOT_FOUND)
    if row.kind == BreakKind.GAP:
        return CoverOutcome(order.key, CoverStatus.NOT_A_SHORTFALL)
    if BreakCover.objects.filter(bank_break=row).exists():
        return CoverOutcome(order.key, CoverStatus.ALREADY_ANNOUNCED)
    BreakCover.objects.create(
        key=order.key,
        bank_break=row,
        amount_minor=row.amount_minor,
        announced_by_id=order.by,
        announced_at=order.at,
    )
    audit(
        [
            Audit(
                at=order.at,
                user_id=order.by,
                action="bank.announce_cover",
                outcome=CoverStatus.ANNOUNCED.value,
                subject_kind="bank_break",
                subject_id=row.pk,
                after={"amount_minor": row.amount_minor},
            )
        ]
    )
    return CoverOutcome(order.key, CoverStatus.ANNOUNCED, reference)


def request_break_resolution(
    break_id: int,
    how: Resolution,
    *,
    why: str,
    by: int,
    at: datetime,
    key: UUID,
    line_id: int = 0,
    withdrawal_id: int = 0,
) -> ApprovalRequest:
    """Ask that a break be ended: by the firm's loss, by a receipt, or as a payout of ours.

    `line_id` names the receipt, `withdrawal_id` the payout. Another person approves.
    """
    require(by, Permission.MANUAL_ENTRY)
    payload: dict[str, JSON] = {
        "break_id": break_id,
        "how": how.value,
        "why": why,
        "line_id": line_id,
        "withdrawal_id": withdrawal_id,
    }
    return request_approval(RESOLVE_KIND, payload, made_by=by, at=at, key=key)


@transaction.atomic
def resolution_obstacle(
    break_id: int, how: Resolution, *, line_id: int = 0, withdrawal_id: int = 0
) -> str:
    """Why a break can't end this way now, in a sentence; empty where it can."""
    try:
        row = open_break(break_id)
        if how is Resolution.FIRM_LOSS:
            check_covered(row)
        elif how is Resolution.RECEIPT:
            waiting_receipt(row, line_id)
        else:
            sent_payout(row, withdrawal_id)
    except CannotApplyError as error:
        return str(error)
    return ""


@approval_handler(RESOLVE_KIND, permission=Permission.APPROVE_MANUAL_ENTRY)
def resolve_break(approved: ApprovedRequest) -> None:
    """End the break as two people agreed, if it is still what they saw."""
    how = Resolution(str(approved.payload["how"]))
    row = open_break(whole(approved, "break_id"))
    withdrawal_id = whole(approved, "withdrawal_id")
    if how is Resolution.FIRM_LOSS:
        check_covered(row)
    elif how is Resolution.RECEIPT:
        use_receipt(row, whole(approved, "line_id"), approved)
    else:
        pay_withdrawal(row, withdrawal_id, approved)
    entries = resolution_entries(
        how,
        row.amount_minor,
        row.account.currency,
        break_id=row.pk,
        withdrawal_id=withdrawal_id,
    )
    group = Group(derive_id("bank.break", approved.key), entries, approved.at, approved.at)
    book([group], at=approved.at)
    row.closed_at = approved.at
    row.closed_because = str(approved.payload["why"])[:200]
    row.closed_by_id = approved.decided_by
    row.save(update_fields=["closed_at", "closed_because", "closed_by"])
    record(
        [
            Event(
                "bank_break.closed",
                approved.at,
                subject_kind="bank_break",
                subject_id=row.pk,
                amount_minor=row.amount_minor,
                currency=row.account.currency,
                properties={"outcome": how.value},
            )
        ]
    )


def whole(approved: ApprovedRequest, name: str) -> int:
    """A whole number of the payload."""
    value = approved.payload[name]
    assert isinstance(value, int)
    return value


def open_break(break_id: int) -> BankBreak:
    """The break, locked; a gap ends by itself when the missing statement is there."""
    row = (
        BankBreak.objects.select_for_update(of=("self",), no_key=True)
        .select_related("account")
        .filter(id=break_id, closed_at=None)
        .first()
    )
    if row is None:
        raise CannotApplyError("The break is closed already, or there is none of this number.")
    if row.kind == BreakKind.GAP:
        raise CannotApplyError("A gap ends when the missing statement is imported.")
    return row


def check_covered(row: BankBreak) -> None:
    """The firm bears what it has put in, nothing else."""
    if not BreakCover.objects.filter(bank_break=row, received_at__isnull=False).exists():
        raise CannotApplyError("The firm's cover has not arrived at the client account yet.")


def use_receipt(row: BankBreak, line_id: int, approved: ApprovedRequest) -> None:
    """Take a receipt of the same amount out of the queue."""
    match = waiting_receipt(row, line_id)
    replace_match(match, Meaning.BREAK, sentence("puts a break right"), approved)


def waiting_receipt(row: BankBreak, line_id: int) -> LineMatch:
    """A receipt of the break's amount that is nobody's, locked."""
    match = (
        LineMatch.objects.select_for_update(of=("self",), no_key=True)
        .select_related("line")
        .filter(line_id=line_id, ends_at=None, meaning__in=NOBODYS)
        .first()
    )
    if match is None or match.line.account_id != row.account_id:
        raise CannotApplyError("The receipt does not wait in unallocated any more.")
    if match.line.amount_minor != row.amount_minor:
        raise CannotApplyError("The receipt has another amount than the break.")
    return match


def pay_withdrawal(row: BankBreak, withdrawal_id: int, approved: ApprovedRequest) -> None:
    """Take a sent payout of the same amount as paid by the break's line."""
    withdrawal = sent_payout(row, withdrawal_id)
    step = Step(
        withdrawal.pk,
        withdrawal.key,
        at=approved.at,
        by=approved.decided_by,
        asked_by=approved.made_by,
        line_id=row.line_id,
    )
    write_steps([step], State.PAID)
    match = LineMatch.objects.get(line_id=row.line_id, ends_at=None)
    replace_match(match, Meaning.PAYOUT_PAID, sentence("identified by two people"), approved)


def sent_payout(row: BankBreak, withdrawal_id: int) -> Withdrawal:
    """A payout of the break's amount that is on its way, locked."""
    withdrawal = next(iter(lock_withdrawals([withdrawal_id])), None)
    if withdrawal is None or withdrawal.state != State.SENT:
        raise CannotApplyError("There is no payout of this number on its way.")
    if (withdrawal.amount_minor, withdrawal.account_id) != (row.amount_minor, row.account_id):
        raise CannotApplyError("The payout has another amount or account than the break.")
    return withdrawal


def replace_match(
    match: LineMatch, meaning: Meaning, reason: str, approved: ApprovedRequest
) -> None:
    """End what a line meant so far, and write what it means now."""
    LineMatch.objects.filter(id=match.pk).update(ends_at=approved.at)
    LineMatch.objects.create(
        line_id=match.line_id,
        meaning=meaning,
        reason=reason,
        matched_by_id=approved.decided_by,
        starts_at=approved.at,
        key=derive_id("bank.match", approved.key, match.line_id),
    )
