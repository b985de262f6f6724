"""What the calculators ask."""

from django import forms
from django.utils.translation import gettext_lazy as _

from tuppence.lending.terms import Method
from tuppence.web.forms.fields import AmountField, DayField, PercentField, WholeField
from tuppence.web.words import WORDS


class ScheduleForm(forms.Form):
    """A loan whose schedule is wanted."""

    principal = AmountField(label=_("Amount"))
    rate = PercentField(label=_("Rate a year"), percent_max=1000)
    instalments = WholeField(label=_("Months"), least=1, most=600)
    start = DayField(label=_("Paid out on"))
    method = forms.ChoiceField(
        label=_("How it is paid back"),
        choices=[(method.value, WORDS["method"][method.value]) for method in Method],
        initial=Method.ANNUITY.value,
    )


class ReturnForm(forms.Form):
    """Payments whose yearly return is wanted."""

    flows = forms.CharField(
        label=_("Payments, one a line"),
        help_text=_(
            "Date and amount, for example 2025-01-15 -1000.00. Money you put in has a minus."
        ),
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
        max_length=20_000,
    )
