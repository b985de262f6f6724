"""A member's money: what is there, every line of it, paying in, taking out."""

from datetime import date, timedelta
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tuppence import platform
from tuppence.bank.operations import ask_withdrawals, cancel_withdrawals
from tuppence.bank.withdrawal import AskOrder, StepOrder
from tuppence.ledger.ids import derive_id
from tuppence.members.bank_account import masked
from tuppence.members.queries import BankAccountRow
from tuppence.members.views import MemberRequest, member_page
from tuppence.money.currency import format_plain
from tuppence.web.forms.cash import PracticeReceiptForm, TakeOutForm
from tuppence.web.forms.fields import OrderForm
from tuppence.web.outcomes import ASK_REFUSALS
from tuppence.web.parts import LedgerLine, Line
from tuppence.web.periods import Period, month_of, year_of
from tuppence.web.reader import current_reader
from tuppence.web.reads import activity as reads
from tuppence.web.reads import payouts
from tuppence.web.reads.holdings import payment_behind
from tuppence.web.reads.purse import purse_of
from tuppence.web.reads.standing import standing_of
from tuppence.web.subjects import subject_text, subject_url
from tuppence.web.whole_numbers import whole_number
from tuppence.web.words import transfer_word

LINES_A_PAGE = 50


@member_page
@require_GET
def cash(request: MemberRequest) -> HttpResponse:
    """Balance and ledger lines, newest first."""
    account_id = reads.own_account(request.member.id)
    text = request.GET.get("before", "")
    before = int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0
    page = (
        reads.activity(account_id, older_than=before, limit=LINES_A_PAGE)
        if account_id
        else reads.ActivityPage([], 0)
    )
    context = {
        "purse": purse_of(request.member.id),
        "lines": [ledger_line(line) for line in page.lines],
        "currency": settings.TUPPENCE_CURRENCY,
        "newer_url": reverse("cash") if before else "",
        "older_url": f"{reverse('cash')}?before={page.older_than}" if page.older_than else "",
        "statements": recent_statements(platform.business_day(timezone.now())),
        "withdrawals": payouts.withdrawals_asked(request.member.id, limit=5),
    }
    return render(request, "pages/cash.html", context)


def recent_statements(today: date) -> list[Period]:
    """The periods whose statements are asked for most: last month, this month, this year."""
    month = month_of(today)
    return [month_of(month.first - timedelta(days=1)), month, year_of(today)]


def ledger_line(line: reads.ActivityLine) -> LedgerLine:
    """A transfer in the words of its member."""
    return LedgerLine(
        at=line.occurred_at,
        text=transfer_word(line.kind, comes_in=line.change_minor > 0),
        in_minor=max(line.change_minor, 0),
        out_minor=max(-line.change_minor, 0),
        balance_minor=line.balance_minor,
        url=reverse("transfer", args=[line.id]),
        about=subject_text(line.subject_kind, line.subject_id),
        about_url=subject_url(line.subject_kind, line.subject_id),
    )


@member_page
@require_GET
def transfer(request: MemberRequest, transfer_id: UUID) -> HttpResponse:
    """One transfer: from where to where, when, and what for."""
    found = reads.transfer_for(request.member.id, transfer_id)
    if found is None:
        raise Http404
    context = {
        "transfer": found,
        "title": transfer_word(found.kind, comes_in=found.is_credit_own),
        "about": subject_text(found.subject_kind, found.subject_id),
        "about_url": subject_url(found.subject_kind, found.subject_id),
        "payment_id": payment_behind(found.subject_id, found.group_id)
        if found.subject_kind == "loan"
        else None,
    }
    return render(request, "pages/transfer.html", context)


@member_page
@require_GET
def pay_in(request: MemberRequest) -> HttpResponse:
    """Where to send money, and the reference by which it finds its owner."""
    wanted_minor = whole_number(request.GET.get("minor", ""))
    amount = format_plain(wanted_minor, settings.TUPPENCE_CURRENCY) if wanted_minor else ""
    return pay_in_page(request, PracticeReceiptForm(initial={"amount": amount}))


def pay_in_page(request: MemberRequest, form: PracticeReceiptForm) -> HttpResponse:
    """Account and reference; in the demo also a form by which the practice bank receives money."""
    standing = standing_of(request.member.id)
    context = {
        "account": payouts.pay_in_account(),
        "reference": standing.page.member.payment_reference,
        "purse": purse_of(request.member.id),
        "form": form,
        "practice": settings.TUPPENCE_DEMO,
    }
    return render(request, "pages/pay_in.html", context)


