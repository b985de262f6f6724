"""Share a batch of payments out among the holdings of their loans. Pure.

A loan's second payment is shared by what its first one left, so payments go in rounds: the first
of each loan, then the second of each, every round in columns.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from tuppence.lending.holding_columns import HoldingColumns
from tuppence.lending.loan_file import LoanFile
from tuppence.lending.paying import Booked
from tuppence.lending.servicing.contract import LateFeeTo
from tuppence.lending.servicing.distribution_columns import (
    ReceivedColumns,
    ShareColumns,
    distribute_columns,
)
from tuppence.lending.servicing.loan_state import PaymentKind
from tuppence.money.rounding import Rounding, div_round
from tuppence.money.splitting import split_many

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Shares:
    """One position for each lender of each payment.

    `payment` is the payment's place in the batch, `holding` the place of the holding, `rank` the
    place of the lender inside the loan. `net` is what is credited, the surplus apart.
    """

    payment: Ints
    holding: Ints
    rank: Ints
    principal: Ints
    interest: Ints
    late_fee: Ints
    compensation: Ints
    surplus: Ints
    fee: Ints
    tax: Ints
    net: Ints

    def totals(self, column: Ints, payments: int) -> Ints:
        """A column added up by payment, exactly."""
        total = np.zeros(payments, dtype=np.int64)
        np.add.at(total, self.payment, column)
        return total


@dataclass(frozen=True, slots=True)
class Flow:
    """Where the money of one payment goes, before it is shared out. Minor units."""

    principal_minor: int
    interest_minor: int
    late_fee_minor: int  # to the lenders
    compensation_minor: int
    surplus_minor: int
    firm_minor: int  # fees, and late fees where the contract gives them to the firm
    cost_minor: int

    @property
    def to_lenders(self) -> tuple[int, int, int, int]:
        """The parts that are shared out by holding."""
        return (
            self.principal_minor,
            self.interest_minor,
            self.late_fee_minor,
            self.compensation_minor,
        )


def flow_of(booked: Booked, late_fees_go_to: LateFeeTo) -> Flow:
    """Tell whose each part of a payment is. A recovery, less its cost, is all the lenders'."""
    outcome = booked.outcome
    charges_minor = outcome.fee_minor + outcome.penalty_minor
    if outcome.kind is PaymentKind.RECOVERY:
        firm_minor = 0
    elif late_fees_go_to is LateFeeTo.FIRM:
        firm_minor = charges_minor
    else:
        firm_minor = outcome.fee_minor
    return Flow(
        principal_minor=booked.principal_minor,
        interest_minor=outcome.interest_minor,
        late_fee_minor=charges_minor - firm_minor,
        compensation_minor=outcome.compensation_minor,
        surplus_minor=booked.surplus_minor,
        firm_minor=firm_minor,
        cost_minor=outcome.cost_minor,
    )


def share_out(
    booked: Sequence[Booked], files: Mapping[int, LoanFile], holdings: HoldingColumns
) -> tuple[list[Flow], Shares]:
    """Share payments out in their order; `holdings.outstanding` moves with them."""
    flows = [flow_of(each, files[each.asked.loan_id].contract.late_fees_go_to) for each in booked]
    pieces = [
        _share_round(places, key, flows, booked, holdings) for places, key in _rounds(booked, files)
    ]
    return flows, _joined(pieces)


def vat_of(fee_minor: int, vat: Fraction) -> int:
    """The VAT inside a fee that includes it, half even."""
    if not vat or not fee_minor:
        return 0
    share = vat / (1 + vat)
    return div_round(fee_minor * share.numerator, share.denominator, Rounding.HALF_EVEN)


_Key = tuple[Fraction, Fraction, bool]


def _rounds(
    booked: Sequence[Booked], files: Mapping[int, LoanFile]
) -> list[tuple[list[int], _Key]]:
    """Places of payments that can be shared out at once: no loan twice, one set of rates."""
    nth: dict[int, int] = {}
    rounds: dict[tuple[int, _Key], list[int]] = {}
    for place, each in enumerate(booked):
        loan_id = each.asked.loan_id
        nth[loan_id] = nth.get(loan_id, -1) + 1
        terms = files[loan_id].terms
        key: _Key = (terms.servicing_fee_with_vat, terms.withholding_tax, False)
        if each.asked.kind is PaymentKind.RECOVERY:
            key = (Fraction(0), Fraction(0), True)
        rounds.setdefault((nth[loan_id], key), []).append(place)
    return [(places, key) for (_, key), places in sorted(rounds.items(), key=lambda r: r[0][0])]


def _share_round(
    places: list[int],
    key: _Key,
    flows: Sequence[Flow],
    booked: Sequence[Booked],
    holdings: HoldingColumns,
) -> Shares:
    servicing_fee, tax_rate, is_recovery = key
    loans = np.array([booked[place].asked.loan_id for place in places], dtype=np.int64)
    starts, sizes = holdings.runs(loans)
    rank = np.arange(int(sizes.sum())) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    at = np.repeat(starts, sizes) + rank
    lent = holdings.lent[at]
    weights = holdings.written_off[at] if is_recovery else holdings.outstanding[at]
    received = np.array([flows[place].to_lenders for place in places], dtype=np.int64).T
    shares = distribute_columns(
        ReceivedColumns(*received),
        weights,
        sizes,
        funded=lent,
        servicing_fee=servicing_fee,
        tax_rate=tax_rate,
    )
    surplus = _surplus([flows[place].surplus_minor for place in places], weights, lent, sizes)
    if not is_recovery:
        _settle(
            holdings, at, shares, np.array([booked[p].asked.waived_minor for p in places]), sizes
        )
    return Shares(
        payment=np.repeat(np.array(places, dtype=np.int64), sizes),
        holding=at,
        rank=rank,
        principal=shares.principal_minor,
        interest=shares.interest_minor,
        late_fee=shares.late_fee_minor,
        compensation=shares.compensation_minor,
        surplus=surplus,
        fee=shares.fee_minor,
        tax=shares.tax_minor,
        net=shares.net_minor,
    )


def _settle(
    holdings: HoldingColumns, at: Ints, shares: ShareColumns, waived: Ints, sizes: Ints
) -> None:
    """Take what was repaid off the holdings; where the rest is waived, nothing is left of them."""
    left = holdings.outstanding[at] - shares.principal_minor
    holdings.outstanding[at] = np.where(np.repeat(waived > 0, sizes), 0, left)


def _surplus(amounts: list[int], weights: Ints, lent: Ints, sizes: Ints) -> Ints:
    if not any(amounts):
        return np.zeros(len(weights), dtype=np.int64)
    starts = np.cumsum(sizes) - sizes
    held = np.repeat(np.add.reduceat(weights, starts), sizes)
    return split_many(np.array(amounts, dtype=np.int64), np.where(held > 0, weights, lent), sizes)


def _joined(pieces: Sequence[Shares]) -> Shares:
    names = Shares.__slots__
    if len(pieces) == 1:
        return pieces[0]
    empty = np.empty(0, dtype=np.int64)
    return Shares(
        *(np.concatenate([empty, *(getattr(piece, name) for piece in pieces)]) for name in names)
    )
