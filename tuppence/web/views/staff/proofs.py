"""The books computed again: asked for by a person or the clock, done by the worker, kept."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from tuppence.ledger.models import Proof
from tuppence.members.roles import Permission
from tuppence.members.views import requires
from tuppence.web import tables
from tuppence.web.forms.staff_words import ConfirmForm
from tuppence.web.order_keys import order_key, staff_id
from tuppence.web.reads.staff import trial_balances as reads
from tuppence.web.staff_outcomes import START_AGAIN
from tuppence.web.tasks import prove_later

PROOFS = tables.Table(
    "proofs",
    gettext_lazy("Proofs of the books"),
    columns=(
        tables.moment(
            "asked",
            gettext_lazy("Asked for"),
            lambda row: row.proof.asked_at,
            url=lambda row: reverse("staff_proof", args=[row.proof.pk]),
        ),
        tables.text(
            "by", gettext_lazy("By"), "by", show=lambda row: row.by or _("the clock, each night")
        ),
        tables.moment("ended", gettext_lazy("Result"), lambda row: row.proof.ended_at),
        tables.chip("state", gettext_lazy("State"), lambda row: row.proof.state, states="proof"),
        tables.count("compared", gettext_lazy("Compared"), lambda row: row.proof.compared),
        tables.count("different", gettext_lazy("Differ"), lambda row: row.proof.different),
    ),
)
CHECKS = tables.Table(
    "proof",
    gettext_lazy("What was computed again and compared"),
    columns=(
        tables.text("check", gettext_lazy("Compared"), "words"),
        tables.text("promise", gettext_lazy("Promise"), "promise", in_page=False),
        tables.count("times", gettext_lazy("Times"), "count", total=True),
        tables.count("differ", gettext_lazy("Differ"), "different", total=True),
    ),
    page_size=100,
)


@requires(Permission.SEE_BOOKS)
@require_GET
def proofs(request: HttpRequest) -> HttpResponseBase:
    """Every proof, the newest first."""
    rows = Proof.objects.defer("checks")
    table = PROOFS.of(request, rows, adapt=reads.proof_rows)
    return tables.table_page(request, "staff/proofs.html", table, {"ask": ConfirmForm()})


@requires(Permission.SEE_BOOKS)
@require_GET
def proof(request: HttpRequest, proof_id: int) -> HttpResponseBase:
    """One proof: what was compared, how often, and each difference."""
    row = Proof.objects.filter(pk=proof_id).first()
    if row is None:
        raise Http404
    checks = reads.checks_of(row)
    context = {"row": row, "by": reads.asker(row), "wrong": [c for c in checks if c.different]}
    return tables.table_page(request, "staff/proof.html", CHECKS.of(request, checks), context)


@requires(Permission.SEE_BOOKS)
@require_http_methods(["GET", "POST"])
def prove(request: HttpRequest) -> HttpResponse:
    """Ask that everything be computed again; twice is once, and one is under way at a time.

    Who comes here by GET had to sign in again meanwhile, and is led to where it is asked for.
    """
    if request.method == "GET":
        return redirect("staff_books")
    form = ConfirmForm(request.POST)
    if not form.is_valid():
        messages.error(request, START_AGAIN)
        return redirect("staff_books")
    key = order_key(request, "staff.prove", form)
    if prove_later(key, at=timezone.now(), by=staff_id(request)):
        messages.success(request, _("Asked for. The result will stand below."))
    else:
        messages.info(request, _("That proof is asked for already; its result will stand below."))
    return redirect("staff_books")
