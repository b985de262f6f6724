"""Is lending right for this person: the book's questions, means, and the warning."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tuppence.rules.rule import Sentence
from tuppence.rules.suitability import SuitabilityTest
from tuppence.web.forms.fields import AmountField, KeyField, OrderForm


def in_language(words: Sentence, language: str) -> str:
    """A rulebook's sentence in the reader's language."""
    return words.zh if language == "zh-hans" else words.en


class KnowledgeForm(forms.Form):
    """One field for each question of the book's test."""

    def __init__(self, test: SuitabilityTest, language: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["key"] = KeyField()
        for question in test.questions:
            self.fields[question.id] = forms.TypedChoiceField(
                label=in_language(question.text, language),
                choices=[
                    (str(position), in_language(option.text, language))
                    for position, option in enumerate(question.options)
                ],
                coerce=int,
                widget=forms.RadioSelect,
                error_messages={"required": _("Choose an answer.")},
            )

    def answers(self) -> Mapping[str, int]:
        """Question id to the position of the chosen option."""
        return {name: value for name, value in self.cleaned_data.items() if name != "key"}


class MeansForm(OrderForm):
    """A year's income, savings and commitments; all of them only for the simulation."""

    pay = AmountField(label=_("Pay a year, after tax"), allow_zero=True)
    interest = AmountField(label=_("Interest a year, after tax"), allow_zero=True, initial="0")
    dividends = AmountField(label=_("Dividends a year, after tax"), allow_zero=True, initial="0")
    rent = AmountField(label=_("Rent received a year, after tax"), allow_zero=True, initial="0")
    liquid = AmountField(
        label=_("Savings you can get at"),
        help_text=_("Money on accounts, and what can be turned into money at once."),
        allow_zero=True,
    )
    commitments = AmountField(
        label=_("Commitments a year"),
        help_text=_("Rent, loans, insurance, maintenance and the like, for a whole year."),
        allow_zero=True,
    )


class WarningForm(OrderForm):
    """The warning, read and acknowledged."""

    acknowledged = forms.BooleanField(
        label=_("I have read this and know that I can lose all of the money I invest."),
        error_messages={"required": _("Tick this once you have read the warning.")},
    )
