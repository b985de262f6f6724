"""XML that came from outside, read into a small tree that knows its line numbers.

The reader is defusedxml's: no document type, no entities, no external references. Size and depth
are bounded as well, so a hostile file costs a refusal and nothing more.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from types import MappingProxyType
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler, feature_namespaces
from xml.sax.xmlreader import AttributesNSImpl, InputSource, Locator

from defusedxml.common import DefusedXmlException
from defusedxml.expatreader import create_parser

BYTES_MAX = 32 * 1024 * 1024
DEPTH_MAX = 48
ELEMENTS_MAX = 1_000_000

_NO_ATTRIBUTES: Mapping[str, str] = MappingProxyType({})


class GuardedXmlError(ValueError):
    """The bytes are no XML that we read. `line` counts from 1, `position` from 0."""

    def __init__(self, reason: str, *, line: int | None = None, position: int | None = None):
        super().__init__(reason)
        self.reason = reason
        self.line = line
        self.position = position


@dataclass(slots=True, eq=False)
class Node:
    """One element: local name, namespace, own text, attributes without namespace, children."""

    name: str
    namespace: str
    line: int
    attributes: Mapping[str, str] = field(default_factory=lambda: _NO_ATTRIBUTES)
    children: list["Node"] = field(default_factory=list)
    text: str = ""

    def all(self, path: str) -> list["Node"]:
        """Return every descendant at `path` (names joined by `/`), in document order."""
        found = [self]
        for name in path.split("/"):
            found = [child for node in found for child in node.children if child.name == name]
        return found

    def first(self, path: str) -> "Node | None":
        """Return the first descendant at `path`, or None."""
        found = self.all(path)
        return found[0] if found else None

    def said(self, *paths: str) -> str:
        """Return the text at the first of `paths` that has any, without blanks around it."""
        for path in paths:
            for node in self.all(path):
                if text := node.text.strip():
                    return text
        return ""

    def walk(self) -> Iterator["Node"]:
        """Yield this element and all below it, in document order."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(reversed(node.children))


def read_xml(data: bytes) -> Node:
    """Read a whole document and return its root element.

    Raises GuardedXmlError, with line and position where the reader knows them, and nothing else.
    """
    if len(data) > BYTES_MAX:
        raise GuardedXmlError(f"the file is larger than {BYTES_MAX // 1024 // 1024} MB")
    builder = _TreeBuilder()
    parser = create_parser(forbid_dtd=True, forbid_entities=True, forbid_external=True)
    parser.setFeature(feature_namespaces, True)
    parser.setContentHandler(builder)
    source = InputSource()
    source.setByteStream(BytesIO(data))
    try:
        parser.parse(source)
    except DefusedXmlException as error:
        raise GuardedXmlError(
            "it declares a document type or entities, which a bank file never needs",
            line=builder.line,
        ) from error
    except SAXParseException as error:
        raise GuardedXmlError(
            f"it is not well-formed XML ({error.getMessage()})",
            line=error.getLineNumber(),
            position=error.getColumnNumber(),
        ) from error
    except (LookupError, UnicodeError, ValueError) as error:
        if isinstance(error, GuardedXmlError):
            raise
        # expat hands the name of an encoding to Python's codecs, which raise in their own ways
        raise GuardedXmlError("its encoding cannot be read", line=builder.line) from error
    if builder.root is None:
        raise GuardedXmlError("it has no element")
    return builder.root


class _TreeBuilder(ContentHandler):
    """Builds the tree while defusedxml's reader goes through the bytes."""

    def __init__(self) -> None:
        super().__init__()
        self.root: Node | None = None
        self._open: list[Node] = []
        self._texts: list[list[str]] = []
        self._count = 0
        self._locator: Locator | None = None

    @property
    def line(self) -> int:
        return (self._locator.getLineNumber() if self._locator else None) or 1

    def setDocumentLocator(self, locator: Locator) -> None:  # noqa: N802 - the name of xml.sax
        self._locator = locator

    def startElementNS(  # noqa: N802 - the name of xml.sax
        self, name: tuple[str | None, str], qname: str | None, attrs: AttributesNSImpl
    ) -> None:
        if len(self._open) >= DEPTH_MAX:
            raise GuardedXmlError("its elements are nested too deeply", line=self.line)
        self._count += 1
        if self._count > ELEMENTS_MAX:
            raise GuardedXmlError(f"it has more than {ELEMENTS_MAX} elements", line=self.line)
        node = Node(name[1], name[0] or "", self.line)
        if len(attrs):
            node.attributes = {key[1]: value for key, value in attrs.items() if not key[0]}
        if self._open:
            self._open[-1].children.append(node)
        else:
            self.root = node
        self._open.append(node)
        self._texts.append([])

    def endElementNS(self, name: tuple[str | None, str], qname: str | None) -> None:  # noqa: N802
        self._open.pop().text = "".join(self._texts.pop())

    def characters(self, content: str) -> None:
        if self._texts:
            self._texts[-1].append(content)
