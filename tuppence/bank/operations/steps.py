"""Write that withdrawals reached a state, and let the withdrawals repeat it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tuppence.bank.models import Withdrawal, WithdrawalStep
from tuppence.bank.withdrawal import State
from tuppence.ledger.ids import derive_id


@dataclass(frozen=True, slots=True)
class Step:
    """One withdrawal and why it moves. `key` is the withdrawal's, unless an order has its own."""

    withdrawal_id: int
    withdrawal_key: UUID
    at: datetime
    by: int | None = None
    asked_by: int | None = None
    line_id: int | None = None
    reason: str = ""
    key: UUID | None = None


def write_steps(steps: Sequence[Step], state: State) -> None:
    """Write the steps; the database refuses a state that does not follow from the present one."""
    if not steps:
        return
    ids = [step.withdrawal_id for step in steps]
    if state is not State.ASKED:
        moved = Withdrawal.objects.filter(id__in=ids).update(state=state)
        assert moved == len(ids)
    WithdrawalStep.objects.bulk_create(
        WithdrawalStep(
            key=step.key or derive_id("bank.step", step.withdrawal_key, state.value),
            withdrawal_id=step.withdrawal_id,
            state=state,
            at=step.at,
            by_id=step.by,
            asked_by_id=step.asked_by,
            line_id=step.line_id,
            reason=step.reason[:200],
        )
        for step in steps
    )
