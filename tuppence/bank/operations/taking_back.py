"""Take back what a receipt was taken for, while nothing has been built on it."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from tuppence.bank.journal import Group, available
from tuppence.bank.matching import Meaning
from tuppence.bank.models import LineMatch
from tuppence.bank.operations.booking import book
from tuppence.bank.taking_back import (
    Deposit,
    TakeBackBook,
    TakeBackOrder,
    TakeBackStatus,
    TakenBack,
    Taker,
    decide_taking_back,
    taking_back_entries,
)
from tuppence.events.happenings import Event
from tuppence.events.operations import record
from tuppence.ledger.ids import derive_id
from tuppence.ledger.queries import account_ids, lock_accounts
from tuppence.members.audit_trail import Audit
from tuppence.members.operations import audit
from tuppence.members.queries import permissions_of_user, ties_of
from tuppence.members.roles import Permission


@transaction.atomic
def take_receipts_back(orders: Sequence[TakeBackOrder]) -> list[TakenBack]:
    """Take deposits back from members who still have the money; one outcome an order, in order.

    The receipts are nobody's again, or set aside as doubled by the bank. The same key again gives
    the first outcome.
    """
    if not orders:
        return []
    matches = open_matches(orders)
    loaded = load(orders, matches)
    statuses = decide_taking_back(orders, loaded)
    done = [o for o, s in zip(orders, statuses, strict=True) if s is TakeBackStatus.TAKEN_BACK]
    write(done, loaded, matches)
    audit(
        [
            Audit(
                at=order.at,
                user_id=order.by,
                action="bank.take_receipt_back",
                outcome=status.value,
                subject_kind="bank_line",
                subject_id=order.line_id,
                before=before(loaded.deposits.get(order.line_id)),
                after={"meaning": order.meaning.value, "doubled_of": order.doubled_of},
                why=order.why,
            )
            for order, status in zip(orders, statuses, strict=True)
        ]
    )
    return [TakenBack(o.key, s) for o, s in zip(orders, statuses, strict=True)]


def before(deposit: Deposit | None) -> dict[str, str | int | None]:
    """What a line was until now."""
    if deposit is None:
        return {}
    return {"meaning": deposit.meaning.value, "member_id": deposit.member_id}


def open_matches(orders: Sequence[TakeBackOrder]) -> dict[int, LineMatch]:
    """What these lines and their twins mean now, locked in the order of the lines."""
    lines = {o.line_id for o in orders} | {o.doubled_of for o in orders if o.doubled_of}
    rows = (
        LineMatch.objects.select_for_update(of=("self",), no_key=True)
        .select_related("line__account")
        .filter(line_id__in=lines, ends_at=None)
        .order_by("line_id")
    )
    return {row.line_id: row for row in rows}


def load(orders: Sequence[TakeBackOrder], matches: dict[int, LineMatch]) -> TakeBackBook:
    """The deposits, the purses that they are in, and who takes back."""
    deposits = {line_id: deposit_of(match) for line_id, match in matches.items()}
    purses = account_ids(
        available(deposit.member_id, deposit.currency)
        for deposit in deposits.values()
        if deposit.member_id is not None
    )
    states = lock_accounts(sorted(purses.values()))
    used = LineMatch.objects.filter(key__in=[order.key for order in orders])
    return TakeBackBook(
        deposits=deposits,
        takers={
            user_id: Taker(
                Permission.ASSIGN_RECEIPT in permissions_of_user(user_id), ties_of(user_id)
            )
            for user_id in {order.by for order in orders}
        },
        available_minor={
            (key.owner_id, key.currency): states[number].balance_minor
            for key, number in purses.items()
        },
        used={row.key: (row.line_id, Meaning(row.meaning)) for row in used},
    )


def deposit_of(match: LineMatch) -> Deposit:
    """A line with what it is taken for now."""
    by_hand = match.matched_by_id is not None and match.meaning == Meaning.DEPOSIT
    return Deposit(
        line_id=match.line_id,
        account_id=match.line.account_id,
        meaning=Meaning(match.meaning),
        member_id=match.member_id if match.meaning == Meaning.DEPOSIT else None,
        amount_minor=match.line.amount_minor,
        currency=match.line.account.currency,
        counterparty_account=match.line.counterparty_account,
        reverses=assignment_id(match.key) if by_hand else None,
    )


def assignment_id(key: UUID) -> UUID:
    """The transfer of an assignment by hand."""
    return derive_id("bank.transfer", derive_id("bank.assign", key), 0)


def write(
    orders: Sequence[TakeBackOrder], loaded: TakeBackBook, matches: dict[int, LineMatch]
) -> None:
    """End the old matches, write the new ones with their entries and events."""
    for order in orders:
        LineMatch.objects.filter(id=matches[order.line_id].pk).update(ends_at=order.at)
    LineMatch.objects.bulk_create(
        LineMatch(
            line_id=order.line_id,
            meaning=order.meaning,
            reason=order.why[:200],
            matched_by_id=order.by,
            starts_at=order.at,
            key=order.key,
        )
        for order in orders
    )
    taken = [(o, loaded.deposits[o.line_id]) for o in orders]
    taken = [(order, deposit) for order, deposit in taken if deposit.member_id is not None]
    if not taken:
        return
    groups = [
        Group(
            derive_id("bank.take_back", order.key), taking_back_entries(deposit), order.at, order.at
        )
        for order, deposit in taken
    ]
    book(groups, at=taken[0][0].at)
    record(
        [
            Event(
                "deposit.taken_back",
                order.at,
                member_id=deposit.member_id,
                subject_kind="bank_line",
                subject_id=order.line_id,
                amount_minor=deposit.amount_minor,
                currency=deposit.currency,
            )
            for order, deposit in taken
        ]
    )
