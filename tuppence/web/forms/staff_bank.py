"""What finance types at the bank's side: files, whose a receipt is, how a break ends, payments."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tuppence.bank.break_resolution import Resolution
from tuppence.bank.house_payment import HousePurpose
from tuppence.bank.models import ClientBankAccount, StatementFormat
from tuppence.members.queries import search_members
from tuppence.web.forms.fields import AmountField, OrderForm, WholeField
from tuppence.web.forms.staff_words import reason_field
from tuppence.web.words import WORDS

FILE_MAX_BYTES = 8 * 2**20
NUMBER_MAX = 999_999_999
SHOWN_MOST = 5


def csv_accounts() -> list[tuple[str, str]]:
    """Accounts whose statements come as CSV: the file does not name them."""
    rows = ClientBankAccount.objects.filter(statement_format=StatementFormat.CSV, closed_at=None)
    return [("", "–"), *((str(row.pk), f"{row.account} {row.currency}") for row in rows)]


class StatementForm(forms.Form):
    """A statement of the client bank."""

    file = forms.FileField(
        label=_("Statement"),
        help_text=_("CAMT.053 or CSV, as the bank gives it, at most 8 MB."),
        widget=forms.FileInput(
            attrs={"accept": ".xml,.csv,application/xml,text/csv", "data-key": "1"}
        ),
        error_messages={"empty": _("The file is empty. Choose another one.")},
        max_length=255,
    )
    file_format = forms.ChoiceField(
        label=_("Form"),
        choices=[(StatementFormat.CAMT053.value, "CAMT.053"), (StatementFormat.CSV.value, "CSV")],
        widget=forms.RadioSelect,
        initial=StatementFormat.CAMT053.value,
    )
    account = forms.ChoiceField(
        label=_("Account of a CSV file"),
        help_text=_("A CAMT.053 file names its account itself."),
        choices=csv_accounts,
        required=False,
    )

    def clean_file(self) -> Any:
        """Refuse what is too large before it is read."""
        file = self.cleaned_data["file"]
        if file.size > FILE_MAX_BYTES:
            raise forms.ValidationError(_("The file is larger than 8 MB. Split it by day."))
        return file


class AssignForm(OrderForm):
    """Whose an unidentified receipt is."""

    member = forms.CharField(
        label=_("Member"),
        help_text=_("Number, payment reference, e-mail or name."),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    why = reason_field(_("Why you think so"), help_text=_("Others read it later."))

    def clean_member(self) -> int:
        """The one member that this finds; where it finds several, their numbers are told."""
        found = search_members(self.cleaned_data["member"], limit=SHOWN_MOST + 1)
        if not found:
            raise forms.ValidationError(_("Nobody is found by this. Check the spelling."))
        if len(found) > 1:
            names = "; ".join(f"{row.id} {row.legal_name}" for row in found[:SHOWN_MOST])
            raise forms.ValidationError(
                _("Several are found: %(names)s. Enter the number of the right one."),
                params={"names": names},
            )
        return found[0].id


class WayOutForm(forms.Form):
    """How a break ends."""

    how = forms.ChoiceField(
        label=_("How it ends"),
        choices=[(way.value, WORDS["resolution"][way.value]) for way in Resolution],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the three.")},
    )
    line = WholeField(
        label=_("Number of the receipt"),
        help_text=_("Only where a receipt put it right."),
        least=1,
        most=NUMBER_MAX,
        required=False,
    )
    withdrawal = WholeField(
        label=_("Number of the withdrawal"),
        help_text=_("Only where it was a payout of ours."),
        least=1,
        most=NUMBER_MAX,
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        """The chosen way names what it rests on."""
        cleaned = super().clean() or {}
        if cleaned.get("how") == Resolution.RECEIPT and not cleaned.get("line"):
            self.add_error("line", _("Enter the number of the receipt."))
        if cleaned.get("how") == Resolution.PAYOUT and not cleaned.get("withdrawal"):
            self.add_error("withdrawal", _("Enter the number of the withdrawal."))
        return cleaned


class ResolveForm(WayOutForm, OrderForm):
    """The reason for a way that the page has shown; a second person agrees."""

    why = reason_field(_("Reason"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("how", "line", "withdrawal"):
            self.fields[name].widget = forms.HiddenInput()


class BreakNoteForm(OrderForm):
    """What somebody found out about a break, and whose it is from now on."""

    text = reason_field(_("Note"))
    owner = forms.TypedChoiceField(
        label=_("Give it to"),
        help_text=_("Whoever owns a break sees to it."),
        coerce=int,
        empty_value=None,
        required=False,
    )

    def __init__(self, *args: Any, owners: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["owner"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [("", _("nobody else")), *owners]


DOUBLED, SEPARATE = "doubled", "separate"


class LikeLinesForm(OrderForm):
    """Whether two lines that look the same are one payment or two."""

    word = forms.ChoiceField(
        choices=[(DOUBLED, DOUBLED), (SEPARATE, SEPARATE)], widget=forms.HiddenInput
    )
    why = reason_field(_("Reason"), help_text=_("Others read it later."))


class HousePaymentForm(OrderForm):
    """A payment of the house from client money; a second person agrees."""

    purpose = forms.ChoiceField(
        label=_("Purpose"),
        choices=[
            (purpose.value, WORDS["house_purpose"][purpose.value])
            for purpose in HousePurpose
            if purpose is not HousePurpose.RECEIPT_BACK
        ],
    )
    amount = AmountField(label=_("Amount"))
    payee_name = forms.CharField(label=_("Payee"), max_length=70)
    payee_account = forms.CharField(label=_("Account number of the payee"), max_length=50)
    payee_bic = forms.CharField(
        label=_("BIC"), max_length=11, required=False, help_text=_("Not needed with an IBAN.")
    )
    why = reason_field(_("What it is for"))
