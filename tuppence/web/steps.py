"""The first steps of a member, in order, each with its state and its page."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tuppence.web.reads.standing import Standing


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


def suitability_state(standing: Standing) -> str:
    """Done once test, simulation and warning stand."""
    if standing.sophisticated:
        return "done"
    parts = (standing.test_passed_on, standing.simulated_on, standing.warning_acknowledged_at)
    return "done" if all(parts) else "open"
