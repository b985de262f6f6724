"""Deciding a batch of payments is deciding them one after the other."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from tuppence.lending.agreed_terms import AgreedTerms
from tuppence.lending.loan_file import LoanFile
from tuppence.lending.orders import PaymentStatus
from tuppence.lending.paying import Asked, decide_payments, fact_of
from tuppence.lending.schedule import build_schedule
from tuppence.lending.servicing.loan_state import PaymentKind, Status

START = date(2026, 1, 31)
TODAY = START + timedelta(days=1000)
BORROWER = 7


def loan_file(number: int) -> LoanFile:
    """A loan of 100.00 over six months, without any fact."""
    terms = AgreedTerms()
    rows = build_schedule(terms.schedule_terms(100_00, "EUR", Fraction(12, 100), 6, START))
    return LoanFile(
        id=number,
        key=UUID(int=number),
        product_id=1,
        borrower_id=BORROWER,
        currency="EUR",
        principal_minor=100_00,
        starts_on=START,
        state=Status.ACTIVE,
        facts_until=START,
        facts_count=0,
        terms=terms,
        contract=terms.contract(rows, "EUR", START),
        accrued_until=None,
        annual_rate=Fraction(12, 100),
        instalments=len(rows),
    )


def asked(key: int, loan: int, days: int, amount: int) -> Asked:
    """An order to pay."""
    return Asked(
        UUID(int=key),
        loan,
        START + timedelta(days=days),
        datetime(2028, 1, 1, tzinfo=UTC),
        TODAY,
        PaymentKind.PAYMENT,
        amount_minor=amount,
    )


orders = st.lists(
    st.tuples(st.sampled_from([1, 2]), st.integers(0, 250), st.sampled_from([17_26, 5_00, 60_00])),
    min_size=1,
    max_size=12,
)


@given(orders, st.sampled_from([50_00, 150_00, 10_000_00]))
def test_a_batch_is_its_orders_one_by_one(
    rows: list[tuple[int, int, int]], available_minor: int
) -> None:
    batch = [asked(key, *row) for key, row in enumerate(rows)]
    files = {1: loan_file(1), 2: loan_file(2)}
    desk = decide_payments(
        batch, files=files, known={}, available_minor={BORROWER: available_minor}
    )
    left, singles = available_minor, {}
    for order in sorted(batch, key=lambda order: order.on):
        one = decide_payments([order], files=files, known={}, available_minor={BORROWER: left})
        singles[order.key] = one.statuses[0]
        for booked in one.booked:
            file = files[order.loan_id]
            fact = fact_of(order, booked.amount_minor, booked.sequence)
            files[order.loan_id] = replace(
                file,
                facts=[*file.facts, fact],
                facts_count=booked.sequence,
                facts_until=order.on,
                state=one.states[file.id].status,
            )
            left -= booked.amount_minor
    assert desk.statuses == [singles[order.key] for order in batch]
    assert desk.available_minor[BORROWER] == left
    for number, state in desk.states.items():
        assert state.open == files[number].before.open
        assert state.paid == files[number].before.paid


def test_a_key_twice_in_a_batch() -> None:
    batch = [asked(1, 1, 40, 5_00), asked(1, 1, 40, 5_00), asked(1, 1, 40, 6_00)]
    desk = decide_payments(
        batch, files={1: loan_file(1)}, known={}, available_minor={BORROWER: 100_00}
    )
    assert desk.statuses == [
        PaymentStatus.BOOKED,
        PaymentStatus.EXISTS,
        PaymentStatus.EXISTS_WITH_DIFFERENT_FIELDS,
    ]
