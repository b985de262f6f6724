"""What staff decide about members: identity, marks, blocks, notes, bank details, roles."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tuppence.members.identity import Finding, MarkKind, Reason
from tuppence.members.roles import Role
from tuppence.web.forms.fields import OrderForm
from tuppence.web.forms.staff_words import reason_field
from tuppence.web.words import WORDS

APPROVE, REFUSE = "approve", "refuse"


class IdentityForm(OrderForm):
    """Yes or no to who a member says they are."""

    word = forms.ChoiceField(
        label=_("Yes or no"),
        choices=[(APPROVE, _("It is who they say")), (REFUSE, _("Not accepted"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the two.")},
    )
    reasons = forms.MultipleChoiceField(
        label=_("Reasons"),
        help_text=_("Only where it is not accepted. The member is told."),
        choices=[(reason.value, WORDS["identity_reason"][reason.value]) for reason in Reason],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    remark = reason_field(
        _("Remark"), required=False, help_text=_("For colleagues; the member does not see it.")
    )

    def clean(self) -> dict[str, Any]:
        """Without a yes there is a reason."""
        cleaned = super().clean() or {}
        if cleaned.get("word") == REFUSE and not cleaned.get("reasons"):
            self.add_error("reasons", _("Choose at least one reason; the member is told."))
        return cleaned


class MarkForm(OrderForm):
    """A finding by compliance."""

    kind = forms.ChoiceField(
        label=_("What it is about"),
        choices=[(kind.value, WORDS["mark_kind"][kind.value]) for kind in MarkKind],
    )
    finding = forms.ChoiceField(
        label=_("Finding"),
        choices=[(found.value, WORDS["finding_word"][found.value]) for found in Finding],
        widget=forms.RadioSelect,
    )
    remark = reason_field(_("Remark"), required=False, help_text=_("What it rests on."))


class NoteForm(OrderForm):
    """A note by compliance."""

    text = reason_field(_("Note"), help_text=_("Compliance reads it; growth staff never do."))


class RolesForm(OrderForm):
    """Roles that an account is to be given."""

    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        choices=[(role.value, WORDS["role"][role.value]) for role in Role],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one role.")},
    )


class RemoveRolesForm(RolesForm):
    """Roles that an account is to lose at once."""

    why = reason_field(_("Reason"))
