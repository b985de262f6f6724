"""A member's bank account: named by the member, verified by staff, changed by two people."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from tuppence.events.happenings import Event
from tuppence.events.operations import record
from tuppence.members import queries
from tuppence.members.audit_trail import Audit
from tuppence.members.bank_account import (
    AccountCase,
    Addition,
    AddOrder,
    AddStatus,
    Iban,
    IbanError,
    VerifyOrder,
    VerifyStatus,
    decide_addition,
    decide_verification,
    masked,
    parse_iban,
)
from tuppence.members.models import ApprovalRequest, BankAccount
from tuppence.members.naming import clean_name
from tuppence.members.operations.approvals import (
    ApprovedRequest,
    CannotApplyError,
    approval_handler,
    request_approval,
)
from tuppence.members.operations.audit import audit
from tuppence.members.operations.staff import NotPermittedError
from tuppence.members.roles import Permission
from tuppence.postgres import bulk

CHANGE_KIND = "members.bank_account_change"


@transaction.atomic
def add_bank_accounts(orders: Sequence[AddOrder]) -> list[Addition]:
    """Name accounts; one outcome an order, in order. Nothing is paid to one before it is verified.

    A repeated key gets its first account. Naming another account retires one that was named and
    never verified.
    """
    members = queries.lock_members(order.member_id for order in orders)
    used = queries.keys_used(
        "members_bankaccount", ("member_id", "iban"), [order.key for order in orders]
    )
    named = open_accounts_of(list(members))
    statuses: list[AddStatus] = []
    fresh: list[tuple[AddOrder, Iban]] = []
    for order in orders:
        iban = read_iban(order.iban)
        if order.key in used:
            same = iban is not None and used[order.key] == (order.member_id, iban.compact)
            statuses.append(AddStatus.EXISTS if same else AddStatus.EXISTS_WITH_DIFFERENT_FIELDS)
            continue
        member = members.get(order.member_id)
        status = decide_addition(
            order,
            legal_name=member.legal_name if member else None,
            iban=iban,
            open_ibans=frozenset(named.get(order.member_id, [])),
        )
        statuses.append(status)
        if status is AddStatus.ADDED and iban is not None:
            named.setdefault(order.member_id, []).append(iban.compact)
            used[order.key] = (order.member_id, iban.compact)
            fresh.append((order, iban))
    write_accounts(fresh)
    made = queries.keys_used("members_bankaccount", ("id",), [order.key for order in orders])
    return [
        Addition(order.key, status, made[order.key][0] if order.key in made else None)
        for order, status in zip(orders, statuses, strict=True)
    ]


def read_iban(text: str) -> Iban | None:
    """The account number, or None where it can't exist."""
    try:
        return parse_iban(text)
    except IbanError:
        return None


def open_accounts_of(member_ids: Sequence[int]) -> dict[int, list[str]]:
    """The account numbers of each member that are not retired."""
    found: dict[int, list[str]] = {}
    rows = BankAccount.objects.filter(member_id__in=member_ids, retired_at=None)
    for member_id, iban in rows.values_list("member_id", "iban"):
        found.setdefault(member_id, []).append(iban)
    return found


