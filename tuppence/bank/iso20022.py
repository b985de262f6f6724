"""Writing ISO 20022 messages: elements, lengths, characters.

Escaping is ElementTree's. What XML cannot hold, or what is longer than the standard allows, is
refused here rather than cut: a shortened reference would no longer find its way back.
"""

import re
from xml.etree.ElementTree import Element, SubElement, indent, register_namespace, tostring

from tuppence.bank.reference import is_iban
from tuppence.money.currency import format_plain
from tuppence.money.refusals import InputRefusedError, sentence, shown

REFERENCE_LENGTH_MAX = 35
NAME_LENGTH_MAX = 140
TEXT_LENGTH_MAX = 140
ACCOUNT_LENGTH_MAX = 34

_ILLEGAL = re.compile("[^\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")


class MessageError(InputRefusedError):
    """A value cannot stand in a bank message; the sentence names the element."""


def document(namespace: str) -> Element:
    """Return an empty ISO 20022 document of this namespace."""
    register_namespace("", namespace)
    return Element(f"{{{namespace}}}Document")


def add(
    parent: Element, path: str, text: str = "", *, length_max: int = TEXT_LENGTH_MAX
) -> Element:
    """Add the elements of `path` (joined by `/`) below each other, the text in the last one.

    Raises MessageError for text that is too long or holds characters that XML does not have.
    """
    namespace = parent.tag[: parent.tag.index("}") + 1]
    for name in path.split("/"):
        parent = SubElement(parent, f"{namespace}{name}")
    if text:
        parent.text = _legal(text, path, length_max)
    return parent


def add_amount(parent: Element, path: str, amount_minor: int, currency: str) -> None:
    """Add an amount that is not negative, with its currency."""
    assert amount_minor >= 0
    node = add(parent, path, format_plain(amount_minor, currency))
    node.set("Ccy", currency)


def add_account(parent: Element, name: str, account: str) -> Element:
    """Add an account, as an IBAN where it is one, else as another number; return its element."""
    node = add(parent, name)
    kind = "IBAN" if is_iban(account) else "Othr/Id"
    add(node, f"Id/{kind}", account, length_max=ACCOUNT_LENGTH_MAX)
    return node


def serialise(root: Element) -> bytes:
    """Return the document as UTF-8 with an XML declaration."""
    indent(root)
    written: bytes = tostring(root, encoding="UTF-8", xml_declaration=True)
    return written


def _legal(text: str, path: str, length_max: int) -> str:
    if len(text) > length_max:
        raise MessageError(
            sentence("“%(text)s” is too long for %(path)s: at most %(most)s characters."),
            {"text": shown(text), "path": path, "most": length_max},
        )
    if _ILLEGAL.search(text):
        raise MessageError(
            sentence("“%(text)s” holds a character that %(path)s cannot have."),
            {"text": shown(text), "path": path},
        )
    return text
