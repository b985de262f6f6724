"""What can be undone says so at once: a message with a button that posts the opposite.

    with_undo(request, _("Marked as seen."), reverse("staff_unsee", args=[row.id]))

Only what moves no money and told nobody is undone this way; everything else is reviewed first.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest

PREFIX = "undo:"


@dataclass(frozen=True, slots=True)
class Undo:
    """Where the opposite is posted, and with what."""

    url: str
    fields: Sequence[tuple[str, str]]


def with_undo(
    request: HttpRequest, text: str, url: str, fields: Mapping[str, str] | None = None
) -> None:
    """Say what was done, with a button that undoes it. `url` is one of ours and takes a POST."""
    assert url.startswith("/") and not url.startswith("//")
    messages.success(request, text, extra_tags=PREFIX + json.dumps([url, dict(fields or {})]))


def undo_from(extra_tags: str | None) -> Undo | None:
    """The undo that a message carries, if it does."""
    if not extra_tags or not extra_tags.startswith(PREFIX):
        return None
    url, fields = json.loads(extra_tags.removeprefix(PREFIX))
    return Undo(str(url), tuple((str(name), str(value)) for name, value in fields.items()))
