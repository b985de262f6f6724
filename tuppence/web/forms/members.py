"""What becoming a member asks: who, with which papers, paid to which account."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from tuppence.members.bank_account import parse_iban
from tuppence.members.naming import clean_name
from tuppence.members.paper import SIZE_MAX_BYTES, PaperKind
from tuppence.members.registration import OLDEST_BIRTH, MemberKind
from tuppence.web.forms.fields import DayField, OrderForm, StrictField
from tuppence.web.reader import current_reader
from tuppence.web.words import WORDS

PERSON, ORGANISATION = MemberKind.PERSON.value, MemberKind.ORGANISATION.value


class NameField(StrictField):
    """A legal name."""

    def read(self, text: str) -> str:
        """The name, cleaned. Raises PersonNameError."""
        return clean_name(text)


class IbanField(StrictField):
    """An account number; blanks don't matter."""

    def read(self, text: str) -> str:
        """The number as typed, once it is known to be possible. Raises IbanError."""
        parse_iban(text)
        return text


def countries() -> list[tuple[str, str]]:
    """Countries by their names in the reader's language."""
    territories = current_reader().locale.territories
    not_countries = {"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"}
    names = [(str(code), str(name)) for code, name in territories.items()]
    return sorted(
        (
            (code, name)
            for code, name in names
            if len(code) == 2 and code.isalpha() and code not in not_countries
        ),
        key=lambda pair: pair[1],
    )


class ProfileForm(OrderForm):
    """Who becomes a member."""

    kind = forms.ChoiceField(
        label=_("You join as"),
        choices=[(PERSON, _("a person")), (ORGANISATION, _("a company or other organisation"))],
        widget=forms.RadioSelect,
        initial=PERSON,
    )
    your_name = NameField(
        label=_("Your full name"),
        help_text=_("As it stands in your passport."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    born_on = DayField(
        label=_("Your date of birth"),
        help_text=_("You must be 18 or older."),
        earliest=OLDEST_BIRTH,
    )
    country = forms.ChoiceField(
        label=_("Country"),
        choices=countries,
        initial=lambda: settings.TUPPENCE_COUNTRY,
        widget=forms.Select(attrs={"autocomplete": "country"}),
    )
    organisation_name = NameField(
        label=_("Name of the organisation"),
        help_text=_("Only for an organisation, as in the register."),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    registration_number = StrictField(
        label=_("Registration number"),
        help_text=_("Only for an organisation, as in the register."),
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        """An organisation has a name and a number."""
        cleaned = super().clean() or {}
        if cleaned.get("kind") == ORGANISATION:
            if not cleaned.get("organisation_name"):
                self.add_error("organisation_name", _("Enter the organisation's name."))
            if not cleaned.get("registration_number"):
                self.add_error("registration_number", _("Enter the number from the register."))
        return cleaned


class PaperForm(forms.Form):
    """One paper to upload."""

    kind = forms.ChoiceField(
        label=_("What it is"),
        choices=[(kind.value, WORDS["paper"][kind.value]) for kind in PaperKind],
    )
    file = forms.FileField(
        label=_("File"),
        help_text=_("PDF, JPEG or PNG, at most 8 MB."),
        widget=forms.FileInput(attrs={"accept": "application/pdf,image/jpeg,image/png"}),
        error_messages={"empty": _("The file is empty. Choose another one.")},
        max_length=255,
    )

    def clean_file(self) -> Any:
        """Refuse what is too large before it is read."""
        file = self.cleaned_data["file"]
        if file.size > SIZE_MAX_BYTES:
            raise forms.ValidationError(_("The file is larger than 8 MB. Send a smaller one."))
        return file


class SubmitIdentityForm(OrderForm):
    """Ask to be verified with the papers uploaded."""


class BankAccountForm(OrderForm):
    """A bank account in the member's own name."""

    iban = IbanField(
        label=_("IBAN"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    holder_name = NameField(
        label=_("Account holder"), help_text=_("Must be you, spelled as in your profile.")
    )
