"""A receipt without the float's reference is the firm's money for gifts, by two people's word."""

from datetime import datetime
from uuid import UUID

from tuppence.bank.house_payment import HousePaymentError
from tuppence.bank.journal import LINE, Group, float_entries
from tuppence.bank.matching import Meaning
from tuppence.bank.models import LineMatch
from tuppence.bank.operations.booking import book
from tuppence.bank.operations.breaks import replace_match, whole
from tuppence.bank.operations.permitted import require
from tuppence.events.happenings import Event
from tuppence.events.operations import record
from tuppence.ledger.ids import derive_id
from tuppence.members.models import ApprovalRequest
from tuppence.members.operations import (
    ApprovedRequest,
    CannotApplyError,
    approval_handler,
    request_approval,
)
from tuppence.members.roles import Permission
from tuppence.money.refusals import sentence

FLOAT_KIND = "bank.float_receipt"


def request_float_receipt(
    line_id: int, *, why: str, by: int, at: datetime, key: UUID
) -> ApprovalRequest:
    """Ask that an unidentified receipt count as the firm's money for gifts; another approves.

    Raises HousePaymentError where it does not wait, NotPermittedError for who may not ask.
    """
    require(by, Permission.MANUAL_ENTRY)
    match = LineMatch.objects.select_related("line__account").filter(
        line_id=line_id, ends_at=None, meaning=Meaning.UNALLOCATED
    )
    waiting = match.first()
    if waiting is None:
        raise HousePaymentError(sentence("The receipt does not wait in unallocated any more."))
    return request_approval(
        FLOAT_KIND,
        {
            "line_id": line_id,
            "amount_minor": waiting.line.amount_minor,
            "currency": waiting.line.account.currency,
            "why": why.strip(),
        },
        made_by=by,
        at=at,
        key=key,
    )


@approval_handler(FLOAT_KIND, permission=Permission.APPROVE_MANUAL_ENTRY)
def agree_float_receipt(approved: ApprovedRequest) -> None:
    """Book the receipt into the float, if it still waits for its owner."""
    line_id = whole(approved, "line_id")
    match = (
        LineMatch.objects.select_for_update(of=("self",), no_key=True)
        .select_related("line__account")
        .filter(line_id=line_id, ends_at=None, meaning=Meaning.UNALLOCATED)
        .first()
    )
    if match is None:
        raise CannotApplyError("The receipt does not wait in unallocated any more.")
    amount_minor, currency = match.line.amount_minor, match.line.account.currency
    replace_match(match, Meaning.FLOAT, str(approved.payload["why"])[:200], approved)
    entries = float_entries(amount_minor, currency, line_id=line_id)
    group = Group(derive_id("bank.float", approved.key), entries, approved.at, approved.at)
    book([group], at=approved.at)
    record(
        [
            Event(
                "promo_float.received",
                approved.at,
                subject_kind=LINE,
                subject_id=line_id,
                amount_minor=amount_minor,
                currency=currency,
            )
        ]
    )
