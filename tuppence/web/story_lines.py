"""The happenings of a member's story as a page tells them: words, a link that may be followed."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tuppence.web.account_names import SUBJECT_ROUTES, named, subject_name, subject_url
from tuppence.web.reader import current_reader
from tuppence.web.reads.staff.story import Row
from tuppence.web.stories import VERBS
from tuppence.web.tables.drawing import chip_html

MayOpen = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Line:
    """One happening in words; `url` is empty where the reader may not open what it is about."""

    at: datetime
    text: str
    sub: str
    about: str
    url: str
    amount: str
    chip: SafeString | str
    said: str  # what somebody wrote, in their own words


def lines(rows: Iterable[Row], *, member_id: int, may_open: MayOpen) -> list[Line]:
    """The rows in words."""
    return [_line(row, member_id, may_open) for row in rows]


def _line(row: Row, member_id: int, may_open: MayOpen) -> Line:
    text, sub, chip, said = TELLERS[row.source](row)
    is_self = (row.subject_kind, row.subject_id) == ("member", member_id)
    about = "" if is_self or not row.subject_id else subject_name(row.subject_kind, row.subject_id)
    amount = "" if row.amount_minor is None else _money(row)
    return Line(row.at, text, sub, about, _url(row, is_self, may_open), amount, chip, said)


def _money(row: Row) -> str:
    return current_reader().money(row.amount_minor or 0, row.currency)


def _url(row: Row, is_self: bool, may_open: MayOpen) -> str:
    if row.source == "transfer" and may_open("staff_transfer"):
        return reverse("staff_transfer", args=[row.text])
    route = SUBJECT_ROUTES.get(row.subject_kind, "")
    if is_self or not route or not may_open(route):
        return ""
    return subject_url(row.subject_kind, row.subject_id)


Told = tuple[str, str, SafeString | str, str]


def _event(row: Row) -> Told:
    text = str(VERBS[row.code][1]) if row.code in VERBS else named(row.code, "action")
    chip: SafeString | str = ""
    if row.code == "loan.bucket_entered":
        chip = chip_html("bucket", row.text)
    elif row.text and row.code.partition(".")[0] in {"consent", "member"}:
        return text, named(row.text, "paper"), "", ""
    return text, "", chip, ""


def _transfer(row: Row) -> Told:
    return named(row.code, "transfer_kind"), "", "", ""


def _letter(row: Row) -> Told:
    return row.text, "", chip_html("letter", row.code), ""


def _note(row: Row) -> Told:
    return _("Note of compliance"), row.who, "", row.text


def _mark(row: Row) -> Told:
    kind, _dot, finding = row.code.partition(".")
    return named(kind, "mark_kind"), row.who, chip_html("mark", finding), row.text


def _act(row: Row) -> Told:
    action, _slash, outcome = row.code.partition("/")
    who = row.who or _("the platform")
    return named(action, "action"), f"{who} · {named(outcome, 'outcome')}", "", row.text


TELLERS: dict[str, Callable[[Row], Told]] = {
    "event": _event,
    "transfer": _transfer,
    "letter": _letter,
    "note": _note,
    "mark": _mark,
    "act": _act,
}
