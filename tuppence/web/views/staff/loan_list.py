"""All loans by lateness, with what each bucket comes to."""

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from tuppence import platform
from tuppence.lending.models import Loan
from tuppence.lending.servicing.arrears import Bucket, bucket_of
from tuppence.members.roles import Permission
from tuppence.members.views import requires
from tuppence.web import tables
from tuppence.web.forms.staff_words import SearchForm
from tuppence.web.reads.staff import loans as reads
from tuppence.web.tables.drawing import chip_html
from tuppence.web.whole_numbers import whole_number
from tuppence.web.words import STATES


def lateness_chip(row: Any) -> SafeString:
    """Of a running loan how late it is, of another its state."""
    if row.state != "active":
        return chip_html("loan", row.state)
    return chip_html("bucket", bucket_of(reads.days_past_due(row), row.grace_days).value)


LOANS = tables.Table(
    "loans",
    gettext_lazy("Loans"),
    columns=(
        tables.count("id", gettext_lazy("Number"), "pk", in_page=False),
        tables.text(
            "borrower",
            gettext_lazy("Loan"),
            "borrower__legal_name",
            url=lambda row: reverse("staff_loan", args=[row.pk]),
            sub=lambda row: _("Loan {number}").format(number=row.pk),
        ),
        tables.chip(
            "state",
            gettext_lazy("State"),
            "state",
            states="loan",
            show=lateness_chip,
        ),
        tables.count("days", gettext_lazy("Days past due"), reads.days_past_due),
        tables.day("due", gettext_lazy("Next due"), "next_due_on", sort=True),
        tables.percent("rate", gettext_lazy("Rate a year"), "annual_rate", sort=True),
        tables.money("lent", gettext_lazy("Lent"), "principal_minor", sort=True, total=True),
        tables.money(
            "outstanding", gettext_lazy("Outstanding"), "outstanding_minor", sort=True, total=True
        ),
    ),
    filters=(
        tables.Choice(
            "state",
            gettext_lazy("State"),
            [(code, STATES["loan"][code][1]) for code in ("active", "paid", "written_off")],
            "state",
            default="active",
        ),
        tables.Choice(
            "bucket",
            gettext_lazy("Days past due"),
            [(bucket.value, STATES["bucket"][bucket.value][1]) for bucket in Bucket],
            lambda code: reads.in_bucket(Bucket(code)),
        ),
        tables.Range("outstanding", gettext_lazy("Outstanding"), "outstanding_minor"),
    ),
    order="due",
)


@requires(Permission.SEE_LOANS)
@require_GET
def loans(request: HttpRequest) -> HttpResponseBase:
    """Loans, the most overdue first; the address holds filters, order and place."""
    today = platform.business_day(timezone.now())
    wanted = whole_number(request.GET.get("q", "").strip())
    if wanted is not None and Loan.objects.filter(id=wanted).exists():
        return redirect("staff_loan", wanted)
    context = {
        "bucket": request.GET.get("bucket", ""),
        "buckets": reads.bucket_counts(on=today),
        "restructured": reads.restructured(on=today),
        "currency": platform.currency(),
        "promises": reads.promises_due(on=today),
        "search": SearchForm(request.GET or None),
    }
    table = LOANS.of(request, reads.loans(on=today))
    return tables.table_page(request, "staff/loans.html", table, context)
