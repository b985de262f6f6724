"""What borrowers of the practice market pay in, and when. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from tuppence.practice.loan_stories import Fate, Story

DAYS_AHEAD = 5  # enough for any run of bank holidays
DAYS_LATE = 12  # of the one late payment of a story that stumbles
REVERSED_DAYS_LATER = 4
PAID_AGAIN_DAYS_LATER = 18  # after the due date of a payment that was taken back
IDENTIFIED_DAYS_LATER = 15
RECOVERED_DAYS_LATER = 26


@dataclass(frozen=True, slots=True)
class Due:
    """What is still open of one instalment, charges included, in minor units."""

    loan_id: int
    number: int
    due_on: date
    open_minor: int


@dataclass(frozen=True, slots=True)
class PayIn:
    """Money that a borrower sends for one instalment."""

    loan_id: int
    number: int
    amount_minor: int
    is_named: bool = True  # with the payment reference


def pays_on(story: Story, due_on: date) -> date | None:
    """The day on which a borrower sends the money for an instalment; None for never."""
    if story.stops_on is not None and due_on >= story.stops_on:
        return None
    turns_here = story.turns_on == due_on
    if story.fate is Fate.STUMBLED and turns_here:
        return due_on + timedelta(days=DAYS_LATE)
    if story.fate is Fate.TOLD_LATE and turns_here:
        return due_on
    if story.fate is Fate.PAID_EARLY and story.turns_on is not None and due_on > story.turns_on:
        return None
    return due_on - timedelta(days=DAYS_AHEAD)


def is_sent(story: Story, due_on: date, *, on: date) -> bool:
    """Whether a borrower has sent the money for an instalment by a day, or sends it then."""
    day = pays_on(story, due_on)
    if day is None or day > on:
        return False
    was_taken_back = story.fate is Fate.REVERSED and story.turns_on == due_on < on
    return not was_taken_back or on >= due_on + timedelta(days=PAID_AGAIN_DAYS_LATER)


def pay_ins(
    dues: Iterable[Due], stories: dict[int, Story], available_minor: dict[int, int], *, on: date
) -> list[PayIn]:
    """What borrowers send on a day for what will be due soon, beside what they have idle here.

    `stories` and `available_minor` are by loan; what is on its way counts as available.
    """
    sent = []
    for due in dues:
        story = stories[due.loan_id]
        if not is_sent(story, due.due_on, on=on):
            continue
        idle_minor = available_minor.get(due.loan_id, 0)
        short_minor = due.open_minor - idle_minor
        available_minor[due.loan_id] = max(0, idle_minor - due.open_minor)
        if short_minor > 0:
            named = not (story.fate is Fate.TOLD_LATE and story.turns_on == due.due_on)
            sent.append(PayIn(due.loan_id, due.number, short_minor, named))
    return sent
