"""A late or reversed payment: replayed once, compared and explained."""

from datetime import date
from fractions import Fraction

from hypothesis import given, settings

from tests.lending.servicing.loans import (
    back,
    day,
    fact_id,
    late_fee,
    lives,
    loan,
    paid,
)
from tuppence.lending.servicing.contract import LateFeeRule
from tuppence.lending.servicing.distribution import (
    Clawback,
    HoldingShare,
    claw_back,
    distribute,
    received_by_lenders,
    share_changes,
    withheld,
)
from tuppence.lending.servicing.facts import PaymentReceived, PaymentReversed
from tuppence.lending.servicing.fold import fold
from tuppence.lending.servicing.replay import replay
from tuppence.lending.servicing.replay_changes import Difference

RULE = LateFeeRule(5_00)


def differences(result):
    """(payment, principal, interest, late fee, credit) of each payment that changed."""
    return [
        (
            change.id.int,
            change.difference.principal_minor,
            change.difference.interest_minor,
            change.difference.penalty_minor,
            change.difference.credit_minor,
        )
        for change in result.payments
    ]


class TestPaymentEnteredLate:
    """February's 103.00 arrived in time but was booked on 20 March, after a late fee.

    | fact                        | as it was known              | as it was                |
    |-----------------------------|------------------------------|--------------------------|
    | late fee of 2 February      | 5.00                         | nothing                  |
    | 103.00 of 1 February        | -                            | 3.00 + 100.00 of no. 1   |
    | 102.00 of 1 March           | 5.00 + 3.00 + 94.00 of no. 1 | 2.00 + 100.00 of no. 2   |
    """

    BEFORE = (late_fee(1, "02-02", 1, 5_00), paid(2, "03-01", 102_00))
    LATE = paid(3, "02-01", 103_00, recorded_on=day("03-20"))
    RESULT = replay(loan(late_fee=RULE), BEFORE, (*BEFORE, LATE), day("03-20"))

    def test_each_affected_payment_has_its_old_and_new_outcome(self):
        assert differences(self.RESULT) == [(3, 100_00, 3_00, 0, 0), (2, 6_00, -1_00, -5_00, 0)]
        assert self.RESULT.payments[1].old.principal_minor == 94_00
        assert self.RESULT.payments[1].new.principal_minor == 100_00

    def test_the_differences_sum_to_the_new_money(self):
        assert self.RESULT.difference == Difference(
            penalty_minor=-5_00, interest_minor=2_00, principal_minor=106_00
        )
        assert self.RESULT.difference.applied_minor == 103_00

    def test_the_late_fee_no_longer_stands(self):
        (change,) = self.RESULT.charges
        assert (change.old.standing_minor, change.difference_minor) == (5_00, -5_00)

    def test_it_is_explained(self):
        assert [reason.text for reason in self.RESULT.explanation] == [
            "103.00 EUR with the value date 2025-02-01 was entered on 2025-03-20.",
            "The late fee on instalment 1 of 2025-02-02 no longer stands.",
            "The payment of 103.00 EUR of 2025-02-01 pays 3.00 interest, 100.00 principal.",
            (
                "The payment of 102.00 EUR of 2025-03-01 now pays 2.00 interest, 100.00 principal"
                " (before: 5.00 late fee, 3.00 interest, 94.00 principal)."
            ),
        ]
        assert [reason.text for reason in self.RESULT.payments[1].reasons] == [
            "103.00 EUR with the value date 2025-02-01 was entered on 2025-03-20.",
            "The late fee on instalment 1 of 2025-02-02 no longer stands.",
        ]

    def test_the_loan_is_no_longer_late(self):
        assert (self.RESULT.before.days_past_due, self.RESULT.after.days_past_due) == (47, 0)


