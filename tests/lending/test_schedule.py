"""Schedules against worked examples, and the traps other systems' schedules fell into.

The examples with a principal of 100 and 7 % (and 9.4822, 15.678 %) are facts published with the
tests of Apache Fineract's progressive schedules, computed there with other code.
"""

from datetime import date
from fractions import Fraction

import pytest

from tuppence.lending.schedule import Instalment, amortise, build_schedule, level_instalment
from tuppence.lending.terms import (
    InterestPause,
    LoanTerms,
    Method,
    RateChange,
    RoundingRule,
    TermsError,
)
from tuppence.money.day_count import DayCount
from tuppence.money.months import Unit
from tuppence.money.rounding import Rounding


def terms(**changes) -> LoanTerms:
    plain = {
        "principal_minor": 100_00,
        "currency": "EUR",
        "annual_rate": Fraction(7, 100),
        "instalments": 6,
        "start": date(2024, 1, 1),
    }
    return LoanTerms(**(plain | changes))


def payments(rows: list[Instalment]) -> list[int]:
    return [row.amount_minor for row in rows]


def interest(rows: list[Instalment]) -> list[int]:
    return [row.interest_minor for row in rows]


def balances(rows: list[Instalment]) -> list[int]:
    return [row.balance_minor for row in rows]


@pytest.mark.parametrize(
    ("changes", "expected_payments", "expected_interest"),
    [
        ({}, [1701] * 5 + [1700], [58, 49, 39, 29, 20, 10]),
        ({"annual_rate": Fraction(94822, 10**6)}, [1713] * 6, [79, 66, 53, 40, 27, 13]),
        (
            {"annual_rate": Fraction(15678, 10**5), "day_count": DayCount.ACT_365_FIXED},
            [1743] * 5 + [1747],
            [133, 105, 90, 66, 46, 22],
        ),
        (  # another rate from the second due date on
            {"rate_changes": (RateChange(date(2024, 2, 1), Fraction(4, 100)),)},
            [1701] + [1688] * 4 + [1689],
            [58, 28, 22, 17, 11, 6],
        ),
        (  # another rate inside the second period: 13 days at 7 %, 17 at 4 %
            {"rate_changes": (RateChange(date(2024, 2, 14), Fraction(4, 100)),)},
            [1701] + [1690] * 5,
            [58, 37, 22, 17, 11, 6],
        ),
        (  # six days without interest leave the instalment, the last row gets the saving
            {"interest_pauses": (InterestPause(date(2024, 2, 5), date(2024, 2, 10)),)},
            [1701] * 5 + [1690],
            [58, 39, 39, 29, 20, 10],
        ),
        (  # grace on principal for all but the last: interest only
            {"annual_rate": Fraction(30, 100), "instalments": 8, "grace_principal": 7},
            [250] * 7 + [10250],
            [250] * 8,
        ),
    ],
)
def test_annuity_as_published(changes, expected_payments, expected_interest):
    rows = build_schedule(terms(**changes))
    assert payments(rows) == expected_payments
    assert interest(rows) == expected_interest


def test_each_method_in_a_table():
    table = {
        method: [(row.principal_minor, row.interest_minor) for row in build_schedule(loan)]
        for method in Method
        for loan in [
            terms(
                principal_minor=1000_00,
                annual_rate=Fraction(12, 100),
                instalments=3,
                method=method,
            )
        ]
    }
    assert table == {
        Method.ANNUITY: [(330_02, 10_00), (333_32, 6_70), (336_66, 3_37)],
        Method.EQUAL_PRINCIPAL: [(333_33, 10_00), (333_33, 6_67), (333_34, 3_33)],
        Method.INTEREST_ONLY: [(0, 10_00), (0, 10_00), (1000_00, 10_00)],
        Method.BULLET: [(0, 0), (0, 0), (1000_00, 30_00)],
        Method.FLAT: [(333_33, 10_00), (333_33, 10_00), (333_34, 10_00)],
    }


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        (Method.ANNUITY, 340_02),
        (Method.EQUAL_PRINCIPAL, 343_33),
        (Method.INTEREST_ONLY, 10_00),
        (Method.BULLET, 1030_00),
        (Method.FLAT, 343_33),
    ],
)
def test_the_instalment_a_borrower_is_told(method, expected):
    loan = terms(
        principal_minor=1000_00, annual_rate=Fraction(12, 100), instalments=3, method=method
    )
    assert amortise(loan).instalment_minor == expected


def test_flat_interest_sums_to_the_whole_although_its_parts_are_rounded():
    rows = build_schedule(
        terms(
            principal_minor=1000_00, annual_rate=Fraction(1, 10), instalments=12, method=Method.FLAT
        )
    )
    assert interest(rows) == [833] * 11 + [837]
    assert sum(interest(rows)) == 100_00


