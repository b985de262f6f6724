"""Maps: how the columns of one kind of tape are to be read, as a small TOML file.

`maps/` holds those that come with the product; any other is given by its path. A map is data:
it names columns, formats, the words for a status, the fees of the product that the loans are
booked under, and how far a row may differ from itself.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeVar

from tuppence.money.currency import UnknownCurrencyError, minor_digits
from tuppence.tapes.cells import CellRefusedError, DateFormat, RateFormat, read_amount, read_rate
from tuppence.tapes.loans import TapeStatus

MAPS_DIR = Path(__file__).resolve().parent / "maps"

REQUIRED_COLUMNS = frozenset(
    {
        "status",
        "funded",
        "annual_rate",
        "term_months",
        "instalment",
        "issued_on",
        "principal",
        "interest",
    }
)
OPTIONAL_COLUMNS = frozenset(
    {
        "loan_ref",
        "asked",
        "from_investors",
        "last_payment_on",
        "settled_on",
        "late_fee",
        "recovered",
        "recovery_fee",
        "total",
    }
)

Choice = TypeVar("Choice", DateFormat, RateFormat, TapeStatus)


class MapRefusedError(ValueError):
    """A map can't be used; the sentence says what to change in it."""


@dataclass(frozen=True, slots=True)
class Fees:
    """What the platform takes on the loans of a tape."""

    origination_rate: Fraction = Fraction(0)
    servicing_rate: Fraction = Fraction(0)


@dataclass(frozen=True, slots=True)
class Tolerances:
    """How far a row may differ from itself before it is refused, in minor units."""

    parts_against_total_minor: int = 5
    principal_against_funded_minor: int = 100


@dataclass(frozen=True, slots=True)
class TapeMap:
    """One kind of tape. `columns` goes from our name of a field to the tape's column."""

    tape: str
    title: str
    currency: str
    digits: int
    drawn_on: date | None
    ref_prefix: str
    rate_format: RateFormat
    date_formats: Mapping[str, DateFormat]
    columns: Mapping[str, str]
    attributes: Mapping[str, str]
    statuses: Mapping[str, TapeStatus]
    outside_policy_prefix: str
    fees: Fees = field(default_factory=Fees)
    tolerances: Tolerances = field(default_factory=Tolerances)


def map_names() -> list[str]:
    """The names of the maps that come with the product."""
    return sorted(path.stem for path in MAPS_DIR.glob("*.toml"))


