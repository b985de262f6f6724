"""A loan's life as a table: what each payment paid, and where the loan stands."""

from datetime import date
from fractions import Fraction

import pytest

from tests.lending.servicing.loans import (
    APR,
    FEB,
    MAR,
    back,
    day,
    fact_id,
    fee,
    late_fee,
    loan,
    paid,
    waived,
)
from tuppence.lending.allocation import Component, Direction
from tuppence.lending.servicing.arrears import Bucket
from tuppence.lending.servicing.contract import Excess, LateFeeRule
from tuppence.lending.servicing.facts import FactsError, PaymentReceived, StatedSplit, known_by
from tuppence.lending.servicing.fold import NeedsReplayError, apply_facts, apply_payments, fold
from tuppence.lending.servicing.late_fees import LateFeeDue, late_fees_due
from tuppence.lending.servicing.loan_state import Status


def columns(outcome):
    return (
        outcome.fee_minor,
        outcome.penalty_minor,
        outcome.interest_minor,
        outcome.principal_minor,
        outcome.credit_minor,
    )


# 300.00 over three months: 103.00 on 1 February, 102.00 on 1 March, 101.00 on 1 April.
@pytest.mark.parametrize(
    ("payments", "outcomes", "outstanding", "overdue", "days", "status"),
    [
        # Nothing is paid: on 15 March two instalments are late, the oldest by 42 days.
        ([], [], 300_00, 205_00, 42, Status.ACTIVE),
        # Paid on the day, in full.
        (
            [("02-01", 103_00), ("03-01", 102_00)],
            [(0, 0, 3_00, 100_00, 0), (0, 0, 2_00, 100_00, 0)],
            100_00,
            0,
            0,
            Status.ACTIVE,
        ),
        # In part: interest first, then principal; the rest of February is 42 days late.
        ([("02-01", 50_00)], [(0, 0, 3_00, 47_00, 0)], 253_00, 155_00, 42, Status.ACTIVE),
        # One payment for two instalments: the oldest is paid in full before the next.
        ([("03-10", 110_00)], [(0, 0, 5_00, 105_00, 0)], 195_00, 95_00, 14, Status.ACTIVE),
        # More than is due stays with the borrower.
        ([("02-01", 150_00)], [(0, 0, 3_00, 100_00, 47_00)], 200_00, 102_00, 14, Status.ACTIVE),
        # Before anything is due, everything does.
        ([("01-20", 103_00)], [(0, 0, 0, 0, 103_00)], 300_00, 205_00, 42, Status.ACTIVE),
    ],
)
def test_a_payment_pays_the_oldest_instalment_first(
    payments, outcomes, outstanding, overdue, days, status
):
    facts = [paid(number, on, amount) for number, (on, amount) in enumerate(payments, 1)]
    state = fold(loan(), facts, as_of=day("03-15"))
    assert [columns(outcome) for outcome in state.outcomes] == outcomes
    assert (state.outstanding_principal_minor, state.overdue_minor) == (outstanding, overdue)
    assert (state.days_past_due, state.status) == (days, status)


def test_a_loan_paid_to_the_end_is_closed_on_the_day_of_the_last_payment():
    facts = [paid(1, "02-01", 103_00), paid(2, "03-01", 102_00), paid(3, "04-03", 101_00)]
    state = fold(loan(), facts, as_of=day("05-01"))
    assert (state.status, state.closed_on) == (Status.PAID, day("04-03"))
    assert (state.outstanding_principal_minor, state.earned_interest_minor) == (0, 6_00)
    assert state.next_due_on is None
    assert [row.open_minor for row in state.instalments] == [0, 0, 0]
    assert [row.paid_minor for row in state.instalments] == [103_00, 102_00, 101_00]


def test_money_after_the_end_stays_with_the_borrower():
    facts = [paid(1, "04-01", 306_00), paid(2, "04-02", 5_00)]
    state = fold(loan(), facts, as_of=day("04-02"))
    assert columns(state.outcome(fact_id(2))) == (0, 0, 0, 0, 5_00)
    assert state.closed_on == APR


