"""The translation catalogues: extracted, checked and compiled with Babel, no system tool needed.

    python -m tuppence.web.catalogue extract    write new sentences into the .po files, drop old
    python -m tuppence.web.catalogue check      say what is missing, unsure, or out of date
    python -m tuppence.web.catalogue compile    write the .mo files

Sentences come from Python (`gettext` and its kin, `sentence` of the rooms below) and from the
templates. Compiled files are not kept in the repository: the pages compile what is missing or older
than its source when they start.
"""

import io
import logging
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract as babel_extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

PACKAGE_DIR = Path(__file__).resolve().parents[1]
LOCALE_DIR = Path(__file__).resolve().parent / "locale"
# What the sign-in library says, in our words: its own are those of a template.
SIGN_IN_DIR = Path(__file__).resolve().parent / "sign_in_words"
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "sentence": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
PLACEHOLDER = re.compile(r"%\([a-z_]+\)[sd]|\{[a-z_]*\}|%%")
PLURALS = {"zh_Hans": "nplurals=1; plural=0;"}
logger = logging.getLogger(__name__)


def extract_all() -> Catalog:
    """Every sentence that people may read, in the order of files and lines."""
    found = Catalog(project="Tuppence", charset="utf-8")
    for path in source_files():
        name = path.relative_to(PACKAGE_DIR).as_posix()
        for _line, messages, _comments, context in extract_file(path):
            found.add(messages, None, [(name, 0)], context=context)
    return found


def source_files() -> list[Path]:
    """Python files and templates of the package, sorted, so that a catalogue never flickers."""
    python = [path for path in PACKAGE_DIR.rglob("*.py") if "migrations" not in path.parts]
    templates = [
        path
        for folder in PACKAGE_DIR.rglob("templates")
        for path in folder.rglob("*")
        if path.suffix in {".html", ".txt"}
    ]
    return sorted({*python, *templates})


def extract_file(path: Path) -> Iterator[tuple[int, str | tuple[str, ...], list[str], str | None]]:
    """The sentences of one file; a template is read as Django's own extractor reads it."""
    source = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        # Imported here, so that compiling needs no settings.
        from django.conf import settings
        from django.utils.translation.template import templatize

        if not settings.configured:
            os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tuppence.settings")
        source = templatize(source, origin=str(path))
    return iter(babel_extract("python", io.BytesIO(source.encode()), keywords=KEYWORDS))


def po_files(folder: Path | None = None) -> list[Path]:
    """The catalogues of a folder: of our own sentences, unless another one is named."""
    return sorted((folder or LOCALE_DIR).glob("*/LC_MESSAGES/django.po"))


def all_po_files() -> list[Path]:
    """Every catalogue that is compiled."""
    return [*po_files(), *po_files(SIGN_IN_DIR)]


def read_catalogue(path: Path) -> Catalog:
    """A catalogue as it is stored."""
    locale = path.parents[1].name
    with path.open("rb") as file:
        return read_po(file, locale=locale, charset="utf-8")


def update(path: Path, source: Catalog) -> None:
    """Bring a catalogue up to date: new sentences empty, old translations kept, others dropped."""
    catalogue = read_catalogue(path)
    catalogue.update(source, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    catalogue.header_comment = f"# Tuppence in {path.parents[1].name}."
    for message in catalogue:
        message.locations = [
            (name, 0) for name in sorted({name for name, _line in message.locations})
        ]
    text = io.BytesIO()
    write_po(text, catalogue, width=100, include_lineno=False, omit_header=True, sort_by_file=True)
    path.write_text(header(path) + text.getvalue().decode("utf-8"), encoding="utf-8")


def header(path: Path) -> str:
    """The entry without which gettext knows neither charset nor plurals; it holds no date."""
    language = path.parents[1].name
    return (
        'msgid ""\nmsgstr ""\n'
        f'"Language: {language}\\n"\n'
        '"MIME-Version: 1.0\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n'
        '"Content-Transfer-Encoding: 8bit\\n"\n'
        f'"Plural-Forms: {PLURALS[language]}\\n"\n\n'
    )


def problems(path: Path, source: Catalog) -> list[str]:
    """What keeps a catalogue from being complete, a line each."""
    catalogue = read_catalogue(path)
    wanted = {key_of(message): message for message in source if message.id}
    known = {key_of(message): message for message in catalogue if message.id}
    found = [f"not in the catalogue: {key}" for key in wanted if key not in known]
    found += [f"no longer used: {key}" for key in known if key not in wanted]
    for key, message in known.items():
        if message.fuzzy:
            found.append(f"fuzzy: {key}")
        found += [f"{problem}: {key}" for problem in problems_of(message)]
    return found


def problems_of(message: Message) -> list[str]:
    """What is wrong with one translation."""
    texts = texts_of(message.string)
    if not all(texts):
        return ["untranslated"]
    wanted = set(PLACEHOLDER.findall(texts_of(message.id)[-1]))
    if any(set(PLACEHOLDER.findall(text)) != wanted for text in texts):
        return ["placeholders differ"]
    return []


def texts_of(text: str | list[str] | tuple[str, ...] | None) -> list[str]:
    """The forms of a message: one, or one for each plural."""
    return [text or ""] if isinstance(text, str) or text is None else list(text)


def key_of(message: Message) -> str:
    """A message with its context, as one text."""
    first = texts_of(message.id)[0]
    return f"{message.context}|{first}" if message.context else first


def compile_file(path: Path) -> None:
    """Write the .mo beside a .po, whole or not at all."""
    catalogue = read_catalogue(path)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        write_mo(file, catalogue)
    temporary = Path(file.name)
    temporary.chmod(0o644)
    temporary.replace(path.with_suffix(".mo"))


def compile_stale() -> None:
    """Compile every catalogue whose .mo is missing or older than its source.

    Where the folder can't be written, the pages fall back on English, and the log says so.
    """
    for path in all_po_files():
        compiled = path.with_suffix(".mo")
        if compiled.exists() and compiled.stat().st_mtime >= path.stat().st_mtime:
            continue
        try:
            compile_file(path)
        except OSError as error:
            logger.warning(
                "The translations in %s can't be compiled (%s), so pages stay in English: run"
                " python -m tuppence.web.catalogue compile as the owner of that folder.",
                path.parents[1].name,
                error.strerror,
            )


def main(arguments: list[str]) -> int:
    """The command: 0 when all is well, 1 when a check found something, 2 for a wrong word."""
    if arguments == ["compile"]:
        for path in all_po_files():
            compile_file(path)
        return 0
    if arguments not in (["extract"], ["check"]):
        print("Say one of: extract, check, compile.", file=sys.stderr)
        return 2
    source = extract_all()
    failed = False
    for path in po_files():
        if arguments == ["extract"]:
            update(path, source)
        found = problems(path, source)
        failed = failed or bool(found)
        for problem in found:
            print(f"{path.parents[1].name}: {problem}")
    return int(failed and arguments == ["check"])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
