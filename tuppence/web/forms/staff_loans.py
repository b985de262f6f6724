"""What is entered about a loan: payments, recoveries, write-offs, contacts, promises."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tuppence.lending.collection_records import ContactChannel
from tuppence.web.forms.fields import AmountField, DayField, OrderForm
from tuppence.web.forms.staff_words import reason_field
from tuppence.web.words import WORDS


class PaymentForm(OrderForm):
    """A payment from the borrower's money here, with its value date."""

    amount = AmountField(label=_("Amount"))
    on = DayField(
        label=_("Value date"),
        help_text=_("The day on which it counts. An earlier day has the loan counted again."),
    )


class RecoveryForm(OrderForm):
    """Money recovered on a loan that was written off."""

    amount = AmountField(label=_("Amount recovered"))
    cost = AmountField(label=_("Of which the collector keeps"), allow_zero=True, initial="0")
    on = DayField(label=_("Value date"))


class WriteOffForm(OrderForm):
    """A loan is to be given up; a second person agrees."""

    on = DayField(label=_("At the end of"))
    why = reason_field(_("Reason"), help_text=_("Lenders are told that it is written off."))


class ContactForm(OrderForm):
    """Somebody spoke or wrote to the borrower."""

    channel = forms.ChoiceField(
        label=_("How"),
        choices=[(each.value, WORDS["contact_channel"][each.value]) for each in ContactChannel],
    )
    note = reason_field(_("What was said"))


class PromiseForm(OrderForm):
    """The borrower promised to pay."""

    amount = AmountField(label=_("Amount promised"))
    by_day = DayField(label=_("By"))
    note = reason_field(_("Note"), required=False)


class CloseDayForm(OrderForm):
    """The day that is to be closed, with every day missed before it."""

    day = DayField(label=_("Close up to and including"), help_text=_("The key 1 leads here."))
    remark = reason_field(
        _("Remark"),
        required=False,
        help_text=_("Needed where the control figures don't agree. It is kept with your name."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["day"].widget.attrs["data-key"] = "1"


class SignDayForm(OrderForm):
    """A person's name under the figures of a closed day."""

    remark = reason_field(
        _("Remark"),
        required=False,
        help_text=_("Needed where the control figures don't agree. It is kept with your name."),
    )
