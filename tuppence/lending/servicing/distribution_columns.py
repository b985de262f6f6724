"""Sharing repayments out among many holdings at once: `distribution.distribute` in columns.

One call shares out any number of payments, each over its own run of holdings: one repayment to
100,000 lenders, or the repayments of a day to theirs. The answers are those of `distribute`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from tuppence.lending.servicing.distribution import Received
from tuppence.money.rounding import Rounding, div_round
from tuppence.money.splitting import split_many

Column = NDArray[np.int64]

_DENOMINATOR_MAX = 3 * 10**9


@dataclass(frozen=True, slots=True)
class ReceivedColumns:
    """What the lenders receive of each payment; one position per payment."""

    principal_minor: Column
    interest_minor: Column
    late_fee_minor: Column
    compensation_minor: Column

    @classmethod
    def of(cls, received: Sequence[Received]) -> "ReceivedColumns":
        """Lay payments out in columns."""
        rows = [
            (
                each.principal_minor,
                each.interest_minor,
                each.late_fee_minor,
                each.compensation_minor,
            )
            for each in received
        ]
        return cls(*np.array(rows, dtype=np.int64).reshape(-1, 4).T.copy())


@dataclass(frozen=True, slots=True)
class ShareColumns:
    """The lenders' shares; one position per holding, in the order of the holdings."""

    principal_minor: Column
    interest_minor: Column
    late_fee_minor: Column
    compensation_minor: Column
    fee_minor: Column
    tax_minor: Column
    net_minor: Column


def distribute_columns(
    received: ReceivedColumns,
    holdings: Column,
    sizes: Column,
    *,
    funded: Column | None = None,
    servicing_fee: Fraction = Fraction(0),
    tax_rate: Fraction = Fraction(0),
    rounding: Rounding = Rounding.HALF_EVEN,
) -> ShareColumns:
    """Share payments out, each over its own run of holdings.

    `holdings` has the outstanding principal of all holdings, run after run, `sizes` the length
    of each payment's run (none empty). `funded` gives the weights of runs where no principal is
    left. Rates are between 0 and 1. See `distribute` for what the shares promise.
    """
    assert 0 <= servicing_fee <= 1 and 0 <= tax_rate <= 1
    weights = _weights(holdings, sizes, funded)
    interest = split_many(received.interest_minor, weights, sizes)
    fees = _fees(received.interest_minor, interest, sizes, servicing_fee, rounding)
    principal = _split_or_zero(received.principal_minor, weights, sizes)
    assert (principal <= holdings).all()
    late_fee = _split_or_zero(received.late_fee_minor, weights, sizes)
    compensation = _split_or_zero(received.compensation_minor, weights, sizes)
    tax = np.minimum(_share_down(interest, tax_rate), interest - fees)
    net = principal + interest + late_fee + compensation - fees - tax
    return ShareColumns(principal, interest, late_fee, compensation, fees, tax, net)


def _weights(holdings: Column, sizes: Column, funded: Column | None) -> Column:
    if not sizes.size or funded is None:
        return holdings
    totals = np.add.reduceat(holdings, _starts(sizes))
    return np.where(np.repeat(totals, sizes) > 0, holdings, funded)


def _fees(
    received: Column, interest: Column, sizes: Column, rate: Fraction, rounding: Rounding
) -> Column:
    """Round the fee of each payment and split it by the interest shares."""
    if not rate or not sizes.size:
        return np.zeros_like(interest)
    totals = [
        div_round(interest_minor * rate.numerator, rate.denominator, rounding)
        for interest_minor in received.tolist()
    ]
    # A payment without interest bears no fee; equal weights keep its run splittable.
    weights = np.where(np.repeat(received, sizes) > 0, interest, 1)
    return split_many(np.array(totals, dtype=np.int64), weights, sizes)


def _split_or_zero(amounts: Column, weights: Column, sizes: Column) -> Column:
    return split_many(amounts, weights, sizes) if amounts.any() else np.zeros_like(weights)


def _share_down(amounts: Column, rate: Fraction) -> Column:
    """Return the rate's share of each amount, rounded down, without leaving 64 bits."""
    assert rate.denominator <= _DENOMINATOR_MAX
    wholes, rests = np.divmod(amounts, rate.denominator)
    shares: Column = wholes * rate.numerator + rests * rate.numerator // rate.denominator
    return shares


def _starts(sizes: Column) -> Column:
    return np.concatenate(([0], np.cumsum(sizes)[:-1]))
