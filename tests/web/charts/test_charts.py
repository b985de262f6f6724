"""What charts draw: marks at the right height, words for everybody, both paints alike."""

import re
from datetime import date
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

from django.template import Context, Template
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from tuppence.web import charts
from tuppence.web.charts.cohorts import Cohort, Cohorts
from tuppence.web.charts.drawing import page_drawing
from tuppence.web.charts.paint import DARK_HUES, DASHES, PLAIN_HUES
from tuppence.web.charts.small import budget_svg, meter_svg, spark_svg
from tuppence.web.formats import Reader

READER = Reader("en", ZoneInfo("UTC"))
MONTHS = [date(2026, month, 1) for month in (1, 2, 3)]
COMING = charts.bars(
    "To come",
    MONTHS,
    [
        charts.Series("principal", [100_00, 50_00, 0], hue=charts.RETURN),
        charts.Series("interest", [20_00, 10_00, 0], hue=1),
    ],
    charts.Money("EUR"),
    stacked=True,
    place_title="Month",
    place_form="month",
    about="Falls to nothing by March.",
    note="28 Nov 2026, from the schedules",
    csv_url="/coming.csv",
)


def drawn(tag: str, language: str = "en", **context: object) -> str:
    with translation.override(language):
        return Template("{% load charts %}" + tag).render(Context(context))


def elements(text: str, name: str) -> list[ET.Element]:
    return [each for each in ET.fromstring(text).iter() if each.tag.split("}")[-1] == name]


def test_bars_are_as_high_as_their_values_and_stand_on_each_other() -> None:
    plot = elements(page_drawing(COMING, READER).plot, "rect")
    boxes = [(e.get("class"), float(e.get("y", "")), float(e.get("height", ""))) for e in plot]
    # The axis goes to 150 over 200 px: 100 is two thirds, 20 a seventh and a half of it.
    assert boxes == [
        ("f2", 86.7, 133.3),
        ("f2", 153.3, 66.7),
        ("f1", 60.0, 26.7),
        ("f1", 140.0, 13.3),
    ]


def test_a_chart_says_everything_in_words_too() -> None:
    html = drawn("{% chart coming %}", coming=COMING)
    assert 'role="img" aria-label="To come. Falls to nothing by March."' in html
    assert "<title>Jan 2026, principal: €100.00</title>" in html
    assert re.search(r"Feb 2026</th><td class=\"n\">50.00</td><td class=\"n\">10.00</td>", html)
    assert "60.00" in html and "together" in html and 'href="/coming.csv"' in html
    assert "style=" not in html and "<details open" not in html
    assert "<details open" in drawn('{% chart coming "shown" %}', coming=COMING)


def test_what_is_named_by_people_cannot_become_markup() -> None:
    evil = "<script>alert(1)</script>"
    chart = charts.lines(evil, [evil], [charts.Series(evil, [1])], charts.Count(evil), note=evil)
    for text in (drawn("{% chart c %}", c=chart), charts.paper_svg(chart, reader=READER)):
        assert "<script" not in text and "&lt;script" in text


def test_lines_break_where_nothing_is_known() -> None:
    chart = charts.lines(
        "Rate",
        MONTHS,
        [charts.Series("ours", [Fraction(1, 10), None, Fraction(2, 10)])],
        charts.Percent(),
    )
    plot = page_drawing(chart, READER).plot
    assert len(elements(plot, "polyline")) == 2 and len(elements(plot, "circle")) == 2
    assert "–" in drawn("{% chart c %}", c=chart)


def test_nothing_to_draw_is_said() -> None:
    chart = charts.bars("Spend", MONTHS, [charts.Series("a", [0, None, 0])], charts.Money("EUR"))
    html = drawn("{% chart c %}", c=chart)
    assert "Nothing to draw yet" in html and "<svg" not in html


@given(
    st.sampled_from(["bars", "stacked", "lines"]),
    st.lists(
        st.lists(st.none() | st.integers(-(10**13), 10**13), min_size=5, max_size=5),
        min_size=1,
        max_size=8,
    ),
)
def test_every_mark_of_any_values_stands_inside_the_drawing(
    form: str, columns: list[list[int | None]]
) -> None:
    series = [charts.Series(str(index), column) for index, column in enumerate(columns)]
    make = charts.lines if form == "lines" else charts.bars
    options = {"stacked": True} if form == "stacked" else {}
    chart = make("Any", ["a", "b", "c", "d", "e"], series, charts.Money("EUR"), **options)
    text = charts.paper_svg(chart, width=600, reader=READER)
    height = float(ET.fromstring(text).get("height", ""))
    for rect in elements(text, "rect"):
        top, size = float(rect.get("y", "")), float(rect.get("height", ""))
        assert top >= 0 and size >= 0 and top + size <= height
        assert 0 <= float(rect.get("x", "")) <= 1500  # the key is one row, whatever its length
    for line in elements(text, "polyline"):
        for x, y in (pair.split(",") for pair in line.get("points", "").split()):
            assert 0 <= float(x) <= 600 and 0 <= float(y) <= height


