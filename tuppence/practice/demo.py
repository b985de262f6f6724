"""The practice market, as `tuppence demo` asks for it."""

from collections.abc import Sequence

from tuppence.practice import queries
from tuppence.practice.logins import DemoLogins, Login, demo_logins
from tuppence.practice.operations.building import PracticeRefused, Progress, build

__all__ = ["DemoLogins", "PracticeRefused", "Progress", "build", "built", "logins"]


def built() -> bool:
    """Whether this database already holds the practice data, whole."""
    return queries.is_built()


def logins() -> Sequence[Login]:
    """One login or more of each persona."""
    return demo_logins().logins
