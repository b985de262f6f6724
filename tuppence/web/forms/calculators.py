"""What the calculators ask."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tuppence.lending.terms import Method
from tuppence.web.forms.fields import AmountField, DayField, PercentField, WholeField
from tuppence.web.words import WORDS


class ShareField(PercentField):
    """A share that is nothing where the field stays empty."""

    is_plain = True  # it says so by itself

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(percent_max=100, required=False, **kwargs)


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
    fee = ShareField(
        label=_("Fee, of the amount"),
        help_text=_("Taken off once, when the loan is paid out; with VAT."),
    )


class LendingForm(forms.Form):
    """Money that somebody would lend."""

    amount = AmountField(label=_("Amount"))
    rate = PercentField(label=_("Rate a year"), percent_max=1000)
    loss = PercentField(
        label=_("Expected loss a year"),
        help_text=_("Each listing shows its own."),
        percent_max=100,
    )
    months = WholeField(label=_("Months"), least=1, most=600)
    fee = ShareField(
        label=_("Our fee, of the interest"),
        help_text=_("With VAT; each listing shows its own."),
    )
    tax = ShareField(label=_("Tax withheld, of the interest"))

    def clean(self) -> dict[str, Any]:
        """Fee and tax together leave something of the interest."""
        cleaned: dict[str, Any] = super().clean() or {}
        if (cleaned.get("fee") or 0) + (cleaned.get("tax") or 0) > 1:
            self.add_error("tax", _("Fee and tax together are at most 100 % of the interest."))
        return cleaned


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
