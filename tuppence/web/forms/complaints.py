"""Complaints: what a member writes, and what staff answer."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tuppence.compliance.complaint import TEXT_MAX, Outcome, Topic, Way
from tuppence.web.forms.fields import DayField, OrderForm, WholeField
from tuppence.web.words import STATES, WORDS

ABOUT_MAX = 30  # of the member's own things to choose from


def words_field(label: Any, *, help_text: Any = "", rows: int = 5, required: bool = True) -> Any:
    """Several lines of plain text."""
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=required,
        max_length=TEXT_MAX,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


def topics() -> list[tuple[str, Any]]:
    """What a complaint may be about, in words."""
    return [(topic.value, WORDS["complaint_topic"][topic.value]) for topic in Topic]


class ComplaintForm(OrderForm):
    """What happened, and what would put it right."""

    topic = forms.ChoiceField(label=_("What is it about?"), choices=topics)
    about = forms.ChoiceField(
        label=_("Which one?"),
        help_text=_("If it is about one of these, we look at it with your complaint."),
        required=False,
    )
    what_happened = words_field(
        _("What happened?"), help_text=_("When, what, and what you noticed. Amounts help.")
    )
    what_is_wanted = words_field(_("What would put it right?"), rows=3)

    def __init__(self, *args: Any, own: list[tuple[str, str]] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("None of these")), *(own or [])]
        self.fields["about"].choices = choices  # type: ignore[attr-defined]
        if not own:
            del self.fields["about"]

    def subject(self) -> tuple[str, int]:
        """The kind and number of what it is about, empty for nothing."""
        kind, _dash, number = self.cleaned_data.get("about", "").partition("-")
        return (kind, int(number)) if number else ("", 0)


class TakeComplaintForm(ComplaintForm):
    """A complaint that came by letter, e-mail or telephone, written down by staff."""

    field_order = ("member", "way", "topic", "what_happened", "what_is_wanted", "key")
    member = WholeField(label=_("Number of the member"), least=1, most=2**62)
    way = forms.ChoiceField(
        label=_("How it came"),
        choices=[(way.value, WORDS["complaint_way"][way.value]) for way in Way if way != "web"],
    )


class MessageForm(OrderForm):
    """One message about a complaint."""

    text = words_field(_("Message"))


class EscalateForm(OrderForm):
    """Why the answer does not settle it."""

    text = words_field(
        _("What is wrong with the answer?"),
        help_text=_("Your complaint is looked at once more, and answered for good."),
    )


class TakeBackForm(OrderForm):
    """Take a complaint back."""

    text = words_field(_("Why"), rows=3, required=False)


class NoteForm(OrderForm):
    """A note that the member never sees."""

    text = words_field(_("Note for colleagues"), help_text=_("The member does not see it."))


class DelayForm(OrderForm):
    """Tell the member why it takes longer, and until when."""

    text = words_field(_("Why it takes longer"), help_text=_("The member reads it."))
    expected_on = DayField(label=_("The answer comes by"), earliest=date(2020, 1, 1))


class AnswerForm(OrderForm):
    """The answer with its reasons."""

    outcome = forms.ChoiceField(
        label=_("Outcome"),
        choices=[
            (outcome.value, STATES["complaint_outcome"][outcome.value][1]) for outcome in Outcome
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the three.")},
    )
    text = words_field(
        _("Answer"),
        help_text=_("What you found, why, and what happens now. The member reads it as it stands."),
        rows=8,
    )


class PublicationForm(OrderForm):
    """Where and when something was published, or why it did not apply."""

    applies = forms.ChoiceField(
        label=_("Was there anything to publish?"),
        choices=[("yes", _("Yes, it is published")), ("no", _("No, it did not apply"))],
        widget=forms.RadioSelect,
        initial="yes",
    )
    published_on = DayField(label=_("Day"), earliest=date(2015, 1, 1))
    place = forms.CharField(
        label=_("Where it stands"),
        help_text=_("The address of the page or file."),
        required=False,
        max_length=300,
    )
    remark = words_field(_("Remark"), rows=3, required=False)
