"""Where Chromium is."""

import os
import shutil
from pathlib import Path

import pytest

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def chromium_path() -> str:
    """Where Chromium is on this machine."""
    given = os.environ.get("TUPPENCE_CHROMIUM")
    found = given or next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if found is None or not Path(found).is_file():
        pytest.fail(
            "No Chromium is installed, so the pages can't be tested in a browser. Install it"
            " (on Debian: apt install chromium) or name its file in TUPPENCE_CHROMIUM.",
            pytrace=False,
        )
    return found
