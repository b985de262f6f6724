"""A loan's life is rebuilt by one rule, and its sums are the tape's own."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tuppence.lending.schedule import amortise
from tuppence.lending.terms import LoanTerms
from tuppence.tapes.contract import contract_of
from tuppence.tapes.loans import TapeLoan, TapeStatus
from tuppence.tapes.oddities import RULES, Oddity
from tuppence.tapes.rebuild import PaymentFact, rebuild

# 1,000.00 over 4 months at 12 %: instalment 256.28, principal 246.28 248.74 251.23 253.75,
# interest 10.00 7.54 5.05 2.54 (the last row takes the rest).
LOAN = TapeLoan(
    row=2,
    loan_ref="T-1",
    currency="USD",
    status=TapeStatus.FULLY_PAID,
    outside_policy=False,
    asked_minor=1000_00,
    funded_minor=1000_00,
    from_investors_minor=1000_00,
    annual_rate=Fraction(12, 100),
    term_months=4,
    instalment_minor=256_28,
    issued_on=date(2010, 1, 31),
    last_payment_on=date(2010, 5, 31),
    settled_on=None,
    tape_on=date(2017, 11, 1),
    principal_minor=1000_00,
    interest_minor=25_13,
    late_fee_minor=0,
    recovered_minor=0,
    recovery_fee_minor=0,
    total_minor=1025_13,
)
CHARGED_OFF = replace(
    LOAN,
    status=TapeStatus.CHARGED_OFF,
    last_payment_on=date(2010, 3, 31),
    principal_minor=495_02,
    interest_minor=17_54,
    recovered_minor=100_00,
    recovery_fee_minor=18_00,
    total_minor=612_56,
)

# Its rounded instalments of 0.01 repay it long before the term: the contract ends in rows of zero.
TINY = replace(
    LOAN,
    status=TapeStatus.CURRENT,
    funded_minor=13,
    term_months=30,
    annual_rate=Fraction(0),
    last_payment_on=date(2012, 7, 31),
    principal_minor=113,
    interest_minor=0,
    total_minor=113,
)


@given(
    st.integers(100, 40_000_00),
    st.integers(0, 3000),
    st.integers(1, 60),
)
def test_a_contract_has_the_figures_of_the_lending_room(
    funded_minor: int, rate_bps: int, months: int
) -> None:
    rate = Fraction(rate_bps, 10_000)
    terms = LoanTerms(funded_minor, "USD", rate, months, start=date(2010, 1, 1))
    amortisation = amortise(terms)
    contract = contract_of(funded_minor, rate, months)
    assert contract.principal == tuple(row.principal_minor for row in amortisation.rows)
    assert contract.interest == tuple(row.interest_minor for row in amortisation.rows)
    assert contract.instalment_minor == amortisation.instalment_minor


def test_a_loan_paid_to_schedule_has_the_schedule_s_payments() -> None:
    life = rebuild(LOAN)
    assert life.payments == (
        PaymentFact(date(2010, 2, 28), 246_28, 10_00, 0),
        PaymentFact(date(2010, 3, 31), 248_74, 7_54, 0),
        PaymentFact(date(2010, 4, 30), 251_23, 5_05, 0),
        PaymentFact(date(2010, 5, 31), 253_75, 2_54, 0),
    )
    assert not life.oddities
    assert (life.charge_off, life.recovery, life.over_minor, life.waived_minor) == (
        None,
        None,
        0,
        0,
    )
    assert life.ends_on == date(2010, 5, 31)


def test_a_loan_paid_off_early_prepays_with_the_last_payment() -> None:
    life = rebuild(replace(LOAN, last_payment_on=date(2010, 3, 31), interest_minor=17_54))
    assert [payment.principal_minor for payment in life.payments] == [246_28, 753_72]
    assert [payment.interest_minor for payment in life.payments] == [10_00, 7_54]


def test_interest_is_the_tape_s_in_the_schedule_s_proportions() -> None:
    life = rebuild(replace(LOAN, interest_minor=50_26))
    assert [payment.interest_minor for payment in life.payments] == [20_00, 15_08, 10_10, 5_08]


def test_late_fees_come_with_the_last_payment() -> None:
    life = rebuild(replace(LOAN, late_fee_minor=15_00))
    assert [payment.late_fee_minor for payment in life.payments] == [0, 0, 0, 15_00]


def test_missed_instalments_leave_a_gap_before_the_last_payment() -> None:
    life = rebuild(
        replace(
            CHARGED_OFF,
            last_payment_on=date(2010, 4, 30),
            principal_minor=346_28,
            interest_minor=22_59,
        )
    )
    assert life.payments == (
        PaymentFact(date(2010, 2, 28), 246_28, 10_00, 0),
        PaymentFact(date(2010, 4, 30), 100_00, 12_59, 0),
    )
    assert Oddity.MISSED_INSTALMENTS in life.oddities


def test_a_charge_off_follows_the_first_missed_due_date() -> None:
    life = rebuild(CHARGED_OFF)
    assert life.charge_off is not None and life.recovery is not None
    assert life.charge_off.on == date(2010, 9, 27)  # 30 April and 150 days
    assert life.charge_off.principal_minor == 504_98
    assert life.recovery.on == date(2011, 3, 26)  # and 180 more
    assert (life.recovery.amount_minor, life.recovery.fee_minor) == (100_00, 18_00)


def test_a_charge_off_at_the_end_of_the_term_counts_from_the_last_payment() -> None:
    life = rebuild(replace(CHARGED_OFF, last_payment_on=date(2010, 5, 31)))
    assert life.charge_off is not None
    assert life.charge_off.on == date(2010, 10, 28)


def test_nothing_is_dated_after_the_tape() -> None:
    life = rebuild(replace(CHARGED_OFF, tape_on=date(2010, 7, 1)))
    assert life.charge_off is not None and life.recovery is not None
    assert life.charge_off.on == life.recovery.on == date(2010, 7, 1)


def test_a_settlement_after_the_charge_off_dates_the_recovery() -> None:
    settled = rebuild(replace(CHARGED_OFF, settled_on=date(2012, 6, 1)))
    assert settled.recovery is not None and settled.recovery.on == date(2012, 6, 1)
    before = rebuild(replace(CHARGED_OFF, settled_on=date(2010, 2, 1)))
    assert before.recovery is not None and before.recovery.on == date(2011, 3, 26)


def test_a_surplus_of_principal_is_kept_apart() -> None:
    life = rebuild(replace(LOAN, principal_minor=1000_25, total_minor=1025_38))
    assert (life.over_minor, life.waived_minor) == (25, 0)
    assert sum(payment.principal_minor for payment in life.payments) == 1000_25


def test_a_small_rest_is_waived() -> None:
    life = rebuild(replace(LOAN, principal_minor=999_55, total_minor=1024_68))
    assert (life.over_minor, life.waived_minor) == (0, 45)
    assert life.charge_off is None


def test_a_loan_without_a_last_date_is_paid_as_far_as_its_money_reaches() -> None:
    open_loan = replace(
        LOAN,
        status=TapeStatus.CURRENT,
        last_payment_on=None,
        principal_minor=300_00,
        interest_minor=17_54,
        total_minor=317_54,
    )
    life = rebuild(open_loan)
    assert [payment.on for payment in life.payments] == [date(2010, 2, 28), date(2010, 3, 31)]
    assert [payment.principal_minor for payment in life.payments] == [246_28, 53_72]
    drawn_early = rebuild(replace(open_loan, tape_on=date(2010, 3, 30)))
    assert [payment.on for payment in drawn_early.payments] == [date(2010, 2, 28)]


def test_a_loan_that_never_paid_is_charged_off_from_its_first_due_date() -> None:
    life = rebuild(
        replace(
            CHARGED_OFF,
            last_payment_on=None,
            principal_minor=0,
            interest_minor=0,
            recovered_minor=0,
            recovery_fee_minor=0,
            total_minor=0,
        )
    )
    assert life.payments == ()
    assert life.recovery is None
    assert life.charge_off is not None and life.charge_off.on == date(2010, 7, 28)
    assert {Oddity.NOTHING_PAID, Oddity.NO_LAST_PAYMENT_DATE} == life.oddities


@pytest.mark.parametrize(
    ("loan", "oddity"),
    [
        (
            replace(LOAN, principal_minor=1000_01, total_minor=1025_14),
            Oddity.REPAID_MORE_THAN_FUNDED,
        ),
        (replace(LOAN, principal_minor=999_99, total_minor=1025_12), Oddity.PAID_OFF_SHORT),
        (replace(LOAN, last_payment_on=date(2010, 6, 1)), Oddity.LAST_PAYMENT_AFTER_MATURITY),
        (replace(LOAN, outside_policy=True), Oddity.OUTSIDE_CREDIT_POLICY),
        (replace(LOAN, asked_minor=1200_00), Oddity.FUNDED_LESS_THAN_ASKED),
        (replace(LOAN, from_investors_minor=0), Oddity.PLATFORM_TOOK_A_PART),
        (replace(LOAN, instalment_minor=257_29), Oddity.INSTALMENT_CHANGED),
        (replace(LOAN, total_minor=1025_14), Oddity.TOTAL_DIFFERS_FROM_PARTS),
        (replace(CHARGED_OFF, settled_on=date(2012, 6, 1)), Oddity.SETTLED),
        (
            replace(CHARGED_OFF, recovered_minor=505_00, total_minor=1017_56),
            Oddity.RECOVERED_MORE_THAN_LOST,
        ),
        (
            replace(CHARGED_OFF, principal_minor=0, total_minor=117_54),
            Oddity.INTEREST_ONLY_PAID,
        ),
        (replace(CHARGED_OFF, last_payment_on=None), Oddity.MONEY_WITHOUT_LAST_DATE),
    ],
)
def test_each_oddity_is_named_and_has_its_rule(loan: TapeLoan, oddity: Oddity) -> None:
    assert oddity in rebuild(loan).oddities
    assert oddity.rule.endswith(".")
    assert set(RULES) == set(Oddity)


@st.composite
def tape_loans(draw: st.DrawFn) -> TapeLoan:
    funded_minor = draw(st.integers(1_00, 40_000_00))
    term = draw(st.integers(1, 60))
    status = draw(st.sampled_from(TapeStatus))
    is_paid_off = status is TapeStatus.FULLY_PAID
    least = max(funded_minor - 100, 0) if is_paid_off else 0
    principal_minor = draw(st.integers(least, funded_minor + 100))
    interest_minor = draw(st.integers(0, 30_000_00))
    late_fee_minor = draw(st.integers(0, 200_00))
    recovered_minor = draw(st.integers(0, 9_000_00)) if status is TapeStatus.CHARGED_OFF else 0
    issued_on = draw(st.dates(date(2008, 1, 1), date(2012, 12, 31)))
    return replace(
        LOAN,
        status=status,
        funded_minor=funded_minor,
        annual_rate=Fraction(draw(st.integers(0, 3600)), 10_000),
        term_months=term,
        issued_on=issued_on,
        last_payment_on=draw(st.none() | st.dates(issued_on, date(2017, 11, 1))),
        settled_on=draw(st.none() | st.dates(issued_on, date(2017, 11, 1))),
        tape_on=draw(st.none() | st.just(date(2017, 11, 1))),
        principal_minor=principal_minor,
        interest_minor=interest_minor,
        late_fee_minor=late_fee_minor,
        recovered_minor=recovered_minor,
        total_minor=principal_minor + interest_minor + late_fee_minor + recovered_minor,
    )


@example(TINY)
@given(tape_loans())
def test_any_loan_s_life_is_in_order_and_adds_up(loan: TapeLoan) -> None:
    life = rebuild(loan)
    days = [loan.issued_on, *(payment.on for payment in life.payments)]
    if life.charge_off is not None:
        days.append(life.charge_off.on)
    if life.recovery is not None:
        days.append(life.recovery.on)
    assert all(early <= late for early, late in pairwise(days))
    assert days[-1] == life.ends_on
    recovered_minor = life.recovery.amount_minor if life.recovery is not None else 0
    received_minor = sum(payment.amount_minor for payment in life.payments) + recovered_minor
    assert received_minor == loan.received_minor
    assert all(payment.amount_minor > 0 for payment in life.payments)
    lost_minor = life.charge_off.principal_minor if life.charge_off is not None else 0
    is_over = loan.status in (TapeStatus.FULLY_PAID, TapeStatus.CHARGED_OFF)
    if is_over:
        repaid_minor = loan.principal_minor - life.over_minor
        assert repaid_minor + lost_minor + life.waived_minor == loan.funded_minor