def load_map(name_or_path: str | Path) -> TapeMap:
    """Read a map by the name of one of ours, or by the path of a TOML file.

    Raises MapRefusedError with a sentence that says what to change.
    """
    path = MAPS_DIR / f"{name_or_path}.toml"
    if str(name_or_path) not in map_names():
        path = Path(name_or_path)
    try:
        text = path.read_text(encoding="utf-8")
        document = tomllib.loads(text)
    except (OSError, UnicodeDecodeError) as error:
        known = ", ".join(map_names())
        raise MapRefusedError(
            f"There is no readable map “{name_or_path}”: give one of {known},"
            " or the path of a TOML file."
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise MapRefusedError(f"The map {path.name} is not valid TOML: {error}.") from error
    return map_from(document)


def map_from(document: Mapping[str, Any]) -> TapeMap:
    """Make a map from a parsed TOML document. Raises MapRefusedError."""
    currency = _text(document, "currency")
    try:
        digits = minor_digits(currency)
    except UnknownCurrencyError as error:
        raise MapRefusedError(f"In the map: {error}") from error
    columns = _table(document, "columns")
    _check_columns(columns)
    ref_prefix = _text(document, "ref_prefix", "")
    if "loan_ref" not in columns and not ref_prefix:
        raise MapRefusedError(
            "The map names no column loan_ref: give ref_prefix, so that each row gets a reference."
        )
    rate_format, date_formats = _formats(_table(document, "formats"))
    statuses = {
        word: _choice(TapeStatus, meaning, f"statuses.{word}")
        for word, meaning in _table(document, "statuses").items()
    }
    if not statuses:
        raise MapRefusedError("The map has no table [statuses]: name the tape's words there.")
    return TapeMap(
        tape=_text(document, "tape"),
        title=_text(document, "title", ""),
        currency=currency,
        digits=digits,
        drawn_on=_drawn_on(document),
        ref_prefix=ref_prefix,
        rate_format=rate_format,
        date_formats=date_formats,
        columns=columns,
        attributes=_table(document, "attributes"),
        statuses=statuses,
        outside_policy_prefix=_table(document, "outside_policy").get("prefix", ""),
        fees=_fees(_table(document, "fees")),
        tolerances=_tolerances(_table(document, "tolerances"), digits),
    )


def _check_columns(columns: Mapping[str, str]) -> None:
    missing = sorted(REQUIRED_COLUMNS - set(columns))
    if missing:
        raise MapRefusedError(f"The map's table [columns] lacks: {', '.join(missing)}.")
    unknown = sorted(set(columns) - REQUIRED_COLUMNS - OPTIONAL_COLUMNS)
    if unknown:
        known = ", ".join(sorted(REQUIRED_COLUMNS | OPTIONAL_COLUMNS))
        raise MapRefusedError(
            f"The map's table [columns] has unknown fields: {', '.join(unknown)}."
            f" The fields are {known}."
        )


def _formats(table: Mapping[str, str]) -> tuple[RateFormat, Mapping[str, DateFormat]]:
    usual = _choice(DateFormat, table.get("date", DateFormat.ISO), "formats.date")
    dates = {
        name: _choice(DateFormat, table.get(name, usual), f"formats.{name}")
        for name in ("issued_on", "last_payment_on", "settled_on")
    }
    return _choice(RateFormat, table.get("rate", RateFormat.FRACTION), "formats.rate"), dates


def _fees(table: Mapping[str, str]) -> Fees:
    return Fees(
        origination_rate=_percent(table, "origination_percent"),
        servicing_rate=_percent(table, "servicing_percent"),
    )


def _percent(table: Mapping[str, str], name: str) -> Fraction:
    try:
        return read_rate(table.get(name, "0"), RateFormat.PERCENT)
    except CellRefusedError as error:
        raise MapRefusedError(f"In the map, fees.{name}: {error}.") from error


def _tolerances(table: Mapping[str, str], digits: int) -> Tolerances:
    def amount(name: str, usual: str) -> int:
        try:
            return read_amount(table.get(name, usual), digits)
        except CellRefusedError as error:
            raise MapRefusedError(f"In the map, tolerances.{name}: {error}.") from error

    return Tolerances(
        parts_against_total_minor=amount("parts_against_total", "0.05"),
        principal_against_funded_minor=amount("principal_against_funded", "1.00"),
    )


def _drawn_on(document: Mapping[str, Any]) -> date | None:
    drawn_on = document.get("drawn_on")
    # A TOML date-time is a date to Python as well, but it names a moment.
    if drawn_on is not None and type(drawn_on) is not date:
        raise MapRefusedError("In the map, drawn_on is a date, written 2017-11-01 without quotes.")
    return drawn_on


def _choice(kind: type[Choice], value: str, where: str) -> Choice:
    try:
        return kind(value)
    except ValueError as error:
        known = ", ".join(kind)
        raise MapRefusedError(f"In the map, {where} is “{value}”: it is one of {known}.") from error


def _text(document: Mapping[str, Any], name: str, usual: str | None = None) -> str:
    value = document.get(name, usual)
    if not isinstance(value, str) or (usual is None and not value):
        raise MapRefusedError(f"The map needs the text {name}.")
    return value


def _table(document: Mapping[str, Any], name: str) -> dict[str, str]:
    table = document.get(name, {})
    if not isinstance(table, dict) or not all(isinstance(text, str) for text in table.values()):
        raise MapRefusedError(f"The map's table [{name}] holds texts in quotes only.")
    return table
