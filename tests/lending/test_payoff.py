"""Payoff quotes, worked by hand on 100.00 at 7 % over six months from 1 January 2024."""

from datetime import date
from fractions import Fraction

import pytest

from tuppence.lending.payoff import InterestUntil, Payoff, quote_payoff
from tuppence.lending.terms import InterestPause, LoanTerms, Method, TermsError


def quote(day, paid, until=InterestUntil.PAYOFF_DATE, **changes) -> Payoff:
    plain = {
        "principal_minor": 100_00,
        "currency": "EUR",
        "annual_rate": Fraction(7, 100),
        "instalments": 6,
        "start": date(2024, 1, 1),
    }
    return quote_payoff(
        LoanTerms(**(plain | changes)),
        payoff_date=day,
        instalments_paid_on_time=paid,
        interest_until=until,
    )


@pytest.mark.parametrize(
    ("day", "paid", "principal", "interest"),
    [
        (date(2024, 1, 1), 0, 100_00, 0),  # on the day of paying out
        (date(2024, 1, 16), 0, 100_00, 29),  # 15 days of 360: 0.2917
        (date(2024, 2, 1), 0, 100_00, 58),  # the first due date, not paid
        (date(2024, 2, 1), 1, 83_57, 0),  # the first due date, paid
        (date(2024, 2, 16), 1, 83_57, 24),  # 15 days of 360: 0.2437
        (date(2024, 3, 1), 1, 83_57, 49),
        (date(2024, 4, 1), 1, 83_57, 97),  # an instalment was missed: 2 months, 0.9750
        (date(2024, 7, 1), 6, 0, 0),
        (date(2025, 1, 1), 6, 0, 0),
        (date(2024, 8, 1), 5, 16_90, 20),  # a month after the end: 2 months on 16.90
    ],
)
def test_interest_until_the_payoff_date(day, paid, principal, interest):
    answer = quote(day, paid)
    assert (answer.principal_minor, answer.interest_minor) == (principal, interest)
    assert answer.amount_minor == principal + interest


@pytest.mark.parametrize(
    ("day", "paid", "interest"),
    [
        (date(2024, 2, 1), 1, 0),  # the period has just ended
        (date(2024, 2, 2), 1, 49),  # a new one has begun
        (date(2024, 2, 29), 1, 49),
        (date(2024, 3, 1), 1, 49),
        (date(2024, 3, 2), 1, 97),
    ],
)
def test_interest_until_the_end_of_the_period(day, paid, interest):
    assert quote(day, paid, InterestUntil.PERIOD_END).interest_minor == interest


def test_a_bullet_loan_owes_what_accrued_since_the_start():
    answer = quote(date(2024, 4, 1), 2, method=Method.BULLET)
    assert answer == Payoff(100_00, 175)


def test_deferred_interest_is_owed_too():
    # Two months deferred, on 100.00 and 83.57, and half a month on 67.05.
    answer = quote(date(2024, 3, 16), 2, grace_interest=3)
    assert answer == Payoff(67_05, 127)


def test_a_flat_loan_owes_interest_on_the_first_amount_for_the_time_it_had():
    assert quote(date(2024, 3, 1), 1, method=Method.FLAT) == Payoff(83_33, 58)
    assert quote(date(2024, 2, 16), 1, method=Method.FLAT) == Payoff(83_33, 29)
    # After its end it owes what the rows say, which hold the rest of the rounding.
    assert quote(date(2026, 7, 1), 4, method=Method.FLAT) == Payoff(33_32, 58 + 60)


def test_a_pause_is_left_out():
    pause = (InterestPause(date(2024, 2, 1), date(2024, 2, 15)),)
    assert quote(date(2024, 2, 16), 1, interest_pauses=pause).interest_minor == 0


@pytest.mark.parametrize(
    ("key", "day", "paid"),
    [
        ("payoff_date", date(2023, 12, 31), 0),
        ("payoff_date", date(2024, 2, 29), 2),
        ("payoff_date", date(2200, 1, 1), 2),
        ("instalments_paid_on_time", date(2024, 3, 1), 7),
        ("instalments_paid_on_time", date(2024, 3, 1), -1),
    ],
)
def test_impossible_questions_are_refused(key, day, paid):
    with pytest.raises(TermsError) as refusal:
        quote(day, paid)
    assert refusal.value.key == key
