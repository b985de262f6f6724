"""The glossary holds the terms of the pages once each, and finds them in both languages."""

import pytest
from django.test import Client
from django.utils import translation

from tuppence.web.glossary import GLOSSARY, entries_with


def test_each_term_stands_once_and_can_be_linked_to() -> None:
    anchors = [entry.anchor for entry in GLOSSARY]
    assert all(anchors)
    assert len(set(anchors)) == len(anchors)
    chinese = [entry.chinese for entry in GLOSSARY]
    assert len(set(chinese)) == len(chinese)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("CLAWBACK", "clawback"),
        ("红包", "red packet"),
        ("net inflow", "net inflow"),
        ("taken out less", "net inflow"),  # any order, also in the meaning
    ],
)
def test_a_term_is_found_by_either_language_and_by_its_meaning(words: str, found: str) -> None:
    with translation.override("en"):
        assert found in {entry.english for entry in entries_with(words)}


def test_every_word_must_be_there() -> None:
    assert entries_with("clawback 红包") == ()
    assert entries_with("  ") == GLOSSARY


@pytest.mark.django_db
def test_the_page_shows_what_was_asked_for_and_says_when_nothing_was_found() -> None:
    page = Client().get("/glossary/", {"q": "clawback"}).content.decode()
    assert 'id="clawback"' in page
    assert 'id="listing"' not in page
    assert 'value="clawback"' in page
    nothing = Client().get("/glossary/", {"q": "<zebra>"}).content.decode()
    assert "No term has all of that" in nothing
    assert "<zebra>" not in nothing


@pytest.mark.django_db
def test_a_visitor_gets_from_the_front_page_to_what_its_figures_stand_on() -> None:
    page = Client().get("/").content.decode()
    figures = page[page.index('class="figures"') : page.index("</dl>")]
    for address in ("/open-books/", "/listings/", "/safety/"):
        assert f'href="{address}"' in figures
    assert 'href="/open-books/#losses"' in page
