"""Say what lines of the firm's bank are, take that back, set prepaid money off against debts."""

from collections.abc import Sequence
from datetime import datetime, time
from uuid import UUID

from django.db import transaction

from tuppence import platform
from tuppence.growth.firm_bank import (
    KINDS,
    OF_PARTNERS,
    LineFacts,
    Parts,
    Side,
    Use,
    UseOrder,
    UseStatus,
    decide_use,
    parts_of,
    sides_of,
)
from tuppence.growth.models import FirmLine, FirmLineUse, Partner, PrepaidSetOff
from tuppence.growth.operations.spend import lock_spend
from tuppence.growth.queries.firm_bank import free_twins, partner_balance
from tuppence.ledger import operations as ledger
from tuppence.ledger.chart import CHART, AccountKind, Owner
from tuppence.ledger.ids import derive_id
from tuppence.ledger.queries import reversed_among
from tuppence.ledger.transfers import AccountKey, Transfer
from tuppence.members import queries as members
from tuppence.members.audit_trail import Audit
from tuppence.members.naming import clean_text
from tuppence.members.operations import audit
from tuppence.members.roles import Permission

LINE = "firm_line"
PARTNER = "partner"
SET_OFF = "prepaid_set_off"


@transaction.atomic
def use_line(order: UseOrder) -> UseStatus:
    """Take a line for what the order says and book it. The same key again is `EXISTS`."""
    if Permission.ASSIGN_RECEIPT not in members.permissions_of_user(order.by):
        return UseStatus.NOT_PERMITTED
    lock_spend()  # what a partner is owed moves by spend too
    known = FirmLineUse.objects.filter(key=order.key).first()
    if known is not None:
        same = (known.line_id, known.use, known.partner_id) == (
            *(order.line_id, order.use),
            order.partner_id if order.use in OF_PARTNERS else None,
        )
        return UseStatus.EXISTS if same else UseStatus.EXISTS_WITH_DIFFERENT_FIELDS
    row = _line(order.line_id)
    facts = _facts(order, row) if row else None
    status = decide_use(order, facts)
    if row is None or facts is None or status is not UseStatus.DONE:
        return status
    parts = Parts()
    if order.use in OF_PARTNERS:
        assert facts.balance is not None
        parts = parts_of(order.use, row.amount_minor, facts.balance)
    FirmLineUse.objects.create(
        key=order.key,
        line=row,
        use=order.use,
        partner_id=order.partner_id if order.use in OF_PARTNERS else None,
        owed_less_minor=parts.owed_less_minor,
        prepaid_more_minor=parts.prepaid_more_minor,
        twin=facts.twin_id if order.use is Use.CLIENT_MONEY else None,
        why=clean_text(order.why)[:200],
        by_id=order.by,
        at=order.at,
    )
    _post(row, order, sides_of(order.use, row.amount_minor, parts))
    audit([_entry(f"firm_bank.{order.use.value}", row.pk, order.by, order.at, order.why)])
    return UseStatus.DONE


def _line(line_id: int) -> FirmLine | None:
    return (
        FirmLine.objects.select_for_update(of=("self",), no_key=True)
        .select_related("account")
        .filter(id=line_id)
        .first()
    )


def _facts(order: UseOrder, row: FirmLine) -> LineFacts:
    currency = row.account.currency
    balance = None
    if order.use in OF_PARTNERS and Partner.objects.filter(id=order.partner_id or 0).exists():
        balance = partner_balance(order.partner_id or 0, currency)
    twin = None
    if order.use is Use.CLIENT_MONEY:
        same = [each for each in free_twins(currency) if each.amount_minor == row.amount_minor]
        twin = same[0].id if same else None
    return LineFacts(
        amount_minor=row.amount_minor,
        is_used=FirmLineUse.objects.filter(line=row, ended_at=None).exists(),
        balance=balance,
        twin_id=twin,
    )


def _post(row: FirmLine, order: UseOrder, sides: Sequence[Side]) -> None:
    """Book the sides in the day of the line."""
    currency, partner = row.account.currency, order.partner_id or 0
    keys = [
        (_account(side.debit, partner, currency), _account(side.credit, partner, currency))
        for side in sides
    ]
    ids = ledger.open_accounts({key for pair in keys for key in pair}, at=order.at)
    ledger.post_all(
        [
            Transfer(
                id=derive_id("growth.firm_line", order.key, place),
                debit_account_id=ids[debit],
                credit_account_id=ids[credit],
                amount_minor=side.amount_minor,
                kind=side.kind,
                occurred_at=datetime.combine(row.booked_on, time(0), platform.zone()),
                recorded_at=order.at,
                group_id=order.key,
                subject_kind=LINE,
                subject_id=row.pk,
            )
            for place, (side, (debit, credit)) in enumerate(zip(sides, keys, strict=True))
        ]
    )


