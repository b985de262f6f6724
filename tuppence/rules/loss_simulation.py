"""How large a loss an investor could bear, from income, savings and commitments."""

from dataclasses import dataclass
from fractions import Fraction

from tuppence.rules.rule import Check, Rule
from tuppence.rules.rulebook import RuleBook


@dataclass(frozen=True, slots=True, kw_only=True)
class NetWorthInputs:
    """What an investor states, in minor units of the platform.

    Income is of a year, after costs, contributions and taxes, without one-off payments and
    capital gains; liquid assets are money on accounts and what is turned into it at once;
    commitments are a year's payments of every kind.
    """

    pay_minor: int = 0
    interest_minor: int = 0
    dividends_minor: int = 0
    rent_minor: int = 0
    liquid_assets_minor: int = 0
    commitments_minor: int = 0

    def __post_init__(self) -> None:
        """The edge has refused negative amounts before."""
        income = (self.pay_minor, self.interest_minor, self.dividends_minor, self.rent_minor)
        assert min(*income, self.liquid_assets_minor, self.commitments_minor) >= 0

    @property
    def income_minor(self) -> int:
        """A year's net income."""
        return self.pay_minor + self.interest_minor + self.dividends_minor + self.rent_minor


@dataclass(frozen=True, slots=True)
class LossSimulation:
    """Net worth and the loss that can be borne, in minor units, with the rule it rests on.

    A net worth below 0 leaves no loss that can be borne.
    """

    rule: Rule
    net_worth_minor: int
    bearable_minor: int

    def share_lost(self, loss_minor: int) -> Fraction | None:
        """A loss as a share of net worth; None where there is no net worth to lose from."""
        return Fraction(loss_minor, self.net_worth_minor) if self.net_worth_minor > 0 else None

    def is_bearable(self, loss_minor: int) -> bool:
        """Whether the loss stays within what can be borne."""
        return loss_minor <= self.bearable_minor


def simulate_loss(book: RuleBook, inputs: NetWorthInputs) -> LossSimulation | None:
    """Net worth = a year's net income + liquid assets - a year's commitments; the bearable loss
    is the rule's share of it (10 %), cut to the minor unit. None where the law asks for none.

    Source: Regulation (EU) 2020/1503 Art. 21(5), Delegated Regulation (EU) 2022/2114 Art. 5-9
    and Annex. The share and the inputs were read; that they are added in exactly this way was not
    (status Vp in the book).
    """
    rule = book.enforcing(Check.LOSS_SIMULATION)
    if rule is None:
        return None
    net_worth_minor = inputs.income_minor + inputs.liquid_assets_minor - inputs.commitments_minor
    share = rule.needed("value") / 100
    return LossSimulation(rule, net_worth_minor, int(max(net_worth_minor, 0) * share))
