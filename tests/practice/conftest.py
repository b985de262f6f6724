"""Settings and a moment for practice."""

from datetime import UTC, datetime
from typing import Any

import pytest

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def at() -> datetime:
    """The moment at which things happen in these tests: a Monday."""
    return AT


@pytest.fixture
def practice(settings: Any) -> Any:
    """Settings under which the practice market is open."""
    settings.TUPPENCE_DEMO = True
    return settings
