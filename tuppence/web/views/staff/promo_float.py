"""The firm's money for gifts: what is held, who has claimed it, how to pay in and take out."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tuppence import platform
from tuppence.bank import operations, queries
from tuppence.bank.house_payment import HousePaymentError
from tuppence.bank.matching import Meaning
from tuppence.bank.promo_float import PromoFloat
from tuppence.bank.promo_float.queries import promo_float as float_now
from tuppence.bank.reference import Order, order_reference
from tuppence.growth.queries.float_claims import float_claims
from tuppence.members.operations import ApprovalKeyReusedError
from tuppence.members.queries import may
from tuppence.members.roles import Permission
from tuppence.members.views import requires
from tuppence.web.forms.cash import PracticeReceiptForm
from tuppence.web.forms.fields import translated
from tuppence.web.forms.staff_words import ReasonForm
from tuppence.web.order_keys import order_key, staff_id
from tuppence.web.parts import Figure, Line
from tuppence.web.reader import current_reader
from tuppence.web.reads.staff import bank as reads
from tuppence.web.staff_outcomes import START_AGAIN
from tuppence.web.views.staff.act_pages import act_page

MOVEMENTS_SHOWN = 10


@requires(Permission.SEE_BANK, Permission.SEE_GROWTH)
@require_GET
def promo_float(request: HttpRequest) -> HttpResponse:
    """What the float holds, who has claimed what of it, and how money gets in and out."""
    return float_page(request, PracticeReceiptForm())


def float_page(request: HttpRequest, form: PracticeReceiptForm) -> HttpResponse:
    """The page of the float; in the demo also a form by which the practice bank receives it."""
    currency = platform.currency()
    account = queries.account_in(currency)
    sees_bank = may(request.user, Permission.SEE_BANK)
    context = {
        "figures": figures(
            float_now(currency), currency, with_books=may(request.user, Permission.SEE_BOOKS)
        ),
        "currency": currency,
        "claims": float_claims(currency),
        "account": account,
        "reference": order_reference(Order.FLOAT, account.key) if account else "",
        "paid_in": reads.lines(meaning=Meaning.FLOAT, limit=MOVEMENTS_SHOWN) if sees_bank else (),
        "sees_bank": sees_bank,
        "practice": settings.TUPPENCE_DEMO,
        "form": form,
    }
    return render(request, "staff/promo_float.html", context)


def figures(found: PromoFloat, currency: str, *, with_books: bool) -> list[Figure]:
    """Held, claimed, earned and free, each with what it is made of."""
    reader = current_reader()
    accounts = reverse("staff_accounts") if with_books else ""
    return [
        Figure(
            _("Held"),
            reader.money(found.held_minor, currency),
            _("the firm's own money in the client bank, for gifts"),
            accounts and f"{accounts}?kind=promo_float",
        ),
        Figure(
            _("Claimed by campaigns"),
            reader.money(found.claimed_minor, currency),
            _("what campaigns may still give: available and reserved"),
        ),
        Figure(
            _("Earned, not given yet"),
            reader.money(found.earned_minor, currency),
            _("members have earned it; it goes to them from the float"),
            accounts and f"{accounts}?kind=incentive_liability",
        ),
        Figure(
            _("Free"),
            reader.money(found.free_minor, currency),
            _("for a new campaign, or to be taken out; {leaving} is on its way out").format(
                leaving=reader.money(found.leaving_minor, currency)
            ),
        ),
    ]


@requires(Permission.MANUAL_ENTRY)
@require_http_methods(["GET", "POST"])
def receipt_is_float(request: HttpRequest, line_id: int) -> HttpResponse:
    """Ask that an unidentified receipt count as the firm's money for gifts."""
    page = reads.line_page(line_id)
    if page is None:
        raise Http404
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            asked = operations.request_float_receipt(
                line_id,
                why=form.cleaned_data["why"],
                by=staff_id(request),
                at=timezone.now(),
                key=order_key(request, "staff.float_receipt", form),
            )
        except HousePaymentError as error:
            form.add_error(None, translated(error))
        except ApprovalKeyReusedError:
            form.add_error(None, str(START_AGAIN))
        else:
            messages.success(request, _("Asked for. A second person has to agree."))
            return redirect("staff_approval", asked.pk)
    return act_page(
        request,
        form,
        title=_("It is the firm's money for gifts"),
        purpose=_(
            "The receipt moves from the unidentified ones to the float once two people agree."
        ),
        warning=_(
            "Only for money that the firm itself sent: a member's money is never the firm's."
        ),
        submit=_("Ask for it"),
        back_url=reverse("staff_bank_line", args=[line_id]),
        lines=[
            Line(_("Amount"), current_reader().money(page.row.amount_minor, page.row.currency)),
            Line(_("Payer"), page.row.counterparty_name or "–"),
            Line(_("Account number"), page.line.counterparty_account or "–"),
        ],
    )
