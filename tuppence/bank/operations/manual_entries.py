"""Entries by hand, reversals, and payouts that the bank refused: always two people."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from tuppence.bank.journal import Entry, Group
from tuppence.bank.manual_entry import (
    CONTROLLED,
    HandEntry,
    ManualEntryError,
    check_floors,
    check_hand_entries,
    effects,
    entries_of,
    members_among,
    members_concerned,
    plain,
)
from tuppence.bank.models import ManualEntry, Withdrawal
from tuppence.bank.operations.booking import book
from tuppence.bank.operations.loads import lock_withdrawals
from tuppence.bank.operations.permitted import require
from tuppence.bank.operations.steps import Step, write_steps
from tuppence.bank.operations.withdrawals import event, put_back
from tuppence.bank.withdrawal import State
from tuppence.events.operations import record
from tuppence.ledger import operations as ledger
from tuppence.ledger.ids import derive_id
from tuppence.ledger.operations import PostingRefused
from tuppence.ledger.queries import account_keys, balances, reversed_among, transfers_by_id
from tuppence.ledger.transfers import Status
from tuppence.members.approvals import JSON
from tuppence.members.models import ApprovalRequest
from tuppence.members.operations import (
    ApprovedRequest,
    CannotApplyError,
    approval_handler,
    request_approval,
)
from tuppence.members.queries import members, ties_of
from tuppence.members.roles import Permission
from tuppence.money.refusals import sentence

ENTRY_KIND = "bank.manual_entry"
REVERSAL_KIND = "bank.reversal"
REJECTION_KIND = "bank.payout_rejected"
EXPLAINED = frozenset({"loan", "listing", "product"})
"""Transfers about these follow from payments and orders, and are taken back with them."""
SHORT_NOW = sentence(
    "An account would fall below zero by now. Refuse this with a reason, and ask for less."
)
ALREADY = sentence("One of the transfers has been taken back meanwhile. Refuse this.")


def request_manual_entry(
    entries: Sequence[HandEntry], *, why: str, by: int, at: datetime, key: UUID
) -> ApprovalRequest:
    """Ask for an entry by hand; another person approves, and then it is posted as one group.

    Raises ManualEntryError for what can never stand, BelowFloorError for what can't stand now,
    NotPermittedError for who may not ask.
    """
    require(by, Permission.MANUAL_ENTRY)
    check_hand_entries(entries, why)
    concerned = members_concerned(entries)
    if len(members(concerned)) != len(concerned):
        raise ManualEntryError(sentence("One of the accounts belongs to no member."))
    if ties_of(by) & set(concerned):
        raise ManualEntryError(sentence("An entry on your own account is made by others."))
    _check_balances(entries, key)
    payload: dict[str, JSON] = {"why": why, "entries": [plain(entry) for entry in entries]}
    # The one member concerned can then not approve; of several, the handler looks.
    member_id = concerned[0] if len(concerned) == 1 else None
    return request_approval(ENTRY_KIND, payload, made_by=by, at=at, key=key, member_id=member_id)


@approval_handler(ENTRY_KIND, permission=Permission.APPROVE_MANUAL_ENTRY)
def book_manual_entry(approved: ApprovedRequest) -> None:
    """Post the entry that two people agreed on."""
    entries = entries_of(approved.payload)
    if ties_of(approved.decided_by) & set(members_concerned(entries)):
        raise CannotApplyError(sentence("An entry on your own account is approved by others."))
    manual = _write(approved, reverses=[])
    group = Group(
        id=derive_id("bank.manual", approved.key),
        entries=tuple(
            Entry("manual", e.debit, e.credit, e.amount_minor, "manual_entry", manual.pk)
            for e in entries
        ),
        occurred_at=approved.at,
        recorded_at=approved.at,
    )
    try:
        book([group], at=approved.at)
    except PostingRefused as error:
        raise CannotApplyError(SHORT_NOW) from error


def mirrors_of(transfer_ids: Sequence[UUID]) -> list[HandEntry]:
    """The lines that would take these transfers back."""
    found = transfers_by_id(transfer_ids)
    keys = account_keys(
        account for t in found.values() for account in (t.debit_account_id, t.credit_account_id)
    )
    return [
        HandEntry(
            keys[found[number].credit_account_id],
            keys[found[number].debit_account_id],
            found[number].amount_minor,
        )
        for number in transfer_ids
        if number in found
    ]


def _is_asked(key: UUID) -> bool:
    return ApprovalRequest.objects.filter(key=key).exists()


def _check_balances(entries: Sequence[HandEntry], key: UUID) -> None:
    # What was asked before is answered as before, wherever the balances are by now.
    if not _is_asked(key):
        touched = {account for entry in entries for account in (entry.debit, entry.credit)}
        check_floors(effects(entries, balances(touched)))


def request_reversal(
    transfer_ids: Sequence[UUID], *, why: str, by: int, at: datetime, key: UUID
) -> ApprovalRequest:
    """Ask that transfers be taken back by their mirror images; another person approves.

    Raises ManualEntryError where one is unknown, reversed already, or moved an account that
    other rows explain.
    """
    require(by, Permission.MANUAL_ENTRY)
    if not why.strip() or not transfer_ids:
        raise ManualEntryError(sentence("Say what is to be taken back, and why."))
    found = transfers_by_id(transfer_ids)
    if len(found) != len(set(transfer_ids)):
        raise ManualEntryError(sentence("One of the transfers does not exist."))
    if reversed_among(list(found)) and not _is_asked(key):
        raise ManualEntryError(sentence("One of the transfers has been taken back already."))
    touched = {t.debit_account_id for t in found.values()}
    touched |= {t.credit_account_id for t in found.values()}
    keys = account_keys(touched).values()
    explained = any(transfer.subject_kind in EXPLAINED for transfer in found.values())
    if explained or {account.kind for account in keys} & CONTROLLED:
        raise ManualEntryError(
            sentence(
                "Such a transfer stands with the line, order or loan it tells of, and is not"
                " taken back here: enter what should follow from it."
            )
        )
    concerned = members_among(keys)
    if ties_of(by) & set(concerned):
        raise ManualEntryError(sentence("An entry on your own account is made by others."))
    _check_balances(mirrors_of(transfer_ids), key)
    payload: dict[str, JSON] = {"why": why, "transfers": [str(item) for item in transfer_ids]}
    member_id = concerned[0] if len(concerned) == 1 else None
    return request_approval(REVERSAL_KIND, payload, made_by=by, at=at, key=key, member_id=member_id)


@approval_handler(REVERSAL_KIND, permission=Permission.APPROVE_MANUAL_ENTRY)
def book_reversal(approved: ApprovedRequest) -> None:
    """Take the transfers back, all or none."""
    raw = approved.payload["transfers"]
    assert isinstance(raw, list)
    ids = [UUID(str(item)) for item in raw]
    found = transfers_by_id(ids).values()
    touched = {t.debit_account_id for t in found} | {t.credit_account_id for t in found}
    if ties_of(approved.decided_by) & set(members_among(account_keys(touched).values())):
        raise CannotApplyError(sentence("An entry on your own account is approved by others."))
    _write(approved, reverses=[str(item) for item in ids])
    group_id = derive_id("bank.reversal", approved.key)
    statuses = ledger.reverse(ids, key=group_id, at=approved.at)
    refused = [status for status in statuses if not status.accepted]
    if refused:
        raise CannotApplyError(ALREADY if Status.ALREADY_REVERSED in refused else SHORT_NOW)


def request_payout_rejection(
    withdrawal_id: int, *, why: str, by: int, at: datetime, key: UUID
) -> ApprovalRequest:
    """Ask that a sent payout be given back because the bank did not carry it out.

    Two people, because a payout given back that the bank carries out after all is paid twice.
    """
    require(by, Permission.SEND_PAYMENTS)
    if not why.strip():
        raise ManualEntryError(sentence("Say what the bank's answer was."))
    payload: dict[str, JSON] = {"withdrawal_id": withdrawal_id, "why": why}
    payee = Withdrawal.objects.filter(id=withdrawal_id).values_list("member_id", flat=True).first()
    if payee in ties_of(by):
        raise ManualEntryError(sentence("An entry on your own account is made by others."))
    return request_approval(REJECTION_KIND, payload, made_by=by, at=at, key=key, member_id=payee)


@approval_handler(REJECTION_KIND, permission=Permission.APPROVE_WITHDRAWAL)
def give_back_rejected(approved: ApprovedRequest) -> None:
    """Put the money of a payout that the bank refused back to the member."""
    withdrawal_id = approved.payload["withdrawal_id"]
    assert isinstance(withdrawal_id, int)
    row = next(iter(lock_withdrawals([withdrawal_id])), None)
    if row is None or row.state != State.SENT:
        raise CannotApplyError("There is no payout of this number on its way.")
    step = Step(
        row.pk,
        row.key,
        at=approved.at,
        by=approved.decided_by,
        asked_by=approved.made_by,
        reason=str(approved.payload["why"]),
    )
    write_steps([step], State.REFUSED)
    put_back([(row, approved.at)], State.REFUSED)
    record([event("withdrawal.refused", row, at=approved.at)])


def _write(approved: ApprovedRequest, *, reverses: list[str]) -> ManualEntry:
    return ManualEntry.objects.create(
        key=approved.key,
        approval_id=approved.id,
        why=str(approved.payload["why"]),
        reverses=reverses,
        asked_by_id=approved.made_by,
        approved_by_id=approved.decided_by,
        booked_at=approved.at,
    )
