"""The calculators as their callers see them: JSON values in, JSON values out."""

import json
from decimal import Decimal

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from tuppence.cli.calc import calc
from tuppence.lending.calculators import CALLS, UnknownCallError, calculate
from tuppence.lending.calculators.json_text import read_json

LOAN = {
    "principal": "100",
    "currency": "EUR",
    "annual_rate_percent": "7",
    "instalments": 6,
    "start": "2024-01-01",
}


def refused(call: str, item) -> str:
    answer = calculate(call, item)
    assert set(answer) == {"error"}
    return answer["error"]


def test_schedule():
    assert calculate("schedule", LOAN | {"instalments": 2}) == {
        "rows": [
            {"date": "2024-02-01", "principal": "49.86", "interest": "0.58", "balance": "50.14"},
            {"date": "2024-03-01", "principal": "50.14", "interest": "0.29", "balance": "0.00"},
        ],
        "instalment": "50.44",
        "total_interest": "0.87",
        "apr_eu_percent": "7.179484",
        "apr_us_percent": "6.953535",
    }


def test_defaults_are_months_of_an_annuity_half_even_to_the_cent():
    stated = LOAN | {
        "every": 1,
        "unit": "months",
        "method": "annuity",
        "day_count": "30/360",
        "interest_rounding": {"to": "0.01", "mode": "half_even"},
        "instalment_rounding": {"to": "0.01", "mode": "half_even"},
        "first_due": None,
        "rate_changes": [],
        "interest_pauses": [],
        "grace_principal": 0,
        "grace_interest": 0,
        "interest_free_periods": 0,
        "down_payment_percent": "0",
    }
    without_currency = {key: value for key, value in LOAN.items() if key != "currency"}
    assert calculate("schedule", stated) == calculate("schedule", LOAN)
    assert calculate("schedule", without_currency) == calculate("schedule", LOAN)


def test_a_schedule_with_every_key():
    answer = calculate(
        "schedule",
        LOAN
        | {
            "first_due": "2024-02-15",
            "method": "equal_principal",
            "day_count": "ACT/365F",
            "interest_rounding": {"to": "0.05", "mode": "up"},
            "instalment_rounding": {"to": "1"},
            "grace_principal": 1,
            "grace_interest": 1,
            "interest_free_periods": 1,
            "down_payment_percent": "20",
            "rate_changes": [{"from": "2024-04-01", "annual_rate_percent": "9.5"}],
            "interest_pauses": [{"first_day": "2024-05-01", "last_day": "2024-05-10"}],
        },
    )
    assert [row["date"] for row in answer["rows"]][:2] == ["2024-01-01", "2024-02-15"]
    assert [row["principal"] for row in answer["rows"]] == ["20.00", "0.00"] + ["16.00"] * 5
    # 80 x 29 days at 7 %; 64 x 17 at 7 % and 14 at 9.5 %; 48 x 20 of 30 days; up to the next 0.05
    assert [row["interest"] for row in answer["rows"]] == [
        "0.00",
        "0.00",
        "0.45",
        "0.45",
        "0.25",
        "0.30",
        "0.15",
    ]


@pytest.mark.parametrize(
    ("currency", "principal", "balance"),
    [("JPY", "1000", "0"), ("KWD", "1.234", "0.000"), ("EUR", "12.34", "0.00")],
)
def test_amounts_have_the_decimals_of_their_currency(currency, principal, balance):
    answer = calculate("schedule", LOAN | {"currency": currency, "principal": principal})
    assert answer["rows"][-1]["balance"] == balance


def test_payoff():
    item = LOAN | {"payoff_date": "2024-02-16", "instalments_paid_on_time": 1}
    assert calculate("payoff", item) == {
        "principal": "83.57",
        "interest": "0.24",
        "amount": "83.81",
    }
    assert calculate("payoff", item | {"interest_until": "period_end"})["interest"] == "0.49"


