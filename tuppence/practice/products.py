"""The products on the shelf of the practice market: one of each method. Pure."""

from dataclasses import dataclass
from fractions import Fraction

from tuppence.lending.terms import Method
from tuppence.money.months import Unit


@dataclass(frozen=True, slots=True)
class Shelf:
    """A product as the practice market offers it; amounts in minor units."""

    code: str
    name: str
    name_zh: str
    method: Method
    amount_minor_min: int
    amount_minor_max: int
    instalments_min: int
    instalments_max: int
    unit: Unit = Unit.MONTHS
    every: int = 1
    grace_principal: int = 0
    withholding_tax: Fraction = Fraction(0)
    partial_floor: Fraction = Fraction(1)


GRACE_DAYS = 7
INVESTMENT_MINOR_MIN = 50_00
INVESTMENT_MINOR_STEP = 10_00
WINDOW_DAYS = 14
ORIGINATION_FEE = Fraction(15, 1000)
SERVICING_FEE = Fraction(10, 100)
VAT = Fraction(19, 100)
LATE_FEE_MINOR = 15_00
COMPENSATION = Fraction(1, 100)
RATE_MIN, RATE_MAX = Fraction(4, 100), Fraction(16, 100)

SHELVES = (
    Shelf(
        "working-capital",
        "Working capital, level instalments",
        "流动资金贷款（等额本息）",
        Method.ANNUITY,
        1_000_00,
        60_000_00,
        3,
        36,
    ),
    Shelf(
        "equipment",
        "Equipment, equal principal",
        "设备贷款（等额本金）",
        Method.EQUAL_PRINCIPAL,
        2_000_00,
        80_000_00,
        3,
        48,
        withholding_tax=Fraction(25, 100),
    ),
    Shelf(
        "bridge",
        "Bridge, interest monthly and the principal at the end",
        "过桥贷款（按月付息、到期还本）",
        Method.INTEREST_ONLY,
        2_000_00,
        50_000_00,
        2,
        18,
        partial_floor=Fraction(80, 100),
    ),
    Shelf(
        "harvest",
        "Harvest, everything at the end",
        "收成贷款（到期一次还本付息）",
        Method.BULLET,
        1_000_00,
        40_000_00,
        1,
        4,
        every=3,
    ),
    Shelf(
        "market-stall",
        "Market stall, flat interest in weeks",
        "小摊贷款（按周还款、固定利息）",
        Method.FLAT,
        500_00,
        10_000_00,
        6,
        52,
        unit=Unit.WEEKS,
        every=2,
    ),
)
SHELF = {shelf.code: shelf for shelf in SHELVES}
