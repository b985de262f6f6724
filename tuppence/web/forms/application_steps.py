"""One question a page of an application: how much, for what, its story, the month, elsewhere."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tuppence.lending.application_draft import DraftAnswers, DraftStep
from tuppence.lending.application_rules import TITLE_MAX
from tuppence.web.forms.borrowing import PURPOSE_MAX, CostForm, TextField
from tuppence.web.forms.fields import AmountField, StrictField
from tuppence.web.reads.products import ProductRow

FOR_BUSINESS, PRIVATE = "business", "private"


class CostStep(CostForm):
    """How much and how long, once more."""

    def changes(self) -> DraftAnswers:
        """The answers of this step."""
        cleaned = self.cleaned_data
        return DraftAnswers(amount_minor=cleaned["amount"], instalments=cleaned["instalments"])


class UseStep(forms.Form):
    """Whether the money is for the borrower's business."""

    use = forms.ChoiceField(
        label=gettext_lazy("What the loan is for"),
        help_text=gettext_lazy("The law treats loans to firms and to private people apart."),
        choices=[
            (FOR_BUSINESS, gettext_lazy("For my own business or trade")),
            (PRIVATE, gettext_lazy("For me privately")),
        ],
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, product: ProductRow, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)

    def changes(self) -> DraftAnswers:
        """The answer of this step."""
        return DraftAnswers(business_purpose=self.cleaned_data["use"] == FOR_BUSINESS)


class StoryStep(forms.Form):
    """What investors read."""

    def __init__(self, *args: Any, product: ProductRow, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"] = StrictField(
            label=_("Title of your listing"),
            help_text=_("What investors read first, for example “A second oven for a bakery”."),
            widget=forms.TextInput(attrs={"maxlength": TITLE_MAX}),
        )
        self.fields["purpose"] = TextField(
            label=_("What the money is for"),
            help_text=_("In your own words; investors read it. Leave out names and addresses."),
            widget=forms.Textarea(attrs={"rows": 6, "maxlength": PURPOSE_MAX}),
        )

    def clean_title(self) -> str:
        """Short enough for a heading."""
        title: str = self.cleaned_data["title"]
        if len(title) > TITLE_MAX:
            raise forms.ValidationError(_("Use at most {most} characters.").format(most=TITLE_MAX))
        return title

    def changes(self) -> DraftAnswers:
        """The answers of this step."""
        return DraftAnswers(title=self.cleaned_data["title"], purpose=self.cleaned_data["purpose"])


class MonthStep(forms.Form):
    """What comes in and goes out in a month."""

    def __init__(self, *args: Any, product: ProductRow, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["income"] = AmountField(
            label=_("Income a month, after tax"),
            help_text=_("We compare it with the instalments; investors don't see it."),
            currency=product.currency,
            allow_zero=True,
        )
        self.fields["spending"] = AmountField(
            label=_("Spending a month"),
            help_text=_("Rent, loans, insurance, living."),
            currency=product.currency,
            allow_zero=True,
        )

    def changes(self) -> DraftAnswers:
        """The answers of this step."""
        cleaned = self.cleaned_data
        return DraftAnswers(
            income_minor_monthly=cleaned["income"], spending_minor_monthly=cleaned["spending"]
        )


class ElsewhereStep(forms.Form):
    """What is owed on other platforms."""

    def __init__(self, *args: Any, product: ProductRow, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["elsewhere"] = AmountField(
            label=_("Borrowed on other platforms"),
            help_text=_("What is still owed there; 0 if nothing. The law sets limits on the sum."),
            currency=product.currency,
            allow_zero=True,
        )

    def changes(self) -> DraftAnswers:
        """The answer of this step."""
        return DraftAnswers(elsewhere_minor=self.cleaned_data["elsewhere"])


StepForm = CostStep | UseStep | StoryStep | MonthStep | ElsewhereStep
STEP_FORMS: dict[DraftStep, type[StepForm]] = {
    DraftStep.COST: CostStep,
    DraftStep.USE: UseStep,
    DraftStep.STORY: StoryStep,
    DraftStep.MONTH: MonthStep,
    DraftStep.ELSEWHERE: ElsewhereStep,
}


class SendForm(forms.Form):
    """Send the application exactly as it was shown."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