@member_page
@require_GET
def take_out(request: MemberRequest) -> HttpResponse:
    """Ask how much."""
    purse = purse_of(request.member.id)
    form = TakeOutForm(available_minor=purse.available_minor)
    return take_out_page(request, form)


def take_out_page(request: MemberRequest, form: TakeOutForm) -> HttpResponse:
    """The question how much, with what there is and where it goes."""
    standing = standing_of(request.member.id)
    context = {
        "form": form,
        "purse": purse_of(request.member.id),
        "standing": standing,
        "lines": payout_lines(standing.bank_account),
        "promise": payouts.payout_promise(at=timezone.now()),
    }
    return render(request, "pages/take_out.html", context)


def payout_lines(account: BankAccountRow | None) -> list[Line]:
    """Where money goes, when it is there, and what that costs."""
    reader, promise = current_reader(), payouts.payout_promise(at=timezone.now())
    return [
        Line(_("To"), f"{account.holder_name}, {masked(account.iban)}" if account else "–"),
        Line(_("There by"), reader.day(promise.on) if promise else "–"),
        Line(_("Our fee"), reader.money(0, settings.TUPPENCE_CURRENCY)),
    ]


@member_page
@require_GET
def take_out_review(request: MemberRequest) -> HttpResponse:
    """Say what will happen before it does."""
    purse = purse_of(request.member.id)
    form = TakeOutForm(request.GET, available_minor=purse.available_minor)
    if not form.is_valid():
        return take_out_page(request, form)
    return review_page(request, form, form.cleaned_data["amount"])


def review_page(request: MemberRequest, form: forms.Form, amount_minor: int) -> HttpResponse:
    """Amount, account, day and fee, with the form hidden behind the button."""
    account = standing_of(request.member.id).bank_account
    for field in form.fields.values():
        field.widget = forms.HiddenInput()
    context = {
        "form": form,
        "lines": [
            Line(_("Amount"), current_reader().money(amount_minor, settings.TUPPENCE_CURRENCY)),
            *payout_lines(account),
        ],
    }
    return render(request, "pages/take_out_review.html", context)


@member_page
@require_POST
def take_out_confirm(request: MemberRequest) -> HttpResponse:
    """Ask for the money; the same page sent twice asks once."""
    purse = purse_of(request.member.id)
    # What was asked already is gone from the balance: a repeat must reach the operation too.
    form = TakeOutForm(request.POST, available_minor=10**15)
    if not form.is_valid():
        return take_out_page(request, form)
    amount_minor = form.cleaned_data["amount"]
    order = AskOrder(
        key=derive_id("web.withdrawal", request.member.id, form.cleaned_data["key"], amount_minor),
        member_id=request.member.id,
        amount_minor=amount_minor,
        currency=purse.currency,
        at=timezone.now(),
        by=request.user.pk,
    )
    (asked,) = ask_withdrawals([order])
    if asked.status.accepted:
        assert asked.withdrawal_id is not None
        return redirect("withdrawal", asked.withdrawal_id)
    form.add_error(None, str(ASK_REFUSALS[asked.status]))
    return take_out_page(request, form)


@member_page
@require_GET
def withdrawal(request: MemberRequest, withdrawal_id: int) -> HttpResponse:
    """What happened, the receipt, and what comes next."""
    found = payouts.withdrawal_of(request.member.id, withdrawal_id)
    if found is None:
        raise Http404
    context = {
        "withdrawal": found,
        "receipt_key": UUID(found.key),
        "iban": masked(found.iban),
        "cancel_form": OrderForm(),
    }
    return render(request, "pages/withdrawal.html", context)


@member_page
@require_POST
def cancel_withdrawal(request: MemberRequest, withdrawal_id: int) -> HttpResponse:
    """Take a wish back before it has gone to the bank."""
    form = OrderForm(request.POST)
    found = payouts.withdrawal_of(request.member.id, withdrawal_id)
    if found is None or found.is_loan:
        raise Http404
    if form.is_valid() and request.user.pk is not None:
        key = derive_id("web.cancel_withdrawal", request.member.id, form.cleaned_data["key"])
        step = StepOrder(key, withdrawal_id, by=request.user.pk, at=timezone.now())
        (outcome,) = cancel_withdrawals([step])
        if outcome.status.accepted:
            messages.success(request, _("Cancelled. The money is back in your cash."))
        else:
            messages.error(request, _("It has gone to the bank already and can't be cancelled."))
    return redirect("withdrawal", withdrawal_id)