def test_apr_of_both_laws():
    eu = {
        "method": "eu",
        "drawdown": "1000",
        "drawdown_date": "1994-01-01",
        "payments": [{"date": "1995-07-01", "amount": "1200"}],
    }
    us = {
        "method": "us",
        "drawdown": "5000",
        "drawdown_date": "1978-02-23",
        "payments": [
            {"date": f"{1978 + (m > 12)}-{(m - 1) % 12 + 1:02d}-{day:02d}", "amount": "219.17"}
            for m in range(3, 15)
            for day in (1, 16)
        ],
    }
    assert calculate("apr", eu) == {"apr_percent": "12.962038"}
    assert round(Decimal(calculate("apr", us)["apr_percent"]), 2) == Decimal("10.34")
    for unit_period in ({"every": 1, "unit": "half_months"}, {"every": "0.5", "unit": "months"}):
        assert calculate("apr", us | {"unit_period": unit_period}) == calculate("apr", us)


@pytest.mark.parametrize(
    ("flows", "rate"),
    [
        (
            [
                ["2008-01-01", "-10000"],
                ["2008-03-01", "2750"],
                ["2008-10-30", "4250"],
                ["2009-02-15", "3250"],
                ["2009-04-01", "2750"],
            ],
            "0.373363",
        ),
        ([["2024-01-01", "100"], ["2025-01-01", "100"]], None),  # nothing was paid in
        ([["2024-01-01", "-100"], ["2025-01-01", "250"], ["2026-01-01", "-156"]], None),  # two
    ],
)
def test_xirr(flows, rate):
    answer = calculate("xirr", {"flows": flows})["rate"]
    assert (answer and round(Decimal(answer), 6)) == (rate and Decimal(rate))


def test_allocate():
    item = {
        "payment": "120",
        "order": ["interest", "principal"],
        "dues": [
            {"name": "April", "due": "2025-04-30", "interest": "9", "principal": "101"},
            {
                "name": "March",
                "due": "2025-03-31",
                "fee": "5",
                "interest": "10",
                "principal": "100",
            },
        ],
    }
    assert calculate("allocate", item) == {
        "paid": [
            {
                "name": "April",
                "fee": "0.00",
                "interest": "9.00",
                "principal": "1.00",
                "penalty": "0.00",
            },
            {
                "name": "March",
                "fee": "0.00",
                "interest": "10.00",
                "principal": "100.00",
                "penalty": "0.00",
            },
        ],
        "credit": "0.00",
    }
    vertical = calculate("allocate", item | {"direction": "vertical", "payment": "20"})
    assert [row["interest"] for row in vertical["paid"]] == ["9.00", "10.00"]
    ranked = item | {"dues": [item["dues"][0] | {"rank": 1}, item["dues"][1] | {"rank": 2}]}
    assert calculate("allocate", ranked)["paid"][0]["principal"] == "101.00"


def test_a_list_answers_in_order_with_errors_in_their_place():
    answers = calculate("schedule", [LOAN, LOAN | {"principal": "x"}, 7, LOAN])
    assert [("error" in answer) for answer in answers] == [False, True, True, False]
    assert answers[0] == answers[3]
    assert calculate("schedule", []) == []


def test_an_unknown_call_names_the_calls():
    with pytest.raises(UnknownCallError, match="schedule, payoff, apr, xirr, allocate"):
        calculate("loans", LOAN)


NONSENSE = [
    "",
    " 100",
    "-1",
    "+1",
    "1e3",
    "1e400",
    "NaN",
    "Infinity",
    "１００",
    "1,000",
    "0x10",
    "100.001",
    ".5",
    "9" * 40,
    True,
    1.5,
    float("nan"),
    Decimal("NaN"),
    Decimal("1e400"),
    Decimal("1e-400"),
    10**100,
    [],
    {},
]


