"""Totals per vintage, and every figure in which two tables differ."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

from tests.tapes.test_rebuild import CHARGED_OFF, LOAN
from tuppence.tapes.vintages import (
    Difference,
    Totals,
    Vintage,
    differences,
    grand_total,
    totals_by_vintage,
)

LATER = replace(LOAN, issued_on=date(2011, 1, 1), last_payment_on=date(2011, 5, 1))


def test_totals_are_kept_by_year_and_term() -> None:
    by_vintage = totals_by_vintage([LATER, CHARGED_OFF, LOAN])
    assert list(by_vintage) == [Vintage(2010, 4), Vintage(2011, 4)]
    first = by_vintage[Vintage(2010, 4)]
    assert (first.loans, first.charged_off, first.funded_minor) == (2, 1, 2000_00)
    assert first.received_minor == LOAN.received_minor + CHARGED_OFF.received_minor
    assert grand_total(by_vintage).loans == 3


def test_losses_are_shares_of_what_was_lent() -> None:
    (total,) = totals_by_vintage([CHARGED_OFF]).values()
    assert total.charged_off_share == 1
    assert total.gross_loss_share == Fraction(504_98, 1000_00)
    assert total.net_loss_share == Fraction(504_98 - 82_00, 1000_00)
    assert Totals().charged_off_share == Totals().gross_loss_share == Totals().net_loss_share == 0


def test_equal_tables_have_no_differences() -> None:
    table = totals_by_vintage([LOAN, LATER])
    assert differences(table, dict(table)) == []


def test_a_missing_cent_is_found_in_its_vintage_and_in_the_total() -> None:
    tape = totals_by_vintage([LOAN, LATER])
    short = totals_by_vintage([LOAN, replace(LATER, interest_minor=25_12)])
    assert differences(tape, short) == [
        Difference(Vintage(2011, 4), "interest_minor", 25_13, 25_12),
        Difference(None, "interest_minor", 50_26, 50_25),
    ]


def test_a_missing_vintage_differs_in_every_figure_it_has() -> None:
    tape = totals_by_vintage([LOAN])
    assert {found.figure for found in differences(tape, {})} == {
        "loans",
        "funded_minor",
        "principal_minor",
        "interest_minor",
    }
