"""Members' bank accounts: verified by one person, put in the place of another by two."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tuppence.members import operations, queries
from tuppence.members.bank_account import VerifyOrder, VerifyStatus
from tuppence.members.models import BankAccount
from tuppence.members.refusals import refusal
from tuppence.members.roles import Permission
from tuppence.members.views import requires
from tuppence.web.forms.staff_words import ConfirmForm
from tuppence.web.order_keys import order_key, staff_id
from tuppence.web.parts import Line
from tuppence.web.reads.staff import queues
from tuppence.web.reads.staff.people import waiting_bank_accounts
from tuppence.web.templatetags.money import moment
from tuppence.web.views.staff.act_pages import act_page


@requires(Permission.APPROVE_BANK_DETAILS, Permission.CHANGE_BANK_DETAILS)
@require_GET
def bank_accounts(request: HttpRequest) -> HttpResponse:
    """Accounts that were named and wait to be verified."""
    context = {"accounts": waiting_bank_accounts(), "waiting": queues.bank_accounts().number}
    return render(request, "staff/bank_accounts.html", context)


@requires(Permission.CHANGE_BANK_DETAILS)
@require_http_methods(["GET", "POST"])
def verify_bank_account(request: HttpRequest, account_id: int) -> HttpResponse:
    """Take an account as the member's own, or ask for it where another one is in use."""
    account = BankAccount.objects.select_related("member").filter(id=account_id).first()
    if account is None:
        raise Http404
    is_change = bool(queries.payout_accounts([account.member_id]))
    form = ConfirmForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if is_change and account.verified_at is None:
            asked = operations.request_bank_account_change(
                account_id,
                by=staff_id(request),
                at=timezone.now(),
                key=order_key(request, "staff.bank_account", form),
            )
            messages.success(request, _("Asked for. A second person has to agree."))
            return redirect("staff_approval", asked.pk)
        order = VerifyOrder(account_id, timezone.now())
        (status,) = operations.verify_bank_accounts([order], by=staff_id(request))
        if status in {VerifyStatus.VERIFIED, VerifyStatus.EXISTS}:
            messages.success(request, _("Verified. Money can go out to this account."))
            return redirect("staff_bank_accounts")
        form.add_error(None, _(refusal(status) or status.value))
    return act_page(
        request,
        form,
        title=_("Change the bank account") if is_change else _("Verify the bank account"),
        purpose=_("Another account is in use; a second person has to agree to the change.")
        if is_change
        else _("Compare with a bank statement, or with the account a deposit came from."),
        submit=_("Ask for the change") if is_change else _("It is the member's own"),
        back_url=reverse("staff_bank_accounts"),
        lines=[
            Line(_("Member"), f"{account.member.legal_name} · {account.member_id}"),
            Line(_("Holder"), account.holder_name),
            Line(_("IBAN"), account.iban),
            Line(_("BIC"), account.bic or "–"),
            Line(_("Named"), moment(account.added_at)),
        ],
    )
