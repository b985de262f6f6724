"""The moment that the pages believe in: every one of them reads `timezone.now`."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone


class Clock:
    """A clock that runs as usual from a moment that the test chooses."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, start: datetime) -> None:
        self._ahead = timedelta(0)
        self.set(start)
        monkeypatch.setattr(timezone, "now", self.now)

    def now(self) -> datetime:
        """The moment in the story."""
        return datetime.now(UTC) + self._ahead

    def set(self, moment: datetime) -> None:
        """Go on to a later moment of the story."""
        self._ahead = moment - datetime.now(UTC)
