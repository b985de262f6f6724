"""Which approved withdrawals go into the next payment file, and which cannot any more."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tuppence.bank.withdrawal import Payee


@dataclass(frozen=True, slots=True)
class Candidate:
    """An approved withdrawal, with the member's account that it was asked for."""

    withdrawal_id: int
    member_id: int
    bank_account_id: int
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Selection:
    """What is sent, what waits, and what is refused because its account is no longer valid."""

    sent: tuple[int, ...]
    waiting: tuple[int, ...]
    account_changed: tuple[int, ...]


def select(
    candidates: Sequence[Candidate], payees: Mapping[int, Payee], *, bank_minor: int
) -> Selection:
    """Send in the order of asking, as far as the client bank's money reaches.

    A blocked member's withdrawal waits. One whose account was replaced since is refused: money
    goes to the verified account only, and the member asks again.
    """
    sent, waiting, changed = [], [], []
    left_minor = bank_minor
    for candidate in candidates:
        payee = payees.get(candidate.member_id)
        if payee is None or payee.is_blocked or not payee.is_verified:
            waiting.append(candidate.withdrawal_id)
        elif payee.bank_account_id != candidate.bank_account_id:
            changed.append(candidate.withdrawal_id)
        elif candidate.amount_minor > left_minor:
            waiting.append(candidate.withdrawal_id)
        else:
            sent.append(candidate.withdrawal_id)
            left_minor -= candidate.amount_minor
    assert left_minor >= min(0, bank_minor)
    return Selection(tuple(sent), tuple(waiting), tuple(changed))
