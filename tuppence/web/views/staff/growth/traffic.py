"""Traffic: what came to the pages by day and by source, people and programs apart."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from tuppence import platform
from tuppence.growth.queries.traffic import (
    DayOfTraffic,
    GroupedBy,
    SourceOfTraffic,
    bots_between,
    traffic_by_day,
    traffic_by_source,
    visitors_between,
)
from tuppence.members.roles import Permission
from tuppence.members.views import requires
from tuppence.web import charts, tables
from tuppence.web.forms.fields import DayField
from tuppence.web.growth_words import channel_in_words
from tuppence.web.parts import Figure, funnel
from tuppence.web.reader import current_reader

DAYS_SHOWN = 30
DAYS_MAX = 400
BOTS_SHOWN = 12

GROUPS = (
    (GroupedBy.CHANNEL, gettext_lazy("Channel")),
    (GroupedBy.REASON, gettext_lazy("What said so")),
    (GroupedBy.LANDING, gettext_lazy("First page")),
    (GroupedBy.CAMPAIGN, gettext_lazy("Campaign")),
)

DAYS = tables.Table(
    "traffic_days",
    gettext_lazy("By day"),
    columns=(
        tables.day("day", gettext_lazy("Day"), "day", sort=True),
        tables.count("visits", gettext_lazy("Visits"), "visits", sort=True, total=True),
        tables.count(
            "nameless", gettext_lazy("of nobody known"), "nameless", sort=True, total=True
        ),
        tables.count("visitors", gettext_lazy("Visitors"), "visitors", sort=True),
        tables.count("pages", gettext_lazy("Pages"), "pages", sort=True, total=True),
        tables.count(
            "bot_pages", gettext_lazy("Pages to programs"), "bot_pages", sort=True, total=True
        ),
    ),
    order="-day",
)


class PeriodForm(forms.Form):
    """The days that are looked at, and by what sources are told apart."""

    since = DayField(label=gettext_lazy("From"))
    until = DayField(label=gettext_lazy("To"))
    by = forms.ChoiceField(label=gettext_lazy("Sources by"), choices=GROUPS, required=False)


@dataclass(frozen=True, slots=True)
class Shown:
    """The period of the page, both days included, and the grouping."""

    since: date
    until: date
    by: GroupedBy

    def bounds(self) -> tuple[datetime, datetime]:
        """Its first moment, and the first one after it."""
        zone, after = platform.zone(), self.until + timedelta(days=1)
        return datetime.combine(self.since, time(), zone), datetime.combine(after, time(), zone)


@requires(Permission.SEE_GROWTH)
@require_GET
def traffic(request: HttpRequest) -> HttpResponseBase:
    """Visits, visitors and programs of a period, their sources, and how far people went."""
    today = platform.business_day(timezone.now())
    form = PeriodForm(request.GET if "since" in request.GET else None, initial=begun(today))
    shown = shown_by(form, today)
    since, until = shown.bounds()
    days = traffic_by_day(since, until, zone=settings.TIME_ZONE)
    sources = traffic_by_source(since, until, by=shown.by)
    found = {
        "days": DAYS.of(request, days, prefix="d_"),
        "sources": source_table(shown.by).of(request, sources, prefix="s_"),
    }
    for table in found.values():
        if table.wants_file:
            return table.file()
    visitors = visitors_between(since, until)
    context = {
        **found,
        "form": form,
        "shown": shown,
        "figures": figures_of(days, sources, visitors),
        "chart": chart_of(days, shown),
        "steps": steps_of(sources, visitors),
        "bots": bots_between(since, until)[:BOTS_SHOWN],
    }
    return render(request, "staff/traffic.html", context)


def begun(today: date) -> dict[str, object]:
    """The period that the page begins with: the last 30 days."""
    first = today - timedelta(days=DAYS_SHOWN - 1)
    return {"since": first, "until": today, "by": GroupedBy.CHANNEL.value}


def shown_by(form: PeriodForm, today: date) -> Shown:
    """What the form asks for; where it asks for nothing that can be, the last 30 days."""
    first = today - timedelta(days=DAYS_SHOWN - 1)
    if not form.is_bound or not form.is_valid():
        return Shown(first, today, GroupedBy.CHANNEL)
    typed = form.cleaned_data
    since, until = sorted((typed["since"], typed["until"]))
    since = max(since, until - timedelta(days=DAYS_MAX - 1))
    return Shown(since, until, GroupedBy(typed["by"] or GroupedBy.CHANNEL))


def source_table(by: GroupedBy) -> tables.Table:
    """Sources, told apart as the reader chose."""
    titles = dict(GROUPS)
    return tables.Table(
        "traffic_sources",
        gettext_lazy("Where visits came from"),
        columns=(
            tables.text("source", titles[by], "name", show=lambda row: source_words(row, by)),
            tables.count("visits", gettext_lazy("Visits"), "visits", sort=True, total=True),
            tables.count("visitors", gettext_lazy("Visitors"), "visitors", sort=True),
            tables.count(
                "registered", gettext_lazy("Registered"), "registered", sort=True, total=True
            ),
            tables.count(
                "verified", gettext_lazy("Identity verified"), "verified", sort=True, total=True
            ),
            tables.count("invested", gettext_lazy("Invested"), "invested", sort=True, total=True),
        ),
        order="-visits",
    )


def source_words(row: SourceOfTraffic, by: GroupedBy) -> str:
    """A source in the reader's words."""
    if by is GroupedBy.CHANNEL:
        return channel_in_words(row.code, row.name)
    if row.name:
        return row.name
    return _("none") if by is GroupedBy.CAMPAIGN else _("nothing: the address was typed")


