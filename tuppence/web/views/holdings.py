"""One holding: what was lent, what came back, and everything that happened in between."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tuppence import platform
from tuppence.members.views import MemberRequest, member_page
from tuppence.web.news_words import NewsRow, news_rows
from tuppence.web.parts import Figure
from tuppence.web.portfolio_tables import shown_state
from tuppence.web.reader import current_reader
from tuppence.web.reads.holdings import HoldingStory, holding_story
from tuppence.web.words import word_of


@member_page
@require_GET
def holding(request: MemberRequest, loan_id: int) -> HttpResponse:
    """The story of one of the member's parts of loans."""
    today = platform.business_day(timezone.now())
    story = holding_story(request.member.id, loan_id)
    if story is None:
        raise Http404
    loan = story.holding.loan
    context = {
        "story": story,
        "loan": loan,
        "state": shown_state(loan.state, loan.next_due_on, today),
        "figures": holding_figures(story),
        "late_days": (today - loan.next_due_on).days if loan.next_due_on else 0,
        "lines": news_rows(story.news, loan.currency, story.own, today=today)
        + ([] if story.is_cut else promised_rows(story)),
    }
    return render(request, "pages/holding.html", context)


def promised_rows(story: HoldingStory) -> list[NewsRow]:
    """The orders from which the holding came."""
    reader, currency = current_reader(), story.holding.loan.currency
    return [
        NewsRow(
            at=order.placed_at,
            text=word_of("transfer", "order_placed"),
            own=reader.money(-order.amount_minor, currency),
        )
        for order in story.promised
    ]


def holding_figures(story: HoldingStory) -> list[Figure]:
    """Lent, back, earned, still out, and what was lost."""
    reader, held = current_reader(), story.holding

    def money(amount_minor: int) -> str:
        return reader.money(amount_minor, held.loan.currency)

    returned_minor = held.lent_minor - held.outstanding_minor - held.written_off_minor
    figures = [
        Figure(_("You lent"), money(held.lent_minor), reader.day(held.loan.starts_on)),
        Figure(_("Came back"), money(returned_minor), _("principal")),
        Figure(_("Earned"), money(story.earned_minor), _("interest and charges after fee and tax")),
        Figure(_("Still out"), money(held.outstanding_minor), _("your part of the principal")),
    ]
    if held.written_off_minor:
        figures += [
            Figure(_("Written off"), money(held.written_off_minor), _("principal given up")),
            Figure(_("Recovered"), money(story.recovered_minor), _("paid since, after its cost")),
        ]
    return figures
