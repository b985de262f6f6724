"""CSV statements: the three ways of amounts, balances, bad rows, real files."""

import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tuppence.bank.csv_map import CsvMapError, built_in_map, built_in_names, load_map
from tuppence.bank.csv_statement import parse_csv
from tuppence.bank.statement import StatementError

SIGNED = built_in_map("signed")
OCA = """
name = "oca"
booked_on = "Date"
date_formats = ["MM/DD/YYYY"]
thousands = ","
remittance = ["Label"]
"""
OCA_PARTIES = 'counterparty_name = "Partner Name"\ncounterparty_account = "Bank Account"\n'
OCA_MARK = OCA + (
    OCA_PARTIES
    + 'currency = "EUR"\namount = "Amount"\nmark = "D/C"\nmark_debit = ["D"]\n'
    + 'mark_credit = ["C"]\nnegative = "ignore"\nbalance = "Balance"\n'
)
OCA_TWO_COLUMNS = OCA + (
    OCA_PARTIES + 'currency = "EUR"\ndebit = "Debit"\ncredit = "Credit"\nnegative = "reverse"\n'
)
OCA_MANY = OCA + OCA_PARTIES + 'amount = "Amount"\ncurrency_column = "Currency"\n'
FRENCH = """
name = "french"
booked_on = "Date"
date_formats = ["DD/MM/YY"]
decimal = ","
currency = "EUR"
account_label = "Account Number"
debit = "Debit"
credit = "Credit"
negative = "ignore"
bank_reference = "Operation Number"
remittance = ["Label", "Detail"]
"""
FRENCH_BALANCES = (
    'opening_label = "Balance at start of period"\nclosing_label = "Balance at end of period"\n'
)
HEAD = "Date,Amount,Currency,Name,Account,Text,Reference\n"


@pytest.fixture
def real(shared_data: Path) -> Path:
    return shared_data / "bank_statements" / "csv"


# --- real files --------------------------------------------------------------------------------


def test_amount_with_a_mark_beside_it(real: Path) -> None:
    data = (real / "oca_debit_credit.csv").read_bytes()
    (statement,) = parse_csv(data, load_map(OCA_MARK), account="123")
    assert [line.amount_minor for line in statement.lines] == [-33_50, 1533_50]
    assert (statement.opening_minor, statement.closing_minor) == (10_00, 1510_00)
    assert statement.lines[0].counterparty_name == "John Doe"
    assert statement.lines[0].booked_on == date(2018, 12, 15)


def test_debit_and_credit_columns(real: Path) -> None:
    data = (real / "oca_debit_credit_amount.csv").read_bytes()
    (statement,) = parse_csv(data, load_map(OCA_TWO_COLUMNS), account="123")
    assert [line.amount_minor for line in statement.lines] == [20_00, -13_50, 33_50, -1500_00]


def test_a_running_balance_that_disagrees_names_the_row(real: Path) -> None:
    data = (real / "oca_debit_credit_amount.csv").read_bytes()
    with pytest.raises(StatementError) as refused:
        parse_csv(data, load_map(OCA_TWO_COLUMNS + 'balance = "Balance"\n'), account="123")
    (problem,) = refused.value.problems
    assert (problem.row, problem.column) == (5, "Balance")
    assert "make -1490.00, stated is 1510.00" in problem.reason


@pytest.mark.parametrize("name", ["oca_multi_currency.csv", "oca_sample_statement_en.csv"])
def test_each_currency_is_a_statement_of_its_own(real: Path, name: str) -> None:
    statements = parse_csv((real / name).read_bytes(), load_map(OCA_MANY), account="1")
    found = {statement.currency: statement.movement_minor for statement in statements}
    assert found == {"USD": -33_50, "EUR": 1525_00}


