"""An offer beside what was asked for: figures, plan and what the contract adds."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from tuppence.lending.agreed_terms import AgreedTerms, agreed_terms
from tuppence.lending.models import Application
from tuppence.lending.operations.contracts import terms_of
from tuppence.web.costs import CostQuote, cost_of, kept_back, quote_cost
from tuppence.web.reads.products import row_of


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One instalment of an offer; the fee stands with the first where it isn't kept back."""

    number: int
    due_on: date
    principal_minor: int
    interest_minor: int
    charges_minor: int
    balance_minor: int
    currency: str

    @property
    def amount_minor(self) -> int:
        """Principal, interest and charges."""
        return self.principal_minor + self.interest_minor + self.charges_minor


@dataclass(frozen=True, slots=True)
class Offer:
    """What is offered, beside what was asked for at the product's lowest and highest rate.

    The plan runs as if the loan were paid out whole on `starts_on`.
    """

    currency: str
    starts_on: date
    agreed: AgreedTerms
    asked_minor: int
    asked_instalments: int
    asked: list[CostQuote]  # the lowest rate first
    offered_minor: int
    offered_instalments: int
    offered: CostQuote
    held_minor: int  # of the fee, kept back from the pay-out

    @property
    def paid_out_minor(self) -> int:
        """What arrives if the listing is full."""
        return self.offered_minor - self.held_minor

    @property
    def to_pay_minor(self) -> int:
        """All that the borrower ever pays: principal, interest and fee."""
        return self.offered_minor + self.offered.cost_minor

    @property
    def plan(self) -> list[PlanRow]:
        """Every instalment with what is paid on its day."""
        charged = self.offered.fee_minor - self.held_minor
        return [
            PlanRow(
                row.number,
                row.due_on,
                row.principal_minor,
                row.interest_minor,
                0 if place else charged,
                row.balance_minor,
                self.currency,
            )
            for place, row in enumerate(self.offered.rows)
        ]


def offer_on(application_id: int, *, on: date) -> Offer | None:
    """The offer of an approved application, as its contract fixes it where one was made.

    Its plan runs from the day of the pay-out; before there is one, from `on`.
    """
    rows = Application.objects.select_related("product", "decision", "contract", "loan")
    row = rows.filter(id=application_id).first()
    decision = getattr(row, "decision", None)
    if row is None or decision is None or decision.annual_rate is None:
        return None
    loan = getattr(row, "loan", None)
    on = loan.starts_on if loan else on
    product = row_of(row.product)
    contract = getattr(row, "contract", None)
    agreed = agreed_terms(contract.terms["terms"]) if contract else terms_of(row.product)
    offered_minor = int(contract.terms["principal_minor"]) if contract else row.amount_minor
    instalments = int(contract.terms["instalments"]) if contract else row.instalments
    rate = Fraction(contract.terms["annual_rate"]) if contract else decision.annual_rate
    terms = agreed.schedule_terms(offered_minor, row.currency, rate, instalments, on)
    offered = cost_of(agreed, terms)
    return Offer(
        currency=row.currency,
        starts_on=on,
        agreed=agreed,
        asked_minor=row.amount_minor,
        asked_instalments=row.instalments,
        asked=[
            quote_cost(product, row.amount_minor, row.instalments, each, start=on)
            for each in sorted({product.annual_rate_min, product.annual_rate_max})
        ],
        offered_minor=offered_minor,
        offered_instalments=instalments,
        offered=offered,
        held_minor=kept_back(agreed, offered.fee_minor, on=on),
    )
