"""Documents set as PDF: statements, contracts, receipts, in English and Simplified Chinese.

A face that wants a paper writes down what stands on it, in the reader's words and forms, and gets
the file:

    from tuppence import papers

    paper = papers.Document(
        language="en",                      # "en" or "zh-hans": hyphenation, fonts, PDF language
        platform="Tuppence",                # running head, and the author in the file
        title="Statement of March 2026",
        subtitle="Anna Weber · all amounts in euros",
        reference="S-2026-03-117",          # on every page, beside the platform
        at=moment,                          # goes into the file; the same document, the same bytes
        dated="31 March 2026, 23:59",       # the same moment, as the reader writes it
        seal="SHA-256 9f86d0…",             # foot of every page: a hash, a receipt number
        parts=(
            papers.Parties((papers.Party("Lender", "Anna Weber", ("Member 117",)),)),
            papers.Figures((papers.Figure("Worth", "€1,204.10", "31 March 2026"),)),
            papers.Terms((("Rate", "8.40 % a year"), ("Instalments", "24")), title="Terms"),
            papers.Table(
                columns=(papers.Column("Day"), papers.Column("Amount", figures=True)),
                rows=(("3 Mar", "€102.10"),),
                totals=("Together", "€102.10"),
                title="Money that came in",
            ),
            papers.Picture(svg, told="What came back, month by month", title="By month"),
            papers.Prose(("Paragraphs of text, as they are.",), title="Notes"),
        ),
    )
    data = papers.render(paper)

What it promises:

- Every text stays text: nothing in a name or a purpose can become markup, a link or a script.
- Tables break over pages with their heads repeated; the totals stand once, under the last row.
- The file carries its fonts, so it reads the same everywhere, and its tags, to be read aloud by.
- The same document gives the same bytes.

This room knows how to set a page and nothing of loans or people. It holds no words of its own, so
every heading and label comes from the caller, translated.
"""

from tuppence.papers.document import (
    Column,
    Document,
    Figure,
    Figures,
    Part,
    Parties,
    Party,
    Picture,
    Prose,
    Table,
    Terms,
)
from tuppence.papers.typesetting import PaperNotSetError, render

__all__ = [
    "Column",
    "Document",
    "Figure",
    "Figures",
    "PaperNotSetError",
    "Part",
    "Parties",
    "Party",
    "Picture",
    "Prose",
    "Table",
    "Terms",
    "render",
]
