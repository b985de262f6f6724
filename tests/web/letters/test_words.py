"""Each kind of letter, in both languages, as HTML and as text."""

import json
import re
from dataclasses import replace
from html import unescape

import pytest
from django.urls import resolve
from django.utils import translation

from tuppence.letters.kinds import LetterKind
from tuppence.letters.letter import letter_of_json, letter_to_json
from tuppence.web.charts.paint import DARK_HUES, PLAIN_HUES
from tuppence.web.letters.composing import compose
from tuppence.web.letters.facts import Facts, facts_of_json, facts_to_json
from tuppence.web.letters.layout import draw
from tuppence.web.letters.samples import NAME, sample

CHINESE = re.compile("[\u4e00-\u9fff]")
TAGS = re.compile(r"<style.*?</style>|<[^>]+>", re.DOTALL)


def plain(html: str) -> str:
    """The words of a document on one line."""
    return " ".join(unescape(TAGS.sub(" ", html)).split())


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("kind", LetterKind)
def test_every_kind_says_the_same_in_html_and_in_text(kind: LetterKind, language: str) -> None:
    with translation.override(language):
        letter = compose(kind, sample(kind, "EUR"), NAME)
        drawn = draw(letter)
    words, text = plain(drawn.html), " ".join(drawn.text.split())
    for said in (letter.greeting, *letter.paragraphs, *letter.closing, letter.action):
        on_a_line = " ".join(said.split())
        assert on_a_line in words and on_a_line in text, said
    for name, value in letter.figures:
        assert f"{name} {value}" in words and f"{name}: {value}" in text
    for bar in letter.bars.rows if letter.bars else ():
        assert f"{bar.name} {bar.words}" in words and f"{bar.name}: {bar.words}" in text
    assert "{" not in words and "%(" not in words, "every place is filled"
    assert NAME in letter.greeting
    if language == "zh-hans":
        spoken = (letter.subject, letter.greeting, letter.action, *letter.paragraphs)
        own = {sample(kind, "EUR").text}
        assert all(CHINESE.search(said) for said in spoken if said and said not in own), letter


@pytest.mark.parametrize("kind", LetterKind)
def test_every_action_leads_to_a_page_of_ours(kind: LetterKind) -> None:
    letter = compose(kind, sample(kind, "EUR"), NAME)
    assert resolve(letter.path).url_name, letter.path


def test_what_people_wrote_stays_text_and_a_subject_stays_one_line() -> None:
    facts = replace(
        sample(LetterKind.PLAN_ANSWERED, "EUR"),
        title="Oven\r\nBcc: all@example.com",
        text="<script>alert(1)</script>\nsecond line",
    )
    drawn = draw(compose(LetterKind.PLAN_ANSWERED, facts, "<b>Anna</b>"))
    assert "<script" not in drawn.html and "<b>" not in drawn.html
    assert "alert(1)" in plain(drawn.html) and "second line" in drawn.text
    approved = compose(LetterKind.APPLICATION_APPROVED, facts, NAME)
    assert "\n" not in approved.subject and "\r" not in approved.subject


def test_styles_stand_at_each_element_and_dark_screens_have_their_own() -> None:
    drawn = draw(compose(LetterKind.WELCOME, sample(LetterKind.WELCOME, "EUR"), NAME))
    assert re.search(r'<h1 style="[^"]*font-size', drawn.html)
    assert "prefers-color-scheme: dark" in drawn.html
    assert "http" not in re.sub(r'href="[^"]*"', "", TAGS.sub("", drawn.html))
    assert len(drawn.html) < 20_000


def test_the_chart_of_a_month_needs_no_drawing_and_has_both_themes() -> None:
    kind = LetterKind.MONTH_STATEMENT
    html = draw(compose(kind, sample(kind, "EUR"), NAME)).html
    assert "<svg" not in html and "<img" not in html
    assert re.search(rf'<td class="h2" width="88%"[^>]*background-color: {PLAIN_HUES[1]};', html)
    assert f".h2 {{ background-color: {DARK_HUES[1]} !important; }}" in html


def test_figures_that_are_not_known_are_left_out() -> None:
    old = Facts(number=7, title="Oven", currency="EUR", amount_minor=100_00)
    letter = compose(LetterKind.PAYMENT_COLLECTED, old, NAME)
    assert [value for _, value in letter.figures] == ["€100.00"]


@pytest.mark.parametrize("kind", LetterKind)
def test_facts_survive_being_written_down(kind: LetterKind) -> None:
    facts = sample(kind, "EUR")
    assert facts_of_json(json.loads(json.dumps(facts_to_json(facts))) | {"of_later": 1}) == facts
    letter = compose(kind, facts, NAME)
    assert letter_of_json(json.loads(json.dumps(letter_to_json(letter)))) == letter
