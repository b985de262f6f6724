"""A map is read strictly; what is wrong with it is said in a sentence."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tuppence.tapes.cells import DateFormat, RateFormat
from tuppence.tapes.loans import TapeStatus
from tuppence.tapes.mapping import MAPS_DIR, MapRefusedError, load_map, map_from, map_names

SMALL: dict[str, Any] = {
    "tape": "small",
    "currency": "EUR",
    "ref_prefix": "S-",
    "columns": {
        "status": "state",
        "funded": "amount",
        "annual_rate": "rate",
        "term_months": "months",
        "instalment": "monthly",
        "issued_on": "day",
        "principal": "principal",
        "interest": "interest",
    },
    "statuses": {"paid": "fully_paid"},
}


def test_the_maps_that_come_with_the_product_load() -> None:
    maps = {name: load_map(name) for name in map_names()}
    assert set(maps) == {"lendingclub", "lendingclub_open_2018"}
    assert maps["lendingclub"].statuses["Charged Off"] is TapeStatus.CHARGED_OFF
    assert maps["lendingclub"].date_formats["settled_on"] is DateFormat.MONTH_NAME
    assert maps["lendingclub_open_2018"].rate_format is RateFormat.PERCENT
    assert maps["lendingclub_open_2018"].drawn_on == date(2018, 5, 31)


def test_another_map_is_given_by_its_path(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text((MAPS_DIR / "lendingclub.toml").read_text())
    assert load_map(path) == load_map("lendingclub")


def test_a_small_map_gets_the_usual_formats_and_tolerances() -> None:
    tape_map = map_from(SMALL)
    assert tape_map.rate_format is RateFormat.FRACTION
    assert tape_map.date_formats["issued_on"] is DateFormat.ISO
    assert tape_map.tolerances.parts_against_total_minor == 5
    assert tape_map.fees.servicing_rate == 0


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"tape": ""}, "needs the text tape"),
        ({"currency": "XYZ"}, "not a currency code"),
        ({"ref_prefix": ""}, "give ref_prefix"),
        ({"columns": {"status": "state"}}, "lacks: annual_rate"),
        ({"columns": SMALL["columns"] | {"colour": "c"}}, "unknown fields: colour"),
        ({"columns": {"status": 1}}, "texts in quotes only"),
        ({"statuses": {}}, r"no table \[statuses\]"),
        ({"statuses": {"paid": "happy"}}, "it is one of current"),
        ({"formats": {"date": "DD.MM."}}, "it is one of YYYY-MM-DD"),
        ({"formats": {"rate": "bps"}}, "it is one of fraction, percent"),
        ({"fees": {"servicing_percent": "-1"}}, "fees.servicing_percent"),
        ({"tolerances": {"parts_against_total": "some"}}, "tolerances.parts_against_total"),
        ({"drawn_on": "2018-05-31"}, "without quotes"),
    ],
)
def test_a_faulty_map_is_refused(change: dict[str, Any], says: str) -> None:
    with pytest.raises(MapRefusedError, match=says):
        map_from(SMALL | change)


def test_no_such_map_names_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(MapRefusedError, match="give one of lendingclub, lendingclub_open_2018"):
        load_map(tmp_path / "none.toml")
    broken = tmp_path / "broken.toml"
    broken.write_text("tape = ")
    with pytest.raises(MapRefusedError, match="not valid TOML"):
        load_map(broken)
