"""Sharing a repayment out among the lenders who hold the loan.

Principal, interest, late fee and compensation are each split over the holdings by largest
remainder, so the shares sum to what was received and nobody is more than one minor unit from the
exact share. The weights are the principal still held: a holding gets no more principal than it
has left, a final payoff brings each holding to exactly zero, and rounding does not add up over
the years. The servicing fee is rounded once for the whole payment and split by the interest
shares, so no lender pays a fee above the own interest. Tax is rounded down for each lender.

Positions break ties: the caller passes the holdings in the order of their ids.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from tuppence.lending.servicing.contract import LateFeeTo
from tuppence.lending.servicing.loan_state import PaymentOutcome
from tuppence.money.rounding import Rounding, div_round
from tuppence.money.splitting import split


@dataclass(frozen=True, slots=True)
class HoldingShare:
    """A lender's holding in the loan: the principal outstanding, or the claim written off.

    `funded_minor` is the weight that is taken where no principal is left in any holding (a late
    fee that is paid after the last instalment).
    """

    member_id: int
    principal_minor: int
    funded_minor: int = 0


@dataclass(frozen=True, slots=True)
class Received:
    """What the lenders receive of a payment, before fee and tax. Amounts are minor units."""

    principal_minor: int
    interest_minor: int
    late_fee_minor: int = 0
    compensation_minor: int = 0

    @property
    def total_minor(self) -> int:
        """Return the sum of the parts."""
        return (
            self.principal_minor
            + self.interest_minor
            + self.late_fee_minor
            + self.compensation_minor
        )


@dataclass(frozen=True, slots=True)
class Share:
    """One lender's part of a payment. Net is the gross parts less servicing fee and tax."""

    member_id: int
    principal_minor: int
    interest_minor: int
    late_fee_minor: int
    compensation_minor: int
    fee_minor: int
    tax_minor: int

    @property
    def gross_minor(self) -> int:
        """Return what is credited before fee and tax."""
        return (
            self.principal_minor
            + self.interest_minor
            + self.late_fee_minor
            + self.compensation_minor
        )

    @property
    def net_minor(self) -> int:
        """Return what is left to the lender."""
        return self.gross_minor - self.fee_minor - self.tax_minor


@dataclass(frozen=True, slots=True)
class ShareChange:
    """By how much a replay changes what a lender had received; each figure may be negative."""

    member_id: int
    principal_minor: int
    interest_minor: int
    late_fee_minor: int
    compensation_minor: int
    fee_minor: int
    tax_minor: int
    net_minor: int


@dataclass(frozen=True, slots=True)
class Clawback:
    """How a lender gives back what a replay takes: from the account, the rest advanced.

    `receivable_minor` is advanced by the firm and taken from the lender's next distributions.
    """

    member_id: int
    owed_minor: int
    taken_minor: int
    receivable_minor: int


def received_by_lenders(
    outcome: PaymentOutcome, late_fees_go_to: LateFeeTo = LateFeeTo.LENDERS
) -> Received:
    """Return the part of a payment that is the lenders'; fees are the firm's, credit nobody's."""
    return Received(
        outcome.principal_minor,
        outcome.interest_minor,
        outcome.penalty_minor if late_fees_go_to is LateFeeTo.LENDERS else 0,
        outcome.compensation_minor,
    )


def distribute(
    received: Received,
    holdings: Sequence[HoldingShare],
    *,
    servicing_fee: Fraction = Fraction(0),
    tax_rate: Fraction = Fraction(0),
    rounding: Rounding = Rounding.HALF_EVEN,
) -> list[Share]:
    """Share a payment out; one share per holding, in their order.

    `servicing_fee` is a share of the interest, `tax_rate` a share of each lender's interest; both
    are between 0 and 1. The tax never exceeds the interest that the fee leaves.
    """
    weights = _weights(holdings)
    assert 0 <= servicing_fee <= 1 and 0 <= tax_rate <= 1
    assert received.principal_minor <= sum(holding.principal_minor for holding in holdings)
    interest = split(received.interest_minor, weights)
    fee_total_minor = div_round(
        received.interest_minor * servicing_fee.numerator, servicing_fee.denominator, rounding
    )
    fees = split(fee_total_minor, interest) if fee_total_minor else [0] * len(holdings)
    columns = zip(
        holdings,
        split(received.principal_minor, weights),
        interest,
        split(received.late_fee_minor, weights),
        split(received.compensation_minor, weights),
        fees,
        strict=True,
    )
    shares = [
        Share(
            holding.member_id,
            principal_minor,
            interest_minor,
            late_fee_minor,
            compensation_minor,
            fee_minor,
            _tax(interest_minor, fee_minor, tax_rate),
        )
        for (
            holding,
            principal_minor,
            interest_minor,
            late_fee_minor,
            compensation_minor,
            fee_minor,
        ) in columns
    ]
    assert sum(share.gross_minor for share in shares) == received.total_minor
    return shares


def share_changes(old: Sequence[Share], new: Sequence[Share]) -> list[ShareChange]:
    """Return what a replay changes for each lender, in the order of the member ids.

    A lender may stand on one side only; several shares of one lender are taken together.
    """
    sums: dict[int, list[int]] = {}
    for sign, shares in ((-1, old), (1, new)):
        for share in shares:
            total = sums.setdefault(share.member_id, [0] * 7)
            for index, amount_minor in enumerate(_figures(share)):
                total[index] += sign * amount_minor
    return [ShareChange(member_id, *sums[member_id]) for member_id in sorted(sums)]


def claw_back(changes: Sequence[ShareChange], available_minor: Mapping[int, int]) -> list[Clawback]:
    """Decide how the lenders whose net falls give it back: as far as each account covers it."""
    clawbacks = []
    for change in changes:
        if change.net_minor >= 0:
            continue
        owed_minor = -change.net_minor
        taken_minor = min(owed_minor, max(available_minor.get(change.member_id, 0), 0))
        clawbacks.append(
            Clawback(change.member_id, owed_minor, taken_minor, owed_minor - taken_minor)
        )
    return clawbacks


def withheld(net_minor: int, receivable_minor: int) -> int:
    """Return how much of a distribution pays back what the firm advanced to that lender."""
    assert net_minor >= 0 and receivable_minor >= 0
    return min(net_minor, receivable_minor)


def _weights(holdings: Sequence[HoldingShare]) -> list[int]:
    weights = [holding.principal_minor for holding in holdings]
    return weights if any(weights) else [holding.funded_minor for holding in holdings]


def _tax(interest_minor: int, fee_minor: int, tax_rate: Fraction) -> int:
    tax_minor = interest_minor * tax_rate.numerator // tax_rate.denominator
    return min(tax_minor, interest_minor - fee_minor)


def _figures(share: Share) -> tuple[int, ...]:
    return (
        share.principal_minor,
        share.interest_minor,
        share.late_fee_minor,
        share.compensation_minor,
        share.fee_minor,
        share.tax_minor,
        share.net_minor,
    )
