"""In the demo only: what a bank or an officer does by tomorrow is done now."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tuppence.ledger.ids import derive_id
from tuppence.members.roles import Permission
from tuppence.members.views import MemberRequest, member_page, requires
from tuppence.practice.operations import (
    PracticeBankError,
    PracticeOfficerError,
    accept_papers,
    receive_deposit,
    receive_float,
    run_bank_day,
)
from tuppence.practice.operations.difficult_day import (
    send_difficult_day,
    send_what_was_left_out,
)
from tuppence.web.forms.cash import PracticeReceiptForm
from tuppence.web.forms.fields import translated
from tuppence.web.reader import current_reader
from tuppence.web.views.cash import pay_in_page
from tuppence.web.views.staff.promo_float import float_page


@member_page
@require_POST
def receive(request: MemberRequest) -> HttpResponse:
    """A transfer of this member arrives now; the same form sent twice brings it once."""
    only_in_demo()
    form = PracticeReceiptForm(request.POST)
    if not form.is_valid():
        return pay_in_page(request, form)
    amount_minor = form.cleaned_data["amount"]
    key = derive_id("web.practice", request.member.id, form.cleaned_data["key"], amount_minor)
    try:
        receive_deposit(request.member.id, amount_minor, timezone.now(), key=key)
    except PracticeBankError as error:
        form.add_error(None, translated(error))
        return pay_in_page(request, form)
    messages.success(
        request,
        _("The practice bank has received {amount}. It is on your account.").format(
            amount=current_reader().money(amount_minor, settings.TUPPENCE_CURRENCY)
        ),
    )
    return redirect("cash")


@member_page
@require_POST
def welcome(request: MemberRequest) -> HttpResponse:
    """The practice officer accepts this member's papers now; asked twice, it is done once."""
    only_in_demo()
    assert request.user.pk is not None
    try:
        accept_papers(request.member.id, timezone.now(), by=request.user.pk)
    except PracticeOfficerError as error:
        messages.error(request, translated(error))
    else:
        messages.success(request, _("The practice officer has accepted your papers."))
    return redirect("identity")


@requires(Permission.IMPORT_STATEMENT)
@require_POST
def bank_day(request: HttpRequest) -> HttpResponse:
    """The practice bank carries payment files out and sends its statement, which is imported."""
    only_in_demo()
    assert request.user.pk is not None
    now = timezone.now()
    try:
        late = send_what_was_left_out(at=now, by=request.user.pk)
        outcome = run_bank_day(at=now, by=request.user.pk) or late
    except PracticeBankError as error:
        messages.error(request, translated(error))
        return redirect("staff_bank")
    if outcome is None:
        messages.info(request, _("Nothing has happened at the bank since its last statement."))
        return redirect("staff_bank")
    return redirect("staff_statement_file", outcome.file_id)


@requires(Permission.IMPORT_STATEMENT)
@require_POST
def difficult_day(request: HttpRequest) -> HttpResponse:
    """The practice bank sends a day with a missing, a doubled and an unidentified line."""
    only_in_demo()
    assert request.user.pk is not None
    try:
        outcome = send_difficult_day(at=timezone.now(), by=request.user.pk)
    except PracticeBankError as error:
        messages.error(request, translated(error))
        return redirect("staff_finance")
    if outcome is None:
        messages.info(request, _("The practice bank has sent its difficult day today already."))
    else:
        messages.success(
            request,
            _(
                "The practice bank sent a difficult day: a receipt twice, one that names nobody,"
                " and a statement left out."
            ),
        )
    return redirect("staff_finance")


@requires(Permission.IMPORT_STATEMENT)
@require_POST
def receive_money_for_gifts(request: HttpRequest) -> HttpResponse:
    """The firm's money for gifts arrives now; the same form sent twice brings it once."""
    only_in_demo()
    form = PracticeReceiptForm(request.POST)
    if not form.is_valid():
        return float_page(request, form)
    amount_minor = form.cleaned_data["amount"]
    key = derive_id("web.practice.float", form.cleaned_data["key"], amount_minor)
    try:
        receive_float(amount_minor, timezone.now(), key=key)
    except PracticeBankError as error:
        form.add_error(None, translated(error))
        return float_page(request, form)
    messages.success(
        request,
        _("The practice bank has received {amount}. It is in the float.").format(
            amount=current_reader().money(amount_minor, settings.TUPPENCE_CURRENCY)
        ),
    )
    return redirect("staff_promo_float")


def only_in_demo() -> None:
    """Outside the demo there is no practice bank. Raises Http404."""
    if not settings.TUPPENCE_DEMO:
        raise Http404
