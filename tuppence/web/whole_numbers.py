"""Numbers in addresses, read without trust; and the address of a list's next page."""

from collections.abc import Mapping

from django.utils.http import urlencode


def whole_number(text: str) -> int | None:
    """A number of ours (an id or a place), or nothing where the text is none.

    >>> whole_number("12"), whole_number("-1"), whole_number("１２")
    (12, None, None)
    """
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def older_url(before: int, filters: Mapping[str, str | int] | None = None) -> str:
    """Where the list goes on: the same filters, from a place on.

    >>> older_url(12, {"state": "late", "empty": ""})
    '?state=late&before=12'
    """
    kept = {name: value for name, value in (filters or {}).items() if value}
    return "?" + urlencode({**kept, "before": before})
