"""The investor's portfolio: what I have, what it does, what is idle, what is late."""

from datetime import date
from typing import Any

from django.http import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from tuppence import platform
from tuppence.lending.lender_return import LOSS_WHEN_LATE, Returns, returns_of
from tuppence.lending.queries.lender_returns import LenderBook, lender_book
from tuppence.lending.queries.loan_news import news_of
from tuppence.lending.queries.spreads import LenderSpread, lender_spread
from tuppence.lending.servicing.arrears import BUCKETS
from tuppence.lending.spread import Hint, Spread, hints_of
from tuppence.market.models import InvestmentState
from tuppence.members.views import MemberRequest, member_page
from tuppence.money.xirr import OUTCOME_SENTENCES
from tuppence.web import charts, tables
from tuppence.web.news_words import news_rows
from tuppence.web.parts import Figure
from tuppence.web.portfolio_tables import (
    FLOWS,
    INVESTMENTS,
    flow_rows,
    holdings_table,
    with_earnings,
)
from tuppence.web.reader import current_reader
from tuppence.web.reads import investments as promised
from tuppence.web.reads import portfolio as reads
from tuppence.web.reads.idle_money import idle_money
from tuppence.web.reads.purse import Purse
from tuppence.web.reads.standing import investor_facts
from tuppence.web.templatetags.money import percent

NEWS_OF_LATE = 2
PARTS_SHOWN = 5
PLACED_SHOWN = 20


@member_page
@require_GET
def portfolio(request: MemberRequest) -> HttpResponseBase:
    """Worth, return, what is late, what comes, how it is spread, and every holding."""
    now = timezone.now()
    today, member_id = platform.business_day(now), request.member.id
    spread = lender_spread(member_id, on=today)
    declared = holdings_table(today, filtered=reads.has_holdings(member_id))
    table = declared.of(request, reads.holdings_of(member_id), adapt=with_earnings)
    if table.wants_file:
        return table.file()
    book = book_of(member_id, today)
    lost_minor = reads.written_off_minor(member_id)
    coming = reads.coming(member_id, since=today)
    context = {
        "table": table,
        "figures": portfolio_figures(book, lost_minor, today, f"#{table.anchor}"),
        "returns": returns_of(book.flows, book.worth, today),
        "late": late_rows(member_id, today),
        "idle": idle_money(member_id, investor_facts(member_id), purse_in(book), at=now, on=today),
        "coming": coming,
        "coming_chart": coming_chart(coming.months),
        "placed": promised.investments_of(
            member_id, limit=PLACED_SHOWN, state=InvestmentState.PLACED
        ),
        "spreads": spread_rows(spread),
        "hints": hint_sentences(spread),
        "currency": platform.currency(),
        "today": today,
    }
    return tables.table_page(request, "pages/portfolio.html", table, context)


@member_page
@require_GET
def investment_list(request: MemberRequest) -> HttpResponseBase:
    """Everything that was ever promised to a listing, and what became of it."""
    rows = promised.all_investments(request.member.id)
    return tables.table_page(request, "pages/investments.html", INVESTMENTS.of(request, rows))


@member_page
@require_GET
def return_page(request: MemberRequest) -> HttpResponseBase:
    """How the return was computed: the flows, what is there, and the losses assumed."""
    today = platform.business_day(timezone.now())
    book = book_of(request.member.id, today)
    returns = returns_of(book.flows, book.worth, today)
    table = FLOWS.of(request, flow_rows(book.flows, returns))
    context = {
        "returns": returns,
        "worth": book.worth,
        "assumed": loss_rows(book),
        "why": [_(OUTCOME_SENTENCES[each.result.outcome]) for each in without_rate(returns)],
        "currency": platform.currency(),
    }
    return tables.table_page(request, "pages/returns.html", table, context)


def book_of(member_id: int, on: date) -> LenderBook:
    """The member's flows and worth, in the platform's currency and days."""
    return lender_book(member_id, on=on, currency=platform.currency(), zone=str(platform.zone()))


def purse_in(book: LenderBook) -> Purse:
    """The purse as the book has it."""
    return Purse(platform.currency(), book.worth.cash_minor, book.worth.promised_minor)


def without_rate(returns: Returns) -> list[Any]:
    """Measures that were tried and have no rate."""
    measures = (returns.lent, returns.whole)
    return [each for each in measures if each.result is not None and each.rate is None]


