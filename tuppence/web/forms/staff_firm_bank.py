"""Forms of the firm's bank: its account, its statements, and what a line is."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tuppence.bank.models import StatementFormat
from tuppence.growth.firm_bank import MONEY_IN, MONEY_OUT, OF_PARTNERS, Use
from tuppence.growth.models import Partner
from tuppence.web.forms.fields import OrderForm
from tuppence.web.forms.staff_bank import FILE_MAX_BYTES
from tuppence.web.forms.staff_words import reason_field
from tuppence.web.words import WORDS


class FirmAccountForm(OrderForm):
    """The firm's own account."""

    holder_name = forms.CharField(label=_("Holder"), max_length=70)
    account = forms.CharField(label=_("Account number"), max_length=50)
    bic = forms.CharField(
        label=_("BIC"), max_length=11, required=False, help_text=_("Not needed with an IBAN.")
    )
    statement_format = forms.ChoiceField(
        label=_("Statements come as"),
        choices=[(StatementFormat.CAMT053.value, "CAMT.053"), (StatementFormat.CSV.value, "CSV")],
        initial=StatementFormat.CAMT053.value,
        widget=forms.RadioSelect,
    )
    csv_map = forms.CharField(
        label=_("Map of its CSV"),
        help_text=_("For CSV only: which column is what, as for the client account."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
    )


class FirmStatementForm(forms.Form):
    """A statement of the firm's account."""

    file = forms.FileField(
        label=_("Statement"),
        help_text=_("CAMT.053 or CSV, as the bank gives it, at most 8 MB."),
        widget=forms.FileInput(attrs={"accept": ".xml,.csv,application/xml,text/csv"}),
        error_messages={"empty": _("The file is empty. Choose another one.")},
        max_length=255,
    )

    def clean_file(self) -> Any:
        """Refuse what is too large before it is read."""
        file = self.cleaned_data["file"]
        if file.size > FILE_MAX_BYTES:
            raise forms.ValidationError(_("The file is larger than 8 MB. Split it by day."))
        return file


class FirmLineForm(OrderForm):
    """What a line of the firm's bank is; what it can't be by its direction is not offered."""

    use = forms.ChoiceField(label=_("What it means"), widget=forms.RadioSelect)
    partner = forms.ChoiceField(label=_("Partner"), required=False)
    why = reason_field(
        _("Note"), required=False, help_text=_("Needed where the line is kept aside.")
    )

    def __init__(self, *args: Any, amount_minor: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        against = MONEY_IN if amount_minor < 0 else MONEY_OUT
        uses = [use for use in Use if use not in against]
        self.fields["use"].choices = [(use.value, WORDS["firm_use"][use.value]) for use in uses]  # type: ignore[attr-defined]  # a ChoiceField
        partners = Partner.objects.order_by("name").values_list("id", "name")
        self.fields["partner"].choices = [("", "–"), *((str(pk), name) for pk, name in partners)]  # type: ignore[attr-defined]  # a ChoiceField

    def clean(self) -> dict[str, Any]:
        """A partner's line names the partner."""
        cleaned = super().clean() or {}
        if cleaned.get("use") in OF_PARTNERS and not cleaned.get("partner"):
            self.add_error("partner", _("Choose the partner."))
        return cleaned
