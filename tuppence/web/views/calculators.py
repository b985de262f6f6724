"""The calculators: what a loan costs, what lending brings, and the return of any payments."""

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

from tuppence.lending.agreed_terms import AgreedTerms
from tuppence.lending.calculators import CALLS
from tuppence.lending.lender_outlook import LenderTerms, Outlook, outlook_of
from tuppence.lending.schedule import amortise
from tuppence.lending.terms import LoanTerms, Method
from tuppence.members.views import public
from tuppence.money.refusals import InputRefusedError
from tuppence.web.costs import cost_of
from tuppence.web.forms.calculators import LendingForm, ReturnForm, ScheduleForm
from tuppence.web.forms.fields import translated
from tuppence.web.outlook_lines import outlook_lines
from tuppence.web.parts import Figure
from tuppence.web.reader import current_reader
from tuppence.web.templatetags.money import percent
from tuppence.web.totals import total_of

EXAMPLE = {
    "principal": "10000.00",
    "rate": "8.4",
    "instalments": "24",
    "method": "annuity",
    "fee": "2",
}
LENDING_EXAMPLE = {
    "amount": "1000.00",
    "rate": "8.4",
    "loss": "1.9",
    "months": "24",
    "fee": "10",
    "tax": "0",
}
EXAMPLE_FLOWS = "2025-01-15 -1000.00\n2025-07-15 540.00\n2026-01-15 530.00"


@public
@require_GET
def schedule_calculator(request: HttpRequest) -> HttpResponse:
    """What a loan costs: its schedule, interest, fee and the annual percentage rate with it."""
    today = current_reader().day_of(timezone.now())
    asked = bool(request.GET)
    form = ScheduleForm(request.GET if asked else EXAMPLE | {"start": today.isoformat()})
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        try:
            fee = form.cleaned_data["fee"] or Fraction(0)
            context |= answer_schedule(terms_of(form.cleaned_data), fee)
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


def answer_schedule(terms: LoanTerms, fee: Fraction) -> dict[str, Any]:
    """Figures and rows; `fee` is the share of the principal that is taken off at the pay-out."""
    cost = cost_of(AgreedTerms(origination_fee=fee, pays_out_net=True), terms)
    reader = current_reader()

    def money(amount_minor: int) -> str:
        return reader.money(amount_minor, terms.currency)

    figures = [
        Figure(_("Instalment"), money(cost.instalment_minor)),
        Figure(
            _("Interest in total"),
            money(cost.interest_minor),
            _("if every instalment is paid on its day"),
        ),
        Figure(
            _("Cost in total"),
            money(cost.cost_minor),
            _("interest, and {fee} of fee").format(fee=money(cost.fee_minor)),
        ),
        Figure(
            _("Annual percentage rate"),
            percent(cost.apr),
            _("with the fee, by directive 2008/48/EC; the rate to compare loans by"),
        ),
    ]
    return {
        "figures": figures,
        "rows": cost.rows,
        "total": total_of(cost.rows),
        "currency": terms.currency,
    }


@public
@require_GET
def lending_calculator(request: HttpRequest) -> HttpResponse:
    """What money lent would bring: after our fee, tax and the loss that is to be expected."""
    form = LendingForm(request.GET or LENDING_EXAMPLE)
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        try:
            context |= answer_lending(form.cleaned_data)
        except InputRefusedError as error:
            form.add_error(None, translated(error))
    return render(request, "pages/calculator_lending.html", context)


def answer_lending(cleaned: Mapping[str, Any]) -> dict[str, Any]:
    """Figures, lines and rows of a loan that is lent today. Raises InputRefusedError."""
    today = current_reader().day_of(timezone.now())
    terms = LoanTerms(
        principal_minor=cleaned["amount"],
        currency=settings.TUPPENCE_CURRENCY,
        annual_rate=cleaned["rate"],
        instalments=cleaned["months"],
        start=today,
    )
    rows = amortise(terms).rows
    nothing = Fraction(0)
    lender = LenderTerms(cleaned["fee"] or nothing, cleaned["tax"] or nothing, cleaned["loss"])
    outlook = outlook_of(rows, today, lender)
    return {
        "figures": lending_figures(outlook, terms),
        "outlook_lines": outlook_lines(rows, outlook, terms.currency),
        "rows": rows,
        "total": total_of(rows),
        "currency": terms.currency,
    }


def lending_figures(outlook: Outlook, terms: LoanTerms) -> list[Figure]:
    """What may be left on average beside what may be lost, in one size."""
    reader = current_reader()
    assert outlook.left_minor is not None, "the form asks for the expected loss"
    return [
        Figure(
            _("Left on average"),
            reader.money(outlook.left_minor, terms.currency),
            _("after fee, tax and losses, over many such loans; no promise"),
        ),
        Figure(
            _("Return on average"),
            percent(outlook.yearly),
            _("a year on what is still lent"),
        ),
        Figure(
            _("Can be lost"),
            reader.money(terms.principal_minor, terms.currency),
            _("all of it, if this one loan is not paid back"),
        ),
    ]


def calculators_in_short() -> dict[str, Any]:
    """Both calculators as the front page has them: few fields, filled with an example's answer."""
    today = current_reader().day_of(timezone.now())
    cost = ScheduleForm(EXAMPLE | {"start": today.isoformat()}, auto_id="cost_%s")
    lending = LendingForm(LENDING_EXAMPLE, auto_id="lend_%s")
    assert cost.is_valid() and lending.is_valid(), "the examples are what the forms take"
    for form, unseen in ((cost, ("start", "method")), (lending, ("fee", "tax"))):
        for name in unseen:
            form.fields[name].widget = forms.HiddenInput()
    fee = cost.cleaned_data["fee"]
    return {
        "cost_form": cost,
        "cost_figures": answer_schedule(terms_of(cost.cleaned_data), fee)["figures"],
        "lending_form": lending,
        "lending_figures": answer_lending(lending.cleaned_data)["figures"],
    }


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
