"""Payment files for the client bank: made once, downloaded, read again later."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from tuppence import platform
from tuppence.bank import operations, queries
from tuppence.bank.models import HousePayment, PayoutFile, Withdrawal
from tuppence.bank.operations import PayoutRun, PayoutsHeldError, SendStatus
from tuppence.bank.withdrawal import State
from tuppence.members.roles import Permission
from tuppence.members.views import requires
from tuppence.web.forms.fields import translated
from tuppence.web.forms.staff_words import ConfirmForm
from tuppence.web.order_keys import order_key, staff_id
from tuppence.web.parts import Line
from tuppence.web.reader import current_reader
from tuppence.web.views.staff.act_pages import act_page


@requires(Permission.SEND_PAYMENTS)
@require_http_methods(["GET", "POST"])
def make_payment_file(request: HttpRequest) -> HttpResponse:
    """Say what goes out, then make the file; made twice it is the same file."""
    account = queries.account_in(platform.currency())
    if account is None:
        messages.error(request, _("There is no client bank account yet. Two people open it first."))
        return redirect("staff_withdrawals")
    form = ConfirmForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        key = order_key(request, "staff.payment_file", form)
        try:
            run = operations.send_payouts(
                account.pk, key=key, at=timezone.now(), by=staff_id(request)
            )
        except PayoutsHeldError as error:
            form.add_error(None, translated(error))
        else:
            messages.success(request, run_text(run))
            if run.file_id is None:
                return redirect("staff_withdrawals")
            return redirect("staff_payment_file", run.file_id)
    approved = Withdrawal.objects.filter(account=account, state=State.APPROVED)
    house = HousePayment.objects.filter(account=account, payout_file=None)
    total = sum(approved.values_list("amount_minor", flat=True))
    total_house = sum(house.values_list("amount_minor", flat=True))
    reader = current_reader()
    return act_page(
        request,
        form,
        title=_("Make the payment file"),
        purpose=_(
            "All that is approved goes into one file, as far as the client bank's money goes."
        ),
        warning=_("What is in a file counts as sent. Give each file to the bank exactly once."),
        submit=_("Make the file"),
        back_url=reverse("staff_withdrawals"),
        lines=[
            Line(_("Paid from"), f"{account.holder_name}, {account.account}"),
            Line(_("Withdrawals"), reader.count(approved.count())),
            Line(_("Their amount"), reader.money(total, account.currency)),
            Line(_("Payments of the house"), reader.count(house.count())),
            Line(_("Their amount"), reader.money(total_house, account.currency)),
            Line(_("Together"), reader.money(total + total_house, account.currency), is_sum=True),
            Line(
                _("The client bank can pay"),
                reader.money(queries.payable_minor(account), account.currency),
            ),
        ],
    )


def run_text(run: PayoutRun) -> str:
    """What a run did, in sentences."""
    if run.status is SendStatus.NOTHING_TO_SEND:
        return _("Nothing was ready to be sent, so no file was made.")
    count = len(run.sent) + len(run.sent_by_house)
    sent = ngettext("%(number)s payment sent.", "%(number)s payments sent.", count)
    texts = [sent % {"number": count}]
    if run.waiting:
        waiting = ngettext("%(number)s waits.", "%(number)s wait.", len(run.waiting))
        texts.append(waiting % {"number": len(run.waiting)})
    if run.refused:
        refused = ngettext(
            "%(number)s was refused, because the bank account changed.",
            "%(number)s were refused, because the bank account changed.",
            len(run.refused),
        )
        texts.append(refused % {"number": len(run.refused)})
    return " ".join(texts)


@requires(Permission.SEND_PAYMENTS, Permission.SEE_BANK)
@require_GET
def payment_file(request: HttpRequest, file_id: int) -> HttpResponse:
    """One file: its payments, and the way to download it."""
    file = PayoutFile.objects.select_related("account", "made_by").filter(id=file_id).first()
    if file is None:
        raise Http404
    rows = file.withdrawals.select_related("bank_account").order_by("id")[:80]
    context = {"file": file, "rows": rows, "house": file.house_payments.order_by("id")[:40]}
    return render(request, "staff/payment_file.html", context)


@requires(Permission.SEND_PAYMENTS)
@require_GET
def download_payment_file(request: HttpRequest, file_id: int) -> HttpResponse:
    """The very bytes for the bank."""
    if not PayoutFile.objects.filter(id=file_id).exists():
        raise Http404
    name, content = queries.payout_file_content(file_id)
    response = HttpResponse(content, content_type="application/xml")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
