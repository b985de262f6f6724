"""The second person's word."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tuppence.web.forms.staff_words import reason_field

APPROVE, REFUSE = "approve", "refuse"


class ApprovalForm(forms.Form):
    """Yes or no to exactly what was shown; the hidden digest names it."""

    payload_hash = forms.CharField(widget=forms.HiddenInput, max_length=64)
    word = forms.ChoiceField(
        label=_("Yes or no"),
        choices=[(APPROVE, _("Approve: it is carried out at once")), (REFUSE, _("Refuse"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose whether you approve or refuse.")},
    )
    reason = reason_field(
        _("Reason"), required=False, help_text=_("Needed where you refuse. Others read it later.")
    )

    def clean(self) -> dict[str, Any]:
        """A refusal has a reason."""
        cleaned = super().clean() or {}
        if cleaned.get("word") == REFUSE and not str(cleaned.get("reason", "")).strip():
            self.add_error("reason", _("Write a reason, so that others can follow it later."))
        return cleaned
