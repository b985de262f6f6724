"""A chart as a value: what is shown, before anything is drawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal, TypedDict, Unpack

from django.utils.functional import Promise

from tuppence.web.charts.scales import Value, classes
from tuppence.web.charts.units import Count, Unit, tick_words
from tuppence.web.formats import Reader

Text = str | Promise
Place = date | int | str | Promise
Form = Literal["bars", "stacked", "lines", "areas"]
PlaceForm = Literal["text", "day", "month"]
HUES = 8
SPEND, RETURN = 1, 2


@dataclass(frozen=True, slots=True)
class Series:
    """One line or one colour of bars: a value for each place, None where there is none."""

    name: Text
    values: Sequence[Value]
    hue: int = 0  # one of eight; 0: the next in order


class Options(TypedDict, total=False):
    """What every chart may say beside its title, places, series and unit."""

    place_title: Text  # the head of the places in the table
    place_form: PlaceForm
    about: Text  # for who does not see it: what the chart shows, in a sentence
    note: Text  # date and source, below the title
    csv_url: str
    height: int


@dataclass(frozen=True, slots=True)
class Chart:
    """What to draw. Made by `bars`, `lines`, `areas` and `distribution`."""

    title: Text
    places: tuple[Place, ...]
    series: tuple[Series, ...]
    unit: Unit
    form: Form
    place_title: Text = ""
    place_form: PlaceForm = "text"
    about: Text = ""
    note: Text = ""
    csv_url: str = ""
    height: int = 220

    def __post_init__(self) -> None:
        assert self.series and len(self.series) <= HUES, "one to eight series"
        assert all(len(each.values) == len(self.places) for each in self.series)

    @property
    def is_stacked(self) -> bool:
        """Whether the series add up."""
        return self.form in {"stacked", "areas"}

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not any(value for each in self.series for value in each.values)

    def hue(self, index: int) -> int:
        """The hue of a series: its own, or the next in order that none has chosen."""
        chosen = {each.hue for each in self.series if each.hue}
        free = [hue for hue in range(1, HUES + 1) if hue not in chosen]
        before = sum(1 for each in self.series[:index] if not each.hue)
        return self.series[index].hue or free[before]

    def numbers(self, index: int) -> list[Fraction | None]:
        """A series in the unit of the axis."""
        return [
            None if value is None else self.unit.number(value)
            for value in self.series[index].values
        ]

    def place_words(self, place: Place, reader: Reader) -> str:
        """A place as the reader writes it."""
        if isinstance(place, date):
            return reader.day(place) if self.place_form == "day" else reader.month(place)
        return reader.count(place) if isinstance(place, int) else str(place)


def bars(
    title: Text,
    places: Sequence[Place],
    series: Sequence[Series],
    unit: Unit,
    *,
    stacked: bool = False,
    **options: Unpack[Options],
) -> Chart:
    """Bars from zero, side by side or `stacked`."""
    form: Form = "stacked" if stacked else "bars"
    return Chart(title, tuple(places), tuple(series), unit, form, **options)


def lines(
    title: Text,
    places: Sequence[Place],
    series: Sequence[Series],
    unit: Unit,
    **options: Unpack[Options],
) -> Chart:
    """Lines over places in order; None breaks a line."""
    return Chart(title, tuple(places), tuple(series), unit, "lines", **options)


def areas(
    title: Text,
    places: Sequence[Place],
    series: Sequence[Series],
    unit: Unit,
    **options: Unpack[Options],
) -> Chart:
    """Stacked areas of what is never below zero."""
    assert all((value or 0) >= 0 for each in series for value in each.values)
    return Chart(title, tuple(places), tuple(series), unit, "areas", **options)


def distribution(
    title: Text,
    values: Sequence[int | Fraction],
    unit: Unit,
    reader: Reader,
    *,
    counted: Text,
    **options: Unpack[Options],
) -> Chart:
    """How many values fall into each class with rounded edges; small, without a chosen place."""
    found = classes([unit.number(value) for value in values])
    places = [f"{tick_words(each.low, reader)}–{tick_words(each.high, reader)}" for each in found]
    options.setdefault("height", 140)
    options.setdefault("place_title", unit.name)
    series = Series(counted, [each.count for each in found], hue=8)
    return Chart(title, tuple(places), (series,), Count(), "bars", **options)
