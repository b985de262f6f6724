"""Small loans and facts for the servicing tests, and random ones for Hypothesis."""

from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction
from uuid import UUID

from hypothesis import strategies as st

from tuppence.lending.allocation import Component, Direction
from tuppence.lending.payoff import InterestUntil
from tuppence.lending.schedule import build_schedule
from tuppence.lending.servicing.contract import (
    EarlyRepaymentPolicy,
    Excess,
    LateFeeRule,
    LoanContract,
    RecoveryOrder,
    Row,
)
from tuppence.lending.servicing.facts import (
    EarlyChoice,
    EarlyRepayment,
    Fact,
    FeeCharged,
    LateFeeCharged,
    PaymentReceived,
    PaymentReversed,
    PlanCause,
    PlanChanged,
    Recovered,
    StatedSplit,
    Waiver,
    WrittenOff,
)
from tuppence.lending.terms import LoanTerms, Method
from tuppence.money.day_count import DayCount
from tuppence.money.months import add_months

START = date(2025, 1, 1)
FEB, MAR, APR = date(2025, 2, 1), date(2025, 3, 1), date(2025, 4, 1)

# 300.00 at 1 % a month, repaid in three equal parts: 103.00, 102.00, 101.00.
ROWS = (Row(1, FEB, 100_00, 3_00), Row(2, MAR, 100_00, 2_00), Row(3, APR, 100_00, 1_00))


def loan(**changes: object) -> LoanContract:
    """The small loan, with another rule or two."""
    return LoanContract(**({"rows": ROWS, "currency": "EUR", "starts_on": START} | changes))


def fact_id(number: int) -> UUID:
    return UUID(int=number)


def day(text: str) -> date:
    """A day of 2025, written as month-day."""
    return date.fromisoformat(f"2025-{text}")


def paid(number: int, on: str, amount_minor: int, **changes: object) -> PaymentReceived:
    """A payment that was recorded on its value date."""
    values = {"recorded_on": day(on), "sequence": number} | changes
    return PaymentReceived(fact_id(number), day(on), amount_minor, **values)


def repaid_early(number: int, on: str, amount_minor: int, choice: EarlyChoice) -> EarlyRepayment:
    return EarlyRepayment(fact_id(number), day(on), amount_minor, day(on), choice, number)


def back(number: int, on: str, reverses: int) -> PaymentReversed:
    return PaymentReversed(fact_id(number), day(on), fact_id(reverses), day(on), number)


def late_fee(number: int, on: str, instalment: int, amount_minor: int) -> LateFeeCharged:
    return LateFeeCharged(fact_id(number), day(on), instalment, amount_minor, day(on), number)


def fee(
    number: int, on: str, instalment: int, amount_minor: int, component: Component = Component.FEE
) -> FeeCharged:
    return FeeCharged(
        fact_id(number), day(on), instalment, amount_minor, day(on), component, number
    )


def waived(
    number: int, on: str, component: Component, amount_minor: int, instalment: int | None = None
) -> Waiver:
    return Waiver(
        fact_id(number), day(on), component, amount_minor, day(on), instalment, sequence=number
    )


def given_up(number: int, on: str) -> WrittenOff:
    return WrittenOff(fact_id(number), day(on), day(on), number)


def recovered(number: int, on: str, amount_minor: int, cost_minor: int = 0) -> Recovered:
    return Recovered(fact_id(number), day(on), amount_minor, day(on), cost_minor, number)


@st.composite
def contracts(draw: st.DrawFn) -> LoanContract:
    """A contract over a computed schedule, with any of the rules."""
    terms = LoanTerms(
        principal_minor=draw(st.integers(10_00, 50_000_00)),
        currency="EUR",
        annual_rate=draw(st.fractions(0, Fraction(1, 2), max_denominator=1000)),
        instalments=draw(st.integers(1, 12)),
        start=draw(st.sampled_from([START, date(2025, 1, 31), date(2024, 2, 29)])),
        method=draw(st.sampled_from(list(Method))),
        day_count=draw(st.sampled_from([DayCount("30/360"), DayCount("ACT/365F")])),
    )
    rates = st.sampled_from([Fraction(0), Fraction(1, 100)])
    return LoanContract(
        rows=build_schedule(terms),
        currency="EUR",
        starts_on=terms.start,
        waterfall=tuple(draw(st.permutations(list(Component)))),
        direction=draw(st.sampled_from(list(Direction))),
        excess=draw(st.sampled_from(list(Excess))),
        grace_days=draw(st.integers(0, 5)),
        late_fee=draw(st.sampled_from([None, LateFeeRule(5_00, Fraction(1, 50))])),
        day_count=terms.day_count,
        early_repayment=EarlyRepaymentPolicy(
            draw(st.sampled_from(list(InterestUntil))), draw(rates), draw(rates)
        ),
        recovery_order=draw(st.sampled_from(list(RecoveryOrder))),
    )


@st.composite
def lives(
    draw: st.DrawFn, *, kinds: Sequence[str] = (), most: int = 12
) -> tuple[LoanContract, list[Fact]]:
    """A contract and random facts of its life, in the order of their recording."""
    contract = draw(contracts())
    names = list(kinds) or [
        "payment",
        "early",
        "stated",
        "late_fee",
        "fee",
        "waiver",
        "plan",
        "end",
    ]
    drawn = draw(st.lists(st.sampled_from(names), max_size=most))
    return contract, [
        _draw_fact(draw, contract, name, number) for number, name in enumerate(drawn, 1)
    ]


def _draw_fact(draw: st.DrawFn, contract: LoanContract, name: str, number: int) -> Fact:
    length = (contract.rows[-1].due_on - contract.starts_on).days
    on = contract.starts_on + timedelta(days=draw(st.integers(0, length + 60)))
    row = draw(st.sampled_from(list(contract.rows)))
    near = row.principal_minor + row.interest_minor + 1
    amount_minor = draw(st.integers(1, 2 * near) | st.just(near))
    common = {"recorded_on": on, "sequence": number}
    identity = fact_id(number)
    if name == "early":
        choice = draw(st.sampled_from(list(EarlyChoice)))
        return EarlyRepayment(identity, on, amount_minor, choice=choice, **common)
    if name == "late_fee":
        return LateFeeCharged(identity, on, row.number, draw(st.integers(1, 20_00)), **common)
    if name == "fee":
        return FeeCharged(identity, on, row.number, draw(st.integers(1, 20_00)), **common)
    if name == "waiver":
        component = draw(st.sampled_from([c for c in Component if c is not Component.PRINCIPAL]))
        return Waiver(identity, on, component, amount_minor, **common)
    if name == "plan":
        return PlanChanged(
            identity,
            on,
            tuple(
                Row(100 + index, add_months(on, index), draw(st.integers(1, 100_00)), 7 * index)
                for index in range(1, draw(st.integers(2, 4)))
            ),
            draw(st.sampled_from(list(PlanCause))),
            takes_in_arrears=draw(st.booleans()),
            **common,
        )
    if name == "end":
        return draw(
            st.sampled_from(
                [
                    WrittenOff(identity, on, **common),
                    Recovered(identity, on, amount_minor, cost_minor=amount_minor // 4, **common),
                ]
            )
        )
    if name == "stated":
        interest_minor = draw(st.integers(0, amount_minor))
        split = StatedSplit(
            interest_minor=interest_minor,
            principal_minor=amount_minor - interest_minor,
            settles=draw(st.booleans()),
        )
        return PaymentReceived(identity, on, amount_minor, stated=split, **common)
    return PaymentReceived(identity, on, amount_minor, **common)
