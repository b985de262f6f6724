"""What an entry that waits does to the balances it touches: before, after, and when asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tuppence.bank.manual_entry import Effect, HandEntry, effects, entries_of, plain
from tuppence.bank.models import ManualEntry
from tuppence.bank.operations.manual_entries import ENTRY_KIND, REVERSAL_KIND, mirrors_of
from tuppence.ledger.queries import account_ids, balances
from tuppence.ledger.queries.sides import balance_at
from tuppence.members.models import ApprovalRequest
from tuppence.members.queries import ApprovalRow


@dataclass(frozen=True, slots=True)
class EffectRow:
    """One account's balance before and after; `asked_minor` is that at the time of asking."""

    effect: Effect
    account_id: int | None  # None: the entry opens it
    asked_minor: int

    @property
    def has_moved(self) -> bool:
        """Whether something else moved the balance since the entry was asked for."""
        return self.asked_minor != self.effect.before_minor

    @property
    def change_minor(self) -> int:
        """What the entry adds, on the account's own side."""
        return self.effect.after_minor - self.effect.before_minor


def effect_rows(
    entries: Sequence[HandEntry], *, asked_at: datetime | None = None
) -> list[EffectRow]:
    """The effects of an entry on today's balances; `asked_at` compares with those of then."""
    touched = {account for entry in entries for account in (entry.debit, entry.credit)}
    ids, now = account_ids(touched), balances(touched)
    rows = []
    for effect in effects(entries, now):
        number = ids.get(effect.account)
        asked = effect.before_minor
        if asked_at is not None:
            asked = balance_at(number, before=asked_at) if number is not None else 0
        rows.append(EffectRow(effect, number, asked))
    return rows


def asked_entries(row: ApprovalRow) -> list[HandEntry]:
    """The lines that a request would book; none where it asks for something else."""
    if row.kind == ENTRY_KIND:
        return entries_of(row.payload)
    if row.kind == REVERSAL_KIND:
        raw = row.payload["transfers"]
        assert isinstance(raw, list)
        return mirrors_of([UUID(str(number)) for number in raw])
    return []


def same_waiting(entries: Sequence[HandEntry], *, at: datetime) -> int | None:
    """The number of a request that waits and asks for the very same lines; none, as a rule."""
    rows = ApprovalRequest.objects.filter(
        kind=ENTRY_KIND,
        decision=None,
        expires_at__gt=at,
        payload__entries=[plain(entry) for entry in entries],
    )
    return rows.order_by("id").values_list("pk", flat=True).first()


def entry_of_request(request_id: int) -> int | None:
    """The number of the entry that an approved request booked."""
    rows = ManualEntry.objects.filter(approval_id=request_id).values_list("pk", flat=True)
    return rows.first()
