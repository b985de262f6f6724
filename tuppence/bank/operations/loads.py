"""What the operations decide on: rows, locked where they will move, as plain values.

Locks are taken in one order everywhere: client bank account, withdrawals by id, payments of the
house by id, ledger accounts by id.
"""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from django.db.models import Q

from tuppence.bank.house_payment import HousePurpose
from tuppence.bank.journal import available
from tuppence.bank.matching import Clues, Cover, Known, Payout, PayoutState, clues
from tuppence.bank.models import (
    BreakCover,
    ClientBankAccount,
    HousePayment,
    Withdrawal,
    WithdrawalStep,
)
from tuppence.bank.statement import StatementLine
from tuppence.bank.withdrawal import (
    Actor,
    AskBook,
    AskOrder,
    Case,
    Payee,
    Purpose,
    Standing,
    State,
    StepBook,
    StepOrder,
)
from tuppence.ledger import operations as ledger
from tuppence.ledger.chart import AccountKind
from tuppence.ledger.queries import account_ids, lock_accounts
from tuppence.ledger.transfers import AccountKey
from tuppence.members.models import User
from tuppence.members.queries import (
    acts_for,
    members,
    payout_accounts,
    permissions_of_user,
    ties_of,
)
from tuppence.members.roles import Permission

PREPARES = {Purpose.LOAN_PAYOUT: Permission.PREPARE_PAYOUT}
APPROVES = {
    Purpose.WITHDRAWAL: Permission.APPROVE_WITHDRAWAL,
    Purpose.LOAN_PAYOUT: Permission.APPROVE_PAYOUT,
}

PAYOUT_STATES = {State.SENT: PayoutState.OPEN, State.PAID: PayoutState.PAID}


def load_known(lines: Sequence[StatementLine]) -> Known:
    """Everything that these lines name, as far as it exists; payouts are locked in id order."""
    named = [clues(line) for line in lines]
    return Known(
        member_ids=frozenset(members(item.member_id for item in named if item.member_id)),
        covers=_covers(named),
        payouts=_payouts(named),
        floats=_floats(named),
    )


def _covers(named: Sequence[Clues]) -> list[Cover]:
    keys = {item.cover_key for item in named if item.cover_key}
    rows = BreakCover.objects.select_related("bank_break__account").filter(
        key__in=keys, received_at=None
    )
    return [
        Cover(row.pk, row.key, row.amount_minor, row.bank_break.account.currency) for row in rows
    ]


def _floats(named: Sequence[Clues]) -> dict[UUID, str]:
    keys = {item.float_key for item in named if item.float_key}
    rows = ClientBankAccount.objects.filter(key__in=keys, closed_at=None) if keys else ()
    return {row.key: row.currency for row in rows}


def _payouts(named: Sequence[Clues]) -> list[Payout]:
    keys = {item.payout_key for item in named if item.payout_key}
    file_keys = {item.file_key for item in named if item.file_key}
    wanted = Q(key__in=keys) | Q(payout_file__key__in=file_keys)
    ids = list(Withdrawal.objects.filter(wanted).values_list("id", flat=True))
    house_ids = list(HousePayment.objects.filter(wanted).values_list("id", flat=True))
    return [
        *map(_member_payout, lock_withdrawals(ids)),
        *map(_house_payout, lock_house_payments(house_ids)),
    ]


def _member_payout(row: Withdrawal) -> Payout:
    return Payout(
        id=row.pk,
        key=row.key,
        member_id=row.member_id,
        amount_minor=row.amount_minor,
        currency=row.account.currency,
        state=PAYOUT_STATES.get(State(row.state), PayoutState.CLOSED),
        file_key=row.payout_file.key if row.payout_file else None,
    )


def _house_payout(row: HousePayment) -> Payout:
    state = PayoutState.CLOSED
    if row.payout_file_id is not None and row.returned_line_id is None:
        state = PayoutState.OPEN if row.paid_line_id is None else PayoutState.PAID
    return Payout(
        id=row.pk,
        key=row.key,
        member_id=None,
        amount_minor=row.amount_minor,
        currency=row.account.currency,
        state=state,
        file_key=row.payout_file.key if row.payout_file else None,
        house=HousePurpose(row.purpose),
    )


def lock_house_payments(ids: Iterable[int]) -> list[HousePayment]:
    """These payments of the house with their account and file, locked in id order."""
    return list(
        HousePayment.objects.select_for_update(of=("self",), no_key=True)
        .select_related("account", "payout_file")
        .filter(id__in=list(ids))
        .order_by("id")
    )


def lock_withdrawals(ids: Iterable[int]) -> list[Withdrawal]:
    """These withdrawals with their account and file, locked in id order."""
    return list(
        Withdrawal.objects.select_for_update(of=("self",), no_key=True)
        .select_related("account", "payout_file", "bank_account")
        .filter(id__in=list(ids))
        .order_by("id")
    )


