"""Forms of tracked links."""

import secrets
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tuppence.growth.arriving import TAG_LENGTH_MAX, Utm
from tuppence.growth.links import (
    CODE_LENGTH,
    CODE_LETTERS,
    NAME_LENGTH_MAX,
    TARGET_LENGTH_MAX,
    NewLink,
)
from tuppence.web.forms.staff_growth import campaign_choices, channel_choices, partner_choices

TAGS = ("source", "medium", "campaign", "content", "term")


class LinkForm(forms.Form):
    """A tracked link to be made."""

    name = forms.CharField(
        label=_("Name"),
        max_length=NAME_LENGTH_MAX,
        help_text=_("For us: where it hangs or who hands it out."),
    )
    target = forms.CharField(
        label=_("Leads to"),
        max_length=TARGET_LENGTH_MAX,
        initial="/",
        help_text=_(
            "A page of ours, such as /listings/. Another site begins with https:// and its"
            " readers are warned first."
        ),
    )
    channel = forms.ChoiceField(label=_("Channel"))
    campaign = forms.ChoiceField(label=_("Campaign"), required=False)
    partner = forms.ChoiceField(label=_("Partner"), required=False)
    creative = forms.CharField(
        label=_("Creative"),
        max_length=TAG_LENGTH_MAX,
        required=False,
        help_text=_("Which picture, text or version."),
    )
    code = forms.SlugField(
        label=_("Short code"),
        max_length=32,
        required=False,
        help_text=_("Stands in the address. Left empty, we draw one that is easy to type."),
    )
    utm_source = forms.CharField(label="utm_source", max_length=TAG_LENGTH_MAX, required=False)
    utm_medium = forms.CharField(label="utm_medium", max_length=TAG_LENGTH_MAX, required=False)
    utm_campaign = forms.CharField(label="utm_campaign", max_length=TAG_LENGTH_MAX, required=False)
    utm_content = forms.CharField(label="utm_content", max_length=TAG_LENGTH_MAX, required=False)
    utm_term = forms.CharField(label="utm_term", max_length=TAG_LENGTH_MAX, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: dict[str, Any] = {
            "channel": channel_choices(),
            "campaign": campaign_choices(),
            "partner": partner_choices(),
        }
        for name, choices in chosen.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]  # of a ChoiceField

    def link(self) -> NewLink:
        """What was typed; without a code, one is drawn."""
        typed = self.cleaned_data
        return NewLink(
            code=typed["code"].lower() or drawn_code(),
            name=typed["name"],
            channel_id=int(typed["channel"]),
            target=typed["target"].strip(),
            campaign_id=int(typed["campaign"]) if typed["campaign"] else None,
            partner_id=int(typed["partner"]) if typed["partner"] else None,
            creative=typed["creative"],
            utm=Utm(**{tag: typed[f"utm_{tag}"] for tag in TAGS}),
        )


def drawn_code() -> str:
    """A code that is easy to read aloud and hard to guess."""
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
