"""What a loan would cost: instalment, interest, fee and the annual percentage rate with the fee."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from tuppence import platform
from tuppence.lending.agreed_terms import AgreedTerms
from tuppence.lending.apr import RateNotFoundError
from tuppence.lending.calculators import CALLS
from tuppence.lending.schedule import Instalment, amortise
from tuppence.lending.terms import LoanTerms
from tuppence.money.currency import format_plain
from tuppence.money.refusals import InputRefusedError
from tuppence.money.rounding import Rounding, round_to_minor
from tuppence.rules.allowances import payout_net_allowed
from tuppence.web.reads.products import ProductRow
from tuppence.web.totals import total_of


@dataclass(frozen=True, slots=True)
class CostQuote:
    """One loan at one rate."""

    annual_rate: Fraction
    instalment_minor: int
    interest_minor: int
    fee_minor: int
    cost_minor: int  # interest and fee
    apr: Fraction | None
    rows: list[Instalment]


def quote_cost(
    product: ProductRow, amount_minor: int, instalments: int, rate: Fraction, *, start: date
) -> CostQuote:
    """The cost of a loan of this product if it were paid out on a day and paid on time."""
    return cost_of(product, product.schedule_terms(amount_minor, instalments, rate, start))


def cost_of(agreed: ProductRow | AgreedTerms, terms: LoanTerms) -> CostQuote:
    """The cost of a loan under these terms if it is paid on time."""
    found = amortise(terms)
    interest_minor = total_of(found.rows).interest_minor
    fee_minor = fee_of(agreed, terms.principal_minor)
    return CostQuote(
        annual_rate=terms.annual_rate,
        instalment_minor=found.instalment_minor,
        interest_minor=interest_minor,
        fee_minor=fee_minor,
        cost_minor=interest_minor + fee_minor,
        apr=apr_with_fee(agreed, terms, found.rows, fee_minor),
        rows=found.rows,
    )


def fee_of(agreed: ProductRow | AgreedTerms, principal_minor: int) -> int:
    """The origination fee with VAT in minor units, each rounded as the pay-out books it."""
    net_minor = round_to_minor(principal_minor * agreed.origination_fee, Rounding.HALF_EVEN)
    return net_minor + round_to_minor(net_minor * agreed.vat, Rounding.HALF_EVEN)


def kept_back(agreed: ProductRow | AgreedTerms, fee_minor: int, *, on: date) -> int:
    """How much of the fee is taken from the pay-out of a day; the first instalment bears the rest.

    All of it where the product says so and the rulebook of the day lets it, else nothing.
    """
    holds = agreed.pays_out_net and payout_net_allowed(platform.rulebook(on))
    return fee_minor if holds else 0


def apr_with_fee(
    agreed: ProductRow | AgreedTerms, terms: LoanTerms, rows: list[Instalment], fee_minor: int
) -> Fraction | None:
    """The annual percentage rate (directive 2008/48/EC) with the fee where it is really paid.

    None where no rate solves it.
    """
    held_minor = kept_back(agreed, fee_minor, on=terms.start)
    amounts = [row.amount_minor for row in rows]
    amounts[0] += fee_minor - held_minor
    payments = [
        {"date": row.due_on.isoformat(), "amount": format_plain(amount_minor, terms.currency)}
        for row, amount_minor in zip(rows, amounts, strict=True)
        if amount_minor
    ]
    question = {
        "method": "eu",
        "drawdown": format_plain(terms.principal_minor - held_minor, terms.currency),
        "drawdown_date": terms.start.isoformat(),
        "payments": payments,
    }
    try:
        answer = CALLS["apr"](question)["apr_percent"]
    except (InputRefusedError, RateNotFoundError):
        return None
    return None if answer is None else Fraction(answer) / 100