def portfolio_figures(
    book: LenderBook, lost_minor: int, on: date, holdings_url: str
) -> list[Figure]:
    """What the member's money with us is, part by part; each part leads to its rows."""
    reader, currency, worth = current_reader(), platform.currency(), book.worth
    late_minor = sum(each.outstanding_minor for each in book.holdings if each.days_past_due)
    loans = ngettext("in %(number)s loan", "in %(number)s loans", len(book.holdings)) % {
        "number": reader.count(len(book.holdings))
    }

    def money(amount_minor: int) -> str:
        return reader.money(amount_minor, currency)

    return [
        Figure(
            _("Together"),
            money(worth.together_minor),
            _("lent, promised and cash on {day}; before losses still to come").format(
                day=reader.day(on)
            ),
            reverse("own_return"),
        ),
        Figure(_("Lent out"), money(worth.lent_minor), loans, f"?state=active{holdings_url}"),
        Figure(
            _("Overdue of it"),
            money(late_minor),
            _("in loans with an instalment past its day"),
            f"?state=late{holdings_url}",
        ),
        Figure(
            _("Written off"),
            money(lost_minor),
            _("lost so far; what is recovered is paid on"),
            f"?state=written_off{holdings_url}",
        ),
        Figure(_("Idle"), money(worth.cash_minor), _("cash that earns nothing"), reverse("cash")),
    ]


def coming_chart(months: list[reads.ComingMonth]) -> charts.Chart:
    """What the schedules plan to bring, month by month."""
    return charts.bars(
        _("To come by month"),
        places=[row.month for row in months],
        series=[
            charts.Series(
                _("principal"), [row.principal_minor for row in months], hue=charts.RETURN
            ),
            charts.Series(_("interest"), [row.interest_minor for row in months]),
        ],
        unit=charts.Money(platform.currency()),
        stacked=True,
        place_title=_("Month"),
        place_form="month",
        note=_("from the schedules of today, if all is paid on time, before our fee"),
    )


def late_rows(member_id: int, on: date) -> list[tuple[reads.LateHolding, list[Any]]]:
    """The largest late parts with the latest news of each."""
    late = reads.late_holdings(member_id, on=on)
    # A late fee each month says nothing of what is done about a loan.
    news = news_of([row.loan_id for row in late], latest=NEWS_OF_LATE, without=["charge"])
    return [(row, news_rows(news[row.loan_id], row.currency, today=on)) for row in late]


def spread_rows(spread: LenderSpread) -> list[tuple[str, list[tuple[Any, ...]]]]:
    """Borrowers, grades and terms with their largest parts: name, loans, amount, share."""
    names = {
        "6": _("up to 6 months to run"),
        "12": _("7 to 12 months to run"),
        "24": _("13 to 24 months to run"),
        "more": _("more than 24 months to run"),
    }
    views = (
        (_("Borrower"), spread.borrowers),
        (_("Grade"), spread.grades),
        (_("Term"), spread.terms),
    )
    return [
        (
            title,
            [
                (names.get(part.name, part.name), part, shown(view, part), view.share(part))
                for part in view.parts[:PARTS_SHOWN]
            ],
        )
        for title, view in views
    ]


def shown(view: Spread, part: Any) -> str:
    """A part's share in percent."""
    return percent(view.share(part), 1)


def hint_sentences(spread: LenderSpread) -> list[str]:
    """What stands out in the spread, as facts."""
    reader, currency = current_reader(), platform.currency()
    borrowers, grades = spread.borrowers, spread.grades
    sentences = []
    for hint in hints_of(borrowers, grades):
        if hint is Hint.LARGE_BORROWER:
            largest = borrowers.parts[0]
            sentences.append(
                _(
                    "{share} of what you lent is with one borrower, {name}. If that borrower stops "
                    "paying, up to {amount} can be lost."
                ).format(
                    share=shown(borrowers, largest),
                    name=largest.name,
                    amount=reader.money(largest.outstanding_minor, currency),
                )
            )
        elif hint is Hint.FEW_LOANS:
            sentences.append(
                ngettext(
                    "All of it is in %(number)s loan: one that isn't paid back weighs heavily.",
                    "All of it is in %(number)s loans: one that isn't paid back weighs heavily.",
                    borrowers.loans,
                )
                % {"number": reader.count(borrowers.loans)}
            )
        else:
            sentences.append(
                _("{share} of it is in grade {grade}.").format(
                    share=shown(grades, grades.parts[0]), grade=grades.parts[0].name
                )
            )
    return sentences


def loss_rows(book: LenderBook) -> list[tuple[str, int, int, str, int]]:
    """By lateness: loans, what is open, the least share assumed lost, and what that makes."""
    rows = []
    for bucket in BUCKETS:
        held = [each for each in book.holdings if each.bucket is bucket]
        if held:
            rows.append(
                (
                    bucket.value,
                    len(held),
                    sum(each.outstanding_minor for each in held),
                    percent(LOSS_WHEN_LATE[bucket], 0) if LOSS_WHEN_LATE[bucket] else "",
                    sum(each.expected_loss_minor for each in held),
                )
            )
    return rows
