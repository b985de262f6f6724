"""A member's statements: months and years, one of them as page, file and PDF, and tax years."""

from datetime import timedelta

from django.http import Http404, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_GET

from tuppence import platform
from tuppence.members.views import MemberRequest, member_page
from tuppence.web import tables
from tuppence.web.documents.downloading import download
from tuppence.web.documents.statement import (
    brought,
    earnings,
    figures,
    period_words,
    statement_paper,
    until_words,
)
from tuppence.web.parts import Figure, Line
from tuppence.web.periods import Period, month_of, period_named, year_of
from tuppence.web.reader import current_reader
from tuppence.web.reads.earnings import years_earned
from tuppence.web.reads.movements import Movements
from tuppence.web.reads.statements import Statement, period_sums, statement_of
from tuppence.web.statement_tables import MONTHS, TAX_YEARS, YEARS, code_of, kind_words, movements


@member_page
@require_GET
def statement_list(request: MemberRequest) -> HttpResponseBase:
    """Every year and month since the first movement, each with page and PDF."""
    today = platform.business_day(timezone.now())
    years, months = period_sums(request.member.id, today=today)
    by_year = YEARS.of(request, years, prefix="year_")
    if by_year.wants_file:
        return by_year.file()
    context = {"years": by_year, "currency": platform.currency()}
    return tables.table_page(request, "pages/statements.html", MONTHS.of(request, months), context)


@member_page
@require_GET
def statement(request: MemberRequest, period: str) -> HttpResponseBase:
    """The statement of a month or a year: balances, sums, what lending brought, every movement."""
    found = asked_for(request, period)
    reader, table = current_reader(), movements(found).of(request, Movements(found))
    context = {
        "statement": found,
        "title": period_words(found.period, reader),
        "until": until_words(found, reader),
        "figures": [Figure(f.label, f.value, f.note) for f in figures(found, reader).figures],
        "sums": [(each, code_of(each), kind_words(each)) for each in found.sums],
        "earnings": [
            Line(*row) for row in (earnings(found, reader).rows if brought(found) else ())
        ],
        "neighbours": neighbours(found.period),
    }
    return tables.table_page(request, "pages/statement.html", table, context)


@member_page
@require_GET
def statement_pdf(request: MemberRequest, period: str) -> HttpResponse:
    """The statement of a month ("2026-03") or a year ("2026") that has begun, as a PDF."""
    found = asked_for(request, period)
    (rows,) = Movements(found).all()
    paper = statement_paper(found, rows, request.member.legal_name)
    return download(paper, f"statement-{found.period.name}-{request.member.id}.pdf")


@member_page
@require_GET
def tax_overview(request: MemberRequest) -> HttpResponseBase:
    """What each calendar year of lending brought: interest, fees, losses, recoveries, tax."""
    table = TAX_YEARS.of(request, years_earned(request.member.id))
    context = {"currency": platform.currency()}
    return tables.table_page(request, "pages/tax_overview.html", table, context)


def asked_for(request: MemberRequest, name: str) -> Statement:
    """The statement of a period that has begun, or no such page."""
    period, now = period_named(name), timezone.now()
    if period is None or period.first > platform.business_day(now):
        raise Http404
    return statement_of(request.member.id, period, now=now)


def neighbours(period: Period) -> list[tuple[str, Period]]:
    """The periods before and after this one that have begun, and the year of a month."""
    kind = year_of if period.is_year else month_of
    found = [("prev", kind(period.first - timedelta(days=1)))]
    after = kind(period.last + timedelta(days=1))
    if after.first <= platform.business_day(timezone.now()):
        found.append(("next", after))
    return found if period.is_year else [*found, ("up", year_of(period.first))]
