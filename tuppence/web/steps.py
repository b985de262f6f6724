"""What a member has to do: the first steps in order, and what waits now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tuppence.lending.queries.information import InformationRow
from tuppence.web.reader import current_reader
from tuppence.web.reads.home import Position
from tuppence.web.reads.standing import Standing

DUE_SOON = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do; state is one of done, waiting, open."""

    title: str | Promise
    why: str | Promise
    state: str
    url: str


def first_steps(standing: Standing) -> list[Step]:
    """What a member does before lending or borrowing; nothing once all is done."""
    identity = {"verified": "done", "waiting": "waiting"}.get(standing.identity, "open")
    if standing.has_verified_account:
        account = "done"
    else:
        account = "waiting" if standing.bank_account else "open"
    return [
        Step(
            _("Show who you are"),
            _("The law asks us to know whose money moves."),
            identity,
            reverse("identity"),
        ),
        Step(
            _("Name your bank account"),
            _("Money goes out to an account in your own name only."),
            account,
            reverse("bank_account"),
        ),
        Step(
            _("See whether lending suits you"),
            _("Only for lending: some questions, what you could bear to lose, and a warning."),
            suitability_state(standing),
            reverse("suitability"),
        ),
    ]


def next_step(standing: Standing, *, here: str) -> Step | None:
    """What comes after the page `here`, once its own step is done or waits for us.

    The first step that is open, and after the last one to pay in.
    """
    steps = first_steps(standing)
    if any(step.url == here and step.state == "open" for step in steps):
        return None
    last = Step(
        _("Pay in"),
        _("Then choose a first loan; small parts in many loans risk less than one large part."),
        "open",
        reverse("pay_in"),
    )
    return next((step for step in steps if step.state == "open"), last)


def suitability_state(standing: Standing) -> str:
    """Done once test, simulation and warning stand."""
    if standing.sophisticated:
        return "done"
    parts = (standing.test_passed_on, standing.simulated_on, standing.warning_acknowledged_at)
    return "done" if all(parts) else "open"


@dataclass(frozen=True, slots=True)
class Task:
    """Something that waits for the member; late ones are marked."""

    title: str
    why: str
    url: str
    action: str
    is_late: bool = False


def answers_missing(rows: Sequence[InformationRow], today: date) -> list[Task]:
    """What a decision on the member's application waits for."""
    reader = current_reader()
    return [
        Task(
            gettext("We need something for “{title}”").format(title=row.title),
            gettext("answer by {day}; your application waits for it").format(
                day=reader.day(row.due_on)
            ),
            reverse("information", args=[row.application_id]),
            gettext("Answer"),
            is_late=row.due_on < today,
        )
        for row in rows
    ]


def tasks_of(position: Position, today: date) -> list[Task]:
    """What to do next: what is overdue first, then what must be signed."""
    reader = current_reader()
    tasks = [
        Task(
            gettext("Instalment of “{title}”").format(title=row.title),
            gettext("due on {day}").format(day=reader.day(row.next_due_on)),
            reverse("pay_due", args=[row.loan_id]),
            gettext("Pay"),
            is_late=row.next_due_on < today,
        )
        for row in position.due
        if row.next_due_on <= today + DUE_SOON
    ]
    tasks += [
        Task(
            gettext("Contract of “{title}”").format(title=title),
            gettext("approved, and waits for your signature"),
            reverse("offer", args=[number]),
            gettext("Read it"),
        )
        for number, title in position.to_sign
    ]
    return tasks