def test_deferred_interest_is_rounded_once():
    loan = terms(
        principal_minor=1000_00,
        annual_rate=Fraction(1, 10),
        instalments=12,
        method=Method.INTEREST_ONLY,
        grace_interest=11,
    )
    assert interest(build_schedule(loan)) == [0] * 11 + [100_00]


def test_month_ends_do_not_decay():
    rows = build_schedule(terms(start=date(2024, 1, 31), instalments=4))
    assert [row.due_on for row in rows] == [
        date(2024, 2, 29),
        date(2024, 3, 31),
        date(2024, 4, 30),
        date(2024, 5, 31),
    ]
    # Each is a whole month: the interest is that of any other month.
    assert interest(rows) == interest(build_schedule(terms(instalments=4)))


def test_stating_the_usual_first_due_date_changes_nothing():
    plain = terms(start=date(2024, 1, 31))
    stated = terms(start=date(2024, 1, 31), first_due=date(2024, 2, 29))
    assert build_schedule(plain) == build_schedule(stated)


@pytest.mark.parametrize(
    ("unit", "every", "last_due", "first_interest"),
    [
        (Unit.DAYS, 10, date(2024, 3, 1), 19),  # 10/360
        (Unit.WEEKS, 2, date(2024, 3, 25), 27),  # 14/360
        (Unit.MONTHS, 3, date(2025, 7, 1), 175),
        (Unit.YEARS, 1, date(2030, 1, 1), 700),
    ],
)
def test_rhythms(unit, every, last_due, first_interest):
    rows = build_schedule(terms(unit=unit, every=every))
    assert rows[-1].due_on == last_due
    assert rows[0].interest_minor == first_interest


@pytest.mark.parametrize(
    ("first_due", "first_interest"),
    [
        (date(2024, 1, 16), 29),  # 15 days of 360
        (date(2024, 2, 16), 88),  # 45 days of 360
        (date(2024, 2, 1), 58),
    ],
)
def test_a_broken_first_period_counts_its_days_and_keeps_instalments_level(
    first_due, first_interest
):
    rows = build_schedule(terms(first_due=first_due))
    assert rows[0].interest_minor == first_interest
    assert [row.due_on.day for row in rows] == [first_due.day] * 6
    assert len(set(payments(rows)[:-1])) == 1
    assert abs(payments(rows)[-1] - payments(rows)[0]) <= 6


def test_interest_larger_than_the_instalment_is_never_added_to_the_principal():
    rows = build_schedule(terms(annual_rate=Fraction(1), first_due=date(2030, 1, 1)))
    assert rows[0].principal_minor == 0
    assert rows[0].interest_minor == 600_00
    assert payments(rows)[1:-1] == [2527] * 4  # computed anew over the five that are left
    assert (
        amortise(terms(annual_rate=Fraction(1), first_due=date(2030, 1, 1))).instalment_minor
        == 2527
    )


def test_grace_on_interest_is_paid_after_the_grace_and_bears_no_interest():
    rows = build_schedule(terms(grace_interest=2))
    assert interest(rows) == [0, 0, 58 + 49 + 39, 29, 20, 10]
    assert [row.principal_minor for row in rows] == [1643, 1652, 1662, 1672, 1681, 1690]


def test_interest_free_periods_leave_the_instalments_level():
    rows = build_schedule(terms(interest_free_periods=2))
    assert interest(rows)[:2] == [0, 0]
    assert payments(rows) == [1683] * 5 + [1682]


def test_a_down_payment_is_a_row_of_its_own_on_the_start_date():
    rows = build_schedule(terms(down_payment=Fraction(25, 100)))
    assert rows[0] == Instalment(0, date(2024, 1, 1), 25_00, 0, 75_00)
    assert [row.number for row in rows] == list(range(7))
    assert payments(rows)[1:] == [1276] * 5 + [1274]


def test_a_pause_of_a_whole_period_costs_nothing_in_it():
    pause = InterestPause(date(2024, 2, 1), date(2024, 2, 29))
    rows = build_schedule(terms(interest_pauses=(pause,)))
    assert interest(rows)[:3] == [58, 0, 39]


def test_overlapping_pauses_count_once():
    one = (InterestPause(date(2024, 2, 5), date(2024, 2, 14)),)
    two = (
        InterestPause(date(2024, 2, 5), date(2024, 2, 10)),
        InterestPause(date(2024, 2, 8), date(2024, 2, 14)),
    )
    assert build_schedule(terms(interest_pauses=one)) == build_schedule(terms(interest_pauses=two))


