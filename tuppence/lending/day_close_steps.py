"""What other rooms add to the close of a business day. Pure: a list that they put themselves on."""

from collections.abc import Callable, Mapping
from datetime import date, datetime

Step = Callable[[date, datetime], Mapping[str, int]]
"""Takes the day and the moment of closing; returns figures for the day's report."""

_STEPS: dict[str, Step] = {}


def add_day_close_step(name: str, step: Step) -> None:
    """Let a step run at the close of every day, before interest is booked; a name counts once."""
    _STEPS[name] = step


def day_close_steps() -> dict[str, Step]:
    """The steps by name, in the order of their names."""
    return dict(sorted(_STEPS.items()))
