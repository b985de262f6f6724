"""A campaign's plan as a second person reads it before agreeing: line by line, nothing left out."""

from collections.abc import Mapping

from django.utils.html import format_html
from django.utils.translation import gettext as _

from tuppence import platform
from tuppence.growth.offer import Terms
from tuppence.growth.plan import NEEDED, BudgetLine, Goal, plan_from_json
from tuppence.members.approvals import JSON
from tuppence.web.account_names import named, subject_name, subject_url
from tuppence.web.growth_words import goal_in_words
from tuppence.web.parts import Line
from tuppence.web.reader import current_reader
from tuppence.web.words import WORDS


def campaign_lines(payload: Mapping[str, JSON]) -> list[Line]:
    """The plan of a request: what it brings, what each channel may cost, and why."""
    raw, number = payload["plan"], payload["campaign_id"]
    assert isinstance(raw, dict) and isinstance(number, int)
    plan, currency, reader = plan_from_json(raw), platform.currency(), current_reader()
    link = format_html(
        '<a href="{}">{}</a>', subject_url("campaign", number), subject_name("campaign", number)
    )
    days = f"{reader.day(plan.starts_on)} – {reader.day(plan.ends_on)}"
    return [
        Line(_("Campaign"), link),
        Line(_("Name"), plan.name),
        Line(_("Is to bring"), goal_in_words(plan.goal, plan.goal_number, currency)),
        Line(_("Days"), days),
        *(budget_line(each, plan.goal, currency) for each in plan.budget),
        *(offer_line(each, currency) for each in plan.offers),
        Line(_("May cost in all"), reader.money(plan.cost_minor, currency)),
        *(text_line(name, getattr(plan, name)) for name in NEEDED),
        *(Line(_("Checklist"), each) for each in plan.checklist),
        Line(_("Fingerprint of the plan"), str(payload["plan_digest"])),
    ]


def text_line(name: str, text: str) -> Line:
    """One field of the plan in its writer's words."""
    return Line(str(WORDS["plan_field"][name]), text or "–")


def budget_line(line: BudgetLine, goal: Goal, currency: str) -> Line:
    """What one channel may cost and is expected to bring."""
    reader = current_reader()
    words = _("{spend} to partners and media, {gives} to members at most; expected: {results}")
    text = words.format(
        spend=reader.money(line.spend_minor, currency),
        gives=reader.money(line.gives_minor, currency),
        results=goal_in_words(goal, line.expected_results, currency),
    )
    return Line(named(line.channel, "channel_name"), text)


def offer_line(terms: Terms, currency: str) -> Line:
    """What one offer gives and what all of it costs at worst; its page has every term."""
    reader = current_reader()
    words = _("{kind}: {count} at most; one costs {one} at worst, all {all}").format(
        kind=named(terms.kind.value, "offer_kind"),
        count=reader.count(terms.total),
        one=reader.money(terms.worst_minor, currency),
        all=reader.money(terms.worst_total_minor, currency),
    )
    return Line(terms.title, words)
