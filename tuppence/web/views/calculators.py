"""The calculators: a schedule with its costs, and the return of any row of payments."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tuppence.lending.calculators import CALLS
from tuppence.lending.schedule import Amortisation, amortise
from tuppence.lending.schedule_apr import schedule_eu_apr
from tuppence.lending.terms import LoanTerms, Method
from tuppence.members.views import public
from tuppence.money.refusals import InputRefusedError
from tuppence.web.forms.calculators import ReturnForm, ScheduleForm
from tuppence.web.forms.fields import translated
from tuppence.web.parts import Figure
from tuppence.web.reader import current_reader
from tuppence.web.totals import total_of

EXAMPLE = {"principal": "10000.00", "rate": "8.4", "instalments": "24", "method": "annuity"}
EXAMPLE_FLOWS = "2025-01-15 -1000.00\n2025-07-15 540.00\n2026-01-15 530.00"


@public
@require_GET
def schedule_calculator(request: HttpRequest) -> HttpResponse:
    """What a loan costs: its schedule, the interest in total and the annual percentage rate."""
    today = current_reader().day_of(timezone.now())
    asked = bool(request.GET)
    form = ScheduleForm(request.GET if asked else EXAMPLE | {"start": today.isoformat()})
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        try:
            context |= answer_schedule(terms_of(form.cleaned_data))
        except InputRefusedError as error:
            form.add_error(None, translated(error))
    return render(request, "pages/calculator_schedule.html", context)


def terms_of(cleaned: Mapping[str, Any]) -> LoanTerms:
    """The terms that were typed. Raises InputRefusedError."""
    start: date = cleaned["start"]
    rate: Fraction = cleaned["rate"]
    return LoanTerms(
        principal_minor=cleaned["principal"],
        currency=settings.TUPPENCE_CURRENCY,
        annual_rate=rate,
        instalments=cleaned["instalments"],
        start=start,
        method=Method(cleaned["method"]),
    )


def answer_schedule(terms: LoanTerms) -> dict[str, Any]:
    """Figures and rows."""
    found: Amortisation = amortise(terms)
    reader = current_reader()
    total = total_of(found.rows)
    apr = schedule_eu_apr(terms, found.rows)
    figures = [
        Figure(_("Instalment"), reader.money(found.instalment_minor, terms.currency)),
        Figure(
            _("Interest in total"),
            reader.money(total.interest_minor, terms.currency),
            _("if every instalment is paid on its day"),
        ),
        Figure(
            _("To pay back in total"),
            reader.money(total.amount_minor, terms.currency),
        ),
        Figure(
            _("Annual percentage rate"),
            _("{percent} %").format(percent=reader.percent(Fraction(apr)))
            if apr is not None
            else "–",
            _("by directive 2008/48/EC, here without fees"),
        ),
    ]
    return {"figures": figures, "rows": found.rows, "total": total, "currency": terms.currency}


@public
@require_GET
def return_calculator(request: HttpRequest) -> HttpResponse:
    """The yearly return of payments in and out (XIRR)."""
    form = ReturnForm(request.GET or {"flows": EXAMPLE_FLOWS})
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        try:
            answer = CALLS["xirr"]({"flows": flows_of(form.cleaned_data["flows"])})
            context |= {"answered": True, "rate": answer["rate"] and Fraction(answer["rate"])}
        except forms.ValidationError as error:
            form.add_error("flows", error)
        except InputRefusedError as error:
            form.add_error("flows", translated(error))
    return render(request, "pages/calculator_return.html", context)


def flows_of(text: str) -> list[list[str]]:
    """Each line's date and amount as typed. Raises ValidationError naming the line."""
    flows = []
    for number, line in enumerate(text.splitlines(), start=1):
        parts = line.split()
        if len(parts) == 2:
            flows.append(parts)
        elif parts:
            raise forms.ValidationError(
                _("Line %(line)s: write a date, a space and an amount."), params={"line": number}
            )
    return flows
