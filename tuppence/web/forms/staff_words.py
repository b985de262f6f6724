"""Forms of one sentence: a reason, a confirmation, a search."""

from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _

from tuppence.web.forms.fields import OrderForm

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as Words

REASON_MAX = 2_000


def reason_field(label: "Words", *, required: bool = True, help_text: "Words" = "") -> forms.Field:
    """A sentence of plain text that others read later."""
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=required,
        max_length=REASON_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ConfirmForm(OrderForm):
    """Nothing but the key: the page has said what will happen."""


class ReasonForm(OrderForm):
    """A reason that is kept with the act."""

    why = reason_field(_("Reason"), help_text=_("Others read it later."))


class SearchForm(forms.Form):
    """One line to search by."""

    q = forms.CharField(label=_("Search"), required=False, max_length=200)