def figures_of(
    days: list[DayOfTraffic], sources: list[SourceOfTraffic], visitors: int
) -> list[Figure]:
    """The period in five figures."""
    count = current_reader().count
    visits, nameless = sum(d.visits for d in days), sum(d.nameless for d in days)
    return [
        Figure(
            _("Visits"),
            count(visits),
            _("%(number)s of them of nobody known") % {"number": count(nameless)},
        ),
        Figure(_("Visitors"), count(visitors), _("browsers that agreed, each once")),
        Figure(_("Pages"), count(sum(d.pages for d in days)), _("shown to people")),
        Figure(
            _("Registered"),
            count(sum(s.registered for s in sources)),
            _("members whose first touch is among these visits"),
        ),
        Figure(_("Pages to programs"), count(sum(d.bot_pages for d in days)), _("counted apart")),
    ]


def chart_of(days: list[DayOfTraffic], shown: Shown) -> charts.Chart:
    """Visits by day, those of known browsers and those of nobody known."""
    found = {each.day: each for each in days}
    every = [
        shown.since + timedelta(days=number)
        for number in range((shown.until - shown.since).days + 1)
    ]
    known = [(each.visits - each.nameless if each else 0) for each in map(found.get, every)]
    nameless = [(each.nameless if each else 0) for each in map(found.get, every)]
    return charts.bars(
        _("Visits by day"),
        places=every,
        series=[
            charts.Series(_("of known browsers"), known),
            charts.Series(_("of nobody known"), nameless),
        ],
        unit=charts.Count(),
        stacked=True,
        place_title=_("Day"),
        place_form="day",
    )


def steps_of(sources: list[SourceOfTraffic], visitors: int) -> list[object]:
    """How far the visitors of the period went, as known by now."""
    return [
        *funnel(
            [
                (_("Visitors"), visitors, ""),
                (_("Registered"), sum(s.registered for s in sources), ""),
                (_("Identity verified"), sum(s.verified for s in sources), ""),
                (_("Invested"), sum(s.invested for s in sources), ""),
            ]
        )
    ]