@pytest.mark.parametrize(
    ("waterfall", "direction", "expected"),
    [
        # Owed on 1 March: fee 4.00, late fee 5.00, interest 3.00 + 2.00, principal 100.00 + 100.00.
        ("fee penalty interest principal", Direction.HORIZONTAL, (4_00, 5_00, 3_00, 88_00)),
        ("fee penalty interest principal", Direction.VERTICAL, (4_00, 5_00, 5_00, 86_00)),
        ("principal interest penalty fee", Direction.HORIZONTAL, (0, 0, 0, 100_00)),
        ("interest principal fee penalty", Direction.VERTICAL, (0, 0, 5_00, 95_00)),
        ("penalty principal interest fee", Direction.HORIZONTAL, (0, 5_00, 0, 95_00)),
    ],
)
def test_the_contract_orders_the_components(waterfall, direction, expected):
    contract = loan(
        waterfall=tuple(map(Component, waterfall.split())),
        direction=direction,
        late_fee=LateFeeRule(5_00),
    )
    facts = [fee(1, "02-01", 1, 4_00), late_fee(2, "02-05", 1, 5_00), paid(3, "03-01", 100_00)]
    outcome = fold(contract, facts, as_of=MAR).outcome(fact_id(3))
    assert columns(outcome) == (*expected, 0)


def test_parts_say_which_instalment_was_paid():
    state = fold(loan(), [paid(1, "03-02", 110_00)], as_of=day("03-02"))
    assert [tuple(part) for part in state.outcomes[0].parts] == [
        (1, Component.INTEREST, 3_00),
        (1, Component.PRINCIPAL, 100_00),
        (2, Component.INTEREST, 2_00),
        (2, Component.PRINCIPAL, 5_00),
    ]


def test_where_the_contract_says_so_excess_pays_the_coming_instalments():
    contract = loan(excess=Excess.NEXT_INSTALMENTS)
    state = fold(contract, [paid(1, "02-01", 250_00)], as_of=day("02-20"))
    assert columns(state.outcomes[0]) == (0, 0, 6_00, 244_00, 0)
    assert (state.days_past_due, state.next_due_on) == (0, APR)


class TestSameDay:
    def test_payments_of_a_day_count_as_they_were_recorded(self):
        first, second = paid(1, "02-01", 60_00), paid(2, "02-01", 60_00)
        state = fold(loan(), [second, first], as_of=FEB)
        assert [outcome.id for outcome in state.outcomes] == [first.id, second.id]
        assert [outcome.interest_minor for outcome in state.outcomes] == [3_00, 0]
        assert state.outcomes[1].credit_minor == 17_00

    def test_a_payment_recorded_later_comes_after(self):
        late = paid(1, "02-01", 60_00, recorded_on=day("02-09"))
        state = fold(loan(), [late, paid(2, "02-01", 60_00)], as_of=day("02-09"))
        assert [outcome.id for outcome in state.outcomes] == [fact_id(2), fact_id(1)]

    def test_a_payment_counts_before_the_late_fee_of_its_day(self):
        contract = loan(late_fee=LateFeeRule(5_00))
        facts = [late_fee(1, "02-02", 1, 5_00), paid(2, "02-02", 103_00)]
        state = fold(contract, facts, as_of=day("02-02"))
        assert state.charges[0].standing_minor == 0
        assert state.due_minor == 0


