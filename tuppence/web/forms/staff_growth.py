"""What growth operators type: channels, spend, files of spend, plans of campaigns."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from tuppence.growth.campaign import LAUNCHED
from tuppence.growth.channels import CODE_LENGTH_MAX, NAME_LENGTH_MAX, NewChannel
from tuppence.growth.models import Campaign, Channel, Partner
from tuppence.growth.plan import NEEDED, BudgetLine, Goal, Plan
from tuppence.growth.spend import PaidFrom, PriceModel, SpendLine
from tuppence.growth.spend_map import DATE_FORMATS, SpendMap, read_spend_map
from tuppence.money.refusals import InputRefusedError
from tuppence.web.forms.fields import AmountField, DayField, OrderForm, WholeField, translated
from tuppence.web.forms.staff_groups import GroupedForm
from tuppence.web.forms.staff_words import reason_field
from tuppence.web.growth_words import channel_in_words
from tuppence.web.words import WORDS

FILE_BYTES_MAX = 50 * 1024 * 1024
LINES = 6
NOTHING = [("", "–")]


def channel_choices() -> list[tuple[str, str]]:
    """Open channels by name."""
    rows = Channel.objects.filter(closed_at=None).order_by("name")
    return [(str(row.pk), channel_in_words(row.code, row.name)) for row in rows]


def campaign_choices() -> list[tuple[str, Any]]:
    """Campaigns on which money may have been spent; the first choice is standing work."""
    rows = Campaign.objects.filter(state__in=LAUNCHED).order_by("-starts_on", "-id")
    return [("", _("none: the channel's standing work")), *((str(r.pk), r.name) for r in rows)]


def partner_choices() -> list[tuple[str, str]]:
    """Partners by name."""
    return [*NOTHING, *((str(row.pk), row.name) for row in Partner.objects.order_by("name"))]


def model_choices() -> list[tuple[str, Any]]:
    """Price models in words."""
    return [(model.value, WORDS["price_model"][model.value]) for model in PriceModel]


class ChannelForm(forms.Form):
    """A channel to be opened."""

    name = forms.CharField(label=_("Name"), max_length=NAME_LENGTH_MAX)
    code = forms.CharField(
        label=_("Code"),
        max_length=CODE_LENGTH_MAX,
        help_text=_("Stands in links and files and never changes: radio_spots."),
    )
    paid = forms.BooleanField(label=_("It costs money"), required=False)
    parent = forms.ChoiceField(label=_("Part of"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Channel.objects.filter(closed_at=None).order_by("name")
        choices: Any = [
            *NOTHING,
            *((row.code, channel_in_words(row.code, row.name)) for row in rows),
        ]
        self.fields["parent"].choices = choices  # type: ignore[attr-defined]  # of a ChoiceField

    def channel(self) -> NewChannel:
        """What was typed."""
        typed = self.cleaned_data
        return NewChannel(typed["code"], typed["name"], typed["paid"], typed["parent"])


class SpendForm(OrderForm):
    """One day of one activity."""

    channel = forms.ChoiceField(label=_("Channel"))
    campaign = forms.ChoiceField(label=_("Campaign"), required=False)
    day = DayField(label=_("Day"))
    price_model = forms.ChoiceField(label=_("How it is paid"))
    amount = AmountField(label=_("Amount"), allow_zero=True)
    partner = forms.ChoiceField(label=_("Owed to"), required=False)
    new_partner = forms.CharField(
        label=_("Or a new partner"), max_length=NAME_LENGTH_MAX, required=False
    )
    prepaid = forms.BooleanField(label=_("Take it from money paid beforehand"), required=False)
    reference = forms.CharField(
        label=_("Reference"),
        max_length=200,
        required=False,
        help_text=_("The invoice's or advertisement's number."),
    )
    creative = forms.CharField(label=_("Creative"), max_length=200, required=False)
    audience = forms.CharField(label=_("Audience"), max_length=200, required=False)
    showings = WholeField(label=_("Showings"), least=0, most=999_999_999, required=False)
    clicks = WholeField(label=_("Clicks"), least=0, most=999_999_999, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: dict[str, Any] = {
            "channel": channel_choices(),
            "campaign": campaign_choices(),
            "partner": partner_choices(),
            "price_model": model_choices(),
        }
        for name, choices in chosen.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]  # of a ChoiceField

    def line(self, partner_id: int | None) -> SpendLine:
        """What was typed, as a line of spend."""
        typed = self.cleaned_data
        model = PriceModel(typed["price_model"])
        paid_from = PaidFrom.PREPAID if typed["prepaid"] else PaidFrom.PAYABLES
        if model is PriceModel.STAFF_HOURS:
            paid_from = PaidFrom.STAFF_TIME
        return SpendLine(
            channel_id=int(typed["channel"]),
            campaign_id=int(typed["campaign"]) if typed["campaign"] else None,
            partner_id=None if paid_from is PaidFrom.STAFF_TIME else partner_id,
            day=typed["day"],
            amount_minor=typed["amount"],
            price_model=model,
            paid_from=paid_from,
            reference=typed["reference"],
            creative=typed["creative"],
            audience=typed["audience"],
            showings=typed["showings"],
            clicks=typed["clicks"],
        )


class SpendFileForm(forms.Form):
    """A partner's file; what its columns say is asked next."""

    partner = forms.ChoiceField(label=_("From which partner"), required=False)
    new_partner = forms.CharField(
        label=_("Or a new partner"), max_length=NAME_LENGTH_MAX, required=False
    )
    channel = forms.ChoiceField(label=_("Channel"))
    file = forms.FileField(
        label=_("File"), help_text=_("CSV in UTF-8, or a sheet of Excel (.xlsx, .xls, .ods).")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: dict[str, Any] = {"channel": channel_choices(), "partner": partner_choices()}
        for name, choices in chosen.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]  # of a ChoiceField

    def clean_file(self) -> Any:
        """Not too large to be read at once."""
        file = self.cleaned_data["file"]
        if (file.size or 0) > FILE_BYTES_MAX:
            raise forms.ValidationError(_now("The file is larger than 50 MB: split it."))
        return file

    def clean(self) -> dict[str, Any]:
        """Somebody must have sent it."""
        cleaned = super().clean() or {}
        if not cleaned.get("partner") and not cleaned.get("new_partner"):
            self.add_error("partner", _now("Choose the partner, or name a new one."))
        return cleaned


