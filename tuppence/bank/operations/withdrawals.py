"""Withdrawals before they leave: asked, approved by a second person, refused, cancelled."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import partial

from django.conf import settings
from django.db import transaction

from tuppence.bank.journal import Group, asked_entry, put_back_entry
from tuppence.bank.models import ClientBankAccount, Withdrawal
from tuppence.bank.operations.booking import book, business_zone
from tuppence.bank.operations.loads import load_asks, load_steps, paying_accounts
from tuppence.bank.operations.steps import Step, write_steps
from tuppence.bank.payout_promise import PayoutPolicy, promised_on
from tuppence.bank.withdrawal import (
    AskBook,
    Asked,
    AskOrder,
    AskStatus,
    State,
    StepOrder,
    StepOutcome,
    StepStatus,
    decide_asks,
    decide_steps,
)
from tuppence.events.happenings import Event
from tuppence.events.operations import record
from tuppence.ledger.ids import derive_id
from tuppence.members.audit_trail import Audit
from tuppence.members.operations import audit
from tuppence.money.calendars import add_business_days


@transaction.atomic
def ask_withdrawals(orders: Sequence[AskOrder]) -> list[Asked]:
    """Take members' money out of their reach, to be sent to their own verified accounts.

    One outcome an order, in order, with the promised day. The same key again gives the first
    outcome.
    """
    if not orders:
        return []
    accounts = paying_accounts()
    asks = load_asks(orders, accounts)
    statuses = decide_asks(orders, asks)
    fresh = [o for o, status in zip(orders, statuses, strict=True) if status is AskStatus.ASKED]
    rows = write_asked(fresh, asks, accounts)
    known = {key: (found.withdrawal_id, found.promised_on) for key, found in asks.standing.items()}
    known |= {row.key: (row.pk, row.promised_on) for row in rows}
    return [
        Asked(order.key, status, *(known[order.key] if status.accepted else ()))
        for order, status in zip(orders, statuses, strict=True)
    ]


@transaction.atomic
def approve_withdrawals(orders: Sequence[StepOrder]) -> list[StepOutcome]:
    """Say yes, as a second person with the permission; then they wait for the next payment file."""
    return move(orders, State.APPROVED)


@transaction.atomic
def refuse_withdrawals(orders: Sequence[StepOrder]) -> list[StepOutcome]:
    """Say no, with a reason, before it was sent; the money is the member's to use again."""
    return move(orders, State.REFUSED)


@transaction.atomic
def cancel_withdrawals(orders: Sequence[StepOrder]) -> list[StepOutcome]:
    """The member takes the wish back before it was sent; the money is theirs to use again."""
    return move(orders, State.CANCELLED)


def write_asked(
    orders: Sequence[AskOrder], asks: AskBook, accounts: Mapping[str, ClientBankAccount]
) -> list[Withdrawal]:
    """Write the accepted asks: row, first step, entry, event."""
    rows = Withdrawal.objects.bulk_create(
        Withdrawal(
            key=order.key,
            member_id=order.member_id,
            account=accounts[order.currency],
            purpose=order.purpose,
            amount_minor=order.amount_minor,
            bank_account_id=paid_to(asks, order.member_id),
            asked_by_id=order.by,
            asked_at=order.at,
            promised_on=promise(order, accounts[order.currency]),
            state=State.ASKED,
        )
        for order in orders
    )
    write_steps(
        [Step(row.pk, row.key, at=row.asked_at, by=row.asked_by_id) for row in rows], State.ASKED
    )
    groups = [
        Group(
            id=derive_id("bank.withdrawal", row.key),
            entries=(
                asked_entry(
                    row.member_id, row.amount_minor, row.account.currency, withdrawal_id=row.pk
                ),
            ),
            occurred_at=row.asked_at,
            recorded_at=row.asked_at,
        )
        for row in rows
    ]
    if rows:
        book(groups, at=min(row.asked_at for row in rows))
    record([event("withdrawal.asked", row, at=row.asked_at) for row in rows])
    return rows


def paid_to(asks: AskBook, member_id: int) -> int:
    """The verified account of a member whose ask was accepted."""
    bank_account_id = asks.payees[member_id].bank_account_id
    assert bank_account_id is not None
    return bank_account_id


def promise(order: AskOrder, account: ClientBankAccount) -> date:
    """The day by which the money is promised to be on the member's account."""
    policy = PayoutPolicy(business_zone(), account.payout_cut_off, account.payout_days)
    calendar = partial(add_business_days, country=settings.TUPPENCE_COUNTRY)
    return promised_on(order.at, policy, calendar)


def move(orders: Sequence[StepOrder], to: State) -> list[StepOutcome]:
    """Decide these steps and write those that stand; every try goes to the audit trail."""
    if not orders:
        return []
    steps, rows = load_steps(orders)
    statuses = decide_steps(orders, to, steps)
    done = [o for o, status in zip(orders, statuses, strict=True) if status is StepStatus.DONE]
    write_steps([step_of(order, rows[order.withdrawal_id]) for order in done], to)
    if to in {State.REFUSED, State.CANCELLED}:
        put_back([(rows[o.withdrawal_id], o.at) for o in done], to)
    record([event(f"withdrawal.{to}", rows[o.withdrawal_id], at=o.at) for o in done])
    audit(
        [
            Audit(
                at=order.at,
                user_id=order.by,
                action=f"withdrawal.{to}",
                outcome=status.value,
                subject_kind="withdrawal",
                subject_id=order.withdrawal_id,
                why=order.reason,
            )
            for order, status in zip(orders, statuses, strict=True)
        ]
    )
    return [StepOutcome(o.key, status) for o, status in zip(orders, statuses, strict=True)]


def step_of(order: StepOrder, row: Withdrawal) -> Step:
    """The step that an order makes; the asker is repeated for the table's own check."""
    return Step(
        row.pk,
        row.key,
        at=order.at,
        by=order.by,
        asked_by=row.asked_by_id,
        reason=order.reason,
        key=order.key,
    )


def put_back(moved: Sequence[tuple[Withdrawal, datetime]], to: State) -> None:
    """Give members back what was in flight."""
    groups = [
        Group(
            id=derive_id("bank.withdrawal.back", row.key),
            entries=(
                put_back_entry(
                    f"withdrawal_{to}",
                    row.member_id,
                    row.amount_minor,
                    row.account.currency,
                    withdrawal_id=row.pk,
                ),
            ),
            occurred_at=at,
            recorded_at=at,
        )
        for row, at in moved
    ]
    if groups:
        book(groups, at=min(group.recorded_at for group in groups))


def event(verb: str, row: Withdrawal, *, at: datetime) -> Event:
    """What is told of a withdrawal; never where the money goes."""
    return Event(
        verb,
        at,
        member_id=row.member_id,
        subject_kind="withdrawal",
        subject_id=row.pk,
        amount_minor=row.amount_minor,
        currency=row.account.currency,
        properties={"purpose": row.purpose},
    )
