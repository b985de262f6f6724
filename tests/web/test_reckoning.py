"""Costs and totals: pure reckoning behind the pages."""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from django.test import Client

from tuppence.lending.schedule import Instalment
from tuppence.web.costs import fee_of, quote_cost
from tuppence.web.reads.loans import ScheduleRow
from tuppence.web.reads.products import ProductRow
from tuppence.web.totals import total_of

ROWS = [
    Instalment(1, date(2026, 1, 31), 50_00, 2_00, 50_00),
    Instalment(2, date(2026, 2, 28), 50_00, 1_00, 0),
]


def a_product(**changed: object) -> ProductRow:
    values: dict[str, object] = {
        "id": 1,
        "code": "business",
        "name": "Loan",
        "currency": "EUR",
        "amount_minor_min": 100_00,
        "amount_minor_max": 50_000_00,
        "instalments_min": 1,
        "instalments_max": 60,
        "every": 1,
        "unit": "months",
        "method": "annuity",
        "day_count": "30/360",
        "grace_principal": 0,
        "grace_interest": 0,
        "annual_rate_min": Fraction(5, 100),
        "annual_rate_max": Fraction(16, 100),
        "origination_fee": Fraction(2, 100),
        "servicing_fee": Fraction(0),
        "vat": Fraction(0),
        "pays_out_net": False,
        "late_fee_minor": 0,
        "grace_days": 0,
        "prepayment_compensation": Fraction(0),
        "window_days": 14,
    }
    return ProductRow(**(values | changed))  # type: ignore[arg-type]


def quote(product: ProductRow, rate: Fraction = Fraction(12, 100)):
    return quote_cost(product, 1_000_00, 12, rate, start=date(2026, 1, 1))


def test_totals_add_up() -> None:
    total = total_of(ROWS)
    assert (total.principal_minor, total.interest_minor, total.amount_minor) == (10000, 300, 10300)


def test_charges_count_into_what_is_to_be_paid() -> None:
    row = ScheduleRow(1, date(2026, 1, 31), 50_00, 2_00, 5_00, 57_00, 0, "late")
    total = total_of([row, row])
    assert row.amount_minor == 57_00
    assert (total.charges_minor, total.amount_minor) == (10_00, 114_00)


def test_the_cost_of_a_loan_is_interest_and_fee() -> None:
    found = quote(a_product())
    assert found.instalment_minor == 88_85
    assert found.fee_minor == 20_00
    assert found.cost_minor == found.interest_minor + 20_00


def test_a_fee_makes_the_annual_percentage_rate_higher() -> None:
    without = quote(a_product(origination_fee=Fraction(0))).apr
    later = quote(a_product()).apr
    held_back = quote(a_product(pays_out_net=True)).apr
    assert without is not None and later is not None and held_back is not None
    assert without < later < held_back
    assert round(float(without), 4) == 0.1268  # 1 % a month, compounded


def test_vat_counts_into_the_fee() -> None:
    assert quote(a_product(vat=Fraction(19, 100))).fee_minor == 23_80


def test_vat_is_rounded_by_itself_as_the_pay_out_books_it() -> None:
    agreed = a_product(origination_fee=Fraction(15, 1000), vat=Fraction(19, 100))
    assert fee_of(agreed, 1_001_66) == 15_02 + 2_85  # 15.0249 and 2.8538; in one it were 17.88


def test_a_grace_on_principal_defers_the_principal_and_costs_interest() -> None:
    found = quote(a_product(grace_principal=3))
    assert [row.principal_minor for row in found.rows[:3]] == [0, 0, 0]
    assert [row.interest_minor for row in found.rows[:3]] == [10_00] * 3
    assert sum(row.principal_minor for row in found.rows) == 1_000_00
    assert found.interest_minor > quote(a_product()).interest_minor


def test_a_grace_on_interest_makes_the_first_payments_smaller_and_none_is_lost() -> None:
    found = quote(a_product(grace_interest=2))
    assert [row.interest_minor for row in found.rows[:2]] == [0, 0]
    assert found.rows[2].interest_minor > 20_00
    assert found.interest_minor == sum(row.interest_minor for row in found.rows)


def test_where_the_rulebook_forbids_it_no_fee_counts_as_kept_back(settings: Any) -> None:
    kept, charged = a_product(pays_out_net=True), a_product()
    assert quote(kept).apr != quote(charged).apr
    settings.TUPPENCE_RULEBOOK = "cn"
    assert quote(kept).apr == quote(charged).apr


@pytest.mark.django_db
def test_the_calculators_answer_and_refuse_in_words() -> None:
    client = Client()
    asked = {
        "principal": "5000",
        "rate": "12",
        "instalments": "24",
        "start": "2026-01-31",
        "method": "annuity",
    }
    page = client.get("/calculators/", asked).content.decode()
    assert "€235.37" in page
    assert (
        client.get("/calculators/", asked | {"rate": "1e400"}).content.count(b"plain number") == 2
    )
    page = client.get("/calculators/return/", {"flows": "2025-01-01 -100\n2026-01-01 110"})
    assert "10.00 % a year" in page.content.decode()
    page = client.get("/calculators/return/", {"flows": "2025-01-01 -100\nnonsense"})
    assert "Line 2: write a date, a space and an amount." in page.content.decode()


@pytest.mark.django_db
def test_the_borrowers_calculator_counts_the_fee_in_the_rate_and_the_cost() -> None:
    asked = {
        "principal": "5000",
        "rate": "12",
        "instalments": "24",
        "start": "2026-01-31",
        "method": "annuity",
    }
    without = text_of_figures("/calculators/", asked | {"fee": "0"})
    with_fee = text_of_figures("/calculators/", asked | {"fee": "2"})
    assert without["Annual percentage rate"] == "12.68 %"
    shown = float(with_fee["Annual percentage rate"].removesuffix(" %")) / 100
    # 24 payments of 235.37 are worth the 4,900.00 that are paid out.
    worth = sum(235.37 / (1 + shown) ** (month / 12) for month in range(1, 25))
    assert abs(worth - 4_900) < 0.3
    assert with_fee["Cost in total"] == "€748.80"
    assert without["Cost in total"] == "€648.80"


@pytest.mark.django_db
def test_the_lenders_calculator_takes_off_fee_and_expected_loss() -> None:
    asked = {"amount": "1000", "rate": "8.4", "loss": "1.9", "months": "24", "fee": "10"}
    found = text_of_figures("/calculators/lending/", asked)
    # 8.4 % less a tenth of it and 1.9 %, as on a listing.
    assert abs(float(found["Return on average"].removesuffix(" %")) - 5.66) < 0.05
    assert found["Can be lost"] == "€1,000.00"
    refused = Client().get("/calculators/lending/", asked | {"tax": "95"}).content.decode()
    assert "Fee and tax together are at most 100 % of the interest." in refused


@pytest.mark.django_db
def test_the_front_page_has_both_calculators_with_an_answer() -> None:
    page = Client().get("/")
    text = page.content.decode()
    for action in ("/calculators/", "/calculators/lending/"):
        assert f'action="{action}"' in text
    assert {figure.label for figure in page.context["cost_figures"]} >= {"Annual percentage rate"}
    assert {figure.label for figure in page.context["lending_figures"]} >= {"Can be lost"}


def text_of_figures(path: str, asked: dict[str, str]) -> dict[str, str]:
    """The figures of a calculator's answer, by label."""
    page = Client().get(path, asked)
    return {str(figure.label): str(figure.value) for figure in page.context["figures"]}