def test_on_paper_colours_are_plain_and_the_drawing_names_itself() -> None:
    text = charts.paper_svg(COMING, width=640, reader=READER)
    root = ET.fromstring(text)
    assert root.get("viewBox") == "0 0 640 268" and "class=" not in text and "%" not in text
    assert next(e.text for e in elements(text, "title")) == "To come"
    assert {e.get("fill") for e in elements(text, "rect")} == {PLAIN_HUES[0], PLAIN_HUES[1]}


def test_plain_colours_are_those_of_the_style_sheet() -> None:
    sheet = (Path(charts.__file__).parents[1] / "static/web/tuppence.css").read_text()
    tokens = re.findall(r"--chart-(\d): light-dark\((#\w{6}), (#\w{6})\)", sheet)
    hues = zip(PLAIN_HUES, DARK_HUES, strict=True)
    assert tokens == [(str(number), light, dark) for number, (light, dark) in enumerate(hues, 1)]
    for index, dashes in enumerate(DASHES, start=1):
        (rule,) = re.findall(rf"\.l{index} \{{ stroke: var\(--chart-{index}\);(.*?)\}}", sheet)
        assert rule.strip() == (f"stroke-dasharray: {dashes};" if dashes else "")


def test_in_letters_bars_lie_and_are_as_long_as_their_values() -> None:
    found = charts.mail_bars(COMING, READER)
    assert found.keys == (("principal", charts.RETURN), ("interest", 1))
    assert [(row.name, row.words, row.parts) for row in found.rows] == [
        ("Jan 2026", "€120.00", ((2, 83), (1, 16))),
        ("Feb 2026", "€60.00", ((2, 41), (1, 8))),
        ("Mar 2026", "€0.00", ()),
    ]


def test_chinese_readers_get_their_numbers_and_months() -> None:
    chart = charts.bars(
        "回款", MONTHS, [charts.Series("本金", [5_000_000, 0, 1])], charts.Money("CNY"),
        place_form="month",
    )  # fmt: skip
    html = drawn("{% chart c %}", "zh-hans", c=chart)
    assert "2026年1月" in html and ">6万</text>" in html


def test_the_meter_weighs_both_sides_in_one_measure() -> None:
    svg = meter_svg(charts.Meter("money", 100_00, "loans", 50_00, "EUR"))
    _, left, right = elements(svg, "rect")
    assert (left.get("x"), left.get("width")) == ("0%", "50%")
    assert (right.get("x"), right.get("width")) == ("50%", "25%")


def test_a_budget_that_is_overspent_shows_its_plan_within() -> None:
    budget = charts.Budget(100_00, 50_00, 150_00, "EUR", time_gone=Fraction(1, 2))
    planned, spent, held = elements(budget_svg(budget), "rect")
    widths = [part.get("width") for part in (planned, spent, held)]
    assert widths == ["50%", "75%", "25%"] and budget.left_minor == -100_00
    assert elements(budget_svg(budget), "line")[0].get("x1") == "25%"


def test_a_spark_line_ends_where_the_figure_is() -> None:
    svg = spark_svg(charts.Spark([1, 3, 2], "rose, then fell a little"))
    assert 'aria-label="rose, then fell a little"' in svg
    assert elements(svg, "circle")[0].get("cx") == "92"
    assert spark_svg(charts.Spark([1], "one")) == ""


def test_a_distribution_counts_amounts_by_rounded_classes() -> None:
    amounts = [100_00, 150_00, 220_00, 990_00]
    chart = charts.distribution("Sizes", amounts, charts.Money("EUR"), READER, counted="loans")
    assert chart.places[0] == "100–200" and list(chart.series[0].values)[:2] == [2, 1]


def test_cohorts_are_a_triangle_and_curves_that_end_where_they_are() -> None:
    triangle = Cohorts(
        "Came back",
        ["0", "1", "2"],
        [
            Cohort("Jan", 10, [Fraction(1), Fraction(1, 2), Fraction(0)]),
            Cohort("Feb", 1200, [Fraction(1), Fraction(1, 10)]),
        ],
        "People",
        "Began",
    )
    html = drawn("{% cohorts t %}", t=triangle)
    assert 'class="n heat-6">100.0 %' in html and 'class="n heat-0">0.0 %' in html
    assert "1,200" in html and html.count("<td></td>") == 1
    assert charts.cohort_curves(triangle).series[1].values == [Fraction(1), Fraction(1, 10), None]


def test_a_plan_pays_back_principal_below_interest_by_month_or_by_day() -> None:
    def row(day: date, principal_minor: int, interest_minor: int) -> SimpleNamespace:
        return SimpleNamespace(
            due_on=day, principal_minor=principal_minor, interest_minor=interest_minor
        )

    monthly = charts.payback([row(day, 90_00, 9_00) for day in MONTHS], "EUR")
    assert [tuple(each.values) for each in monthly.series] == [(90_00,) * 3, (9_00,) * 3]
    assert monthly.is_stacked and monthly.place_form == "month"
    weekly = charts.payback([row(date(2026, 1, day), 10, 1) for day in (1, 8, 15)], "EUR")
    assert weekly.place_form == "day"
