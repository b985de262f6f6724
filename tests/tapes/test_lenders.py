"""The pool funds each loan to the cent, with few lenders, the same at every run."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tapes.test_rebuild import LOAN
from tuppence.tapes.lenders import (
    ELIGIBLE_MIN,
    LENDERS_PER_LOAN_MAX,
    LenderPool,
    Offer,
    PoolLender,
    built_in_pool,
    choose_lenders,
    pool_from_offers,
    read_offers,
)
from tuppence.tapes.reading import TapeUnreadableError

POOL = built_in_pool()


@given(st.integers(1, 40_000_00), st.integers(0, 3000), st.integers(1, 120), st.text(max_size=9))
def test_pieces_sum_to_the_loan(
    funded_minor: int, rate_bps: int, months: int, loan_ref: str
) -> None:
    loan = replace(
        LOAN,
        loan_ref=loan_ref,
        funded_minor=funded_minor,
        annual_rate=Fraction(rate_bps, 10_000),
        term_months=months,
    )
    chosen = choose_lenders(loan, POOL)
    assert sum(piece for _, piece in chosen) == funded_minor
    assert 1 <= len(chosen) <= LENDERS_PER_LOAN_MAX
    assert all(piece > 0 for _, piece in chosen)
    indexes = [index for index, _ in chosen]
    assert indexes == sorted(set(indexes))
    assert {POOL.lenders[index].term_months for index in indexes} == {36 if months <= 36 else 60}


def test_the_draw_is_pinned_by_reference_pool_and_seed() -> None:
    loan = replace(LOAN, funded_minor=12_000_00, term_months=36, loan_ref="LC2010-000001")
    pieces = [(5, 842_00), (7, 1895_00), (8, 2947_00), (9, 4421_00), (17, 1895_00)]
    assert choose_lenders(loan, built_in_pool()) == pieces
    assert choose_lenders(loan, POOL, seed="another") != pieces


def test_lenders_who_ask_more_than_the_loan_pays_stay_out() -> None:
    loan = replace(LOAN, funded_minor=25_000_00, annual_rate=Fraction(7, 100), term_months=60)
    many = [
        PoolLender(index, f"Lender {index}", Fraction(5 + (index >= 40) * 5, 100), 60, 10)
        for index in range(80)
    ]
    for number in range(50):
        chosen = choose_lenders(replace(loan, loan_ref=str(number)), LenderPool("two rates", many))
        assert all(index < 40 for index, _ in chosen)


def test_a_loan_below_every_rate_is_funded_by_the_lowest() -> None:
    loan = replace(LOAN, funded_minor=25_000_00, annual_rate=Fraction(1, 100))
    lenders = [
        PoolLender(index, f"Lender {index}", Fraction(5 + index, 100), 36, 10)
        for index in range(60)
    ]
    chosen = choose_lenders(loan, LenderPool("dear", lenders))
    assert len(chosen) == 10
    assert all(index < ELIGIBLE_MIN for index, _ in chosen)


def test_larger_lenders_lend_more() -> None:
    lenders = [
        PoolLender(index, f"Lender {index}", Fraction(5, 100), 36, 9 if index == 7 else 1)
        for index in range(10)
    ]
    pool = LenderPool("one large", lenders)
    lent = dict.fromkeys(range(10), 0)
    for number in range(400):
        for index, piece in choose_lenders(replace(LOAN, loan_ref=str(number)), pool):
            lent[index] += piece
    share = Fraction(lent[7], sum(lent.values()))
    assert Fraction(2, 5) < share < Fraction(3, 5)  # 9 of 18


def test_a_tiny_pool_lends_with_all_it_has() -> None:
    pool = LenderPool("alone", [PoolLender(0, "Alone", Fraction(1, 10), 36, 1)])
    assert choose_lenders(replace(LOAN, funded_minor=25_000_00), pool) == [(0, 25_000_00)]


def test_a_pool_from_offers_keeps_rates_terms_and_proportions() -> None:
    offers = [
        Offer(Fraction(rate, 1000), term, size)
        for term, weight in ((36, 3), (60, 1))
        for rate in range(50, 110)
        for size in (10_00, 100_00) * weight
    ]
    pool = pool_from_offers(offers, name="p", lenders=40)
    assert [lender.index for lender in pool.lenders] == list(range(40))
    assert sum(lender.term_months == 36 for lender in pool.lenders) == 30
    rates = [lender.annual_rate for lender in pool.lenders if lender.term_months == 36]
    assert rates == sorted(rates)
    assert rates[0] < Fraction(55, 1000) and rates[-1] > Fraction(105, 1000)
    assert len({lender.name for lender in pool.lenders}) == 40


def test_the_offers_of_a_real_market_make_a_pool(zopa_offers: Path) -> None:
    offers = read_offers(zopa_offers)
    assert len(offers) == 8135
    assert sum(offer.available_minor for offer in offers) == 6_035_230_00
    pool = pool_from_offers(offers, name="zopa-2011")
    assert len(pool.lenders) == 400
    assert {lender.term_months for lender in pool.lenders} == {36, 60}


def test_a_file_without_offers_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "offers.csv"
    path.write_text("Term,Offer Rate\n36,0.05\n")
    with pytest.raises(
        TapeUnreadableError, match="lacks these columns of lenders' offers: Available"
    ):
        read_offers(path)
    path.write_text("Term,Offer Rate,Available\n36,0.05,10\n36,x,10\n60,0.07,0\n")
    assert read_offers(path) == [Offer(Fraction(5, 100), 36, 10_00)]
