"""What is due on all loans of a member, and every way to pay it."""

from dataclasses import dataclass
from datetime import timedelta

from django.http import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tuppence import platform
from tuppence.members.views import MemberRequest, member_page
from tuppence.web import tables
from tuppence.web.late_words import late_fee_words
from tuppence.web.parts import Figure, Text
from tuppence.web.reader import current_reader
from tuppence.web.reads.dues import Dues, LoanTermsRow, dues_of
from tuppence.web.reads.payouts import own_reference, pay_in_account
from tuppence.web.reads.purse import Purse, purse_of
from tuppence.web.schedule_tables import DUES
from tuppence.web.templatetags.money import percent
from tuppence.web.words import word_of

AHEAD = timedelta(days=62)


@dataclass(frozen=True, slots=True)
class LoanLine:
    """What paying a loan late, early or in part means."""

    row: LoanTermsRow
    late: Text
    early: Text
    order: Text


@member_page
@require_GET
def payments_due(request: MemberRequest) -> HttpResponseBase:
    """What is due when on all loans, how to pay it, and what happens early, late or too much."""
    today = platform.business_day(timezone.now())
    dues = dues_of(request.member.id, on=today, until=today + AHEAD)
    purse = purse_of(request.member.id)
    missing_minor = max(dues.coming_minor - purse.available_minor, 0)
    action_url, action_text = first_step(dues, purse, missing_minor)
    context = {
        "dues": dues,
        "action_url": action_url,
        "action_text": action_text,
        "purse": purse,
        "figures": due_figures(dues, purse),
        "until": current_reader().day(dues.until),
        "missing_minor": missing_minor,
        "loans": [loan_line(row) for row in dues.loans],
        "account": pay_in_account(),
        "reference": own_reference(request.member.id),
    }
    table = DUES.of(request, dues.rows)
    return tables.table_page(request, "pages/payments_due.html", table, context)


def first_step(dues: Dues, purse: Purse, missing_minor: int) -> tuple[str, str]:
    """What to do now, with its words: pay what is due from cash, else pay in what is missing."""
    due = dues.next
    if due and due.due_on <= dues.on and purse.available_minor:
        return reverse("pay_due", args=[due.loan_id]), _("Pay what is due")
    if missing_minor:
        return f"{reverse('pay_in')}?minor={missing_minor}", _("Pay in")
    return "", ""


def due_figures(dues: Dues, purse: Purse) -> list[Figure]:
    """What is due, what comes next, what is there to pay it from."""
    reader, due = current_reader(), dues.next
    overdue = reader.money(dues.overdue_minor, purse.currency)
    missing_minor = max(dues.due_minor - purse.available_minor, 0)
    return [
        Figure(
            _("Due today"),
            reader.money(dues.due_minor, purse.currency),
            _("of it overdue: {amount}").format(amount=overdue),
        ),
        Figure(
            _("Next payment"),
            reader.money(due.amount_minor if due else 0, purse.currency),
            reader.day(due.due_on) if due else _("nothing more is due"),
            reverse("loan", args=[due.loan_id]) if due else "",
        ),
        Figure(
            _("Your cash"),
            reader.money(purse.available_minor, purse.currency),
            _("you pay from it"),
            reverse("cash"),
        ),
        Figure(
            _("To pay in for today"),
            reader.money(missing_minor, purse.currency),
            _("what is due less your cash"),
            f"{reverse('pay_in')}?minor={missing_minor}" if missing_minor else "",
        ),
    ]


def loan_line(row: LoanTermsRow) -> LoanLine:
    """The terms of a loan that count when it is paid late, early or in part."""
    compensation = row.terms.prepayment_compensation
    early = _("free")
    if compensation:
        early = _("at most {share} of what is paid early, half of it in the last year").format(
            share=percent(compensation)
        )
    parts = [str(word_of("component", each)) for each in row.terms.waterfall.split(",")]
    return LoanLine(row, late_fee_words(row.terms, row.currency), early, " → ".join(parts))
