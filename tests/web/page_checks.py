"""What every page of ours must be, whatever it shows."""

import re
from html.parser import HTMLParser

HTML_BYTES_MAX = 60_000


class Outline(HTMLParser):
    """Collects what the checks look at."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.headings: list[int] = []
        self.faults: list[str] = []
        self.ids: list[str] = []
        self.labelled: set[str] = set()
        self.inputs: list[str] = []
        self.lang = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append(tag)
        if tag == "html":
            self.lang = given.get("lang") or ""
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if "style" in given or tag == "style":
            self.faults.append(f"inline style on <{tag}>")
        self.faults += [f"{name} on <{tag}>" for name in given if name.startswith("on")]
        is_data = given.get("type") == "application/json"
        if tag == "script" and "src" not in given and not is_data:
            self.faults.append("inline script")
        if given.get("id"):
            self.ids.append(str(given["id"]))
        if tag == "label" and given.get("for"):
            self.labelled.add(str(given["for"]))
        if tag in {"input", "select", "textarea"} and given.get("type") not in {"hidden", "submit"}:
            self.inputs.append(str(given.get("id") or given.get("name") or "nameless"))


def faults_of(html: bytes, *, language: str) -> list[str]:
    """Everything that is wrong with a page; nothing for a right one."""
    outline = Outline()
    outline.feed(html.decode())
    faults = list(outline.faults)
    if len(html) > HTML_BYTES_MAX:
        faults.append(f"{len(html)} bytes of HTML")
    faults += [f"no <{tag}>" for tag in ("header", "nav", "main") if tag not in outline.tags]
    if outline.tags.count("main") != 1 or outline.headings.count(1) != 1:
        faults.append("not exactly one main and one h1")
    if outline.lang.lower() != language.lower():
        faults.append(f"language {outline.lang}")
    faults += [
        f"heading jumps from h{before} to h{after}"
        for before, after in zip(outline.headings, outline.headings[1:], strict=False)
        if after > before + 1
    ]
    faults += [f"id {name} twice" for name in set(outline.ids) if outline.ids.count(name) > 1]
    faults += [f"no label for {name}" for name in outline.inputs if name not in outline.labelled]
    if outline.tags.count("table") != outline.tags.count("caption"):
        faults.append("a table without a caption")
    return faults
