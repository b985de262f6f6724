"""What holds for every schedule, whatever its terms."""

from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from tuppence.lending.interest_periods import InterestPeriods
from tuppence.lending.payoff import quote_payoff
from tuppence.lending.schedule import build_schedule
from tuppence.lending.terms import (
    InterestPause,
    LoanTerms,
    Method,
    RateChange,
    RoundingRule,
)
from tuppence.money.day_count import DayCount
from tuppence.money.months import Unit
from tuppence.money.rounding import Rounding

DAYS = st.dates(date(2019, 1, 1), date(2032, 12, 31))
MONTH_ENDS = st.sampled_from([date(2023, 1, 31), date(2024, 1, 30), date(2024, 2, 29)])
RATES = st.fractions(0, 2, max_denominator=10_000)
RULES = st.builds(RoundingRule, st.sampled_from([1, 5, 100]), st.sampled_from(list(Rounding)))
PAUSES = st.builds(
    lambda first, length: InterestPause(first, first + timedelta(days=length)),
    DAYS,
    st.integers(0, 200),
)
CHANGES = st.lists(
    st.builds(RateChange, DAYS, RATES), max_size=3, unique_by=lambda change: change.effective_from
)


@st.composite
def loans(draw, methods=tuple(Method)):
    instalments = draw(st.integers(1, 30))
    start = draw(DAYS | MONTH_ENDS)
    return LoanTerms(
        principal_minor=draw(st.integers(1000, 10**9)),
        currency="EUR",
        annual_rate=draw(RATES),
        instalments=instalments,
        start=start,
        first_due=draw(st.none() | st.integers(1, 100).map(lambda n: start + timedelta(days=n))),
        every=draw(st.integers(1, 4)),
        unit=draw(st.sampled_from(list(Unit))),
        method=draw(st.sampled_from(methods)),
        day_count=draw(st.sampled_from(list(DayCount))),
        interest_rounding=draw(RULES),
        instalment_rounding=draw(RULES),
        grace_principal=draw(st.integers(0, instalments - 1)),
        grace_interest=draw(st.integers(0, instalments)),
        interest_free_periods=draw(st.integers(0, instalments)),
        down_payment=draw(st.sampled_from([Fraction(0), Fraction(1, 10), Fraction(1, 3)])),
        rate_changes=tuple(draw(CHANGES)),
        interest_pauses=tuple(draw(st.lists(PAUSES, max_size=2))),
    )


@settings(max_examples=200, deadline=None)
@given(loans())
def test_every_schedule_repays_the_loan_and_nothing_else(terms):
    rows = build_schedule(terms)
    assert sum(row.principal_minor for row in rows) == terms.principal_minor
    assert rows[-1].balance_minor == 0
    assert all(row.principal_minor >= 0 and row.interest_minor >= 0 for row in rows)
    owed_minor = terms.principal_minor
    for row in rows:
        owed_minor -= row.principal_minor
        assert row.balance_minor == owed_minor


@settings(max_examples=200, deadline=None)
@given(loans())
def test_rows_are_numbered_and_in_date_order(terms):
    rows = build_schedule(terms)
    first = 0 if terms.down_payment_minor else 1
    assert [row.number for row in rows] == list(range(first, terms.instalments + 1))
    assert all(before.due_on < after.due_on for before, after in pairwise(rows))
    assert rows[0].due_on >= terms.start


@settings(max_examples=100, deadline=None)
@given(loans(methods=(Method.EQUAL_PRINCIPAL, Method.INTEREST_ONLY, Method.FLAT)))
def test_a_higher_rate_never_costs_less(terms):
    dearer = LoanTerms(
        **{name: getattr(terms, name) for name in LoanTerms.__slots__}
        | {"annual_rate": terms.annual_rate + 1, "rate_changes": ()}
    )
    cheaper = LoanTerms(
        **{name: getattr(terms, name) for name in LoanTerms.__slots__} | {"rate_changes": ()}
    )
    total = [sum(row.interest_minor for row in build_schedule(t)) for t in (cheaper, dearer)]
    assert total[0] <= total[1]


@settings(max_examples=100, deadline=None)
@given(loans(), st.data())
def test_the_interest_of_a_period_in_parts_is_that_of_the_whole(terms, data):
    interest = InterestPeriods(terms)
    period = interest.period(data.draw(st.integers(1, terms.instalments)))
    days = (period.due_on - period.starts_on).days
    offsets = sorted(data.draw(st.lists(st.integers(0, days), min_size=1, max_size=4)))
    accrued = [interest.factor(period, period.starts_on + timedelta(days=n)) for n in offsets]
    assert accrued == sorted(accrued)
    assert accrued[-1] <= interest.factor(period)
    assert interest.factor(period, period.due_on) == interest.factor(period)


@settings(max_examples=100, deadline=None)
@given(
    st.integers(10**6, 10**9),
    st.fractions(0, Fraction(6, 10), max_denominator=10_000),
    st.integers(2, 60),
    st.dates(date(2020, 1, 1), date(2030, 1, 1)),
)
def test_annuity_instalments_are_level_to_the_rest(principal, rate, instalments, start):
    rows = build_schedule(LoanTerms(principal, "EUR", rate, instalments, start=start))
    payments = [row.amount_minor for row in rows]
    assert len(set(payments[:-1])) == 1
    # Half a unit from the instalment and from each row's interest, grown at the rate to the end.
    growth = float((1 + rate / 12) ** instalments)
    assert abs(payments[-1] - payments[0]) <= (instalments + 1) * growth + 1


@settings(max_examples=100, deadline=None)
@given(loans(), st.data())
def test_a_payoff_on_a_due_date_is_what_the_schedule_says(terms, data):
    rows = [row for row in build_schedule(terms) if row.number > 0]
    number = data.draw(st.integers(1, terms.instalments))
    row = rows[number - 1]
    quote = quote_payoff(terms, payoff_date=row.due_on, instalments_paid_on_time=number)
    assert quote.principal_minor == row.balance_minor
    is_deferred = terms.method is Method.BULLET or number <= terms.grace_interest
    if not is_deferred or number == terms.instalments:
        assert quote.interest_minor == 0


@settings(max_examples=100, deadline=None)
@given(loans(), st.data())
def test_a_later_payoff_never_costs_less(terms, data):
    paid = data.draw(st.integers(0, terms.instalments))
    rows = build_schedule(terms)
    earliest = max((row.due_on for row in rows if row.number == paid), default=terms.start)
    days = sorted(data.draw(st.lists(st.integers(0, 500), min_size=2, max_size=3)))
    quotes = [
        quote_payoff(
            terms, payoff_date=earliest + timedelta(days=day), instalments_paid_on_time=paid
        )
        for day in days
    ]
    amounts = [quote.amount_minor for quote in quotes]
    # A flat loan's last row takes the rest of its rounded interest, up or down.
    slack = terms.instalments * 50 * terms.interest_rounding.step_minor
    slack = slack if terms.method is Method.FLAT else 0
    assert all(a <= b + slack for a, b in pairwise(amounts))
