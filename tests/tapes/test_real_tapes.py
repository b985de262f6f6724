"""The real tapes: the known sums, every oddity by its known count, every life rebuilt."""

from collections import Counter
from pathlib import Path

import pytest

from tuppence.tapes.lenders import built_in_pool, choose_lenders
from tuppence.tapes.loans import TapeLoan
from tuppence.tapes.mapping import load_map
from tuppence.tapes.oddities import Oddity
from tuppence.tapes.reading import read_tape
from tuppence.tapes.rebuild import LoanLife, rebuild
from tuppence.tapes.vintages import Vintage, grand_total, totals_by_vintage

# Issued, term: loans, charged off, then whole dollars funded, principal, interest, recoveries as
# published with the tape (the last three rounded to four to seven digits there).
PUBLISHED = {
    Vintage(2010, 36): (9156, 1000, 87_524_525, 81_724_730, 13_621_324, 542_631),
    Vintage(2010, 60): (3381, 757, 38_826_650, 33_147_810, 11_294_211, 493_133),
    Vintage(2011, 36): (14101, 1499, 132_531_100, 125_184_500, 19_058_159, 584_304),
    Vintage(2011, 60): (7620, 1798, 124_832_550, 103_908_600, 38_682_626, 1_941_814),
}
# Share charged off by count, gross loss and loss net of recoveries, in percent to three decimals.
LOSSES = {
    Vintage(2010, 36): ("10.922", "6.626", "6.138"),
    Vintage(2010, 60): ("22.390", "14.626", "13.514"),
    Vintage(2011, 36): ("10.630", "5.543", "5.143"),
    Vintage(2011, 60): ("23.596", "16.762", "15.358"),
}


def _loans(path: Path, map_name: str) -> list[TapeLoan]:
    rows = list(read_tape(path, load_map(map_name)))
    loans = [row for row in rows if isinstance(row, TapeLoan)]
    assert len(loans) == len(rows)  # not one row is bad
    return loans


@pytest.fixture(scope="module")
def loans(tape_2010_2011: Path) -> list[TapeLoan]:
    return _loans(tape_2010_2011, "lendingclub")


@pytest.fixture(scope="module")
def lives(loans: list[TapeLoan]) -> list[LoanLife]:
    return [rebuild(loan) for loan in loans]


def test_the_vintages_are_the_published_ones(loans: list[TapeLoan]) -> None:
    by_vintage = totals_by_vintage(loans)
    assert list(by_vintage) == list(PUBLISHED)
    for vintage, row in by_vintage.items():
        stated = PUBLISHED[vintage]
        assert (row.loans, row.charged_off, row.funded_minor) == (
            stated[0],
            stated[1],
            stated[2] * 100,
        )
        assert abs(row.principal_minor - stated[3] * 100) <= 50_00
        assert abs(row.interest_minor - stated[4] * 100) <= 50
        assert abs(row.recovered_minor - stated[5] * 100) <= 1_00


def test_the_grand_total_is_exact_but_for_the_named_rounding(loans: list[TapeLoan]) -> None:
    total = grand_total(totals_by_vintage(loans))
    assert (total.loans, total.funded_minor) == (34_258, 383_714_825_00)
    assert total.principal_minor == 343_965_569_95
    assert total.interest_minor == 82_656_320_68
    assert total.recovered_minor == 3_561_881_73
    # Rounded loan by loan these two are 13 and 7 cents above the sums of unrounded figures.
    assert total.late_fee_minor == 42_365_46
    assert total.recovery_fee_minor == 419_510_47
    assert total.received_minor == 430_226_137_82
    assert sum(loan.total_minor for loan in loans) == 430_226_136_22


def test_the_losses_of_each_vintage_are_the_reference_ones(loans: list[TapeLoan]) -> None:
    for vintage, row in totals_by_vintage(loans).items():
        shares = (row.charged_off_share, row.gross_loss_share, row.net_loss_share)
        assert tuple(f"{float(share * 100):.3f}" for share in shares) == LOSSES[vintage]


def test_the_instalments_agree_with_the_contract(lives: list[LoanLife]) -> None:
    gaps = [abs(life.loan.instalment_minor - life.contract.instalment_minor) for life in lives]
    # The published 34,208 compare with an annuity that is not rounded to the cent.
    assert sum(gap <= 5 for gap in gaps) == 34_222
    assert sum(gap > 100 for gap in gaps) == 10


def test_every_oddity_is_counted(lives: list[LoanLife]) -> None:
    counts = Counter(oddity for life in lives for oddity in life.oddities)
    assert counts == {
        Oddity.REPAID_MORE_THAN_FUNDED: 124,
        Oddity.PAID_OFF_SHORT: 320,
        Oddity.LAST_PAYMENT_AFTER_MATURITY: 5877,
        Oddity.NO_LAST_PAYMENT_DATE: 64,
        Oddity.MONEY_WITHOUT_LAST_DATE: 53,
        Oddity.NOTHING_PAID: 11,
        Oddity.INTEREST_ONLY_PAID: 3,
        Oddity.MISSED_INSTALMENTS: 2927,
        Oddity.OUTSIDE_CREDIT_POLICY: 1001,
        Oddity.FUNDED_LESS_THAN_ASKED: 1640,
        Oddity.PLATFORM_TOOK_A_PART: 14_975,
        Oddity.INSTALMENT_CHANGED: 10,
        Oddity.SETTLED: 137,
        Oddity.RECOVERED_MORE_THAN_LOST: 54,
        Oddity.TOTAL_DIFFERS_FROM_PARTS: 450,
    }
    assert max(life.over_minor for life in lives) == 25
    assert max(life.waived_minor for life in lives) == 45


def test_every_life_adds_up_and_ends_before_the_tape_was_drawn(lives: list[LoanLife]) -> None:
    for life in lives:
        loan = life.loan
        paid_minor = sum(payment.amount_minor for payment in life.payments)
        assert paid_minor + loan.recovered_minor == loan.received_minor
        lost_minor = life.charge_off.principal_minor if life.charge_off is not None else 0
        repaid_minor = loan.principal_minor - life.over_minor
        assert repaid_minor + life.waived_minor + lost_minor == loan.funded_minor
        assert loan.tape_on is not None
        assert life.ends_on <= loan.tape_on


def test_every_loan_finds_its_lenders(loans: list[TapeLoan]) -> None:
    pool = built_in_pool()
    chosen = [choose_lenders(loan, pool) for loan in loans]
    assert all(1 <= len(pieces) <= 10 for pieces in chosen)
    lent_minor = sum(piece for pieces in chosen for _, piece in pieces)
    assert lent_minor == 383_714_825_00
    assert {index for pieces in chosen for index, _ in pieces} == set(range(60))


def test_the_open_book_of_2018(tape_2018: Path) -> None:
    loans = _loans(tape_2018, "lendingclub_open_2018")
    total = grand_total(totals_by_vintage(loans))
    assert (total.loans, total.charged_off, total.funded_minor) == (10_000, 7, 163_619_225_00)
    lives = [rebuild(loan) for loan in loans]
    owed = [
        life.loan.funded_minor - life.loan.principal_minor
        for life in lives
        if life.charge_off is None and life.loan.status != "fully_paid"
    ]
    assert (len(owed), sum(owed)) == (9_546, 144_589_166_10)
    assert all(life.ends_on <= life.loan.tape_on for life in lives if life.loan.tape_on)
