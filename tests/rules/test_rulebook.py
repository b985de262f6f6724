"""Both shipped books, their dates and parameters, and what a bad file is answered."""

import os
from collections import Counter
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from tuppence.rules.book_file import parse_book
from tuppence.rules.rule import FIGURES_NEEDED, SENTENCES, Check, Kind, Status
from tuppence.rules.rulebook import (
    BOOKS_FOLDER,
    PlatformTerms,
    RuleBook,
    UnknownRuleError,
    shipped_books,
)
from tuppence.rules.toml_row import RuleBookError

TODAY = date(2025, 6, 2)

SMALL = """
[book]
id = "small"
jurisdiction = "XX"
title.en = "Small"
title.zh = "小"
currency = "EUR"
minor_digits = 2
dated = 2025-01-01
note.en = "None."
note.zh = "无。"

[[rule]]
id = "XX-CAP-1"
kind = "cap"
check = "cap_person_here"
scope = "one person"
value = 500.50
unit = "EUR balance"
valid_from = 2020-01-01
source = "Act"
status = "V"
text.en = "At most 500.50."
text.zh = "最多 500.50。"
fires.en = "{total} is more than {cap}."
fires.zh = "{total} 超过 {cap}。"
"""


def test_the_shipped_books_hold_every_row_of_their_law() -> None:
    eu, cn = RuleBook.load("eu", TODAY), RuleBook.load("cn", TODAY)

    def families(book: RuleBook) -> dict[str, int]:
        return dict(Counter(rule.id.split("-")[1] for rule in book.in_force(TODAY)))

    assert shipped_books() == ("cn", "eu")
    assert families(eu) == {
        "SCP": 1,
        "CAP": 2,
        "KNO": 1,
        "WRN": 2,
        "SIM": 2,
        "TIM": 1,
        "KII": 2,
        "SOP": 3,
        "IPM": 3,
        "FND": 2,
        "SCO": 1,
        "DIS": 3,
        "CPL": 3,
        "CON": 1,
        "BUL": 1,
        "REC": 1,
        "INC": 1,
        "MKT": 1,
        "MEA": 1,
        "PAY": 1,
    }
    assert families(cn) == {
        "CAP": 4,
        "TIM": 2,
        "REC": 1,
        "CUS": 2,
        "BOR": 1,
        "LEN": 2,
        "OFF": 1,
        "INT": 2,
        "FND": 1,
        "ACT": 13,
        "DIS": 4,
        "CPL": 1,
        "MEA": 1,
    }


@pytest.mark.parametrize("name", ["eu", "cn"])
def test_every_row_speaks_both_languages_and_says_how_far_it_was_read(name: str) -> None:
    rules = RuleBook.load(name, TODAY).file.rules
    for rule in rules:
        assert rule.text.en.endswith(".") and rule.text.zh.endswith("。"), rule.id
        assert "!" not in rule.text.en and "！" not in rule.text.zh, rule.id
        assert rule.status is not Status.READ or rule.read, f"{rule.id} names no page"
        assert rule.status is not Status.READ_IN_PART or rule.note, f"{rule.id} names no part"


@pytest.mark.parametrize(
    ("name", "rule_id", "kind", "value", "unit", "article", "status"),
    [
        ("cn", "CN-CAP-1", Kind.CAP, 200_000, "CNY balance", "17", Status.READ),
        ("cn", "CN-CAP-2", Kind.CAP, 1_000_000, "CNY balance", "17", Status.READ),
        ("cn", "CN-CAP-3", Kind.CAP, 1_000_000, "CNY balance", "17", Status.READ),
        ("cn", "CN-CAP-4", Kind.CAP, 5_000_000, "CNY balance", "17", Status.READ),
        ("cn", "CN-TIM-1", Kind.TIMER, 20, "working days", "19", Status.READ_IN_PART),
        ("cn", "CN-INT-1", Kind.CAP, 4, "x LPR", "25", Status.UNREAD),
        ("eu", "EU-CAP-1", Kind.CAP, 5_000_000, "EUR", "1(2)(c)", Status.READ_IN_PART),
        ("eu", "EU-KNO-1", Kind.TIMER, 2, "years", "21(1)-(3)", Status.READ),
        ("eu", "EU-SIM-1", Kind.DISCLOSE, 10, "% of net worth", None, Status.READ),
        ("eu", "EU-TIM-1", Kind.TIMER, 4, "calendar days", "22", Status.READ),
        ("eu", "EU-CON-1", Kind.BAN, 20, None, "8", Status.UNREAD),
    ],
)
def test_the_figures_are_those_of_the_tables(
    name: str, rule_id: str, kind: Kind, value: int, unit: str | None, article: str | None, status
) -> None:
    rule = RuleBook.load(name, TODAY).rule(rule_id)
    assert (rule.kind, rule.value, rule.status) == (kind, value, status)
    assert unit in (None, rule.unit) and article in (None, rule.article)