def paying_accounts() -> dict[str, ClientBankAccount]:
    """The open client bank account of each currency that has one."""
    return {row.currency: row for row in ClientBankAccount.objects.filter(closed_at=None)}


def load_asks(orders: Sequence[AskOrder], accounts: Mapping[str, ClientBankAccount]) -> AskBook:
    """What these asks depend on; every account that they move is locked, in id order."""
    available_minor = _lock_purses(orders, accounts)
    return AskBook(
        standing=_standing(order.key for order in orders),
        payees=load_payees(order.member_id for order in orders),
        permitted=_permitted(orders),
        available_minor=available_minor,
        currencies=frozenset(accounts),
    )


def _lock_purses(
    orders: Sequence[AskOrder], accounts: Mapping[str, ClientBankAccount]
) -> dict[tuple[int, str], int]:
    asked = {(order.member_id, order.currency) for order in orders if order.currency in accounts}
    ids = account_ids(available(member_id, currency) for member_id, currency in asked)
    in_flight = [
        AccountKey(AccountKind.PAYOUTS_IN_FLIGHT, 0, currency)
        for currency in sorted({currency for _, currency in asked})
    ]
    opened_at = min(order.at for order in orders)
    platform = ledger.open_accounts(in_flight, at=opened_at)
    states = lock_accounts(sorted([*ids.values(), *platform.values()]))
    return {
        (key.owner_id, key.currency): states[account_id].balance_minor
        for key, account_id in ids.items()
    }


def _standing(keys: Iterable[UUID]) -> dict[UUID, Standing]:
    rows = Withdrawal.objects.select_related("account").filter(key__in=list(keys))
    return {
        row.key: Standing(
            withdrawal_id=row.pk,
            member_id=row.member_id,
            amount_minor=row.amount_minor,
            currency=row.account.currency,
            purpose=Purpose(row.purpose),
            promised_on=row.promised_on,
        )
        for row in rows
    }


def _permitted(orders: Sequence[AskOrder]) -> frozenset[tuple[int | None, int, Purpose]]:
    """Which of these users may ask this for these members: who acts for them, or staff."""
    acting = {(order.by, order.at): acts_for(order.by, at=order.at) for order in orders}
    staff = {
        order.by: permissions_of_user(order.by) for order in orders if order.purpose in PREPARES
    }
    permitted = set()
    for order in orders:
        if order.purpose in PREPARES:
            may = order.by is None or PREPARES[order.purpose] in staff[order.by]
        else:
            may = order.by is None or order.member_id in acting[order.by, order.at]
        if may:
            permitted.add((order.by, order.member_id, order.purpose))
    return frozenset(permitted)


def load_steps(orders: Sequence[StepOrder]) -> tuple[StepBook, dict[int, Withdrawal]]:
    """What these steps depend on, and the withdrawals themselves, locked in id order."""
    rows = {row.pk: row for row in lock_withdrawals(order.withdrawal_id for order in orders)}
    askers = {row.asked_by_id for row in rows.values() if row.asked_by_id is not None}
    users = User.objects.filter(id__in={order.by for order in orders} | askers)
    humans = dict(users.values_list("id", "human_id"))
    used = WithdrawalStep.objects.filter(key__in=[order.key for order in orders])
    steps = StepBook(
        cases={
            row.pk: Case(
                withdrawal_id=row.pk,
                member_id=row.member_id,
                purpose=Purpose(row.purpose),
                state=State(row.state),
                asked_by=row.asked_by_id,
                asker_human_id=humans.get(row.asked_by_id) if row.asked_by_id else None,
            )
            for row in rows.values()
        },
        actors={
            user_id: _actor(user_id, humans.get(user_id)) for user_id in {o.by for o in orders}
        },
        used={step.key: (step.withdrawal_id, State(step.state)) for step in used},
    )
    return steps, rows


def _actor(user_id: int, human_id: int | None) -> Actor:
    permissions = permissions_of_user(user_id)
    return Actor(
        user_id=user_id,
        human_id=human_id,
        acts_for=ties_of(user_id),
        may_approve=frozenset(
            purpose for purpose, permission in APPROVES.items() if permission in permissions
        ),
    )


def load_payees(member_ids: Iterable[int]) -> dict[int, Payee]:
    """These members as far as paying out is concerned."""
    ids = sorted(set(member_ids))
    payable = payout_accounts(ids)
    return {
        member.id: Payee(
            member_id=member.id,
            is_verified=member.verified_at is not None,
            is_blocked=member.blocked_at is not None,
            bank_account_id=payable[member.id].bank_account_id if member.id in payable else None,
        )
        for member in members(ids).values()
    }
