"""The first time a page uses a term of the glossary, the word leads to its entry. Pure.

Only running text and labels are looked at: paragraphs, points of a list and names of figures. What
already leads somewhere, headings, chips, tables and forms stay as they are, so that nobody who
fills in a form is led away from it.
"""

import re
from collections.abc import Iterator, Mapping
from html import escape

LINKED_IN = frozenset({"p", "li", "dt"})
LEFT_ALONE = frozenset(
    {
        "a",
        "button",
        "caption",
        "code",
        "figure",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "label",
        "legend",
        "nav",
        "option",
        "select",
        "script",
        "style",
        "summary",
        "svg",
        "table",
        "textarea",
        "time",
    }
)
_PIECES = re.compile(r"(<[^>]*>)")
_CHIP = '<span class="chip'
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")


def pattern_of(terms: Mapping[str, str], *, spaced: bool) -> re.Pattern[str]:
    """What finds any of these terms, the longest first, in any case.

    `terms` gives to each form of a word the anchor of its entry. In a language whose words are
    `spaced` only whole words are found.
    """
    words = "|".join(re.escape(escape(form)) for form in sorted(terms, key=len, reverse=True))
    return re.compile(rf"(?<![\w-])(?:{words})(?![\w-])" if spaced else words, re.IGNORECASE)


def with_links(html: str, terms: Mapping[str, str], words: re.Pattern[str], address: str) -> str:
    """The page with each term's first occurrence as a link to its entry at an address.

    >>> terms = {"principal": "principal"}
    >>> with_links("<p>Principal and principal</p>", terms, pattern_of(terms, spaced=True), "/g/")
    '<p><a class="gloss" href="/g/#principal">Principal</a> and principal</p>'
    """
    seen: set[str] = set()

    def linked(found: re.Match[str]) -> str:
        anchor = terms[found.group().lower()]
        if anchor in seen:
            return found.group()
        seen.add(anchor)
        return f'<a class="gloss" href="{address}#{anchor}">{found.group()}</a>'

    return "".join(
        words.sub(linked, piece) if is_text else piece for piece, is_text in _pieces(html)
    )


def _pieces(html: str) -> Iterator[tuple[str, bool]]:
    """Tags and texts in order; true for a text in which terms are looked for."""
    within, in_chip = {"in": 0, "out": 0}, False
    for piece in _PIECES.split(html):
        tag = _TAG.match(piece)
        if tag is None:
            is_open = within["in"] and not within["out"] and not in_chip
            yield piece, bool(is_open and piece.strip())
            continue
        name, step = tag.group(2).lower(), -1 if tag.group(1) else 1
        if name == "span":
            in_chip = piece.startswith(_CHIP)  # a chip holds one word and no span
        if name in LINKED_IN:
            within["in"] += step
        elif name in LEFT_ALONE:
            within["out"] += step
        yield piece, False
