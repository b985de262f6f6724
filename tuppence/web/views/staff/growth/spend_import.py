"""A partner's file of spend: sent, its columns named, its sum compared, then booked whole."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from tuppence import platform
from tuppence.growth.models import SpendImport, SpendUpload
from tuppence.growth.operations import ImportOrder, import_spend
from tuppence.growth.operations.imports import (
    ImportedSpend,
    ImportStatus,
    keep_upload,
    preview_import,
)
from tuppence.growth.spend import PaidFrom, PriceModel
from tuppence.growth.spend_file import (
    SpendFile,
    SpendFileError,
    booked_total,
    read_headings,
    read_spend_file,
    total_by_campaign,
)
from tuppence.growth.spend_map import SpendMapError, suggest_spend_map
from tuppence.members.roles import Permission
from tuppence.members.views import requires
from tuppence.money.currency import minor_digits
from tuppence.web.forms.fields import translated
from tuppence.web.forms.staff_growth import LayoutForm, SpendFileForm
from tuppence.web.order_keys import order_key, staff_id
from tuppence.web.staff_outcomes import sentence_of
from tuppence.web.views.staff.growth.spend import partner_of, spend_rows, spend_table

SHOWN = 20
PLAIN = {"decimal": ".", "date_format": "YYYY-MM-DD"}


@requires(Permission.BOOK_SPEND)
@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Send a file; nothing is booked yet."""
    form = SpendFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        typed, by, now = form.cleaned_data, staff_id(request), timezone.now()
        content, name = typed["file"].read(), typed["file"].name or "spend.csv"
        try:
            read_headings(content, name)
        except SpendFileError as error:
            form.add_error("file", translated(error))
        else:
            partner_id = partner_of(typed, by=by)
            assert partner_id is not None
            row = keep_upload(
                content,
                name,
                partner_id=partner_id,
                channel_id=int(typed["channel"]),
                by=by,
                at=now,
            )
            return redirect("staff_spend_layout", row.pk)
    context = {
        "form": form,
        "imports": SpendImport.objects.select_related("partner").order_by("-id")[:SHOWN],
    }
    return render(request, "staff/spend_import.html", context)


@requires(Permission.BOOK_SPEND)
@require_http_methods(["GET", "POST"])
def layout(request: HttpRequest, upload_id: int) -> HttpResponse:
    """Say what the columns mean, look at the sums, then book the file whole."""
    row = SpendUpload.objects.select_related("partner", "channel").filter(id=upload_id).first()
    if row is None:
        raise Http404
    headings = read_headings(bytes(row.content), row.file_name)
    known = row.partner.spend_map or suggest_spend_map(headings)
    initial = {**PLAIN, **known, "price_model": PriceModel.CPC.value}
    for name in ("creative", "audience"):
        if isinstance(initial.get(name), list):
            initial[name] = ", ".join(initial[name])
    form = LayoutForm(request.POST or None, initial=initial, headings=headings)
    found: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid():
        outcome, found = _read(request, form, row)
        if outcome is not None and outcome.import_id is not None:
            messages.success(request, imported_text(outcome))
            return redirect("staff_spend_import", outcome.import_id)
    context = {"form": form, "row": row, "currency": platform.currency(), **found}
    return render(request, "staff/spend_layout.html", context)


def _read(
    request: HttpRequest, form: LayoutForm, row: SpendUpload
) -> tuple[ImportedSpend | None, dict[str, Any]]:
    """What the file says by this layout; booked where that was asked for and can be."""
    now = timezone.now()
    today = platform.business_day(now)
    try:
        file = read_spend_file(
            bytes(row.content),
            row.file_name,
            form.layout(),
            one_day=form.cleaned_data["one_day"],
            today=today,
        )
    except (SpendFileError, SpendMapError) as error:
        form.add_error(None, translated(error))
        return None, {}
    order = _order(request, form, row, file)
    outcome = preview_import(order)
    if "book" in request.POST and outcome.status is ImportStatus.BOOKED:
        outcome = import_spend(order)
    if not outcome.status.accepted:
        form.add_error(None, sentence_of(outcome.status))
    return outcome, {"file": file, "outcome": outcome, **_sums(file, outcome)}


def _order(
    request: HttpRequest, form: LayoutForm, row: SpendUpload, file: SpendFile
) -> ImportOrder:
    typed = form.cleaned_data
    digits = minor_digits(platform.currency())
    total_minor = booked_total((each.amount for each in file.rows), digits)
    campaign = int(typed["campaign"]) if typed["campaign"] else None
    names = {each.partner_campaign for each in file.rows} if campaign else set()
    return ImportOrder(
        key=order_key(request, f"staff.spend_import.{row.pk}", form),
        file=file,
        file_name=row.file_name,
        file_digest=row.digest,
        layout=form.layout(),
        partner_id=row.partner_id,
        channel_id=row.channel_id,
        price_model=PriceModel(typed["price_model"]),
        paid_from=PaidFrom.PREPAID if typed["prepaid"] else PaidFrom.PAYABLES,
        campaigns={name: campaign for name in names if campaign is not None},
        total_minor=total_minor,
        by=staff_id(request),
        at=timezone.now(),
        take_restated=typed["take_restated"],
    )


def _sums(file: SpendFile, outcome: ImportedSpend) -> dict[str, Any]:
    """What is compared before anything is booked."""
    return {
        "errors": [_wrong(error.row, error.column, error.reason) for error in file.errors[:SHOWN]],
        "refused": [
            _("row {row}: {reason}").format(row=number, reason=sentence_of(status))
            for number, status in outcome.refused[:SHOWN]
        ],
        "totals": sorted(total_by_campaign(file.rows).items()),
        "can_book": outcome.status is ImportStatus.BOOKED,
    }


def _wrong(row: int, column: str, reason: str) -> str:
    return _("row {row}, {column}: {reason}").format(row=row, column=column, reason=reason)


@requires(Permission.SEE_GROWTH)
@require_GET
def spend_import(request: HttpRequest, import_id: int) -> HttpResponse:
    """One booked file with its rows."""
    row = SpendImport.objects.select_related("partner", "by").filter(id=import_id).first()
    if row is None:
        raise Http404
    table = spend_table().of(request, spend_rows().filter(batch_id=import_id))
    return render(request, "staff/spend_booked.html", {"row": row, "table": table})


def imported_text(outcome: ImportedSpend) -> str:
    """What a file brought, in a sentence."""
    booked = outcome.fresh + outcome.restated
    return ngettext("%(number)s row is booked.", "%(number)s rows are booked.", booked) % {
        "number": booked
    }