class LayoutForm(OrderForm):
    """What the columns of a file say, and how its rows are booked."""

    amount = forms.ChoiceField(label=_("Amount"))
    decimal = forms.ChoiceField(
        label=_("Decimals stand behind"), choices=[(".", _("a point")), (",", _("a comma"))]
    )
    day = forms.ChoiceField(label=_("Day"), required=False)
    date_format = forms.ChoiceField(
        label=_("Days are written"), choices=[(name, name) for name in DATE_FORMATS]
    )
    one_day = DayField(label=_("Or all of one day"), required=False)
    reference = forms.ChoiceField(label=_("Number of the advertisement"), required=False)
    partner_campaign = forms.ChoiceField(label=_("Partner's campaign"), required=False)
    creative = forms.CharField(label=_("Creative: headings, with commas"), required=False)
    audience = forms.CharField(label=_("Audience: headings, with commas"), required=False)
    showings = forms.ChoiceField(label=_("Showings"), required=False)
    clicks = forms.ChoiceField(label=_("Clicks"), required=False)
    results = forms.ChoiceField(label=_("Results by the partner's count"), required=False)
    price_model = forms.ChoiceField(label=_("How it is paid"))
    campaign = forms.ChoiceField(label=_("Booked to"), required=False)
    prepaid = forms.BooleanField(label=_("Take it from money paid beforehand"), required=False)
    take_restated = forms.BooleanField(
        label=_("Amounts that differ from earlier files correct them"), required=False
    )

    COLUMNS = (
        *("amount", "day", "reference", "partner_campaign", "showings", "clicks", "results"),
    )

    def __init__(self, *args: Any, headings: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(heading, heading) for heading in headings if heading]
        for name in self.COLUMNS:
            choices: Any = named if name == "amount" else [*NOTHING, *named]
            self.fields[name].choices = choices  # type: ignore[attr-defined]  # of a ChoiceField
        self.fields["price_model"].choices = model_choices()  # type: ignore[attr-defined]
        self.fields["campaign"].choices = campaign_choices()  # type: ignore[attr-defined]

    def layout(self) -> SpendMap:
        """The layout that was typed. Raises SpendMapError."""
        typed = self.cleaned_data
        names = (*self.COLUMNS, "decimal", "date_format", "creative", "audience")
        return read_spend_map({name: typed[name] for name in names})

    def clean(self) -> dict[str, Any]:
        """The layout can stand."""
        cleaned = super().clean() or {}
        if not self.errors:
            try:
                self.layout()
            except InputRefusedError as error:
                self.add_error(None, translated(error))
        return cleaned


