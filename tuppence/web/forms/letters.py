"""Which letters come by e-mail."""

from django import forms
from django.utils.translation import gettext_lazy as _

from tuppence.letters.kinds import OPTIONAL
from tuppence.web.letter_words import LETTER_WORDS


class LetterChoicesForm(forms.Form):
    """The kinds of letter that a member may do without, and of them those to leave out."""

    kinds = forms.MultipleChoiceField(
        label=_("Don't send me by e-mail"),
        help_text=_("Nothing ticked: all of them come."),
        choices=[(kind.value, LETTER_WORDS["letter_kind"][kind.value]) for kind in OPTIONAL],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
