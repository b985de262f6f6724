"""The catalogues: complete, sure, up to date, and compiled by ourselves."""

import gettext
import os
from pathlib import Path

import allauth
import pytest
from babel.messages.pofile import read_po

from tuppence.web import catalogue

PO = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

msgid "Invest"
msgstr "出借"

#, fuzzy
msgid "Pay in"
msgstr "充值"

msgid "You have {amount}."
msgstr "您有 {sum}。"

msgid "Borrow"
msgstr ""
"""


@pytest.fixture
def po_file(tmp_path: Path) -> Path:
    """A catalogue with one right entry and every kind of wrong one."""
    path = tmp_path / "zh_Hans" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    path.write_text(PO, encoding="utf-8")
    return path


def test_our_catalogues_are_complete_and_up_to_date() -> None:
    source = catalogue.extract_all()
    assert len(source) > 500
    for path in catalogue.po_files():
        assert catalogue.problems(path, source) == []


def test_words_of_the_sign_in_library_are_ones_it_still_says_in_both_languages() -> None:
    library = Path(allauth.__file__).parent / "locale" / "en" / "LC_MESSAGES" / "django.po"
    with library.open("rb") as file:
        said = {catalogue.key_of(message) for message in read_po(file)}
    english, chinese = map(catalogue.read_catalogue, catalogue.po_files(catalogue.SIGN_IN_DIR))
    for words in (english, chinese):
        ours = [message for message in words if message.id]
        assert {catalogue.key_of(message) for message in ours} <= said
        for message in ours:
            found, wanted = (
                set(catalogue.PLACEHOLDER.findall(str(text)))
                for text in (message.string, message.id)
            )
            assert message.string, message.id
            assert found <= wanted, message.id
    assert {message.id for message in english} <= {message.id for message in chinese}


def test_extraction_reads_templates_python_and_marked_sentences() -> None:
    found = catalogue.extract_all()
    assert "How your money is kept" in found  # a template
    assert "Paid in" in found  # Python
    assert "The amount is too large: enter at most %(most)s %(currency)s." in found  # a room below


def test_every_kind_of_fault_is_named(po_file: Path) -> None:
    source = catalogue.read_catalogue(po_file)
    source.add("New here")
    del source["Invest"]
    assert catalogue.problems(po_file, source) == [
        "not in the catalogue: New here",
        "no longer used: Invest",
        "fuzzy: Pay in",
        "placeholders differ: You have {amount}.",
        "untranslated: Borrow",
    ]


def test_stale_catalogues_are_compiled_and_fresh_ones_left(
    po_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogue, "LOCALE_DIR", po_file.parents[2])
    compiled = po_file.with_suffix(".mo")
    catalogue.compile_stale()
    with compiled.open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("Invest") == "出借"
    later = po_file.stat().st_mtime + 10
    os.utime(compiled, (later, later))
    catalogue.compile_stale()
    assert compiled.stat().st_mtime == later
    os.utime(po_file, (later + 1, later + 1))
    catalogue.compile_stale()
    assert compiled.stat().st_mtime != later


def test_unsure_translations_are_not_compiled(po_file: Path) -> None:
    catalogue.compile_file(po_file)
    with po_file.with_suffix(".mo").open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("Pay in") == "Pay in"


def test_the_command_refuses_what_it_does_not_know(capsys: pytest.CaptureFixture[str]) -> None:
    assert catalogue.main(["translate"]) == 2
    assert "extract, check, compile" in capsys.readouterr().err