class PlanForm(GroupedForm):
    """A campaign's plan: everything that a second person reads."""

    GROUPS = {
        "goal": _("What it is to bring"),
        "why": _("For whom and why"),
        "four": _("Product, price, place, promotion"),
        "risk": _("Risks and checklist"),
        "budget": _("Budget by channel"),
    }
    name = forms.CharField(label=_("Name"), max_length=120)
    goal = forms.ChoiceField(
        label=_("Goal"),
        choices=[(goal.value, WORDS["goal"][goal.value]) for goal in Goal],
    )
    goal_number = WholeField(label=_("How many, or which amount"), least=1, most=999_999_999)
    starts_on = DayField(label=_("First day"))
    ends_on = DayField(label=_("Last day"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in NEEDED:
            self.fields[name] = reason_field(str(WORDS["plan_field"][name]), required=False)
        self.fields["checklist"] = reason_field(_("Checklist, one thing a line"), required=False)
        rows = Channel.objects.filter(closed_at=None).order_by("name")
        channels: Any = [
            *NOTHING,
            *((row.code, channel_in_words(row.code, row.name)) for row in rows),
        ]
        for number in range(1, LINES + 1):
            self.fields[f"channel_{number}"] = forms.ChoiceField(
                label=_now("Line {number}: channel").format(number=number),
                choices=channels,
                required=False,
            )
            self.fields[f"spend_{number}"] = AmountField(
                label=_now("to partners and media"), allow_zero=True, required=False
            )
            self.fields[f"gives_{number}"] = AmountField(
                label=_now("to members, at most"), allow_zero=True, required=False
            )
            self.fields[f"expected_{number}"] = WholeField(
                label=_now("results expected"), least=0, most=999_999_999, required=False
            )
            for name in ("channel", "spend", "gives", "expected"):
                # That a line may stay empty is plain; two dozen times said, it is noise.
                self.fields[f"{name}_{number}"].is_plain = True  # type: ignore[attr-defined]

        for name in NEEDED:
            self.fields[name].when_needed = _now("needed to submit")  # type: ignore[attr-defined]

    def group_of(self, field: str) -> str:
        """Where a field stands."""
        if field[-1].isdecimal():
            return "budget"
        if field in {"product", "price", "place", "promotion"}:
            return "four"
        if field in {"risks", "checklist"}:
            return "risk"
        return "why" if field in NEEDED else "goal"

    def clean(self) -> dict[str, Any]:
        """The days are in order, and no channel stands twice."""
        cleaned = super().clean() or {}
        first, last = cleaned.get("starts_on"), cleaned.get("ends_on")
        if isinstance(first, date) and isinstance(last, date) and last < first:
            self.add_error("ends_on", _now("The last day comes before the first."))
        seen: set[str] = set()
        for number in range(1, LINES + 1):
            code = cleaned.get(f"channel_{number}")
            if code and code in seen:
                self.add_error(f"channel_{number}", _now("This channel stands above already."))
            if not code and (cleaned.get(f"spend_{number}") or cleaned.get(f"gives_{number}")):
                self.add_error(f"channel_{number}", _now("Choose the channel of this line."))
            seen.add(code or "")
        return cleaned

    def plan(self) -> Plan:
        """What was typed, as a plan; it may still lack things."""
        typed = self.cleaned_data
        return Plan(
            name=typed["name"],
            goal=Goal(typed["goal"]),
            goal_number=typed["goal_number"],
            starts_on=typed["starts_on"],
            ends_on=typed["ends_on"],
            checklist=tuple(
                each.strip() for each in typed["checklist"].splitlines() if each.strip()
            ),
            budget=tuple(
                BudgetLine(
                    typed[f"channel_{number}"],
                    typed[f"spend_{number}"] or 0,
                    typed[f"gives_{number}"] or 0,
                    typed[f"expected_{number}"] or 0,
                )
                for number in range(1, LINES + 1)
                if typed[f"channel_{number}"]
            ),
            **{name: typed[name] for name in NEEDED},
        )


def typed_plan(plan: Plan, amount: Any) -> dict[str, Any]:
    """A plan as the form shows it; `amount` writes minor units plainly."""
    shown: dict[str, Any] = {name: getattr(plan, name) for name in NEEDED}
    shown |= {
        "name": plan.name,
        "goal": plan.goal.value,
        "goal_number": plan.goal_number,
        "starts_on": plan.starts_on,
        "ends_on": plan.ends_on,
        "checklist": "\n".join(plan.checklist),
    }
    for number, line in enumerate(plan.budget[:LINES], start=1):
        shown |= {
            f"channel_{number}": line.channel,
            f"spend_{number}": amount(line.spend_minor),
            f"gives_{number}": amount(line.gives_minor),
            f"expected_{number}": line.expected_results,
        }
    return shown


class ActForm(OrderForm):
    """An act on a campaign: on the plan that was shown, with a reason where others need one."""

    digest = forms.CharField(widget=forms.HiddenInput, max_length=64)
    reason = reason_field(_("Reason"), required=False, help_text=_("Others read it later."))
    results = WholeField(label=_("Results counted"), least=0, most=999_999_999, required=False)

    def __init__(self, *args: Any, with_reason: bool, with_results: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not with_reason:
            del self.fields["reason"]
        if not with_results:
            del self.fields["results"]


class CopyForm(OrderForm):
    """When a copy begins."""

    starts_on = DayField(label=_("First day"))
