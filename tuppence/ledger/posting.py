"""Decide what becomes of a batch of transfers. Pure; the order of checks is part of the promise.

Anchored in TigerBeetle's `create_transfers` (docs/reference/requests): the repeated id first, cheap
checks next, balances last, and the first failed check wins.
"""

from collections.abc import Mapping, Sequence
from uuid import UUID

from tuppence.ledger.transfers import AMOUNT_MAX_MINOR, AccountState, Status, Transfer


def decide_postings(
    transfers: Sequence[Transfer],
    *,
    accounts: Mapping[int, AccountState],
    existing: Mapping[UUID, Transfer],
    reversed_ids: frozenset[UUID] = frozenset(),
) -> list[Status]:
    """One status a transfer, in order of arrival.

    Transfers that follow each other with the same `group_id` are one group: it is accepted whole
    or not at all, and its floors are looked at after the whole group, on the net of each account
    (a reversal and the new outcome may pass through zero together).
    `existing` holds what is already posted under these ids; `reversed_ids` the transfers among
    those named by `reverses_id` that already have a reversal.
    """
    balances = {account.id: account.balance_minor for account in accounts.values()}
    known = dict(existing)
    reversed_now = set(reversed_ids)
    statuses: list[Status] = []
    for group in _groups(transfers):
        decided = _decide_group(group, accounts, balances, known, reversed_now)
        for transfer, status in zip(group, decided, strict=True):
            if status is Status.CREATED:
                known[transfer.id] = transfer
                if transfer.reverses_id:
                    reversed_now.add(transfer.reverses_id)
        statuses.extend(decided)
    assert len(statuses) == len(transfers)
    return statuses


def _groups(transfers: Sequence[Transfer]) -> list[list[Transfer]]:
    groups: list[list[Transfer]] = []
    for transfer in transfers:
        if groups and groups[-1][-1].group_id == transfer.group_id:
            groups[-1].append(transfer)
        else:
            groups.append([transfer])
    return groups


def _decide_group(
    group: Sequence[Transfer],
    accounts: Mapping[int, AccountState],
    balances: dict[int, int],
    known: Mapping[UUID, Transfer],
    reversed_ids: set[UUID],
) -> list[Status]:
    # What this group adds counts inside it at once, and outside only if the group is accepted.
    added: dict[UUID, Transfer] = {}
    taken_back: set[UUID] = set()
    statuses: list[Status] = []
    for transfer in group:
        reverses_id = transfer.reverses_id
        status = decide_transfer(
            transfer,
            existing=added.get(transfer.id) or known.get(transfer.id),
            debit=accounts.get(transfer.debit_account_id),
            credit=accounts.get(transfer.credit_account_id),
            already_reversed=reverses_id in reversed_ids or reverses_id in taken_back,
        )
        if status is Status.CREATED:
            added[transfer.id] = transfer
            if reverses_id:
                taken_back.add(reverses_id)
        statuses.append(status)
    fresh = [t for t, status in zip(group, statuses, strict=True) if status is Status.CREATED]
    after = _balances_after(fresh, accounts, balances)
    short = {
        account_id
        for account_id, balance in after.items()
        if accounts[account_id].floored and balance < 0
    }
    if short:
        statuses = [_with_floor(t, s, short) for t, s in zip(group, statuses, strict=True)]
    if all(status.accepted for status in statuses):
        balances.update(after)
        return statuses
    return [Status.GROUP_REFUSED if s is Status.CREATED else s for s in statuses]


def decide_transfer(
    transfer: Transfer,
    *,
    existing: Transfer | None,
    debit: AccountState | None,
    credit: AccountState | None,
    already_reversed: bool = False,
) -> Status:
    """Every check but the balance, in the order of `Status`."""
    if existing is not None:
        return Status.EXISTS if existing == transfer else Status.EXISTS_WITH_DIFFERENT_FIELDS
    if transfer.amount_minor <= 0:
        return Status.AMOUNT_MUST_BE_POSITIVE
    if transfer.amount_minor >= AMOUNT_MAX_MINOR:
        return Status.AMOUNT_TOO_LARGE
    if transfer.debit_account_id == transfer.credit_account_id:
        return Status.ACCOUNTS_MUST_DIFFER
    if debit is None:
        return Status.DEBIT_ACCOUNT_NOT_FOUND
    if credit is None:
        return Status.CREDIT_ACCOUNT_NOT_FOUND
    return _decide_pair(debit, credit, already_reversed=already_reversed)


def _decide_pair(debit: AccountState, credit: AccountState, *, already_reversed: bool) -> Status:
    if debit.closed or credit.closed:
        return Status.ACCOUNT_CLOSED
    if debit.book != credit.book:
        return Status.BOOKS_MUST_MATCH
    if debit.currency != credit.currency:
        return Status.CURRENCIES_MUST_MATCH
    if already_reversed:
        return Status.ALREADY_REVERSED
    return Status.CREATED


def _balances_after(
    transfers: Sequence[Transfer],
    accounts: Mapping[int, AccountState],
    balances: Mapping[int, int],
) -> dict[int, int]:
    after: dict[int, int] = {}
    for transfer in transfers:
        for account_id, is_debit in (
            (transfer.debit_account_id, True),
            (transfer.credit_account_id, False),
        ):
            before = after.get(account_id, balances[account_id])
            grows = accounts[account_id].debit_normal is is_debit
            after[account_id] = before + (
                transfer.amount_minor if grows else -transfer.amount_minor
            )
    return after


def _with_floor(transfer: Transfer, status: Status, short: set[int]) -> Status:
    touches = transfer.debit_account_id in short or transfer.credit_account_id in short
    return Status.EXCEEDS_AVAILABLE if status is Status.CREATED and touches else status
