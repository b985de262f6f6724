"""A bank line that is not what it was taken for: given to the wrong member, or booked twice."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tuppence import platform
from tuppence.bank import operations
from tuppence.bank.matching import Meaning
from tuppence.bank.models import BankLine, LineMatch
from tuppence.bank.operations.taking_back import deposit_of
from tuppence.bank.queries import lines_like
from tuppence.bank.separate_payments import SeparateOrder, SeparateStatus
from tuppence.bank.taking_back import TakeBackOrder, TakeBackStatus, taking_back_entries
from tuppence.members.roles import Permission
from tuppence.members.views import requires
from tuppence.web.bookings import Booking, bookings_of
from tuppence.web.forms.staff_bank import DOUBLED, LikeLinesForm
from tuppence.web.forms.staff_words import ReasonForm
from tuppence.web.order_keys import order_key, staff_id
from tuppence.web.parts import Line
from tuppence.web.reader import current_reader
from tuppence.web.reads.staff import bank as reads
from tuppence.web.reads.staff.finance import next_twins
from tuppence.web.staff_outcomes import sentence_of
from tuppence.web.views.staff.act_pages import act_page


@requires(Permission.ASSIGN_RECEIPT)
@require_http_methods(["GET", "POST"])
def take_back(request: HttpRequest, line_id: int) -> HttpResponse:
    """Take a deposit back from the member that it was given to; it is nobody's again."""
    page = reads.line_page(line_id)
    if page is None:
        raise Http404
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        order = TakeBackOrder(
            key=order_key(request, "staff.take_back", form),
            line_id=line_id,
            by=staff_id(request),
            at=timezone.now(),
            why=form.cleaned_data["why"],
        )
        (outcome,) = operations.take_receipts_back([order])
        if outcome.status.accepted:
            messages.success(request, _("Taken back. Now say whose it is."))
            return redirect("staff_bank_line", line_id)
        form.add_error(None, sentence_of(outcome.status))
    return act_page(
        request,
        form,
        title=_("Take the deposit back"),
        purpose=_(
            "The receipt was given to the wrong member. It waits for its member again, as long as"
            " nothing has been built on it: the member still has the money."
        ),
        submit=_("Take it back"),
        back_url=reverse("staff_bank_line", args=[line_id]),
        lines=[
            Line(_("Amount"), current_reader().money(page.row.amount_minor, page.row.currency)),
            Line(_("Payer"), page.row.counterparty_name or "–"),
        ],
        bookings=bookings_of_line(line_id),
        shows_bookings=True,
    )


def bookings_of_line(line_id: int) -> list[Booking]:
    """What taking a line back books; nothing where no member has it."""
    match = LineMatch.objects.select_related("line__account").get(line_id=line_id, ends_at=None)
    return bookings_of(taking_back_entries(deposit_of(match)))


@requires(Permission.ASSIGN_RECEIPT)
@require_http_methods(["GET", "POST"])
def like_lines(request: HttpRequest, line_id: int) -> HttpResponse:
    """A line beside the one that it looks like: one payment booked twice, or two payments."""
    line = BankLine.objects.select_related("account").filter(id=line_id).first()
    if line is None:
        raise Http404
    pair = sorted([line, *lines_like(line)[:1]], key=lambda each: each.pk)
    first, later = pair[0], pair[-1]
    form = LikeLinesForm(request.POST or None)
    acts = request.method == "POST" and len(pair) > 1 and form.is_valid()
    if acts and decided(request, form, later.pk, first.pk):
        return onwards()
    context = {
        "line": later,
        "pages": [reads.line_page(each.pk) for each in pair],
        "form": form,
        "bookings": bookings_of_line(later.pk),
        "is_doubled": line.matches.filter(meaning=Meaning.DOUBLED, ends_at=None).exists(),
        "is_separate": hasattr(later, "separate"),
    }
    return render(request, "staff/like_lines.html", context)


def decided(request: HttpRequest, form: LikeLinesForm, line_id: int, other_id: int) -> bool:
    """Set the line aside, or keep it as a payment of its own; a refusal stands on the form."""
    key, why = order_key(request, "staff.like_lines", form), form.cleaned_data["why"]
    by, at = staff_id(request), timezone.now()
    if form.cleaned_data["word"] == DOUBLED:
        (outcome,) = operations.take_receipts_back(
            [TakeBackOrder(key, line_id, by, at, why, doubled_of=other_id)]
        )
        status: TakeBackStatus | SeparateStatus = outcome.status
        done = _("Set aside until the bank corrects it. Ask the bank to do so.")
    else:
        (status,) = operations.keep_separate([SeparateOrder(key, line_id, other_id, by, at, why)])
        done = _("Kept: these are two payments.")
    if not status.accepted:
        form.add_error(None, sentence_of(status))
        return False
    messages.success(request, done)
    return True


def onwards() -> HttpResponse:
    """To the next lines that look doubled; where there are none, to what else there is to do."""
    following = next_twins(on=platform.business_day(timezone.now()))
    return redirect("staff_like_lines", following) if following else redirect("staff_finance")
