"""The first use of a term leads to the glossary, in running text only, in both languages."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from tuppence.web.glossary import GLOSSARY, linked_terms
from tuppence.web.glossary_links import pattern_of, with_links

TERMS = {"rate": "rate", "default rate": "default", "write-off": "write-off"}
WORDS = pattern_of(TERMS, spaced=True)


def linked(html: str) -> str:
    """The page with links, in short."""
    found = with_links(html, TERMS, WORDS, "/g/")
    return re.sub(r'<a class="gloss" href="/g/#([^"]*)">', r"[\1|", found).replace("</a>", "]")


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ("<p>A rate, a rate.</p>", "<p>A [rate|rate], a rate.</p>"),
        ("<p>Rates vary.</p>", "<p>Rates vary.</p>"),
        (
            "<p>The default rate and a rate</p>",
            "<p>The [default|default rate] and a [rate|rate]</p>",
        ),
        (
            "<p>a cut-rate</p><p>no write-off</p>",
            "<p>a cut-rate</p><p>no [write-off|write-off]</p>",
        ),
        ("<h2>Rate</h2><dt>Rate</dt>", "<h2>Rate</h2><dt>[rate|Rate]</dt>"),
        ("<p><a>rate</a> <b>rate</b></p>", "<p><a>rate] <b>[rate|rate]</b></p>"),
        ('<p><span class="chip x">rate</span></p>', '<p><span class="chip x">rate</span></p>'),
        ("<form><p>rate</p></form><td>rate</td>", "<form><p>rate</p></form><td>rate</td>"),
        ("rate<li title='rate'>rate", "rate<li title='rate'>[rate|rate]"),
    ],
)
def test_where_a_term_leads_to_its_entry(html: str, shown: str) -> None:
    assert linked(html) == shown


@given(
    st.lists(st.sampled_from(["<p>", "</p>", "<a>", "</a>", " rate ", "<b>", "&lt;", "write-off"]))
)
def test_nothing_but_links_is_added(pieces: list[str]) -> None:
    html = "".join(pieces)
    found = with_links(html, TERMS, WORDS, "/g/")
    assert found.count('class="gloss"') <= 2
    without = found
    for anchor in ("rate", "write-off"):
        without = without.replace(f'<a class="gloss" href="/g/#{anchor}">{anchor}</a>', anchor)
    assert without == html


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_form_leads_to_an_entry(language: str) -> None:
    anchors = {entry.anchor for entry in GLOSSARY}
    terms = linked_terms(language)
    assert len(terms) > 15
    assert set(terms.values()) <= anchors
    assert all(form == form.lower() for form in terms)


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "word"), [("en", "Expected loss"), ("zh-hans", "预期损失")])
def test_a_stranger_reads_on_from_a_listing(
    listing: Callable[..., int], language: str, word: str
) -> None:
    client = Client()
    client.cookies["django_language"] = language
    with translation.override(language):
        page = client.get(f"/listings/{listing()}/").content.decode()
    link = '<a class="gloss" href="/glossary/#expected-loss">'
    assert page.count(link) == 1
    assert f"{link}{word}" in page
    assert 'class="gloss"' not in client.get("/glossary/").content.decode()
