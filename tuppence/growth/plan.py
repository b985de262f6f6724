"""A campaign's plan: what is bought, for whom, why us, at what cost, and what would show success.

Product, price, place and promotion are the four of E. Jerome McCarthy (Basic Marketing, 1960).
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Any

from tuppence.growth.offer import Terms, terms_as_json, terms_from_json, terms_gaps
from tuppence.members.approvals import payload_digest

DAYS_MAX = 366
TEXT_LENGTH_MAX = 2_000


class Goal(StrEnum):
    """What a campaign is to bring; each is counted from the behaviour book."""

    VISITS = "visits"
    REGISTRATIONS = "registrations"
    VERIFIED = "verified"
    FIRST_INVESTORS = "first_investors"
    INVESTED = "invested"
    APPLICATIONS = "applications"
    LOANS_PAID_OUT = "loans_paid_out"


@dataclass(frozen=True, slots=True)
class BudgetLine:
    """What one channel may cost, and what is expected of it."""

    channel: str  # its code
    spend_minor: int  # to partners, for media, hours of staff
    gives_minor: int  # at most, to members: offers and rewards
    expected_results: int  # of the campaign's goal


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan before a spend. Texts are in the operator's words."""

    name: str
    goal: Goal
    goal_number: int
    starts_on: date
    ends_on: date
    audience: str = ""  # for whom
    need: str = ""  # the need that it answers
    hypothesis: str = ""  # what it tests
    message: str = ""
    why_us: str = ""
    rivals: str = ""  # against which other rates
    product: str = ""
    price: str = ""
    place: str = ""
    promotion: str = ""
    risks: str = ""
    checklist: tuple[str, ...] = ()
    budget: tuple[BudgetLine, ...] = field(default_factory=tuple)
    offers: tuple[Terms, ...] = ()

    @property
    def spend_minor(self) -> int:
        """What partners, media and hours may cost."""
        return sum(line.spend_minor for line in self.budget)

    @property
    def gives_minor(self) -> int:
        """The most that may be given to members."""
        return sum(line.gives_minor for line in self.budget)

    @property
    def cost_minor(self) -> int:
        """All that it may cost."""
        return self.spend_minor + self.gives_minor

    @property
    def expected_results(self) -> int:
        """What the channels together are expected to bring."""
        return sum(line.expected_results for line in self.budget)

    @property
    def days(self) -> int:
        """How long it runs, both days counted."""
        return (self.ends_on - self.starts_on).days + 1


NEEDED = (
    *("audience", "need", "hypothesis", "message", "why_us", "rivals"),
    *("product", "price", "place", "promotion", "risks"),
)


def plan_gaps(plan: Plan, channels: frozenset[str]) -> list[str]:
    """What a plan lacks before it can be submitted: names of fields, in their order."""
    gaps = [] if plan.name.strip() else ["name"]
    gaps += [] if plan.goal_number > 0 else ["goal_number"]
    gaps += [] if 0 < plan.days <= DAYS_MAX else ["ends_on"]
    gaps += [name for name in NEEDED if not str(getattr(plan, name)).strip()]
    codes = [line.channel for line in plan.budget]
    lawful = all(min(line.spend_minor, line.gives_minor) >= 0 for line in plan.budget)
    if not codes or len(set(codes)) < len(codes) or not set(codes) <= channels or not lawful:
        gaps.append("budget")
    if not _offers_hold(plan):
        gaps.append("offers")
    if plan.expected_results <= 0:
        gaps.append("expected_results")
    return gaps


def _offers_hold(plan: Plan) -> bool:
    """Each offer is whole, no two share a code, and the budget holds at least one of each."""
    codes = [terms.code for terms in plan.offers if terms.code]
    return (
        not any(terms_gaps(terms) for terms in plan.offers)
        and len(set(codes)) == len(codes)
        and sum(terms.worst_minor for terms in plan.offers) <= plan.gives_minor
    )


def cost_per_result(plan: Plan) -> Fraction | None:
    """What one result is expected to cost, in minor units; None where none is expected."""
    return Fraction(plan.cost_minor, plan.expected_results) if plan.expected_results else None


def plan_as_json(plan: Plan) -> dict[str, Any]:
    """The plan as it is kept and as an approval binds it: whole numbers and texts only."""
    raw = asdict(plan)
    raw |= {"starts_on": plan.starts_on.isoformat(), "ends_on": plan.ends_on.isoformat()}
    raw |= {"goal": plan.goal.value, "checklist": list(plan.checklist)}
    raw["budget"] = [asdict(line) for line in plan.budget]
    raw["offers"] = [terms_as_json(terms) for terms in plan.offers]
    return raw


def plan_from_json(raw: Mapping[str, Any]) -> Plan:
    """The plan that `plan_as_json` wrote."""
    values = {each.name: raw[each.name] for each in fields(Plan) if each.name in raw}
    values["goal"] = Goal(raw["goal"])
    values["starts_on"] = date.fromisoformat(raw["starts_on"])
    values["ends_on"] = date.fromisoformat(raw["ends_on"])
    values["checklist"] = tuple(raw["checklist"])
    values["budget"] = tuple(BudgetLine(**line) for line in raw["budget"])
    values["offers"] = tuple(terms_from_json(terms) for terms in raw.get("offers", ()))
    return Plan(**values)


def plan_digest(plan: Plan) -> str:
    """What names exactly this plan."""
    return payload_digest("growth.plan", plan_as_json(plan))


@dataclass(frozen=True, slots=True)
class PastResult:
    """How a campaign of the same goal ended: what it cost and brought."""

    name: str
    cost_minor: int
    results: int

    @property
    def cost_per_result(self) -> Fraction | None:
        return Fraction(self.cost_minor, self.results) if self.results else None


def compared_with_past(plan: Plan, past: Sequence[PastResult]) -> Fraction | None:
    """The plan's cost a result over the median of past campaigns of its goal; None without any.

    1 means that the plan expects what was achieved before; a half, twice as much for the money.
    """
    ours = cost_per_result(plan)
    known = sorted(cost for each in past if (cost := each.cost_per_result) is not None)
    if ours is None or not known:
        return None
    middle = len(known) // 2
    median = known[middle] if len(known) % 2 else (known[middle - 1] + known[middle]) / 2
    return ours / median if median else None
