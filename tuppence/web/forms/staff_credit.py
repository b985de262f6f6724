"""What credit officers type: products, decisions, windows."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tuppence.lending.application_rules import GRADES
from tuppence.lending.decision_reasons import Ground
from tuppence.lending.models import Product
from tuppence.lending.terms import Method
from tuppence.money.day_count import DayCount
from tuppence.money.months import Unit
from tuppence.web.forms.fields import AmountField, OrderForm, PercentField, WholeField
from tuppence.web.forms.staff_groups import GroupedForm
from tuppence.web.forms.staff_words import reason_field
from tuppence.web.words import WORDS

APPROVE, REFUSE = "approve", "refuse"


class DecisionForm(OrderForm):
    """A credit officer's word on an application."""

    word = forms.ChoiceField(
        label=_("Yes or no"),
        choices=[(APPROVE, _("Approve")), (REFUSE, _("Refuse"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the two.")},
    )
    grade = forms.ChoiceField(
        label=_("Grade"), choices=[("", "–"), *((g, g) for g in GRADES)], required=False
    )
    annual_rate = PercentField(label=_("Rate a year"), required=False, percent_max=1000)
    expected_loss = PercentField(
        label=_("Expected loss a year"),
        help_text=_("Investors see it beside the rate."),
        required=False,
        percent_max=100,
    )
    speaks_for = forms.MultipleChoiceField(
        label=_("What speaks for it"),
        choices=[(g.value, WORDS["ground"][g.value]) for g in Ground if not g.is_against],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    speaks_against = forms.MultipleChoiceField(
        label=_("What speaks against it"),
        help_text=_("A refusal needs at least one: the refusals are counted by it."),
        choices=[(g.value, WORDS["ground"][g.value]) for g in Ground if g.is_against],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    reasons = reason_field(
        _("Reasons, in your own words"), help_text=_("Kept with the decision for good.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("grade", "annual_rate", "expected_loss"):
            self.fields[name].when_needed = _("where you approve")  # type: ignore[attr-defined]  # read by the template

    def clean(self) -> dict[str, Any]:
        """A yes fixes grade, rate and expected loss; a no names what speaks against it."""
        cleaned = super().clean() or {}
        if cleaned.get("word") == REFUSE and not cleaned.get("speaks_against"):
            self.add_error("speaks_against", _("Choose what speaks against it."))
        if cleaned.get("word") == APPROVE:
            for name in ("grade", "annual_rate", "expected_loss"):
                if cleaned.get(name) in (None, "") and name not in self.errors:
                    self.add_error(name, _("An approval needs this."))
        return cleaned

    @property
    def grounds(self) -> tuple[Ground, ...]:
        """What was found for and against it."""
        chosen = [*self.cleaned_data["speaks_for"], *self.cleaned_data["speaks_against"]]
        return tuple(Ground(code) for code in chosen)


class CreditLimitForm(OrderForm):
    """What an officer approves alone."""

    officer = forms.ChoiceField(label=_("For whom"))
    amount = AmountField(
        label=_("Approves alone up to"),
        help_text=_("Leave it empty to take the limit away."),
        allow_zero=True,
        required=False,
    )
    why = reason_field(_("Reason"), help_text=_("Others read it later."))

    def __init__(self, *args: Any, officers: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        everybody = ("", _("Everybody without a limit of their own"))
        field = self.fields["officer"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [everybody, *((str(number), email) for number, email in officers)]
        field.required = False


class PublishForm(OrderForm):
    """How long a listing is open."""

    window_days = WholeField(label=_("Days open for investment"), least=1, most=365)


PRODUCT_UNITS = {
    Unit.DAYS: _("days"),
    Unit.WEEKS: _("weeks"),
    Unit.MONTHS: _("months"),
    Unit.YEARS: _("years"),
}


class ProductForm(GroupedForm):
    """A loan to be offered."""

    GROUPS = {
        "loan": _("The loan"),
        "rates": _("Rates and schedule"),
        "fees": _("Fees and taxes"),
        "late": _("Late and early"),
        "funding": _("How it is funded"),
    }
    MEMBERS = {
        "loan": "code name name_zh amount_min amount_max instalments_min instalments_max",
        "rates": "annual_rate_min annual_rate_max every unit method day_count grace_principal"
        " grace_interest",
        "fees": "origination_fee servicing_fee vat withholding_tax pays_out_net",
        "late": "late_fee late_fee_share grace_days prepayment_compensation late_fee_to_firm",
        "funding": "window_days investment_min investment_step partial_floor",
    }

    code = forms.SlugField(label=_("Code, which never changes"), max_length=40)
    name = forms.CharField(label=_("Name"), max_length=80)
    name_zh = forms.CharField(label=_("Name in Chinese"), max_length=80, required=False)
    amount_min = AmountField(label=_("Smallest amount"))
    amount_max = AmountField(label=_("Largest amount"))
    instalments_min = WholeField(label=_("Fewest instalments"), least=1, most=600)
    instalments_max = WholeField(label=_("Most instalments"), least=1, most=600)
    every = WholeField(label=_("One instalment every"), least=1, most=366, initial="1")
    unit = forms.ChoiceField(
        label=_("Unit"),
        choices=[(unit.value, PRODUCT_UNITS[unit]) for unit in Unit],
        initial=Unit.MONTHS.value,
    )
    method = forms.ChoiceField(
        label=_("How it is paid back"),
        choices=[(method.value, WORDS["method"][method.value]) for method in Method],
    )
    day_count = forms.ChoiceField(
        label=_("How days count"),
        choices=[(convention.value, convention.value) for convention in DayCount],
        initial="30/360",
    )
    annual_rate_min = PercentField(label=_("Lowest rate a year"), percent_max=100)
    annual_rate_max = PercentField(label=_("Highest rate a year"), percent_max=100)
    grace_principal = WholeField(
        label=_("Instalments without principal at first"), least=0, most=600, initial="0"
    )
    grace_interest = WholeField(
        label=_("Instalments without interest at first"),
        least=0,
        most=600,
        initial="0",
    )
    origination_fee = PercentField(
        label=_("Origination fee, of the principal"), percent_max=100, initial="0"
    )
    pays_out_net = forms.BooleanField(
        label=_("The origination fee is kept back when it is paid out"), required=False
    )
    servicing_fee = PercentField(
        label=_("Servicing fee, of the lenders' interest"), percent_max=100, initial="0"
    )
    vat = PercentField(label=_("VAT on our fees"), percent_max=100, initial="0")
    withholding_tax = PercentField(
        label=_("Tax withheld, of the lenders' interest"), percent_max=100, initial="0"
    )
    late_fee = AmountField(label=_("Fee for each late instalment"), allow_zero=True, initial="0")
    late_fee_share = PercentField(
        label=_("And a share of that instalment"), percent_max=100, initial="0"
    )
    late_fee_to_firm = forms.BooleanField(
        label=_("Late fees go to the firm, not to the lenders"), required=False
    )
    grace_days = WholeField(label=_("Days of grace"), least=0, most=365, initial="0")
    prepayment_compensation = PercentField(
        label=_("Compensation for early repayment, of the principal"),
        percent_max=100,
        initial="0",
    )
    window_days = WholeField(label=_("Days open for investment"), least=1, most=365, initial="14")
    investment_min = AmountField(label=_("Smallest investment"))
    investment_step = AmountField(label=_("Step of investments"))
    partial_floor = PercentField(
        label=_("Paid out from this funded share on"), percent_max=100, initial="100"
    )

    def group_of(self, field: str) -> str:
        """The group in which a field stands."""
        return next(name for name, fields in self.MEMBERS.items() if field in fields.split())

    def clean_code(self) -> str:
        """A code is used once."""
        code = str(self.cleaned_data["code"])
        if Product.objects.filter(code=code).exists():
            raise forms.ValidationError(_("Another product has this code. Choose another one."))
        return code

    def fields_of_product(self, currency: str) -> dict[str, Any]:
        """What was typed, under the names of the product's own fields."""
        renamed = {
            "amount_min": "amount_minor_min",
            "amount_max": "amount_minor_max",
            "late_fee": "late_fee_minor",
            "investment_min": "investment_minor_min",
            "investment_step": "investment_minor_step",
        }
        cleaned = {renamed.get(name, name): v for name, v in self.cleaned_data.items()}
        cleaned.pop("code")
        return cleaned | {"currency": currency}
