"""Files of spend: every row read exactly, every bad cell named, the total kept to the penny."""

import gzip
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuppence.growth.spend_file import (
    EXACT,
    SpendFileError,
    booked_amounts,
    exact_sum,
    read_headings,
    read_spend_file,
    total_by_campaign,
)
from tuppence.growth.spend_map import SpendMap, SpendMapError, read_spend_map, suggest_spend_map

TODAY = date(2026, 11, 27)
SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
LAYOUT = SpendMap(amount="Cost", day="Day", reference="Ad", clicks="Clicks")


def read(text: str, layout: SpendMap = LAYOUT, name: str = "spend.csv"):
    return read_spend_file(text.encode(), name, layout, one_day=None, today=TODAY)


def test_a_file_is_read_row_by_row() -> None:
    found = read("Day,Ad,Cost,Clicks\n2026-11-01,a1,12.345,7\n2026-11-02,a2,0,\n\n")
    assert [
        (row.number, row.day.day, row.amount, row.reference, row.clicks) for row in found.rows
    ] == [
        (2, 1, Decimal("12.345"), "a1", 7),
        (3, 2, Decimal(0), "a2", None),
    ]
    assert found.errors == ()


def test_every_bad_cell_is_named_with_row_column_and_reason() -> None:
    found = read(
        "Day;Ad;Cost;Clicks\n"
        "2026-11-31;a;1;1\n2026-11-01;b;-5;1\n2026-11-28;c;1;1\n"
        "2026-11-01;d;1e400;1\n2026-11-01;e;NaN;1\n2026-11-01;f;１２;1\n2026-11-01;g;1;1.5\n"
    )
    assert [(error.row, error.column) for error in found.errors] == [
        *((2, "Day"), (3, "Cost"), (4, "Day"), (5, "Cost"), (6, "Cost"), (7, "Cost")),
        (8, "Clicks"),
    ]
    assert "future" in found.errors[2].reason and "negative" in found.errors[1].reason
    assert found.rows == ()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is empty"),
        ("Day,Ad,Cost,Clicks\n", "no rows"),
        ("Day,Ad,Price,Clicks\n2026-11-01,a,1,1\n", "no column “Cost”"),
        ('Day,Ad,Cost,Clicks\n2026-11-01,"a,1,1\n', "no CSV"),
    ],
)
def test_a_file_that_is_none_says_what_to_change(text: str, says: str) -> None:
    with pytest.raises(SpendFileError, match=says):
        read(text)


def test_bytes_that_are_no_text_and_no_sheet_are_refused() -> None:
    for content, name in ((b"\xff\xfe\x00", "a.csv"), (b"PK\x03\x04rubbish", "a.xlsx")):
        with pytest.raises(SpendFileError):
            read_spend_file(content, name, LAYOUT, one_day=None, today=TODAY)


def test_decimals_behind_a_comma() -> None:
    layout = SpendMap(amount="Kosten", day="Tag", date_format="DD.MM.YYYY", decimal=",")
    found = read("Tag;Kosten\n01.11.2026;1234,50\n02.11.2026;1.234,50\n", layout)
    assert [row.amount for row in found.rows] == [Decimal("1234.50")]
    assert [(error.row, error.column) for error in found.errors] == [(3, "Kosten")]


def test_a_sheet_of_excel_reads_like_its_csv() -> None:
    openpyxl = pytest.importorskip("openpyxl", reason="writes the sheet that is read here")
    book = openpyxl.Workbook()
    book.active.append(["Day", "Ad", "Cost", "Clicks"])
    book.active.append([date(2026, 11, 1), "a1", 12.345, 7])
    stream = BytesIO()
    book.save(stream)
    found = read_spend_file(stream.getvalue(), "a.xlsx", LAYOUT, one_day=None, today=TODAY)
    assert [(row.day, row.amount, row.clicks) for row in found.rows] == [
        (date(2026, 11, 1), Decimal("12.345"), 7)
    ]


@given(st.lists(st.decimals(0, 10**6, places=9), min_size=1, max_size=60))
def test_what_is_booked_is_the_exact_total_rounded_once(amounts: list[Decimal]) -> None:
    parts = booked_amounts(amounts, 2)
    total = exact_sum(amounts)
    assert abs(Decimal(sum(parts)) - total * 100) <= Decimal("0.5")
    assert all(
        abs(part - EXACT.multiply(amount, 100)) < 1
        for part, amount in zip(parts, amounts, strict=True)
    )


def test_a_layout_says_how_to_read_or_what_is_wrong_with_it() -> None:
    raw = LAYOUT.as_json()
    assert read_spend_map(raw) == LAYOUT
    assert read_spend_map({"amount": "Cost", "audience": "age, gender"}).audience == (
        "age",
        "gender",
    )
    for wrong in (
        {"amount": ""},
        {"amount": "a", "decimal": ";"},
        {"amount": "a", "date_format": "x"},
    ):
        with pytest.raises(SpendMapError):
            read_spend_map(wrong)
    with pytest.raises(SpendMapError, match="of which day"):
        read("Cost\n1\n", SpendMap(amount="Cost"))


def test_a_real_file_of_advertisements_is_read_to_the_penny() -> None:
    path = SHARED / "facebook_ads_spend.csv.gz"
    if not path.exists():
        pytest.skip(f"the real file is not here: {path.name}")
    content = gzip.decompress(path.read_bytes())
    suggested = suggest_spend_map(read_headings(content, "ads.csv"))
    assert (suggested["amount"], suggested["reference"]) == ("Spent", "ad_id")
    layout = SpendMap(
        amount="Spent",
        reference="ad_id",
        partner_campaign="xyz_campaign_id",
        audience=("age", "gender", "interest"),
        showings="Impressions",
        clicks="Clicks",
    )
    found = read_spend_file(content, "ads.csv", layout, one_day=TODAY, today=TODAY)
    assert len(found.rows) == 1143 and not found.errors
    assert sum(booked_amounts([row.amount for row in found.rows], 2)) == 58_705_23
    assert set(total_by_campaign(found.rows)) == {"916", "936", "1178"}
    assert found.rows[0].audience == "30-34 · M · 15"
