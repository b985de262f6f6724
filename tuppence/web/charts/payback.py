"""The chart of an instalment plan: what comes back when."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from django.utils.translation import gettext as _

from tuppence.web.charts.chart import RETURN, Chart, Series, bars
from tuppence.web.charts.units import Money


class PlanRow(Protocol):
    """One row of a plan."""

    @property
    def due_on(self) -> date:
        """When it is due."""

    @property
    def principal_minor(self) -> int:
        """Principal in it."""

    @property
    def interest_minor(self) -> int:
        """Interest in it."""


def payback(rows: Sequence[PlanRow], currency: str) -> Chart:
    """Principal below, interest on top, by due date."""
    by_day = len({(row.due_on.year, row.due_on.month) for row in rows}) < len(rows)
    return bars(
        _("Money coming back by instalment"),
        [row.due_on for row in rows],
        [
            Series(_("principal"), [row.principal_minor for row in rows], hue=RETURN),
            Series(_("interest"), [row.interest_minor for row in rows], hue=1),
        ],
        Money(currency),
        stacked=True,
        place_title=_("Due"),
        place_form="day" if by_day else "month",
    )
