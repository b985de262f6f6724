"""Set a document with the Typst compiler, which is given the words as data and never as markup."""

import json
import re
from dataclasses import asdict
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from tuppence.papers.document import Document, Part, Picture

if TYPE_CHECKING:
    import typst

TEMPLATE = Path(__file__).with_name("paper.typ")
ACCESSIBLE: "typst.PDFStandards" = ["ua-1"]
UNDRAWN = "could not be displayed"  # in the compiler's refusal of a letter without a font
RUN_MAX_CHARACTERS = 40
# What no font draws and no reader sees, and what turns the direction of a line: a name could hide
# behind either. Tabs and line ends are kept apart below.
UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")
SURROGATE = re.compile("[\ud800-\udfff]")
LONG_RUN = re.compile(rf"[^\s\u2e80-\uffef]{{{RUN_MAX_CHARACTERS},}}")
BREAK_HERE = "\u200b"


class PaperNotSetError(RuntimeError):
    """The compiler could not set a document; the message is the compiler's."""


def render(document: Document) -> bytes:
    """The document as a tagged PDF with its fonts inside. The same document gives the same bytes.

    It keeps to PDF/UA-1 unless it holds a letter that none of the fonts draws: a name in a rare
    script is set with a blank box there rather than not at all.
    Raises PaperNotSetError where the compiler gives up, which no text should make it do.
    """
    import typst  # 30 MB of compiler, loaded by the first paper and not by every command

    words = json.dumps(_plain(document), ensure_ascii=True)
    compiler = typst.Compiler(TEMPLATE, root=TEMPLATE.parent, font_paths=_fonts())
    try:
        return _compiled(compiler, words, document.at, ACCESSIBLE)
    except typst.TypstError as refused:
        if UNDRAWN not in str(refused):
            raise PaperNotSetError(str(refused)) from refused
    try:
        return _compiled(compiler, words, document.at, [])
    except typst.TypstError as refused:
        raise PaperNotSetError(str(refused)) from refused


def _compiled(
    compiler: "typst.Compiler", words: str, at: datetime, standards: "typst.PDFStandards"
) -> bytes:
    second = at.astimezone(UTC).replace(microsecond=0)  # as much as a PDF can say
    made = compiler.compile(
        format="pdf", sys_inputs={"document": words}, timestamp=second, pdf_standards=standards
    )
    assert isinstance(made, bytes)
    return made


@cache
def _fonts() -> "typst.Fonts":
    """Libertinus and a monospaced face come with Typst; Noto Serif SC comes as a package.

    Fonts of the machine are left out, so that a paper looks the same wherever it is set.
    """
    import pylopdf_fonts_zh_cn as chinese
    import typst

    return typst.Fonts(include_system_fonts=False, font_paths=[str(chinese.serif_path().parent)])


def _plain(document: Document) -> dict[str, object]:
    """The document as JSON, every text with nothing unseen in it."""
    values = {
        name: getattr(document, name)
        for name in ("language", "platform", "title", "dated", "subtitle", "reference", "seal")
    }
    cleaned = {name: clean(value) for name, value in values.items()}
    cleaned["title"] = cleaned["title"].strip() or cleaned["platform"]  # tags ask for a title
    return {**cleaned, "parts": [_part(part) for part in document.parts]}


def _part(part: Part) -> dict[str, object]:
    plain = _cleaned(asdict(part))
    assert isinstance(plain, dict)
    if isinstance(part, Picture):
        plain["svg"] = part.svg  # a drawing is no text to be cleaned
    return {"kind": type(part).__name__, **plain}


def _cleaned(value: object) -> object:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {name: _cleaned(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_cleaned(each) for each in value]
    return value


def clean(text: str) -> str:
    """A text that can be set: nothing unseen, and long runs without a space may break.

    >>> clean("a\\x00b")
    'ab'
    """
    seen = SURROGATE.sub("\ufffd", UNSEEN.sub("", text.replace("\r\n", "\n").replace("\t", " ")))
    return LONG_RUN.sub(lambda run: _breakable(run.group()), seen)


def _breakable(run: str) -> str:
    parts = (run[at : at + RUN_MAX_CHARACTERS] for at in range(0, len(run), RUN_MAX_CHARACTERS))
    return BREAK_HERE.join(parts)
