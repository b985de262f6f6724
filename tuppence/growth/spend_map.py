"""How a partner's file of spend is laid out: which column says what."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from tuppence.money.refusals import InputRefusedError, sentence, shown

JOINED_BY = " · "
# How a day may be written, in the letters that people know.
DATE_FORMATS: Mapping[str, str] = {
    "YYYY-MM-DD": "%Y-%m-%d",
    "DD.MM.YYYY": "%d.%m.%Y",
    "DD/MM/YYYY": "%d/%m/%Y",
    "MM/DD/YYYY": "%m/%d/%Y",
    "YYYY/MM/DD": "%Y/%m/%d",
    "YYYYMMDD": "%Y%m%d",
}
DECIMAL_SIGNS = (".", ",")


class SpendMapError(InputRefusedError):
    """The layout cannot stand so; the sentence says what to change."""


@dataclass(frozen=True, slots=True)
class SpendMap:
    """The headings of the columns; empty where the file has none.

    Several columns may together tell the audience or the creative. A file without a column for the
    day is of one day, which is said beside it.
    """

    amount: str
    day: str = ""
    date_format: str = "YYYY-MM-DD"
    decimal: str = "."
    reference: str = ""
    partner_campaign: str = ""
    creative: tuple[str, ...] = ()
    audience: tuple[str, ...] = ()
    showings: str = ""
    clicks: str = ""
    results: str = ""

    @property
    def headings(self) -> tuple[str, ...]:
        """Every heading that a file of this layout must have, each once."""
        single = (self.day, self.amount, self.reference, self.partner_campaign)
        counts = (self.showings, self.clicks, self.results)
        names = (*single, *self.creative, *self.audience, *counts)
        return tuple(dict.fromkeys(name for name in names if name))

    def as_json(self) -> dict[str, Any]:
        """The layout as it is kept."""
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in asdict(self).items()
        }


def read_spend_map(raw: Mapping[str, Any]) -> SpendMap:
    """Read a kept or typed layout; SpendMapError names the first thing that cannot stand."""
    values = {
        name: tuple(value) if isinstance(value, list | tuple) else str(value).strip()
        for name, value in raw.items()
    }
    for name in ("creative", "audience"):
        value = values.get(name, ())
        if isinstance(value, str):
            values[name] = tuple(part.strip() for part in value.split(",") if part.strip())
    found = SpendMap(**values)  # type: ignore[arg-type]  # texts and tuples of texts, as declared
    if not found.amount:
        raise SpendMapError(sentence("Say which column holds the amount."))
    if found.date_format not in DATE_FORMATS:
        raise SpendMapError(
            sentence("“%(text)s” is no way to write a day that is known here."),
            {"text": shown(found.date_format)},
        )
    if found.decimal not in DECIMAL_SIGNS:
        raise SpendMapError(sentence("Decimals stand behind a point or a comma: choose one."))
    return found


def suggest_spend_map(headings: tuple[str, ...]) -> dict[str, str]:
    """What the columns of an unknown file probably say, for a person to correct."""
    found: dict[str, str] = {}
    for heading in headings:
        plain = heading.casefold().replace("_", " ").strip()
        for name, words in _LIKELY.items():
            if name not in found and any(word in plain for word in words):
                found[name] = heading
                break
    return found


_LIKELY: Mapping[str, tuple[str, ...]] = {
    "amount": ("spent", "spend", "cost", "amount", "花费", "消费", "金额"),
    "day": ("date", "day", "日期"),
    "showings": ("impression", "showing", "展现", "展示"),
    "clicks": ("click", "点击"),
    "results": ("conversion", "result", "转化"),
    "reference": ("ad id", "ad number", "reference", "广告 id", "编号"),
    "partner_campaign": ("campaign", "计划"),
    "creative": ("creative", "ad name", "创意"),
    "audience": ("age", "gender", "audience", "interest", "人群"),
}


def day_of_map(found: SpendMap, one_day: date | None) -> None:
    """Raise SpendMapError where neither the file nor the person says of which day it is."""
    if not found.day and one_day is None:
        raise SpendMapError(
            sentence("The file has no column for the day: say of which day all its rows are.")
        )