class TestLateFees:
    @pytest.mark.parametrize(
        ("rule", "on", "expected"),
        [
            (LateFeeRule(5_00), "02-06", []),  # the last day of grace
            (LateFeeRule(5_00), "02-07", [LateFeeDue(1, 103_00, 5_00)]),
            (LateFeeRule(1_00, Fraction(5, 100)), "02-07", [LateFeeDue(1, 103_00, 6_15)]),
            (
                LateFeeRule(1_00, Fraction(5, 100), cap_minor=6_00),
                "02-07",
                [LateFeeDue(1, 103_00, 6_00)],
            ),
            (LateFeeRule(at_least_minor=15_00), "02-07", [LateFeeDue(1, 103_00, 15_00)]),
            (LateFeeRule(), "02-07", []),
            (None, "02-07", []),
        ],
    )
    def test_fees_are_due_after_the_grace_days(self, rule, on, expected):
        state = fold(loan(late_fee=rule, grace_days=5), [], as_of=day(on))
        assert late_fees_due(state) == expected

    def test_an_instalment_bears_one_fee(self):
        contract = loan(late_fee=LateFeeRule(5_00))
        state = fold(contract, [late_fee(1, "02-02", 1, 5_00)], as_of=day("02-28"))
        assert late_fees_due(state) == []
        assert state.due_minor == 108_00

    def test_a_fee_by_hand_stands_whatever_is_paid(self):
        facts = [paid(1, "02-01", 103_00), fee(2, "02-03", 1, 7_00)]
        state = fold(loan(), facts, as_of=day("02-03"))
        assert (state.due_minor, state.days_past_due) == (7_00, 0)


def test_waivers_give_up_what_is_open_and_no_more():
    contract = loan(late_fee=LateFeeRule(5_00))
    facts = [
        late_fee(1, "02-02", 1, 5_00),
        waived(2, "02-03", Component.PENALTY, 50_00),
        waived(3, "03-02", Component.INTEREST, 4_00, instalment=2),
    ]
    state = fold(contract, facts, as_of=day("03-02"))
    assert [waiver.waived_minor for waiver in state.waivers] == [5_00, 2_00]
    assert state.due_minor == 203_00
    assert state.earned_interest_minor == 3_03  # and a thirtieth of the third 1.00


@pytest.mark.parametrize(
    ("as_of", "days", "bucket"),
    [
        ("02-01", 0, Bucket.CURRENT),
        ("02-02", 1, Bucket.GRACE),
        ("02-04", 3, Bucket.GRACE),
        ("02-05", 4, Bucket.DAYS_1_30),
        ("03-03", 30, Bucket.DAYS_1_30),
        ("03-04", 31, Bucket.DAYS_31_60),
        ("05-02", 90, Bucket.DAYS_61_90),
        ("05-03", 91, Bucket.DAYS_91_PLUS),
    ],
)
def test_buckets_count_from_the_oldest_unpaid_instalment(as_of, days, bucket):
    state = fold(loan(grace_days=3), [], as_of=day(as_of))
    assert (state.days_past_due, state.bucket, state.oldest_unpaid_due_on) == (days, bucket, FEB)


def test_a_late_fee_alone_makes_nobody_late():
    contract = loan(late_fee=LateFeeRule(5_00), waterfall=tuple(map(Component, _PENALTY_LAST)))
    facts = [late_fee(1, "02-02", 1, 5_00), paid(2, "02-10", 103_00)]
    state = fold(contract, facts, as_of=day("02-20"))
    assert (state.days_past_due, state.overdue_minor, state.status) == (0, 5_00, Status.ACTIVE)


_PENALTY_LAST = ("fee", "interest", "principal", "penalty")


class TestAccrual:
    @pytest.mark.parametrize(
        ("as_of", "earned", "accrued"),
        [
            ("01-01", 0, 0),
            ("01-16", 1_50, 1_50),  # 15 of 30 days of 3.00
            ("01-31", 2_90, 2_90),  # the 31st counts as the 30th
            ("02-01", 3_00, 0),  # due now
            ("02-11", 3_66, 66),  # 10 of 30 days of 2.00, rounded down
            ("04-01", 6_00, 0),
            ("12-31", 6_00, 0),  # nothing accrues after the last due date
        ],
    )
    def test_interest_accrues_evenly_over_the_period(self, as_of, earned, accrued):
        state = fold(loan(), [], as_of=day(as_of))
        assert (state.earned_interest_minor, state.accrued_interest_minor) == (earned, accrued)