def write_accounts(fresh: Sequence[tuple[AddOrder, Iban]]) -> None:
    """The new rows; of a member's accounts that wait for verification only the newest stays."""
    bulk.copy_rows(
        "members_bankaccount",
        ("key", "member_id", "iban", "bic", "holder_name", "added_by_id", "added_at"),
        [
            (o.key, o.member_id, iban.compact, iban.bic, clean_name(o.holder_name), o.by, o.at)
            for o, iban in fresh
        ],
    )
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE members_bankaccount older SET retired_at = newest.added_at
            FROM (
                SELECT DISTINCT ON (member_id) member_id, id, added_at
                FROM members_bankaccount
                WHERE member_id = ANY(%s) AND verified_at IS NULL AND retired_at IS NULL
                ORDER BY member_id, id DESC
            ) AS newest
            WHERE older.member_id = newest.member_id AND older.id <> newest.id
              AND older.verified_at IS NULL AND older.retired_at IS NULL
            """,
            [sorted({order.member_id for order, _ in fresh})],
        )


@transaction.atomic
def verify_bank_accounts(orders: Sequence[VerifyOrder], *, by: int) -> list[VerifyStatus]:
    """Accept accounts as the members' own; one status an order, in order.

    The first account of a member needs one member of staff; where another is in use the status is
    `NEEDS_SECOND_PERSON`, and `request_bank_account_change` is the way.
    """
    cases = load_cases([order.bank_account_id for order in orders])
    permitted = Permission.CHANGE_BANK_DETAILS in queries.permissions_of_user(by)
    ties = queries.ties_of(by)
    statuses: list[VerifyStatus] = []
    accepted: list[tuple[AccountCase, datetime]] = []
    for order in orders:
        case = cases.get(order.bank_account_id)
        status = decide_verification(case, permitted=permitted, acts_for=ties)
        statuses.append(status)
        if status is VerifyStatus.VERIFIED and case is not None:
            # A member has one account waiting for this, so no other of theirs is in the batch.
            cases[order.bank_account_id] = replace(case, verified=True)
            accepted.append((case, order.at))
    verify(accepted, by=by)
    audit(
        [
            entry("bank_account.verify", order.bank_account_id, by=by, at=order.at, outcome=status)
            for order, status in zip(orders, statuses, strict=True)
        ]
    )
    return statuses


def load_cases(bank_account_ids: Sequence[int]) -> dict[int, AccountCase]:
    """These accounts with what verifying depends on; their members stay locked."""
    owners = dict(
        BankAccount.objects.filter(id__in=bank_account_ids).values_list("id", "member_id")
    )
    members = queries.lock_members(owners.values())
    in_use = queries.payout_accounts(owners.values())
    rows = BankAccount.objects.filter(id__in=bank_account_ids)
    return {
        row.pk: AccountCase(
            bank_account_id=row.pk,
            member_id=row.member_id,
            verified=row.verified_at is not None,
            retired=row.retired_at is not None,
            blocked=members[row.member_id].blocked_at is not None,
            member_has_verified=row.member_id in in_use,
        )
        for row in rows
    }


def verify(accepted: Sequence[tuple[AccountCase, datetime]], *, by: int) -> None:
    """These accounts are in use from now on."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE members_bankaccount a SET verified_at = v.at, verified_by_id = %s"
            " FROM unnest(%s::bigint[], %s::timestamptz[]) AS v (id, at) WHERE a.id = v.id",
            [by, [case.bank_account_id for case, _ in accepted], [at for _, at in accepted]],
        )
    record(
        [
            Event("member.bank_account_verified", at, member_id=case.member_id)
            for case, at in accepted
        ]
    )


def request_bank_account_change(
    bank_account_id: int, *, by: int, at: datetime, key: UUID
) -> ApprovalRequest:
    """Ask that a named account take the place of the one in use; a second person approves.

    `NotPermittedError` where `by` may not change bank details; `BankAccount.DoesNotExist` where
    there is no such account.
    """
    if Permission.CHANGE_BANK_DETAILS not in queries.permissions_of_user(by):
        raise NotPermittedError("Ask a finance officer to change bank details.")
    account = BankAccount.objects.get(id=bank_account_id)
    return request_approval(
        CHANGE_KIND,
        {"bank_account_id": account.pk, "iban": account.iban, "holder_name": account.holder_name},
        made_by=by,
        at=at,
        key=key,
        member_id=account.member_id,
    )


@approval_handler(CHANGE_KIND, permission=Permission.APPROVE_BANK_DETAILS)
def change_bank_account(approved: ApprovedRequest) -> None:
    """Retire the account in use and take the approved one, if it is still what was approved."""
    bank_account_id = approved.payload["bank_account_id"]
    assert isinstance(bank_account_id, int)
    case = load_cases([bank_account_id]).get(bank_account_id)
    account = BankAccount.objects.get(id=bank_account_id)
    if case is None or case.retired or case.verified or account.iban != approved.payload["iban"]:
        raise CannotApplyError("The account is no longer waiting; look at the member's accounts.")
    if case.blocked:
        raise CannotApplyError("The member is blocked; lift the block first.")
    BankAccount.objects.filter(
        member_id=case.member_id, verified_at__isnull=False, retired_at=None
    ).update(retired_at=approved.at)
    verify([(case, approved.at)], by=approved.decided_by)
    audit(
        [
            entry(
                "bank_account.change",
                bank_account_id,
                by=approved.decided_by,
                at=approved.at,
                outcome=VerifyStatus.VERIFIED,
                shown=masked(account.iban),
            )
        ]
    )


def entry(
    action: str, account_id: int, *, by: int, at: datetime, outcome: VerifyStatus, shown: str = ""
) -> Audit:
    """What the trail says of one account, its number masked."""
    return Audit(
        at=at,
        user_id=by,
        action=action,
        outcome=outcome.value,
        subject_kind="bank_account",
        subject_id=account_id,
        after={"iban": shown} if shown else {},
    )
