"""Who has got what of a loan in all, under the facts that are known. Pure.

The books always hold exactly this: a payment is shared out by what earlier ones left, so the sum of
all shares follows from the facts alone, whatever order they became known in.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from tuppence.lending.holding_columns import HoldingColumns
from tuppence.lending.loan_file import LoanFile
from tuppence.lending.paying import Asked, Booked, booked_of
from tuppence.lending.servicing.facts import Fact, PaymentReceived
from tuppence.lending.servicing.loan_state import LoanState, PaymentKind, Status
from tuppence.lending.shares import Flow, Shares, share_out, vat_of

Ints = NDArray[np.int64]
PARTS = ("principal", "interest", "late_fee", "compensation", "surplus", "fee", "tax", "net")


@dataclass(frozen=True, slots=True, eq=False)
class Settlement:
    """Sums over the life of a loan: by holding, and what went elsewhere."""

    parts: Mapping[str, Ints]  # by holding, for each name in PARTS
    outstanding: Ints
    written_off: Ints
    fee_minor: int  # servicing fees with VAT
    fee_vat_minor: int
    firm_minor: int  # fees, and late fees where they are the firm's
    firm_vat_minor: int
    tax_minor: int
    cost_minor: int

    @property
    def credited(self) -> Ints:
        """What each lender was credited."""
        credited: Ints = self.parts["net"] + self.parts["surplus"]
        return credited


def settle(
    file: LoanFile,
    state: LoanState,
    facts: Sequence[Fact],
    holdings: HoldingColumns,
    waived: Mapping[UUID, int],
) -> Settlement:
    """Share every payment of a loan out from the beginning, under the outcomes of a state.

    `holdings` are this loan's alone.
    """
    by_id = {fact.id: fact for fact in facts}
    booked = [
        _booked(place, file, by_id[outcome.id], state, waived)
        for place, outcome in enumerate(state.outcomes)
    ]
    fresh = HoldingColumns(
        holdings.loan_ids,
        holdings.ids,
        holdings.member_ids,
        holdings.lent,
        holdings.lent.copy(),
        np.zeros_like(holdings.lent),
    )
    files = {file.id: file}
    before = [each for each in booked if each.outcome.kind is not PaymentKind.RECOVERY]
    after = [each for each in booked if each.outcome.kind is PaymentKind.RECOVERY]
    pieces = [_shared(before, files, fresh)]
    if state.status is Status.WRITTEN_OFF:
        fresh.written_off[:] = fresh.outstanding
        fresh.outstanding[:] = 0
    pieces.append(_shared(after, files, fresh))
    return _summed(file, [*before, *after], pieces, fresh)


def _booked(
    place: int, file: LoanFile, fact: Fact, state: LoanState, waived: Mapping[UUID, int]
) -> Booked:
    outcome = state.outcomes[place]
    asked = Asked(
        key=fact.id,
        loan_id=file.id,
        on=fact.on,
        at=None,  # type: ignore[arg-type]  # a settlement is not booked at any moment
        today=fact.on,
        kind=outcome.kind,
        stated=fact.stated if isinstance(fact, PaymentReceived) else None,
        waived_minor=waived.get(fact.id, 0),
    )
    return booked_of(place, asked, outcome, 0, 0)


def _shared(
    booked: list[Booked], files: Mapping[int, LoanFile], holdings: HoldingColumns
) -> tuple[list[Flow], Shares] | None:
    return share_out(booked, files, holdings) if booked else None


def _summed(
    file: LoanFile,
    booked: Sequence[Booked],
    pieces: Sequence[tuple[list[Flow], Shares] | None],
    holdings: HoldingColumns,
) -> Settlement:
    parts = {name: np.zeros(len(holdings.ids), dtype=np.int64) for name in PARTS}
    flows: list[Flow] = []
    fees: list[int] = []
    for piece in pieces:
        if piece is None:
            continue
        flows += piece[0]
        shares = piece[1]
        fees += shares.totals(shares.fee, len(piece[0])).tolist()
        for name in PARTS:
            np.add.at(parts[name], shares.holding, getattr(shares, name))
    vat = file.terms.vat
    firm_vats = [
        vat_of(min(each.outcome.fee_minor, flow.firm_minor), vat)
        for each, flow in zip(booked, flows, strict=True)
    ]
    return Settlement(
        parts=parts,
        outstanding=holdings.outstanding,
        written_off=holdings.written_off,
        fee_minor=sum(fees),
        fee_vat_minor=sum(vat_of(fee, vat) for fee in fees),
        firm_minor=sum(flow.firm_minor for flow in flows),
        firm_vat_minor=sum(firm_vats),
        tax_minor=int(parts["tax"].sum()),
        cost_minor=sum(flow.cost_minor for flow in flows),
    )
