"""What may be changed in a loan's mid-life: rate, pause, another plan, a waiver."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tuppence.lending.terms import INSTALMENTS_MAX
from tuppence.web.forms.fields import AmountField, DayField, OrderForm, PercentField, WholeField
from tuppence.web.forms.staff_words import reason_field


class PlanForm(OrderForm):
    """An act that is first shown with what it does, then asked for."""

    reviewed = forms.CharField(required=False, widget=forms.HiddenInput)

    def show_reviewed(self, seen: str) -> None:
        """Remember what was looked at: other values are shown again before they are asked for."""
        self.data: Any = self.data.copy()
        self.data["reviewed"] = seen


class RateForm(PlanForm):
    """Another rate from a day on."""

    annual_rate = PercentField(label=_("New rate a year"), percent_max=100)
    first_day = DayField(label=_("From"), help_text=_("The first day at the new rate."))
    why = reason_field(_("Reason"))


class PauseForm(PlanForm):
    """Days without interest."""

    first_day = DayField(label=_("First day without interest"))
    last_day = DayField(label=_("Last day without interest"))
    why = reason_field(_("Reason"))


class OtherPlanForm(PlanForm):
    """Other instalments for what is still to come."""

    instalments = WholeField(
        label=_("Instalments from the next due date on"), least=1, most=INSTALMENTS_MAX
    )
    grace_principal = WholeField(
        label=_("Of which with interest alone"),
        least=0,
        most=INSTALMENTS_MAX,
        initial="0",
        help_text=_("So many first instalments repay no principal."),
    )
    annual_rate = PercentField(label=_("Rate a year"), percent_max=100)
    why = reason_field(_("What was agreed with the borrower, and why"))


class WaiverForm(PlanForm):
    """Give up what is due."""

    component = forms.ChoiceField(
        label=_("What is given up"),
        choices=[("penalty", _("Late fees")), ("fee", _("Fees")), ("interest", _("Interest due"))],
    )
    amount = AmountField(label=_("Amount"))
    on = DayField(
        label=_("Value date"), help_text=_("A late fee can be waived from the day after it.")
    )
    why = reason_field(_("Reason"))
