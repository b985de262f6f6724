"""New rows in mid-life: another rate, a pause, a new agreement."""

import pytest

from tests.lending.servicing.loans import APR, MAR, ROWS, back, day, fact_id, loan, paid
from tuppence.lending.servicing.contract import Row
from tuppence.lending.servicing.facts import PlanCause, PlanChanged
from tuppence.lending.servicing.fold import fold
from tuppence.lending.servicing.loan_state import Status
from tuppence.lending.servicing.plan_change import fitted_rows

PAID_FEBRUARY = paid(1, "02-01", 103_00)


def changed(on, *rows, cause=PlanCause.RATE_CHANGED, **changes):
    return PlanChanged(fact_id(90), day(on), rows, cause, day(on), **changes)


def open_rows(state):
    return [
        (row.number, row.due_on.strftime("%m-%d"), row.principal_minor, row.interest_minor)
        for row in state.instalments
        if row.open_minor
    ]


def test_another_rate_replaces_the_coming_rows():
    # Twice the rate from 16 February: half of March's period at 2.00, half at 4.00.
    facts = [PAID_FEBRUARY, changed("02-16", Row(2, MAR, 100_00, 3_00), Row(3, APR, 100_00, 2_00))]
    state = fold(loan(), facts, as_of=day("02-16"))
    assert open_rows(state) == [(2, "03-01", 100_00, 3_00), (3, "04-01", 100_00, 2_00)]
    assert state.earned_interest_minor == 4_00  # as before the change, on its day
    later = fold(loan(), facts, as_of=day("02-24"))
    assert later.earned_interest_minor == 4_00 + 1_06  # 8 of 15 days of the other 2.00


def test_a_pause_stops_the_rest_of_the_period():
    facts = [
        PAID_FEBRUARY,
        changed(
            "02-16",
            Row(2, MAR, 100_00, 1_00),
            Row(3, APR, 100_00, 1_00),
            cause=PlanCause.INTEREST_PAUSED,
        ),
    ]
    earned = [
        fold(loan(), facts, as_of=day(on)).earned_interest_minor
        for on in ("02-16", "02-25", "03-01", "03-16")
    ]
    assert earned == [4_00, 4_00, 4_00, 4_50]


def test_arrears_stay_due_unless_they_are_taken_in():
    rows = (Row(4, APR, 150_00, 3_00), Row(5, day("05-01"), 150_00, 1_50))
    apart = fold(loan(), [changed("02-16", *rows)], as_of=day("02-20"))
    assert (apart.days_past_due, apart.overdue_minor) == (19, 103_00)
    assert open_rows(apart)[1:] == [(4, "04-01", 100_00, 2_00), (5, "05-01", 100_00, 1_00)]

    together = fold(loan(), [changed("02-16", *rows, takes_in_arrears=True)], as_of=day("02-20"))
    assert (together.days_past_due, together.overdue_minor) == (0, 0)
    assert open_rows(together) == [(4, "04-01", 150_00, 6_00), (5, "05-01", 150_00, 1_50)]
    assert together.earned_interest_minor >= apart.earned_interest_minor - 1


def test_a_reversal_before_the_change_refits_its_rows():
    change = changed("02-16", Row(2, MAR, 100_00, 2_00), Row(3, APR, 100_00, 1_00))
    state = fold(loan(), [PAID_FEBRUARY, change, back(3, "02-18", 1)], as_of=day("02-20"))
    assert state.outstanding_principal_minor == 300_00
    assert open_rows(state)[0][:1] == (1,)


def test_a_change_on_a_loan_already_paid_changes_nothing():
    facts = [paid(1, "04-01", 306_00), changed("04-02", Row(4, day("05-01"), 10, 10))]
    state = fold(loan(), facts, as_of=day("06-01"))
    assert (state.status, len(state.instalments)) == (Status.PAID, 3)


def test_rows_that_fit_come_back_as_they_are():
    assert fitted_rows(ROWS, 300_00, loan()) == ([100_00] * 3, [3_00, 2_00, 1_00])


def test_rows_are_scaled_to_the_principal_and_the_last_takes_the_rest():
    assert fitted_rows(ROWS, 100_01, loan()) == ([33_34, 33_34, 33_33], [1_00, 67, 33])


@pytest.mark.parametrize(
    "rows",
    [
        (),
        (Row(2, day("02-16"), 1, 0),),
        (Row(2, MAR, 1, 0), Row(3, MAR, 1, 0)),
        (Row(2, MAR, 0, 1),),
    ],
    ids=["none", "already due", "one day twice", "no principal"],
)
def test_rows_that_make_no_plan_are_our_own_mistake(rows):
    with pytest.raises(AssertionError):
        changed("02-16", *rows)