def test_what_stands_around_the_table(real: Path) -> None:
    data = (real / "oca_meta_data_separated_credit_debit.csv").read_bytes()
    # The last row of the file is a balance, so without its label it is a bad row of the table.
    with pytest.raises(StatementError) as refused:
        parse_csv(data, load_map(FRENCH))
    assert [problem.row for problem in refused.value.problems] == [10]
    # With both labels the file's own balances are 0.02 apart from its lines.
    with pytest.raises(StatementError, match=r"make 31070.09 EUR, but it closes with 31070.11"):
        parse_csv(data, load_map(FRENCH + FRENCH_BALANCES))
    right = data.replace(b"+31070,11", b"+31070,09")
    (statement,) = parse_csv(right, load_map(FRENCH + FRENCH_BALANCES))
    assert statement.account == "08088804068"
    assert [line.amount_minor for line in statement.lines] == [-50_00, -100_00, -80_68, 1300_00]
    assert statement.lines[1].remittance == "LABEL 2 CLIENTS X"
    assert statement.lines[1].bank_reference == "UNIQUE OP 2"


# --- rows --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        ("2026-02-30,1.00,EUR,,,,", "Date", "is not a date such as YYYY-MM-DD"),
        ("２０２６-03-02,1.00,EUR,,,,", "Date", "is not a date"),
        ("2026-03-02,1.005,EUR,,,,", "Amount", "EUR has 2 decimals"),
        ("2026-03-02,1e4,EUR,,,,", "Amount", "is not an amount"),
        ("2026-03-02,$120,EUR,,,,", "Amount", "is not an amount"),
        ("2026-03-02,NaN,EUR,,,,", "Amount", "is not an amount"),
        ("2026-03-02,１,EUR,,,,", "Amount", "is not an amount"),
        ('2026-03-02,"1,000.00",EUR,,,,', "Amount", "is not an amount"),
        ("2026-03-02,,EUR,,,,", "Amount", "is not an amount"),
        ("2026-03-02,0.00,EUR,,,,", "Amount", "is zero"),
        ("2026-03-02,1.00,EURO,,,,", "Currency", "is not a currency code"),
        ("2026-03-02,1.00", "Date", "fewer cells"),
        ("2026-03-02,9999999999999999999,EUR,,,,", "Amount", "too large"),
    ],
)
def test_a_bad_row_is_named_and_nothing_is_taken(row: str, column: str, reason: str) -> None:
    data = f"{HEAD}2026-03-01,5.00,EUR,,,,\n\n{row}\n".encode()
    with pytest.raises(StatementError, match="nothing was taken") as refused:
        parse_csv(data, SIGNED, account="1")
    (problem,) = refused.value.problems
    assert (problem.row, problem.column) == (4, column)
    assert reason in problem.reason


def test_every_bad_row_is_named() -> None:
    data = (HEAD + "x,1.00,EUR,,,,\n" * 3).encode()
    with pytest.raises(StatementError, match="3 rows cannot be read") as refused:
        parse_csv(data, SIGNED, account="1")
    assert [problem.row for problem in refused.value.problems] == [2, 3, 4]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "missing: Account, Amount"),
        (b"Date,Amount\n", "missing: Account, Currency"),
        (HEAD.encode(), "has headings, but no lines"),
        (b"\xff\xfe\x00", "not in utf-8-sig"),
        (HEAD.encode() + b'"open', "not well-formed CSV"),
    ],
)
def test_files_that_are_none_are_refused(data: bytes, says: str) -> None:
    with pytest.raises(StatementError, match=re.escape(says)):
        parse_csv(data, SIGNED, account="1")


def test_the_account_must_be_known() -> None:
    with pytest.raises(StatementError, match="choose the account"):
        parse_csv(f"{HEAD}2026-03-01,5.00,EUR,,,,\n".encode(), SIGNED)


def test_both_columns_filled_in_and_a_minus_where_none_belongs() -> None:
    two = built_in_map("debit_credit")
    head = "Date,Debit,Credit,Balance,Currency,Name,Account,Text,Reference\n"
    rows = "01/03/2026,1.00,2.00,,EUR,,,,\n01/03/2026,-1.00,,,EUR,,,,\n"
    with pytest.raises(StatementError) as refused:
        parse_csv((head + rows).encode(), two, account="1")
    assert [problem.reason for problem in refused.value.problems] == [
        "both debit and credit are filled in",
        "a minus is not expected here",
    ]


