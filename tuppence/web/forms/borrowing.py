"""What an application asks: first how much and how long, then what for."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tuppence.lending.application_rules import LeavingReason
from tuppence.members.naming import clean_text
from tuppence.web.forms.fields import AmountField, DayField, OrderForm, StrictField, WholeField
from tuppence.web.reader import current_reader
from tuppence.web.reads.products import ProductRow
from tuppence.web.templatetags.money import step
from tuppence.web.words import WORDS

PURPOSE_MAX = 4000


class TextField(StrictField):
    """Several lines of text."""

    def read(self, text: str) -> str:
        """The text without invisible signs. Raises TextError."""
        return clean_text(text)


class CostForm(forms.Form):
    """How much and for how long; within the product's ranges."""

    def __init__(self, *args: Any, product: ProductRow, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.product = product
        reader = current_reader()
        self.fields["amount"] = AmountField(
            label=_("Amount"),
            currency=product.currency,
            help_text=_("From {least} to {most}.").format(
                least=reader.money(product.amount_minor_min, product.currency),
                most=reader.money(product.amount_minor_max, product.currency),
            ),
        )
        self.fields["instalments"] = WholeField(
            label=_("Instalments"),
            least=product.instalments_min,
            most=product.instalments_max,
            help_text=_("From {least} to {most}, {step}.").format(
                least=reader.count(product.instalments_min),
                most=reader.count(product.instalments_max),
                step=step(product.every, product.unit),
            ),
        )

    def clean_amount(self) -> int:
        """Within the product's range."""
        amount_minor: int = self.cleaned_data["amount"]
        product = self.product
        if not product.amount_minor_min <= amount_minor <= product.amount_minor_max:
            reader = current_reader()
            raise forms.ValidationError(
                _("Enter an amount from {least} to {most}.").format(
                    least=reader.money(product.amount_minor_min, product.currency),
                    most=reader.money(product.amount_minor_max, product.currency),
                )
            )
        return amount_minor


class SignForm(OrderForm):
    """The signature: the hash of what was shown, and the word that it was read."""

    sha256 = forms.RegexField(regex=r"^[0-9a-f]{64}$", widget=forms.HiddenInput)
    read = forms.BooleanField(
        label=gettext_lazy("I have read the contract and sign it."),
        error_messages={"required": gettext_lazy("Tick this once you have read the contract.")},
    )


class PrepayForm(OrderForm):
    """A part of the loan to be repaid early."""

    amount = AmountField(
        label=_("Amount"),
        help_text=_("First what is due and the interest to today, then principal."),
    )


class LeaveForm(forms.Form):
    """Why an application is taken back or an offer declined; both may stay empty."""

    reason = forms.ChoiceField(
        label=gettext_lazy("Why"),
        required=False,
        choices=[("", gettext_lazy("I'd rather not say"))]
        + [(why.value, WORDS["leaving_reason"][why.value]) for why in LeavingReason],
    )
    note = forms.CharField(
        label=gettext_lazy("In your words"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class DayForm(OrderForm):
    """A confirmation that holds for one day only, the day it was shown."""

    on = forms.DateField(widget=forms.HiddenInput)


class PayoffDayForm(forms.Form):
    """The day for which the price of ending a loan is asked."""

    def __init__(self, *args: Any, earliest: date, latest: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reader = current_reader()
        self.fields["on"] = DayField(
            label=_("On which day"),
            earliest=earliest,
            latest=latest,
            help_text=_("From today to {day}, when the loan ends by its plan.").format(
                day=reader.day(latest)
            ),
        )
