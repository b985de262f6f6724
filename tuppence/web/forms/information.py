"""What staff ask an applicant for, and what the applicant answers."""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from tuppence.lending.information_requests import WORDS_MAX, AskedItem, ItemKind
from tuppence.members.paper import PaperKind
from tuppence.web.forms.borrowing import TextField
from tuppence.web.forms.fields import DayField, OrderForm
from tuppence.web.forms.members import PaperForm
from tuppence.web.forms.staff_groups import GroupedForm
from tuppence.web.staff_words import Word
from tuppence.web.words import WORDS

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as Words

PLACES = (1, 2, 3, 4)
EXPLANATION = ItemKind.EXPLANATION.value


def words_field(
    label: "Words", *, rows: int, help_text: "Words" = "", required: bool = True
) -> TextField:
    """Several lines of plain text."""
    attrs = {"rows": rows, "maxlength": WORDS_MAX}
    return TextField(
        label=label, help_text=help_text, required=required, widget=forms.Textarea(attrs=attrs)
    )


class AskForm(OrderForm, GroupedForm):
    """Up to four things, why they are needed, and until when."""

    GROUPS: ClassVar[Mapping[str, Word]] = {
        "1": _("First"),
        "2": _("Second"),
        "3": _("Third"),
        "4": _("Fourth"),
    }

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["why"] = words_field(
            _("Why you ask"), rows=3, help_text=_("The applicant reads it, word for word.")
        )
        self.fields["due_on"] = DayField(label=_("Answer hoped for by"), earliest=today)
        papers = [(kind.value, WORDS["paper"][kind.value]) for kind in PaperKind]
        for place in PLACES:
            choices = [("", "–"), *papers, (EXPLANATION, _("An explanation"))]
            self.fields[f"kind_{place}"] = forms.ChoiceField(
                label=_("What"), choices=choices, required=False
            )
            self.fields[f"words_{place}"] = TextField(
                label=_("What exactly"),
                required=False,
                widget=forms.TextInput(attrs={"maxlength": WORDS_MAX, "class": "long"}),
            )
            for name in (f"kind_{place}", f"words_{place}"):
                self.fields[name].when_needed = _("where you ask for it")  # type: ignore[attr-defined]  # read by the template

    def group_of(self, field: str) -> str:
        """The thing to which a field belongs."""
        name, _sign, place = field.rpartition("_")
        return place if name in {"kind", "words"} else ""

    def clean(self) -> dict[str, Any]:
        """What is named is said exactly, and something is named."""
        cleaned = super().clean() or {}
        for place in PLACES:
            kind, words = cleaned.get(f"kind_{place}"), cleaned.get(f"words_{place}")
            if kind and not words and f"words_{place}" not in self.errors:
                self.add_error(f"words_{place}", _now("Say what exactly you need."))
            if words and not kind:
                self.add_error(f"kind_{place}", _now("Choose what it is."))
        if not any(cleaned.get(f"kind_{place}") for place in PLACES) and not self.errors:
            self.add_error("kind_1", _now("Name at least one thing."))
        return cleaned

    @property
    def items(self) -> tuple[AskedItem, ...]:
        """What is asked for, in order."""
        found = []
        for place in PLACES:
            kind, words = self.cleaned_data[f"kind_{place}"], self.cleaned_data[f"words_{place}"]
            if kind == EXPLANATION:
                found.append(AskedItem(ItemKind.EXPLANATION, words))
            elif kind:
                found.append(AskedItem(ItemKind.PAPER, words, PaperKind(kind)))
        return tuple(found)


class ExplainForm(forms.Form):
    """An explanation in the applicant's own words."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"] = words_field(_("Your answer"), rows=5)


class SendPaperForm(PaperForm):
    """A paper that was asked for, with a word beside it."""

    kind = None  # type: ignore[assignment]  # it was asked for by name

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"] = words_field(_("A word about it"), rows=2, required=False)