def test_a_rule_holds_from_its_first_day_and_not_on_its_end() -> None:
    book = RuleBook.load("cn", date(2020, 8, 19))
    assert book.rule("CN-INT-1").unit == "% a year"
    assert book.at(date(2020, 8, 20)).rule("CN-INT-1").unit == "x LPR"
    on_the_change = [rule.unit for rule in book.in_force(date(2020, 8, 20)) if rule.article == "25"]
    assert on_the_change == ["x LPR"]
    assert "% a year" not in [rule.unit for rule in book.in_force(date(2020, 8, 20))]
    assert [rule.id for rule in book.in_force(date(2016, 8, 16))] == ["CN-INT-1"]
    assert "CN-CAP-1" in [rule.id for rule in book.in_force(date(2016, 8, 17))]
    with pytest.raises(UnknownRuleError, match="CN-CAP-1 is in force on 2016-08-16"):
        book.at(date(2016, 8, 16)).rule("CN-CAP-1")


@pytest.mark.parametrize(
    ("on", "cap"),
    [
        (date(2015, 8, 31), None),
        (date(2020, 8, 19), Fraction(36, 100)),
        (date(2020, 8, 20), 4 * Fraction(385, 10_000)),
        (date(2021, 12, 19), 4 * Fraction(385, 10_000)),
        (date(2021, 12, 20), 4 * Fraction(380, 10_000)),
        (date(2025, 5, 20), Fraction(12, 100)),
    ],
)
def test_the_rate_cap_follows_the_reference_rate_of_the_day(on: date, cap: Fraction | None) -> None:
    assert RuleBook.load("cn", TODAY).rate_cap(on) == cap
    assert RuleBook.load("eu", TODAY).rate_cap(on) is None


def test_a_rate_cap_without_a_published_reference_is_unknown() -> None:
    book = RuleBook.load("cn", date(2020, 9, 1))
    bare = replace(book.file, parameters=())
    assert RuleBook.of(bare, book.as_of).rate_cap(book.as_of) is None


