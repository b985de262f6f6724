"""What was published, for the list of what is due."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from tuppence.compliance.deadlines import Duty
from tuppence.compliance.models import Publication


class DutyState(StrEnum):
    """How a publication stands on a day."""

    DONE = "done"
    DONE_LATE = "done_late"
    NOT_APPLICABLE = "not_applicable"
    DUE = "due"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class Published:
    """The latest record of one duty."""

    applies: bool
    place: str
    remark: str
    published_on: date
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class DutyRow:
    """One duty with what was done about it."""

    duty: Duty
    state: DutyState
    published: Published | None


def duty_rows(duties: Sequence[Duty], *, on: date) -> list[DutyRow]:
    """Duties with their state on a day."""
    rows = Publication.objects.filter(
        rule_id__in={duty.rule.id for duty in duties}, period__in={duty.period for duty in duties}
    ).select_related("by")
    latest = {
        (row.rule_id, row.period): Published(
            row.applies, row.place, row.remark, row.published_on, row.by.email, row.at
        )
        for row in rows.order_by("id")
    }
    found = [(duty, latest.get((duty.rule.id, duty.period))) for duty in duties]
    return [DutyRow(duty, state_of(duty, published, on), published) for duty, published in found]


def state_of(duty: Duty, published: Published | None, on: date) -> DutyState:
    """Whether a duty is done, due or late."""
    if published is None:
        return DutyState.LATE if on > duty.due_on else DutyState.DUE
    if not published.applies:
        return DutyState.NOT_APPLICABLE
    late = published.published_on > duty.due_on
    return DutyState.DONE_LATE if late else DutyState.DONE