def test_the_parts_of_a_whole_period_sum_to_it_where_the_calendar_disagrees():
    # 31 January to 28 February is one month of 30 days, but 28 days of 360.
    loan = terms(start=date(2025, 1, 31), principal_minor=36_000_00, annual_rate=Fraction(1, 10))
    same_rate = (RateChange(date(2025, 2, 14), Fraction(10_000_001, 10**8)),)
    split = terms(
        start=date(2025, 1, 31),
        principal_minor=36_000_00,
        annual_rate=Fraction(1, 10),
        rate_changes=same_rate,
    )
    assert build_schedule(loan)[0].interest_minor == 300_00
    assert build_schedule(split)[0].interest_minor == 300_00


def test_repeating_the_rate_is_no_change():
    again = (RateChange(date(2024, 3, 10), Fraction(7, 100)),)
    assert build_schedule(terms(rate_changes=again)) == build_schedule(terms())


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (RoundingRule(100, Rounding.UP), [1800] * 5 + [1196]),
        (RoundingRule(100, Rounding.DOWN), [1700] * 5 + [1705]),
        (RoundingRule(500, Rounding.HALF_UP), [1500] * 5 + [2722]),
    ],
)
def test_instalments_are_rounded_by_the_named_rule_and_the_last_takes_the_rest(rule, expected):
    assert payments(build_schedule(terms(instalment_rounding=rule))) == expected


def test_a_loan_repaid_early_by_rounding_ends_with_rows_of_zero():
    rows = build_schedule(terms(instalment_rounding=RoundingRule(40_00, Rounding.UP)))
    assert payments(rows)[:2] == [40_00, 40_00]
    assert balances(rows)[2:] == [0, 0, 0, 0]
    assert payments(rows)[3:] == [0, 0, 0]


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        (Rounding.HALF_EVEN, 0),
        (Rounding.HALF_UP, 1),
        (Rounding.UP, 1),
        (Rounding.DOWN, 0),
    ],
)
def test_interest_of_exactly_half_a_unit(mode, expected):
    loan = terms(
        principal_minor=1_00,
        annual_rate=Fraction(6, 100),
        instalments=1,
        interest_rounding=RoundingRule(1, mode),
    )
    assert build_schedule(loan)[0].interest_minor == expected


@pytest.mark.parametrize(("currency", "expected"), [("JPY", 170), ("KWD", 170)])
def test_currencies_round_to_their_own_minor_unit(currency, expected):
    rows = build_schedule(terms(principal_minor=1000, currency=currency))
    assert payments(rows)[0] == expected


def test_the_level_instalment_is_exact_where_a_float_is_a_unit_off():
    # 2 instalments at 100 % a period: a = p * 4/3, whole for multiples of 3, however large.
    owed_minor = 3 * 10**14 + 3
    assert level_instalment(owed_minor, [Fraction(1)] * 2, RoundingRule()) == 4 * 10**14 + 4
    assert level_instalment(10, [Fraction(0)] * 4, RoundingRule(1, Rounding.HALF_EVEN)) == 2


@pytest.mark.parametrize(
    ("key", "changes"),
    [
        ("principal", {"principal_minor": 0}),
        ("principal", {"principal_minor": 10**15}),
        ("annual_rate_percent", {"annual_rate": Fraction(-1, 100)}),
        ("annual_rate_percent", {"annual_rate": Fraction(101)}),
        ("instalments", {"instalments": 0}),
        ("instalments", {"instalments": 10**6}),
        ("every", {"every": 0}),
        ("first_due", {"first_due": date(2024, 1, 1)}),
        ("grace_principal", {"grace_principal": 6}),
        ("grace_interest", {"grace_interest": 7}),
        ("interest_free_periods", {"interest_free_periods": -1}),
        ("down_payment_percent", {"down_payment": Fraction(1)}),
        ("down_payment_percent", {"down_payment": Fraction(99_999, 100_000)}),
        ("interest_rounding", {"interest_rounding": RoundingRule(0)}),
        ("instalments", {"instalments": 3660, "every": 1200, "unit": Unit.YEARS}),
        (
            "rate_changes",
            {"rate_changes": (RateChange(date(2024, 2, 1), Fraction(1, 10)),) * 2},
        ),
        (
            "interest_pauses",
            {"interest_pauses": (InterestPause(date(2024, 2, 2), date(2024, 2, 1)),)},
        ),
    ],
)
def test_terms_that_make_no_loan_are_refused_by_key(key, changes):
    with pytest.raises(TermsError) as refusal:
        terms(**changes)
    assert refusal.value.key == key
    assert f"“{key}”" in str(refusal.value)
