"""Yes or no to a withdrawal."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tuppence.web.forms.fields import OrderForm
from tuppence.web.forms.staff_words import reason_field

APPROVE, REFUSE = "approve", "refuse"


class WithdrawalForm(OrderForm):
    """The second person's word on money that leaves."""

    word = forms.ChoiceField(
        label=_("Yes or no"),
        choices=[
            (APPROVE, _("Approve: it goes out with the next payment file")),
            (REFUSE, _("Refuse: the money is the member's to use again")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose whether you approve or refuse.")},
    )
    reason = reason_field(
        _("Reason"), required=False, help_text=_("Needed where you refuse; the member is told.")
    )

    def clean(self) -> dict[str, Any]:
        """A refusal has a reason."""
        cleaned = super().clean() or {}
        if cleaned.get("word") == REFUSE and not str(cleaned.get("reason", "")).strip():
            self.add_error("reason", _("Write a reason, so that others can follow it later."))
        return cleaned
