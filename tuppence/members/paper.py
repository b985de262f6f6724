"""Uploaded papers: told by their bytes, never by their name; what could run is refused."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

SIZE_MAX_BYTES = 8 * 2**20
SHOWN_NAME_MAX_CHARACTERS = 100
TAIL_BYTES = 70_000  # a ZIP archive's directory ends within the last 65,557 bytes

PDF, JPEG, PNG = "application/pdf", "image/jpeg", "image/png"
PICTURES = frozenset({JPEG, PNG})
EXTENSIONS = {PDF: ".pdf", JPEG: ".jpg", PNG: ".png"}
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
PNG_END = b"\x00\x00\x00\x00IEND\xaeB`\x82"
# Long words only: two or three letters turn up by chance in eight megabytes of picture.
ACTIVE_MARKUP = re.compile(
    rb"<(script|svg|html|iframe|object|embed|\?php|!doctype)(?=[\s>/])", re.IGNORECASE
)
ACTIVE_PDF = re.compile(rb"/(JavaScript|Launch|EmbeddedFile|RichMedia)(?![A-Za-z])")


class PaperKind(StrEnum):
    """What a paper shows."""

    IDENTITY = "identity"
    ADDRESS = "address"
    REGISTER_EXTRACT = "register_extract"
    BANK_STATEMENT = "bank_statement"
    INCOME = "income"
    SOURCE_OF_FUNDS = "source_of_funds"
    OTHER = "other"


class PaperStatus(StrEnum):
    """What became of an upload."""

    STORED = "stored"
    EMPTY = "empty"
    TOO_LARGE = "too_large"
    TYPE_NOT_ACCEPTED = "type_not_accepted"
    MORE_THAN_ONE_TYPE = "more_than_one_type"
    ACTIVE_CONTENT = "active_content"
    MEMBER_NOT_FOUND = "member_not_found"


@dataclass(frozen=True, slots=True)
class Paper:
    """An accepted paper: what its bytes are, and the name it is shown and downloaded under."""

    content_type: str
    shown_name: str
    size_bytes: int
    sha256: str


def examine(content: bytes, typed_name: str) -> Paper | PaperStatus:
    """Accept a PDF, JPEG or PNG that is nothing else besides; otherwise say why not.

    A file that is two types at once (an archive behind a picture, a page inside one) and a PDF
    that starts programs or carries files are refused. What a compressed part of a PDF hides is
    not seen, which is why PDFs are only ever served as downloads.
    """
    if not content:
        return PaperStatus.EMPTY
    if len(content) > SIZE_MAX_BYTES:
        return PaperStatus.TOO_LARGE
    content_type = sniff(content)
    if content_type is None:
        return PaperStatus.TYPE_NOT_ACCEPTED
    if not ends_as_it_began(content, content_type) or b"PK\x05\x06" in content[-TAIL_BYTES:]:
        return PaperStatus.MORE_THAN_ONE_TYPE
    if ACTIVE_MARKUP.search(content) or (content_type == PDF and ACTIVE_PDF.search(content)):
        return PaperStatus.ACTIVE_CONTENT
    return Paper(
        content_type=content_type,
        shown_name=clean_file_name(typed_name, EXTENSIONS[content_type]),
        size_bytes=len(content),
        sha256=sha256(content).hexdigest(),
    )


def sniff(content: bytes) -> str | None:
    """The type by the first bytes, or None where it is none of the accepted."""
    if content.startswith((b"%PDF-1.", b"%PDF-2.")):
        return PDF
    if content.startswith(b"\xff\xd8\xff"):
        return JPEG
    return PNG if content.startswith(PNG_SIGNATURE) else None


def ends_as_it_began(content: bytes, content_type: str) -> bool:
    """Whether the type's own end mark closes the file, so that nothing hangs behind it."""
    end = content.rstrip(b"\x00\r\n \t")
    if content_type == PDF:
        return end.endswith(b"%%EOF")
    return end.endswith(b"\xff\xd9") if content_type == JPEG else content.endswith(PNG_END)


def clean_file_name(typed_name: str, extension: str) -> str:
    """A name to show: no folders, no signs that mean something elsewhere, the true extension.

    >>> clean_file_name("../../etc/pass wd.php", ".pdf")
    'pass wd.pdf'
    """
    base = re.split(r"[/\\]", unicodedata.normalize("NFKC", typed_name))[-1]
    stem = base.rpartition(".")[0] or base
    kept = "".join(letter for letter in stem if letter.isalnum() or letter in " -_")
    return (kept.strip()[:SHOWN_NAME_MAX_CHARACTERS] or "document") + extension