def test_decimal_comma_newest_first_and_an_account_column() -> None:
    german = built_in_map("umsatz_semikolon")
    data = (
        "Auftragskonto;Buchungstag;Valutadatum;Name;IBAN;Verwendungszweck;Kundenreferenz;Betrag;"
        "Währung\n"
        "DE89 3704 0044 0532 0130 00;02.03.26;03.03.26;Bo;;zwei;;-1.234,56;EUR\n"
        "DE89 3704 0044 0532 0130 00;01.03.2026;01.03.2026;Ada;;eins;K1;2000,5;EUR\n"
    )
    (statement,) = parse_csv(data.encode(), german)
    assert statement.account == "DE89370400440532013000"
    first, second = statement.lines
    assert (first.amount_minor, first.end_to_end_id) == (2000_50, "K1")
    assert (second.amount_minor, second.valued_on) == (-1234_56, date(2026, 3, 3))


def test_currencies_without_and_with_three_decimals() -> None:
    data = f"{HEAD}2026-03-01,1500,JPY,,,,\n2026-03-01,1.234,KWD,,,,\n".encode()
    found = {item.currency: item.movement_minor for item in parse_csv(data, SIGNED, account="1")}
    assert found == {"JPY": 1500, "KWD": 1234}


def test_equal_rows_are_different_movements() -> None:
    data = (HEAD + "2026-03-01,5.00,EUR,Ada,,coffee,\n" * 2).encode()
    (statement,) = parse_csv(data, SIGNED, account="1")
    assert len({line.fingerprint for line in statement.lines}) == 2


@given(st.binary(max_size=200))
@settings(max_examples=150, deadline=None)
def test_noise_after_the_headings_is_read_or_refused(noise: bytes) -> None:
    try:
        statements = parse_csv(HEAD.encode() + noise, SIGNED, account="1")
    except StatementError:
        statements = ()
    assert all(line.amount_minor for statement in statements for line in statement.lines)


amounts = st.integers(-(10**9), 10**9).filter(bool)


@given(st.lists(st.tuples(st.dates(date(2000, 1, 1), date(2099, 1, 1)), amounts), min_size=1))
@settings(max_examples=100, deadline=None)
def test_what_a_bank_writes_is_what_is_read(rows: list[tuple[date, int]]) -> None:
    sign = {True: "-", False: ""}
    body = "".join(
        f"{day},{sign[minor < 0]}{abs(minor) // 100}.{abs(minor) % 100:02d},EUR,,,,\n"
        for day, minor in rows
    )
    (statement,) = parse_csv((HEAD + body).encode(), SIGNED, account="1")
    assert [(line.booked_on, line.amount_minor) for line in statement.lines] == rows


# --- maps --------------------------------------------------------------------------------------


def test_every_map_that_ships_is_valid() -> None:
    assert {built_in_map(name).name for name in built_in_names()} == set(built_in_names())


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("name = ", "not valid TOML"),
        ('name = "x"', "lacks “booked_on”"),
        (OCA, "either “amount” or both"),
        (OCA + 'amount = "A"', "either “currency” or"),
        (OCA + 'amount = "A"\ndebit = "D"\ncredit = "C"\ncurrency = "EUR"', "either “amount”"),
        (OCA + 'amount = "A"\ncurrency = "EUR"\nmark = "M"', "“mark” needs"),
        (OCA + 'amount = "A"\ncurrency = "XXQ"', "is not a currency code"),
        (OCA + 'amount = "A"\ncurrency = "EUR"\ndecimal = ","', "must differ"),
        (OCA + 'amount = "A"\ncurrency = "EUR"\ndecimal = "x"', "a point or a comma"),
        (OCA + 'amount = "A"\ncurrency = "EUR"\nencoding = "rot13"', "“encoding” must be"),
        (OCA + 'amount = "A"\ncurrency = "EUR"\nnegative = "perhaps"', "must be one of"),
        (OCA + "amount = 3", "must be a text"),
        (OCA + 'remit = "x"', "unknown key “remit”"),
        (OCA_MANY.replace("MM/DD/YYYY", "MM/DD"), "is not a date format"),
        (OCA_MANY.replace("MM/DD/YYYY", "%d/%m/%Y"), "is not a date format"),
    ],
)
def test_a_wrong_map_is_refused(text: str, says: str) -> None:
    with pytest.raises(CsvMapError, match=re.escape(says)):
        load_map(text)


def test_an_unknown_map_is_refused() -> None:
    with pytest.raises(CsvMapError, match="there are: debit_credit"):
        built_in_map("../signed")