@pytest.mark.parametrize("value", [*NONSENSE, "0", None], ids=repr)
def test_nonsense_for_a_principal(value):
    assert refused("schedule", LOAN | {"principal": value}).startswith("“principal”")


@pytest.mark.parametrize("value", [v for v in NONSENSE if v != "100.001"] + ["10001"], ids=repr)
def test_nonsense_for_a_rate(value):
    assert "“annual_rate_percent”" in refused("schedule", LOAN | {"annual_rate_percent": value})


@pytest.mark.parametrize(
    "value", [0, -1, 10**6, "1.5", "six", "６", True, 2.0, Decimal("1.5"), 10**30, ""], ids=repr
)
def test_nonsense_for_the_number_of_instalments(value):
    assert refused("schedule", LOAN | {"instalments": value}).startswith("“instalments”")


@pytest.mark.parametrize(
    "value", ["2024-02-30", "2024-13-01", "01.02.2024", "2024-1-1", "0000-01-01", "20240101", 5]
)
def test_nonsense_for_a_date(value):
    assert refused("schedule", LOAN | {"start": value}).startswith("“start”")


@pytest.mark.parametrize(
    ("call", "changes", "named"),
    [
        ("schedule", {"unknown": 1}, "“unknown”"),
        ("schedule", {"currency": "XXX"}, "“currency”"),
        ("schedule", {"unit": "fortnights"}, "“unit”"),
        ("schedule", {"method": ["annuity"]}, "“method”"),
        ("schedule", {"day_count": "ACT/366"}, "“day_count”"),
        ("schedule", {"interest_rounding": "0.01"}, "“interest_rounding”"),
        ("schedule", {"interest_rounding": {"to": "0"}}, "“interest_rounding.to”"),
        ("schedule", {"instalment_rounding": {"mode": "up!"}}, "“instalment_rounding.mode”"),
        ("schedule", {"first_due": "2023-12-31"}, "“first_due”"),
        ("schedule", {"down_payment_percent": "100"}, "“down_payment_percent”"),
        ("schedule", {"rate_changes": {}}, "“rate_changes”"),
        ("schedule", {"rate_changes": [{"from": "2024-02-01"}]}, "“rate_changes[0]."),
        ("schedule", {"interest_pauses": [{"first": 1}]}, "“interest_pauses[0].first”"),
        ("payoff", {}, "“payoff_date”"),
        ("payoff", {"payoff_date": "2024-02-01"}, "“instalments_paid_on_time”"),
        (
            "payoff",
            {"payoff_date": "2024-02-01", "instalments_paid_on_time": 3},
            "“payoff_date”",
        ),
    ],
)
def test_what_can_not_be_computed_names_its_key(call, changes, named):
    assert named in refused(call, LOAN | changes)


APR = {
    "method": "eu",
    "drawdown": "100",
    "drawdown_date": "2024-01-01",
    "payments": [{"date": "2025-01-01", "amount": "110"}],
}


