"""Papers as files: read back whole, the same twice, and no text of people's ever markup."""

import io
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from tuppence import papers

MOMENT = datetime(2026, 3, 31, 21, 59, 1, 5, tzinfo=ZoneInfo("Europe/Berlin"))
HOSTILE = [
    '#read("/etc/passwd")',
    "#panic()",
    '#import "evil.typ": *',
    "*bold* _italic_ `code` $x^2$ <label> @ref",
    '"] #eval("1+1") #[',
    "= Heading\n- item\n/ Term: text",
    "\\u{41} \\ ~ -- ---",
    "#sys.inputs",
    '#link("https://evil.example")[here]',
    "{{ template }} {% tag %} ${shell}",
    "]]]]))))}}}}",
    "/* comment */ // rest",
    "\\",
]


def paper(text: str = "Anna Weber", *, language: str = "en", rows: int = 2) -> papers.Document:
    """A paper with the same text in each of its places."""
    line = (text, "€102.10")
    return papers.Document(
        language=language,
        platform="Tuppence",
        title=text,
        subtitle=text,
        reference=text,
        seal=text,
        at=MOMENT,
        dated="31 March 2026",
        parts=(
            papers.Parties((papers.Party(text, text, (text,)),)),
            papers.Figures((papers.Figure(text, text, text),)),
            papers.Terms((line,), title=text),
            papers.Terms((line,), fixed=True),
            papers.Table(
                columns=(papers.Column(text, share=1), papers.Column("Amount", figures=True)),
                rows=(line,) * rows,
                totals=("Together", "€204.20"),
                title=text,
                note=text,
            ),
            papers.Prose((text,), title=text),
        ),
    )


def text_of(data: bytes) -> str:
    """All words of a file in the order of reading."""
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)


def test_words_figures_and_names_stand_in_the_file() -> None:
    reader = PdfReader(io.BytesIO(papers.render(paper("Zoë Öztürk"))))
    assert reader.metadata is not None
    assert reader.metadata.title == "Zoë Öztürk" and reader.metadata.author == "Tuppence"
    text = text_of(papers.render(paper("Zoë Öztürk")))
    assert text.count("Zoë Öztürk") >= 10 and "€204.20" in text


def test_chinese_is_set_with_a_font_that_travels_in_the_file() -> None:
    data = papers.render(paper("张三 出借人", language="zh-hans"))
    assert "出借人" in text_of(data)
    assert b"NotoSerifSC" in data or b"Noto" in data


def test_the_same_document_gives_the_same_bytes_and_another_gives_others() -> None:
    first = papers.render(paper())
    assert papers.render(paper()) == first
    assert papers.render(paper("Anna Webers")) != first


@pytest.mark.parametrize("text", HOSTILE)
def test_what_people_write_is_never_markup(text: str) -> None:
    """It stands as it was written, so it was neither run nor read as a form."""
    data = papers.render(paper(text))
    wanted = "".join(text.split())
    assert wanted in "".join(text_of(data).split())
    assert b"/URI" not in data and b"/JavaScript" not in data and b"/Launch" not in data


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=60))
@example("\ud800")
@example("ꀀ 😀 عَرَبِيّ")
@example("\x00\u202eabc\ufeff")
@example("x" * 400)
def test_no_text_stops_a_paper(text: str) -> None:
    assert papers.render(paper(text)).startswith(b"%PDF-")


def test_a_long_table_repeats_its_heads_and_shows_its_totals_once() -> None:
    data = papers.render(paper("Payee", rows=160))
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(data)).pages]
    assert len(pages) > 2
    assert all("Amount" in page for page in pages[:-1])
    assert sum(page.count("Together") for page in pages) == 1
    assert sum(page.count("€102.10") for page in pages) == 161
    assert f"1 / {len(pages)}" in pages[0] and f"2 / {len(pages)}" in pages[1]


def test_a_table_with_a_cell_too_few_is_our_own_mistake() -> None:
    with pytest.raises(AssertionError):
        papers.Table(columns=(papers.Column("a"), papers.Column("b")), rows=(("1",),))


def test_a_drawing_stands_in_the_file_as_it_was_made() -> None:
    path = "M0 0 " + "L1.25,2.5" * 60  # longer than any word that may break
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="640" height="120">'
        f'<path d="{path}" stroke="#96461a"/><text x="5" y="20">Interest</text></svg>'
    )
    drawn = papers.Picture(svg, told="Interest by month", title="By month", note="In EUR")
    data = papers.render(replace(paper(), parts=(drawn,)))
    text = text_of(data)
    assert "By month" in text and "In EUR" in text
    assert len(data) > len(papers.render(replace(paper(), parts=())))