class TestPaymentReversed:
    """February's 103.00 is taken back on 10 March; March's 102.00 now pays February first."""

    BEFORE = (paid(1, "02-01", 103_00), paid(2, "03-01", 102_00))
    RESULT = replay(loan(), BEFORE, (*BEFORE, back(3, "03-10", 1)), day("03-10"))

    def test_the_later_payment_moves_to_the_older_instalment(self):
        assert differences(self.RESULT) == [(1, -100_00, -3_00, 0, 0), (2, -1_00, 1_00, 0, 0)]
        assert self.RESULT.payments[0].new is None
        assert self.RESULT.difference.applied_minor == -103_00

    def test_it_is_explained(self):
        assert [reason.text for reason in self.RESULT.explanation] == [
            "The payment of 103.00 EUR of 2025-02-01 was reversed on 2025-03-10.",
            (
                "The payment of 103.00 EUR of 2025-02-01 had paid 3.00 interest, 100.00 principal"
                " and pays nothing now."
            ),
            (
                "The payment of 102.00 EUR of 2025-03-01 now pays 3.00 interest, 99.00 principal"
                " (before: 2.00 interest, 100.00 principal)."
            ),
        ]

    def test_lenders_give_back_what_they_can_and_the_firm_advances_the_rest(self):
        holdings = [HoldingShare(7, 200_00), HoldingShare(8, 100_00)]
        fee = Fraction(1, 10)
        old = [
            share
            for change in self.RESULT.payments
            for share in distribute(received_by_lenders(change.old), holdings, servicing_fee=fee)
        ]
        new = distribute(
            received_by_lenders(self.RESULT.payments[1].new), holdings, servicing_fee=fee
        )
        changes = share_changes(old, new)
        assert [
            (each.member_id, each.principal_minor, each.interest_minor, each.fee_minor)
            for each in changes
        ] == [(7, -67_34, -1_33, -13), (8, -33_66, -67, -7)]
        backs = claw_back(changes, {7: 50_00, 8: 500_00})
        assert backs == [Clawback(7, 68_54, 50_00, 18_54), Clawback(8, 34_26, 34_26, 0)]
        assert [withheld(net_minor, 18_54) for net_minor in (10_00, 30_00)] == [10_00, 18_54]


def test_a_late_payment_that_moves_nothing_says_so():
    before = (paid(1, "02-01", 103_00),)
    result = replay(loan(), before, (*before, paid(2, "03-01", 102_00)), day("03-02"))
    assert result.explanation[-1].text == "No other payment changes."


def test_one_replay_takes_several_facts():
    before = (paid(1, "02-01", 103_00), paid(2, "03-01", 102_00))
    new = (back(3, "03-10", 1), paid(4, "02-01", 103_00, recorded_on=day("03-11")))
    result = replay(loan(), before, (*before, *new), day("03-11"))
    assert differences(result) == [(1, -100_00, -3_00, 0, 0), (4, 100_00, 3_00, 0, 0)]
    assert result.difference == Difference()


@settings(max_examples=100, deadline=None)
@given(lives(kinds=["payment", "payment", "early", "late_fee", "fee", "waiver", "plan"]))
def test_reversed_and_entered_again_changes_nothing(life):
    contract, facts = life
    payments = [fact for fact in facts if isinstance(fact, PaymentReceived)]
    if not payments:
        return
    payment = payments[0]
    reversal = PaymentReversed(fact_id(900), date(2026, 6, 1), payment.id, date(2026, 6, 1))
    again = PaymentReceived(
        fact_id(901), payment.on, payment.amount_minor, payment.recorded_on, payment.sequence
    )
    result = replay(contract, facts, [*facts, reversal, again], date(2027, 1, 1))
    assert result.difference == Difference()
    assert {change.id for change in result.payments} == {payment.id, again.id}
    assert (result.before.open, result.before.paid) == (result.after.open, result.after.paid)
    assert result.interest_earned_minor == 0


@settings(max_examples=100, deadline=None)
@given(lives())
def test_the_differences_account_for_every_payment(life):
    contract, facts = life
    result = replay(contract, facts[:-1], facts, date(2027, 1, 1))
    for change in result.payments:
        difference = change.difference
        total = difference.applied_minor + difference.cost_minor + difference.credit_minor
        old = change.old.amount_minor if change.old else 0
        new = change.new.amount_minor if change.new else 0
        assert total == new - old
    assert result.after == fold(contract, facts, as_of=date(2027, 1, 1))