def _account(kind: AccountKind, partner_id: int, currency: str) -> AccountKey:
    owner = partner_id if CHART[kind].owner is Owner.PARTNER else 0
    return AccountKey(kind, owner, currency)


@transaction.atomic
def take_line_back(line_id: int, *, why: str, by: int, at: datetime) -> UseStatus:
    """A line is not what was said of it: its transfers are reversed, and it waits again."""
    reason = clean_text(why)
    if Permission.ASSIGN_RECEIPT not in members.permissions_of_user(by):
        return UseStatus.NOT_PERMITTED
    if not reason:
        return UseStatus.REASON_MISSING
    lock_spend()
    row = _line(line_id)
    use = FirmLineUse.objects.filter(line_id=line_id, ended_at=None).first()
    if row is None or use is None:
        return UseStatus.NOT_USED
    if use.partner_id is not None:
        left = partner_balance(use.partner_id, row.account.currency).prepaid_minor
        if left - use.prepaid_more_minor < 0:
            return UseStatus.PREPAID_SPENT
    _reverse(row, use, at=at)
    FirmLineUse.objects.filter(id=use.pk).update(ended_at=at, ended_by=by, ended_why=reason[:200])
    audit([_entry("firm_bank.take_back", line_id, by, at, reason)])
    return UseStatus.DONE


def _reverse(row: FirmLine, use: FirmLineUse, *, at: datetime) -> None:
    if use.use not in KINDS:
        return
    parts = Parts(use.owed_less_minor, use.prepaid_more_minor)
    count = len(sides_of(Use(use.use), row.amount_minor, parts))
    ids = [derive_id("growth.firm_line", use.key, place) for place in range(count)]
    standing = [number for number in ids if number not in reversed_among(ids)]
    statuses = ledger.reverse(standing, key=derive_id("growth.firm_back", use.key), at=at)
    assert all(status.accepted for status in statuses), statuses


@transaction.atomic
def set_off_prepaid(partner_id: int, *, by: int, at: datetime, key: UUID) -> UseStatus:
    """Take what was paid to a partner beforehand for what they are owed: payables / prepaid."""
    if Permission.ASSIGN_RECEIPT not in members.permissions_of_user(by):
        return UseStatus.NOT_PERMITTED
    lock_spend()
    if PrepaidSetOff.objects.filter(key=key).exists():
        return UseStatus.EXISTS
    if not Partner.objects.filter(id=partner_id).exists():
        return UseStatus.PARTNER_NOT_FOUND
    currency = platform.currency()
    balance = partner_balance(partner_id, currency)
    amount_minor = min(balance.owed_minor, balance.prepaid_minor)
    if amount_minor <= 0:
        return UseStatus.NOTHING_TO_SET_OFF
    PrepaidSetOff.objects.create(
        key=key,
        partner_id=partner_id,
        amount_minor=amount_minor,
        currency=currency,
        by_id=by,
        at=at,
    )
    owed = AccountKey(AccountKind.PAYABLES, partner_id, currency)
    prepaid = AccountKey(AccountKind.PREPAID_ADVERTISING, partner_id, currency)
    ids = ledger.open_accounts([owed, prepaid], at=at)
    ledger.post_all(
        [
            Transfer(
                id=derive_id("growth.set_off", key),
                debit_account_id=ids[owed],
                credit_account_id=ids[prepaid],
                amount_minor=amount_minor,
                kind=SET_OFF,
                occurred_at=at,
                recorded_at=at,
                group_id=key,
                subject_kind=PARTNER,
                subject_id=partner_id,
            )
        ]
    )
    audit([_entry("partner.set_off", partner_id, by, at, "", kind=PARTNER)])
    return UseStatus.DONE


def _entry(action: str, number: int, by: int, at: datetime, why: str, *, kind: str = LINE) -> Audit:
    return Audit(
        at=at,
        user_id=by,
        action=action,
        outcome="done",
        subject_kind=kind,
        subject_id=number,
        why=why,
    )
