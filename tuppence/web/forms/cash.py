"""Taking money out."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tuppence.web.forms.fields import AmountField, OrderForm
from tuppence.web.reader import current_reader


class PracticeReceiptForm(OrderForm):
    """How much the practice bank receives from the member."""

    amount = AmountField(label=gettext_lazy("Amount"))


class TakeOutForm(OrderForm):
    """How much; the key goes with it to the review."""

    amount = AmountField(label=gettext_lazy("Amount"))

    def __init__(self, *args: Any, available_minor: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.available_minor = available_minor

    def clean_amount(self) -> int:
        """Say at once what is too much; the operation decides in the end."""
        amount_minor: int = self.cleaned_data["amount"]
        if amount_minor > self.available_minor:
            field = self.fields["amount"]
            assert isinstance(field, AmountField)
            raise forms.ValidationError(
                _("You have {available}; that is less. Enter at most that.").format(
                    available=current_reader().money(self.available_minor, field.currency)
                )
            )
        return amount_minor