@pytest.mark.parametrize(
    ("call", "item", "named"),
    [
        ("apr", APR | {"method": "uk"}, "“method”"),
        ("apr", APR | {"drawdown": "0"}, "“drawdown”"),
        ("apr", APR | {"payments": []}, "“payments”"),
        ("apr", APR | {"payments": [{"date": "2023-12-31", "amount": "1"}]}, "“payments[0].date”"),
        ("apr", APR | {"payments": [{"date": "2025-01-01", "amount": "0"}]}, "“payments”"),
        ("apr", APR | {"payments": [{"date": "2025-01-01", "amount": "-1"}]}, "“payments[0]."),
        ("apr", APR | {"unit_period": {"every": 1, "unit": "months"}}, "“unit_period”"),
        (
            "apr",
            APR | {"method": "us", "unit_period": {"every": 13, "unit": "months"}},
            "“unit_period.every”",
        ),
        (
            "apr",
            APR | {"payments": [{"date": "2024-01-02", "amount": "9" * 14}], "drawdown": "0.01"},
            "No rate can be stated",
        ),
        ("xirr", {"flows": []}, "“flows”"),
        ("xirr", {"flows": [["2024-01-01"]]}, "“flows[0]”"),
        ("xirr", {"flows": [["2024-01-01", "--1"]]}, "“flows[0].amount”"),
        ("xirr", {"flows": [["2024-01-01", "1"]], "day_count": "x"}, "“day_count”"),
        ("allocate", {"dues": []}, "“payment”"),
        ("allocate", {"payment": "1", "order": ["fees"]}, "“order”"),
        ("allocate", {"payment": "1", "order": ["fee", "fee"]}, "“order”"),
        ("allocate", {"payment": "1", "dues": [{"due": "2024-01-01"}]}, "“dues[0].name”"),
        ("allocate", {"payment": "1", "dues": [{"name": "a", "fee": "-1"}]}, "“dues[0].fee”"),
        ("allocate", {"payment": "1", "dues": [{"name": "a", "rank": "-1"}]}, "“dues[0].rank”"),
    ],
)
def test_other_calls_name_the_key_too(call, item, named):
    assert named in refused(call, item)


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.decimals() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
KEYS = sorted(
    {*LOAN, *APR, "flows", "payment", "dues", "order", "rate_changes", "every", "interest_rounding"}
)


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(sorted(CALLS)),
    st.dictionaries(st.sampled_from(KEYS), JSON_VALUES, max_size=6) | JSON_VALUES,
)
def test_no_input_makes_a_calculator_fail(call, item):
    answer = calculate(call, {**LOAN, **item} if isinstance(item, dict) else item)
    answers = answer if isinstance(answer, list) else [answer]
    assert all(isinstance(one, dict) and one for one in answers)
    json.dumps(answer, allow_nan=False)


def run(call: str, text: str | bytes):
    return CliRunner().invoke(calc, [call, "-"], input=text)


def test_the_command_reads_standard_input_and_prints_json(tmp_path):
    text = json.dumps([LOAN, LOAN | {"principal": "x"}])
    result = run("schedule", text)
    assert result.exit_code == 0
    assert json.loads(result.output) == calculate("schedule", json.loads(text))
    file = tmp_path / "loans.json"
    file.write_text(text, encoding="utf-8")
    assert CliRunner().invoke(calc, ["schedule", str(file)]).output == result.output


def test_the_command_reads_json_numbers_exactly():
    exact = (
        '{"principal": 100.10, "annual_rate_percent": 7, "instalments": 6, "start": "2024-01-01"}'
    )
    written = LOAN | {"principal": "100.10"}
    assert json.loads(run("schedule", exact).output) == calculate("schedule", written)


@pytest.mark.parametrize(
    "number", ["1e400", "NaN", "Infinity", "-1", "1e-400", "9" * 5000, "1e99999999999999999999"]
)
def test_the_command_refuses_json_numbers_that_are_no_amounts(number):
    result = run("schedule", json.dumps(LOAN).replace('"100"', number))
    assert result.exit_code == 0
    assert json.loads(result.output)["error"].startswith("“principal”")


def test_a_key_given_twice_is_refused():
    answer = calculate("apr", read_json(b'{"method": "eu", "method": "us"}'))
    assert answer == {"error": "“method”: it is given twice: give it once."}


@pytest.mark.parametrize("text", ["", "{", "[1,]", b"\xff\xfe", "[" * 100_000, '{"a": 1} x'])
def test_what_is_no_json_is_refused_as_a_whole(text):
    result = run("schedule", text)
    assert result.exit_code == 1
    assert result.output.startswith("Error: The input is")


@pytest.mark.parametrize("call", CALLS)
def test_each_call_is_a_command_with_help(call):
    result = CliRunner().invoke(calc, [call, "--help"])
    assert result.exit_code == 0
    assert "FILE" in result.output