class TestStatedSplit:
    def test_another_systems_split_takes_the_place_of_the_waterfall(self):
        split = StatedSplit(penalty_minor=15_00, interest_minor=4_50, principal_minor=120_00)
        fact = paid(1, "02-16", 139_50, stated=split)
        state = fold(loan(), [fact], as_of=day("02-16"))
        assert columns(state.outcomes[0]) == (0, 15_00, 4_50, 120_00, 0)
        assert (state.outstanding_principal_minor, state.days_past_due) == (180_00, 0)

    def test_interest_beyond_the_schedule_is_earned_on_the_day(self):
        split = StatedSplit(interest_minor=7_00, principal_minor=300_00, settles=True)
        state = fold(loan(), [paid(1, "02-01", 307_00, stated=split)], as_of=FEB)
        assert (state.status, state.earned_interest_minor) == (Status.PAID, 7_00)

    def test_a_settled_loan_owes_nothing_more(self):
        split = StatedSplit(interest_minor=1_00, principal_minor=300_00, settles=True)
        state = fold(loan(), [paid(1, "02-01", 301_00, stated=split)], as_of=day("06-01"))
        assert (state.status, state.earned_interest_minor, state.due_minor) == (
            Status.PAID,
            1_00,
            0,
        )

    def test_principal_beyond_the_loan_is_credit(self):
        split = StatedSplit(principal_minor=300_25, settles=True)
        state = fold(loan(), [paid(1, "02-01", 300_25, stated=split)], as_of=FEB)
        assert columns(state.outcomes[0]) == (0, 0, 0, 300_00, 25)


class TestFacts:
    def test_facts_of_later_days_do_not_count(self):
        state = fold(loan(), [paid(1, "02-01", 103_00)], as_of=day("01-31"))
        assert state.outcomes == ()

    def test_a_reversed_payment_never_counts(self):
        facts = [paid(1, "02-01", 103_00), back(2, "02-20", 1)]
        assert fold(loan(), facts, as_of=day("02-05")) == fold(loan(), [], as_of=day("02-05"))

    def test_what_was_known_then_can_be_folded_again(self):
        facts = [paid(1, "02-01", 103_00), back(2, "02-20", 1)]
        state = fold(loan(), known_by(facts, day("02-19")), as_of=day("02-19"))
        assert state.days_past_due == 0

    def test_the_same_id_twice_is_refused(self):
        with pytest.raises(FactsError, match="same id"):
            fold(loan(), [paid(1, "02-01", 1_00), paid(1, "02-02", 1_00)], as_of=FEB)

    def test_the_reversal_of_nothing_is_refused(self):
        with pytest.raises(FactsError, match="names no payment"):
            fold(loan(), [back(2, "02-20", 1)], as_of=FEB)


class TestIncrement:
    def test_payments_are_added_to_a_state(self):
        before = fold(loan(), [paid(1, "02-01", 103_00)], as_of=FEB)
        after = apply_payments(before, [paid(2, "03-01", 102_00), paid(3, "03-02", 1_00)])
        assert after.as_of == day("03-02")
        assert [outcome.applied_minor for outcome in after.outcomes] == [103_00, 102_00, 0]

    @pytest.mark.parametrize(
        "fact", [paid(9, "01-31", 1_00), back(9, "02-05", 1)], ids=["earlier", "reversal"]
    )
    def test_what_belongs_before_needs_a_replay(self, fact):
        before = fold(loan(), [paid(1, "02-01", 103_00)], as_of=FEB)
        with pytest.raises(NeedsReplayError):
            apply_facts(before, [fact])

    def test_a_day_before_the_facts_needs_a_replay(self):
        before = fold(loan(), [paid(1, "02-01", 103_00)], as_of=FEB)
        with pytest.raises(NeedsReplayError):
            apply_facts(before, [], as_of=date(2025, 1, 1))


def test_a_payment_of_nothing_is_our_own_mistake():
    with pytest.raises(AssertionError):
        PaymentReceived(fact_id(1), FEB, 0, FEB)
