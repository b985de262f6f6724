"""What a transfer or an event is about, in words, with the page that tells more."""

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

ROUTES = {"listing": "listing", "loan": "loan", "withdrawal": "withdrawal"}


def subject_text(kind: str, number: int) -> str:
    """The subject in words, nothing where it says nothing to a member."""
    words = {
        "listing": _("listing {number}"),
        "loan": _("loan {number}"),
        "withdrawal": _("withdrawal {number}"),
        "bank_line": _("bank line {number}"),
    }
    return words[kind].format(number=number) if kind in words else ""


def subject_url(kind: str, number: int) -> str:
    """The page of a subject, where members have one."""
    if kind not in ROUTES:
        return ""
    try:
        return reverse(ROUTES[kind], args=[number])
    except NoReverseMatch:
        return ""
