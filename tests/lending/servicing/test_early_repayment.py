"""Early repayment: the quote, the compensation, a shorter term or lower instalments."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from tests.lending.servicing.loans import FEB, day, fact_id, fee, loan, paid, repaid_early
from tuppence.lending.allocation import DEFAULT_ORDER
from tuppence.lending.payoff import InterestUntil, quote_payoff
from tuppence.lending.schedule import build_schedule
from tuppence.lending.servicing.contract import EarlyRepaymentPolicy, Excess, contract_of
from tuppence.lending.servicing.facts import EarlyChoice, EarlyRepayment
from tuppence.lending.servicing.fold import (
    NeedsReplayError,
    apply_payments,
    fold,
    payoff_quote,
    quote_of,
)
from tuppence.lending.servicing.loan_state import PaymentKind, Status
from tuppence.lending.terms import LoanTerms, Method
from tuppence.money.day_count import DayCount

PERIOD_END = EarlyRepaymentPolicy(InterestUntil.PERIOD_END)
ONE_PERCENT = EarlyRepaymentPolicy(compensation_rate_last_year=Fraction(1, 100))
HALF_PERCENT = EarlyRepaymentPolicy(compensation_rate_last_year=Fraction(1, 200))
SETTLE, SHORTER, LOWER = EarlyChoice


def year_loan(**changes):
    """12,000.00 at 12 % over a year: eleven instalments of 1,066.19 and one of 1,066.14 or so."""
    terms = LoanTerms(
        principal_minor=12_000_00,
        currency="EUR",
        annual_rate=Fraction(12, 100),
        instalments=12,
        start=date(2025, 1, 1),
        **changes,
    )
    return contract_of(terms)


def planned(state):
    return [
        (row.number, row.principal_minor - row.paid_principal_minor, row.interest_minor)
        for row in state.instalments
        if row.open_minor
    ]


# 300.00: 103.00 on 1 February, 102.00 on 1 March (paid), then 100.00 with 1.00 on 1 April.
@pytest.mark.parametrize(
    ("policy", "on", "interest", "principal", "compensation"),
    [
        (EarlyRepaymentPolicy(), "03-01", 0, 100_00, 0),  # on a due date, nothing has accrued
        (EarlyRepaymentPolicy(), "03-16", 50, 100_00, 0),  # 15 of 30 days of 1.00
        (EarlyRepaymentPolicy(), "03-17", 53, 100_00, 0),  # 16 of 30 days, rounded down
        (PERIOD_END, "03-16", 1_00, 100_00, 0),
        (HALF_PERCENT, "03-16", 50, 100_00, 50),  # 0.5 % of 100.00
        (ONE_PERCENT, "03-17", 53, 100_00, 47),  # never above the interest that is spared
        (ONE_PERCENT, "04-20", 1_00, 100_00, 0),  # after maturity it is late, not early
    ],
)
def test_a_quote_adds_interest_to_the_date_and_compensation(
    policy, on, interest, principal, compensation
):
    facts = [paid(1, "02-01", 103_00), paid(2, "03-01", 102_00)]
    quote = payoff_quote(loan(early_repayment=policy), facts, day(on))
    assert (quote.interest_minor, quote.principal_minor) == (interest, principal)
    assert quote.compensation_minor == compensation
    assert quote.amount_minor == interest + principal + compensation


def test_a_quote_includes_what_is_overdue():
    facts = [fee(1, "02-03", 1, 4_00)]
    quote = payoff_quote(loan(), facts, day("02-16"))
    assert (quote.fee_minor, quote.interest_minor, quote.principal_minor) == (4_00, 4_00, 300_00)


def test_the_higher_compensation_is_for_more_than_a_year():
    policy = EarlyRepaymentPolicy(
        compensation_rate=Fraction(1, 100), compensation_rate_last_year=Fraction(1, 200)
    )
    terms = LoanTerms(
        12_000_00, "EUR", Fraction(12, 100), 24, date(2025, 1, 1), method=Method.INTEREST_ONLY
    )
    contract = replace(contract_of(terms), early_repayment=policy)
    assert payoff_quote(contract, [], date(2025, 12, 31)).compensation_minor == 120_00
    assert payoff_quote(contract, [], date(2026, 1, 1)).compensation_minor == 60_00


def test_a_quote_before_the_states_day_needs_a_replay():
    with pytest.raises(NeedsReplayError):
        quote_of(fold(loan(), [], as_of=FEB), day("01-31"))


@pytest.mark.parametrize("method", list(Method))
@pytest.mark.parametrize("day_count", ["30/360", "ACT/365F"])
@pytest.mark.parametrize("on", [date(2025, 4, 1), date(2025, 4, 18), date(2025, 12, 31)])
def test_quotes_agree_with_the_calculator_to_the_rounding(method, day_count, on):
    terms = LoanTerms(
        12_000_00,
        "EUR",
        Fraction(12, 100),
        12,
        date(2025, 1, 1),
        method=method,
        day_count=DayCount(day_count),
    )
    contract = contract_of(terms)
    paid_rows = [row for row in contract.rows if row.due_on <= on]
    facts = [
        paid(row.number, row.due_on.strftime("%m-%d"), row.amount_minor)
        for row in paid_rows
        if row.amount_minor
    ]
    quote = payoff_quote(contract, facts, on)
    expected = quote_payoff(terms, payoff_date=on, instalments_paid_on_time=len(paid_rows))
    assert quote.principal_minor == expected.principal_minor
    # The last row carries the rounding of the others.
    assert abs(quote.interest_minor - expected.interest_minor) <= 2


class TestPayoff:
    @pytest.mark.parametrize("policy", [EarlyRepaymentPolicy(), PERIOD_END, ONE_PERCENT])
    def test_the_quoted_amount_closes_the_loan(self, policy):
        contract, facts = loan(early_repayment=policy), [paid(1, "02-01", 103_00)]
        amount_minor = payoff_quote(contract, facts, day("02-20")).amount_minor
        facts.append(repaid_early(2, "02-20", amount_minor + 7, SETTLE))
        state = fold(contract, facts, as_of=day("06-01"))
        assert (state.status, state.closed_on) == (Status.PAID, day("02-20"))
        assert state.outcomes[-1].credit_minor == 7
        assert state.outcomes[-1].kind is PaymentKind.EARLY_REPAYMENT
        assert state.earned_interest_minor == state.paid_interest_minor

    def test_one_cent_less_leaves_the_loan_open(self):
        facts = [paid(1, "02-01", 103_00)]
        amount_minor = payoff_quote(loan(), facts, day("02-20")).amount_minor
        facts.append(repaid_early(2, "02-20", amount_minor - 1, SETTLE))
        state = fold(loan(), facts, as_of=day("06-01"))
        assert (state.status, state.outstanding_principal_minor) == (Status.ACTIVE, 1)

    def test_fees_on_coming_instalments_are_paid_with_it(self):
        facts = [fee(1, "01-10", 3, 4_00)]
        amount_minor = payoff_quote(loan(), facts, day("01-16")).amount_minor
        assert amount_minor == 4_00 + 1_50 + 300_00
        facts.append(repaid_early(2, "01-16", amount_minor, SETTLE))
        assert fold(loan(), facts, as_of=day("01-16")).status is Status.PAID

    def test_a_fee_alone_is_closed_by_a_payoff_too(self):
        ahead = loan(excess=Excess.NEXT_INSTALMENTS, waterfall=tuple(reversed(DEFAULT_ORDER)))
        facts = [fee(1, "01-05", 3, 4_00), paid(2, "02-01", 306_00)]
        quote = payoff_quote(ahead, facts, FEB)
        assert (quote.fee_minor, quote.principal_minor) == (4_00, 0)
        facts.append(repaid_early(3, "02-01", quote.amount_minor, SETTLE))
        assert fold(ahead, facts, as_of=FEB).status is Status.PAID


class TestPart:
    """150.00 on 16 February, half-way to 1 March: 1.00 of interest, 149.00 of principal."""

    def state(self, choice, amount_minor=150_00, policy=None):
        facts = [paid(1, "02-01", 103_00), repaid_early(2, "02-16", amount_minor, choice)]
        contract = loan(early_repayment=policy or EarlyRepaymentPolicy())
        return fold(contract, facts, as_of=day("02-16"))

    def test_interest_to_the_date_comes_first(self):
        outcome = self.state(LOWER).outcomes[-1]
        assert (outcome.interest_minor, outcome.principal_minor) == (1_00, 149_00)

    def test_lower_instalments_keep_the_due_dates(self):
        # 51.00 is left of 200.00. The other half of the period bears 1.00 × 51 / 200.
        assert planned(self.state(LOWER)) == [(2, 25_50, 1_26), (3, 25_50, 26)]

    def test_a_shorter_term_keeps_the_instalments(self):
        # 102.00 was planned for 1 March; 51.00 and 0.26 are all that is left.
        state = self.state(SHORTER)
        assert planned(state) == [(2, 51_00, 1_26)]
        assert state.instalments[-1].number == 2

    def test_the_new_plan_can_be_paid_to_the_end(self):
        state = self.state(LOWER)
        for number, row in enumerate(state.instalments[1:], 10):
            due = row.due_on.strftime("%m-%d")
            state = apply_payments(state, [paid(number, due, row.open_minor)])
        assert (state.status, state.closed_on) == (Status.PAID, date(2025, 4, 1))
        assert state.earned_interest_minor == 3_00 + 1_26 + 26

    def test_interest_goes_on_from_what_has_accrued(self):
        before = self.state(LOWER)
        assert (before.earned_interest_minor, before.accrued_interest_minor) == (4_00, 0)
        facts = [paid(1, "02-01", 103_00), repaid_early(2, "02-16", 150_00, LOWER)]
        later = fold(loan(), facts, as_of=day("02-24"))
        # 8 of the 15 days left of 0.26
        assert (later.earned_interest_minor, later.accrued_interest_minor) == (4_13, 13)

    def test_to_the_period_end_all_its_interest_is_paid_now(self):
        state = self.state(LOWER, policy=PERIOD_END)
        assert state.outcomes[-1].interest_minor == 2_00
        assert planned(state) == [(2, 26_00, 2_00), (3, 26_00, 26)]

    def test_compensation_comes_out_of_the_payment(self):
        policy = EarlyRepaymentPolicy(compensation_rate_last_year=Fraction(1, 200))
        outcome = self.state(LOWER, 101_50, policy).outcomes[-1]
        assert (outcome.interest_minor, outcome.compensation_minor) == (1_00, 50)
        assert outcome.principal_minor == 100_00

    def test_what_is_due_is_paid_first(self):
        facts = [repaid_early(1, "02-16", 150_00, LOWER)]
        outcome = fold(loan(), facts, as_of=day("02-16")).outcome(fact_id(1))
        assert (outcome.interest_minor, outcome.principal_minor) == (4_00, 146_00)
        assert outcome.parts[0].number == 1


class TestAnnuity:
    """12,000.00 at 1 % a month in twelve level instalments of 1,066.19."""

    def facts(self, contract, choice):
        on_time = [
            paid(row.number, row.due_on.strftime("%m-%d"), row.amount_minor)
            for row in contract.rows[:3]
        ]
        early = EarlyRepayment(fact_id(9), day("04-01"), 3_000_00, day("04-01"), choice, 99)
        return [*on_time, early]

    def test_lower_instalments_stay_level(self):
        contract = year_loan()
        state = fold(contract, self.facts(contract, LOWER), as_of=day("04-01"))
        amounts = [row.open_minor for row in state.instalments[3:]]
        left_minor = contract.rows[2].balance_minor - 3_000_00
        terms = LoanTerms(left_minor, "EUR", Fraction(12, 100), 9, date(2025, 4, 1))
        fresh = [row.amount_minor for row in build_schedule(terms)]
        assert state.outstanding_principal_minor == left_minor
        assert len(set(amounts[:-1])) == 1
        assert abs(amounts[0] - fresh[0]) <= 1
        assert abs(amounts[-1] - fresh[-1]) <= 9

    def test_a_shorter_term_ends_three_months_earlier(self):
        contract = year_loan()
        state = fold(contract, self.facts(contract, SHORTER), as_of=day("04-01"))
        amounts = [row.open_minor for row in state.instalments[3:]]
        assert set(amounts[:-1]) == {contract.rows[3].amount_minor}
        assert (len(amounts), 0 < amounts[-1] < contract.rows[3].amount_minor) == (6, True)

    def test_rows_without_principal_stay_without(self):
        contract = year_loan(method=Method.INTEREST_ONLY)
        for choice in (SHORTER, LOWER):
            state = fold(contract, self.facts(contract, choice), as_of=day("04-01"))
            rows = [(row.principal_minor, row.interest_minor) for row in state.instalments[4:]]
            assert rows == [(0, 90_00)] * 7 + [(9_000_00, 90_00)]


class TestBullet:
    """12,000.00 at 1 % a month; all of it, with 1,440.00 of interest, falls due after a year."""

    CONTRACT = year_loan(method=Method.BULLET)

    def test_interest_accrues_from_the_start(self):
        earned = [
            fold(self.CONTRACT, [], as_of=date(2025, month, 1)).earned_interest_minor
            for month in (1, 2, 7, 12)
        ]
        assert earned == [0, 120_00, 720_00, 1_320_00]

    def test_a_part_repaid_lowers_the_rest_of_it(self):
        facts = [repaid_early(1, "07-01", 6_720_00, LOWER)]
        state = fold(self.CONTRACT, facts, as_of=day("07-01"))
        outcome = state.outcomes[0]
        assert (outcome.interest_minor, outcome.principal_minor) == (720_00, 6_000_00)
        last = state.instalments[-1]
        assert (last.open_minor, last.interest_minor) == (6_000_00 + 360_00, 1_080_00)
        later = fold(self.CONTRACT, facts, as_of=day("10-01"))
        assert later.earned_interest_minor == 720_00 + 180_00

    def test_to_the_period_end_owes_the_running_month(self):
        contract = replace(self.CONTRACT, early_repayment=PERIOD_END)
        assert payoff_quote(contract, [], day("06-16")).interest_minor == 720_00


def test_grace_on_interest_accrues_while_nothing_is_due():
    contract = year_loan(grace_interest=3, grace_principal=3)
    earned = fold(contract, [], as_of=day("02-16")).earned_interest_minor
    assert earned == 180_00
