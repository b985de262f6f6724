"""Codes of offers, and the offers that an order takes along."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from tuppence.growth.referring import WORDS_LENGTH_MAX
from tuppence.web.forms.fields import OrderForm
from tuppence.web.reader import current_reader
from tuppence.web.reads.gifts import Usable


class CodeForm(OrderForm):
    """A code that a member was given."""

    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        help_text=_("As it stands on the leaflet or in the message; capitals don't matter."),
    )


def offer_choices(usable: Sequence[Usable]) -> list[tuple[str, str]]:
    """The offers that fit, each with what it would bring at most and its last day."""
    reader = current_reader()
    return [
        (
            str(each.id),
            _now("{title}: {amount} at most. To be used until {day}.").format(
                title=each.title,
                amount=reader.money(each.brings_minor, each.currency),
                day=reader.day(each.last_day),
            ),
        )
        for each in usable
    ]


def offers_field(usable: Sequence[Usable]) -> Any:
    """The offers that fit an order, to be ticked; the first one is."""
    return forms.MultipleChoiceField(
        label=_("Take an offer along"),
        choices=offer_choices(usable),
        required=False,
        initial=[str(usable[0].id)],
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "An offer changes neither the loan nor its risk. Only invest what you would anyway."
        ),
        error_messages={"invalid_choice": _("An offer does not fit any more. Look again.")},
    )


class WordsForm(forms.Form):
    """What a member says to whom they invite."""

    words = forms.CharField(
        label=_("Your words"),
        max_length=WORDS_LENGTH_MAX,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "Your friend reads them beneath your pseudonym. Promise nothing about returns."
        ),
    )