def test_a_book_is_read_from_a_path_and_again_when_it_changes(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(SMALL, encoding="utf-8")
    os.utime(path, ns=(1, 1))
    first = RuleBook.load(path, TODAY)
    path.write_text(SMALL.replace("500.50\nunit", "700\nunit"), encoding="utf-8")
    os.utime(path, ns=(2, 2))
    second = RuleBook.load(str(path), TODAY)
    amounts = [book.amount_minor(book.rule("XX-CAP-1")) for book in (first, second)]
    assert amounts == [500_50, 700_00]


def test_the_platform_counts_in_its_own_amounts_or_not_at_all() -> None:
    book = RuleBook.load("eu", TODAY, platform=PlatformTerms("SEK"))
    rule = book.rule("EU-CAP-1")
    assert book.amount_minor(rule) is None
    own = PlatformTerms("SEK", amounts_minor={"EU-CAP-1": 55_000_000_00})
    own_book = RuleBook.load("eu", TODAY, platform=own)
    assert own_book.amount_minor(rule) == 55_000_000_00
    assert own_book.at(date(2022, 1, 1)).amount_minor(rule) == 55_000_000_00


@pytest.mark.parametrize(
    ("terms", "message"),
    [
        (PlatformTerms("SEK", amounts_minor={"EU-CAP-9": 1}), "EU-CAP-9, which is no amount"),
        (PlatformTerms("SEK", amounts_minor={"EU-KNO-1": 1}), "EU-KNO-1, which is no amount"),
        (PlatformTerms("SEK", amounts_minor={"EU-CAP-1": -1}), "EU-CAP-1 must be 0 or more"),
        (PlatformTerms("EUR", minor_digits=0), "EUR has 2 decimals"),
    ],
)
def test_platform_terms_that_fit_no_rule_are_refused(terms: PlatformTerms, message: str) -> None:
    with pytest.raises(RuleBookError, match=message):
        RuleBook.load("eu", TODAY, platform=terms)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("atlantis", "no rulebook named atlantis; choose one of cn, eu"),
        ("missing/file.toml", "no rulebook at file.toml; check the path"),
    ],
)
def test_a_missing_book_is_named(source: str, message: str) -> None:
    with pytest.raises(RuleBookError, match=message):
        RuleBook.load(source, TODAY)


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "noise.toml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(RuleBookError, match=r"noise\.toml: the file can't be read as UTF-8"):
        RuleBook.load(path, TODAY)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("[book]", "[book", "own.toml: not valid TOML"),
        ('kind = "cap"', 'kind = "limit"', "XX-CAP-1, key 'kind': write one of cap, floor"),
        ('status = "V"', 'status = "v"', "XX-CAP-1, key 'status': write one of V, Vp, U"),
        ('status = "V"', "status = 1", "XX-CAP-1, key 'status'"),
        ("2020-01-01", '"2020-01-01"', "XX-CAP-1, key 'valid_from': write a day"),
        ("2020-01-01", "2020-01-01T00:00:00", "XX-CAP-1, key 'valid_from': write a day"),
        ("2020-01-01", "2020-01-01\nvalid_to = 2020-01-01", "XX-CAP-1, key 'valid_to'"),
        ("500.50", "-1", "XX-CAP-1, key 'value': write a number"),
        ("500.50", "inf", "XX-CAP-1, key 'value': write a number"),
        ("500.50", "nan", "XX-CAP-1, key 'value': write a number"),
        ("500.50", "true", "XX-CAP-1, key 'value': write a number"),
        ("500.50", "500.505", "XX-CAP-1, key 'value': an amount has at most 2 decimals"),
        ("value = 500.50", "", "XX-CAP-1, key 'value': the check cap_person_here needs"),
        ("EUR balance", "USD balance", "XX-CAP-1, key 'unit': write an amount's unit"),
        ('scope = "one person"', "", "XX-CAP-1, key 'scope': write a text"),
        ('scope = "one person"', 'scop = "x"', "XX-CAP-1, key 'scop': no such key"),
        ('text.zh = "最多 500.50。"', "", "key 'text', key 'zh': write a text"),
        ("{total} is more", "{amount} is more", "key 'fires': the figure {amount} is not known"),
        ('fires.en = "{total}', 'asks.en = "{total}', "XX-CAP-1, key 'fires'"),
        ('check = "cap_person_here"', 'check = "cap"', "XX-CAP-1, key 'check': write one of"),
        ('source = "Act"', 'source = "Act"\nwords = [1]', "key 'words': write a list of texts"),
        ('source = "Act"', 'source = "Act"\nparameter = "p"', "no [[parameter]] with the id p"),
        ('currency = "EUR"', 'currency = "euro"', "[book], key 'currency'"),
        ('kind = "cap"', 'kind = "timer"', "XX-CAP-1, key 'bound': a timer needs"),
        ("[[rule]]", "[rule]", "key 'rule': write each as a table of its own"),
        ("[book]", "top = 1\n[book]", "own.toml, key 'top': no such key"),
    ],
)
def test_a_bad_row_is_named_with_its_key(old: str, new: str, message: str) -> None:
    with pytest.raises(RuleBookError) as raised:
        parse_book(SMALL.replace(old, new, 1), "own.toml")
    assert message in str(raised.value)


def test_two_rows_of_one_rule_may_follow_but_not_overlap() -> None:
    row = SMALL[SMALL.index("[[rule]]") :]
    later = row.replace("2020-01-01", "2022-01-01")
    with pytest.raises(RuleBookError, match="XX-CAP-1 is already in force on 2022-01-01"):
        parse_book(SMALL + later, "own.toml")
    ended = SMALL.replace("2020-01-01", "2020-01-01\nvalid_to = 2022-01-01")
    assert len(parse_book(ended + later, "own.toml").rules) == 2
    other = row.replace("XX-CAP-1", "XX-CAP-2")
    with pytest.raises(RuleBookError, match="key 'check': cap_person_here is already in force"):
        parse_book(SMALL + other, "own.toml")


def test_a_parameter_given_twice_for_a_day_is_refused() -> None:
    text = (BOOKS_FOLDER / "cn.toml").read_text(encoding="utf-8")
    with pytest.raises(RuleBookError, match="lpr_1y, key 'valid_from': 2019-08-20 is given twice"):
        parse_book(text.replace("2019-09-20", "2019-08-20"), "cn.toml")


def test_a_book_without_rules_is_refused() -> None:
    with pytest.raises(RuleBookError, match=r"there is no \[\[rule\]\] in it"):
        parse_book(SMALL[: SMALL.index("[[rule]]")], "own.toml")


def test_the_tables_of_checks_name_every_check() -> None:
    assert set(SENTENCES) == set(Check)
    assert set(FIGURES_NEEDED) <= set(Check)
