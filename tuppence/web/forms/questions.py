"""Questions about a listing, answers, and what staff hide."""

from django import forms
from django.utils.translation import gettext_lazy as _

from tuppence.market.questions import TEXT_MAX, HiddenReason, Part
from tuppence.web.forms.fields import OrderForm
from tuppence.web.words import WORDS


class QuestionForm(OrderForm):
    """What an investor wants to know; everybody reads it."""

    text = forms.CharField(
        label=_("Your question"),
        help_text=_("Everybody reads question and answer. Your name here is a made-up one."),
        max_length=TEXT_MAX,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class ListingAnswerForm(OrderForm):
    """The borrower's answer, once and for everybody."""

    text = forms.CharField(
        label=_("Your answer"),
        help_text=_("Everybody reads it, and it can't be changed. Leave out names and numbers."),
        max_length=TEXT_MAX,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class HideForm(OrderForm):
    """What staff hide, and why."""

    part = forms.ChoiceField(
        label=_("What is hidden"),
        choices=[(part.value, WORDS["question_part"][part.value]) for part in Part],
        widget=forms.RadioSelect,
    )
    reason = forms.ChoiceField(
        label=_("Why"),
        choices=[(why.value, WORDS["hidden_reason"][why.value]) for why in HiddenReason],
        widget=forms.RadioSelect,
    )
