"""What an offer gives, to whom, on which condition, and what it may cost at worst.

The kinds are those of the trade: in September 2017, 86 of the 100 best rated Chinese platforms ran
red packets, 83 loans for newcomers at a raised rate, about 30 each trial money and boosters
(Wangdaizhijia, quoted on gzb143.cn, 2017-10-24).
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from fractions import Fraction
from typing import Any

from tuppence.growth.referring import Side, Stage
from tuppence.growth.yielding import DAYS_OF_YEAR
from tuppence.money.rounding import Rounding, round_to_minor

BACK_DAYS_MIN = 7
"""An offer that comes back because its loan came to nothing lasts at least this many days more."""


class OfferKind(StrEnum):
    """What the trade calls it."""

    WELCOME = "welcome"  # cash once the identity is verified
    FIRST_INVESTMENT = "first_investment"  # cash for the first loan that is paid out
    RED_PACKET = "red_packet"  # cash for an investment that meets the conditions
    CASHBACK = "cashback"  # a share of what is invested, or by tiers
    BOOSTER = "booster"  # an extra rate, on so much principal, for so many days
    NEWCOMER = "newcomer"  # the raised rate of a first loan: a booster for first investors
    TRIAL_MONEY = "trial_money"  # the yield of money that was never the member's
    FEE_DISCOUNT = "fee_discount"  # a share of the borrower's origination fee
    REFERRAL = "referral"  # cash for inviter or friend, by stages


class Moment(StrEnum):
    """When an offer is earned; never before."""

    VERIFIED = "verified"
    PAID_OUT = "paid_out"  # the loan that the order went into
    DAILY = "daily"  # from the pay-out on, on what is outstanding
    TRIAL_END = "trial_end"
    STAGE = "stage"  # the friend got so far


class Claim(StrEnum):
    """How a member comes by it."""

    REGISTERED = "registered"  # everybody who registers while it runs
    CODE = "code"  # who knows the code
    GIVEN = "given"  # by a person, a journey or a referral


MOMENTS: Mapping[OfferKind, Moment] = {
    OfferKind.WELCOME: Moment.VERIFIED,
    OfferKind.FIRST_INVESTMENT: Moment.PAID_OUT,
    OfferKind.RED_PACKET: Moment.PAID_OUT,
    OfferKind.CASHBACK: Moment.PAID_OUT,
    OfferKind.BOOSTER: Moment.DAILY,
    OfferKind.NEWCOMER: Moment.DAILY,
    OfferKind.TRIAL_MONEY: Moment.TRIAL_END,
    OfferKind.FEE_DISCOUNT: Moment.PAID_OUT,
    OfferKind.REFERRAL: Moment.STAGE,
}
FIRST_TIME_ONLY = frozenset({OfferKind.FIRST_INVESTMENT, OfferKind.NEWCOMER})
WITH_ORDER = frozenset(
    {
        *(OfferKind.FIRST_INVESTMENT, OfferKind.RED_PACKET, OfferKind.CASHBACK),
        *(OfferKind.BOOSTER, OfferKind.NEWCOMER),
    }
)
"""Kinds that an investor takes along when investing."""
YIELDING = frozenset({OfferKind.BOOSTER, OfferKind.NEWCOMER, OfferKind.TRIAL_MONEY})
STAGES = frozenset(stage.value for stage in Stage)
SIDES = frozenset(side.value for side in Side)
SHARING = frozenset({OfferKind.CASHBACK, OfferKind.FEE_DISCOUNT})


@dataclass(frozen=True, slots=True)
class Tier:
    """Who invests at least so much gets so much."""

    from_minor: int
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Terms:
    """An offer's terms. They never change: a member sees them as they were when granted.

    `amount_minor` is the gift itself where it is flat, the most that a share can come to, or the
    principal that earns the extra rate at most. `share` is a share of the amount, or a rate a year.
    """

    kind: OfferKind
    title: str
    claim: Claim
    total: int  # grants at most
    amount_minor: int = 0
    share: Fraction = Fraction(0)
    days: int = 0  # that an extra rate or trial money runs
    tiers: tuple[Tier, ...] = ()
    title_zh: str = ""
    code: str = ""
    minimum_minor: int = 0  # invested or borrowed at once
    term_months_min: int = 0
    term_months_max: int = 0  # 0: none
    first_time: bool = False
    use_days: int = 30  # to use it in, once granted
    per_member: int = 1
    per_day: int = 0  # grants of one day at most; 0: no such limit
    stacks: bool = False  # may be used with other offers on one order
    hold_days: int = 0  # between earned and paid
    expected_share: Fraction = Fraction(1)  # of the worst case that is expected to be paid
    stage: str = ""  # of a reward for an invitation: how far the friend has come
    side: str = ""  # whose reward it is

    @property
    def moment(self) -> Moment:
        return MOMENTS[self.kind]

    @property
    def tied_to_listing(self) -> bool:
        """Whether it steers orders to particular listings, which some law bars."""
        return self.kind is OfferKind.NEWCOMER

    @property
    def worst_minor(self) -> int:
        """What one grant can cost at most; reserved when it is granted."""
        if self.kind in YIELDING:
            earned = self.amount_minor * self.share * self.days / DAYS_OF_YEAR
            return round_to_minor(earned, Rounding.UP)
        return max([self.amount_minor, *(tier.amount_minor for tier in self.tiers)])

    @property
    def expected_minor(self) -> int:
        """What one grant is expected to cost."""
        return round_to_minor(self.worst_minor * self.expected_share, Rounding.HALF_EVEN)

    @property
    def worst_total_minor(self) -> int:
        """What all grants can cost at most, before the budget stops them."""
        return self.total * self.worst_minor

    @property
    def expected_total_minor(self) -> int:
        """What all grants are expected to cost."""
        return self.total * self.expected_minor


def reward_minor(terms: Terms, base_minor: int) -> int:
    """What an offer gives for an investment, or an origination fee, of `base_minor`.

    Rounded down, and never above the worst case. Yielding offers are reckoned by day instead.
    """
    assert terms.kind not in YIELDING
    if terms.tiers:
        reached = [tier.amount_minor for tier in terms.tiers if tier.from_minor <= base_minor]
        return max(reached, default=0)
    if terms.kind in SHARING:
        share = round_to_minor(base_minor * terms.share, Rounding.DOWN)
        return min(share, terms.amount_minor)
    return terms.amount_minor


def terms_gaps(terms: Terms) -> list[str]:
    """What terms lack or contradict: names of fields, in their order."""
    yields = terms.kind in YIELDING
    shares = yields or (terms.kind in SHARING and not terms.tiers)
    fine = {
        "title": bool(terms.title.strip()),
        "total": terms.total > 0,
        "amount_minor": terms.amount_minor > 0 or bool(terms.tiers),
        "share": 0 < terms.share <= 1
        if yields or (shares and not terms.tiers)
        else not terms.share,
        "days": 0 < terms.days <= 3_660 if yields else not terms.days,
        "tiers": not terms.tiers or (terms.kind is OfferKind.CASHBACK and _rising(terms)),
        "code": bool(terms.code.strip()) == (terms.claim is Claim.CODE),
        "minimum_minor": terms.minimum_minor >= 0,
        "term_months_max": not terms.term_months_max
        or terms.term_months_max >= terms.term_months_min >= 0,
        "use_days": 0 < terms.use_days <= 366,
        "per_member": terms.per_member > 0,
        "per_day": terms.per_day >= 0,
        "hold_days": 0 <= terms.hold_days <= 366,
        "expected_share": 0 <= terms.expected_share <= 1,
        "stage": terms.stage in STAGES if terms.kind is OfferKind.REFERRAL else not terms.stage,
        "side": terms.side in SIDES if terms.kind is OfferKind.REFERRAL else not terms.side,
        "claim": terms.kind is not OfferKind.REFERRAL or terms.claim is Claim.GIVEN,
    }
    return [name for name, holds in fine.items() if not holds]


def _rising(terms: Terms) -> bool:
    """Tiers stand in rising order, and who invests more never gets less."""
    steps = list(zip(terms.tiers, terms.tiers[1:], strict=False))
    lawful = all(tier.from_minor > 0 and tier.amount_minor > 0 for tier in terms.tiers)
    return lawful and all(
        low.from_minor < high.from_minor and low.amount_minor <= high.amount_minor
        for low, high in steps
    )


def terms_as_json(terms: Terms) -> dict[str, Any]:
    """The terms as they are kept and agreed to: whole numbers and texts only."""
    raw = asdict(terms)
    raw |= {"kind": terms.kind.value, "claim": terms.claim.value}
    raw |= {"share": str(terms.share), "expected_share": str(terms.expected_share)}
    raw["tiers"] = [[tier.from_minor, tier.amount_minor] for tier in terms.tiers]
    return raw


def terms_from_json(raw: Mapping[str, Any]) -> Terms:
    """The terms that `terms_as_json` wrote."""
    values = {each.name: raw[each.name] for each in fields(Terms) if each.name in raw}
    values |= {"kind": OfferKind(raw["kind"]), "claim": Claim(raw["claim"])}
    values |= {"share": Fraction(raw["share"]), "expected_share": Fraction(raw["expected_share"])}
    values["tiers"] = tuple(Tier(*tier) for tier in raw["tiers"])
    return Terms(**values)
