"""What an officer enters while working through the arrears desk."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tuppence.lending.collection_records import ContactChannel
from tuppence.web.forms.fields import AmountField, DayField, OrderForm, PercentField
from tuppence.web.forms.staff_words import reason_field
from tuppence.web.words import WORDS


class CallForm(OrderForm):
    """A contact, and what was promised in it where something was."""

    channel = forms.ChoiceField(
        label=_("How"),
        choices=[(each.value, WORDS["contact_channel"][each.value]) for each in ContactChannel],
    )
    note = reason_field(_("What was said"))
    amount = AmountField(label=_("Amount promised, if any"), required=False)
    by_day = DayField(label=_("Promised by"), required=False)

    def clean(self) -> dict[str, Any]:
        """A promise has both an amount and a day, or neither."""
        cleaned = super().clean() or {}
        for name, other in (("amount", "by_day"), ("by_day", "amount")):
            if cleaned.get(other) and not cleaned.get(name) and name not in self.errors:
                self.add_error(name, gettext("A promise needs an amount and a day."))
        return cleaned


class HandOverForm(OrderForm):
    """A collector takes the loan over."""

    collector = forms.CharField(label=_("Collector"), max_length=200)
    fee_share = PercentField(label=_("Share of what comes in that they keep"), percent_max=100)
    note = reason_field(_("Note"), required=False)


class RecallForm(OrderForm):
    """The loan is taken back from its collector."""

    why = reason_field(_("Reason"))


class PlanAnswerForm(OrderForm):
    """Yes or no to a request for another plan."""

    answer = forms.ChoiceField(
        label=_("Answer"), choices=[("yes", _("Yes, another plan")), ("no", _("No"))]
    )
    why = reason_field(_("What the borrower reads"))
