"""What a borrower in trouble is asked: what happened, what can be paid, and from when."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from tuppence.lending.plan_requests import STORY_MAX, TroubleReason
from tuppence.web.forms.borrowing import TextField
from tuppence.web.forms.fields import AmountField, DayField, OrderForm
from tuppence.web.words import WORDS


class PlanRequestForm(OrderForm):
    """Ask for another plan."""

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"] = forms.ChoiceField(
            label=_("What happened"),
            choices=[(each.value, WORDS["trouble"][each.value]) for each in TroubleReason],
            widget=forms.RadioSelect,
        )
        self.fields["story"] = TextField(
            label=_("In your own words"),
            help_text=_("What changed, and how long you think it lasts. Only our staff read it."),
            widget=forms.Textarea(attrs={"rows": 5, "maxlength": STORY_MAX}),
        )
        self.fields["can_pay"] = AmountField(
            label=_("What you can pay on each due date"),
            help_text=_("An amount you can keep to; 0 if nothing for now."),
            currency=currency,
            allow_zero=True,
        )
        self.fields["starts_on"] = DayField(label=_("From which day"))
