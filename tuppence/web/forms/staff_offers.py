"""What growth operators type of an offer: its terms, by kind."""

from fractions import Fraction
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from tuppence import platform
from tuppence.growth.offer import (
    FIRST_TIME_ONLY,
    SHARING,
    WITH_ORDER,
    YIELDING,
    Claim,
    OfferKind,
    Terms,
    Tier,
    terms_gaps,
)
from tuppence.growth.referring import Side, Stage
from tuppence.money.currency import parse_amount
from tuppence.web.forms.fields import AmountField, OrderForm, PercentField, WholeField, reading
from tuppence.web.forms.staff_groups import GroupedForm
from tuppence.web.forms.staff_words import reason_field
from tuppence.web.words import WORDS

COUNT_MAX = 999_999_999
WITH_MINIMUM = WITH_ORDER | {OfferKind.FEE_DISCOUNT, OfferKind.REFERRAL}
LIMITS = ("total", "per_member", "per_day")
WHEN = (
    "stage",
    "use_days",
    "hold_days",
    "minimum",
    "term_months_min",
    "term_months_max",
    "first_time",
)


class OfferForm(GroupedForm):
    """The terms of one offer of a plan. Fields that its kind does not know are left out."""

    GROUPS = {
        "gives": _("What it gives"),
        "who": _("Who gets it, and how many"),
        "when": _("On which conditions"),
    }
    title = forms.CharField(label=_("Title in English"), max_length=80)
    title_zh = forms.CharField(label=_("Title in Chinese"), max_length=80, required=False)
    amount = AmountField(label=_("Amount"), required=False)
    share = PercentField(label=_("Share"), percent_max=100, required=False)
    days = WholeField(label=_("For how many days"), least=1, most=3_660, required=False)
    tiers = forms.CharField(
        label=_("Or by tiers"),
        required=False,
        max_length=200,
        help_text=_("From which amount, equals sign, gift: 100=1; 500=8"),
    )
    stage = forms.ChoiceField(
        label=_("When the friend has"),
        choices=[(each.value, WORDS["referral_stage"][each.value]) for each in Stage],
    )
    side = forms.ChoiceField(
        label=_("Whose reward"),
        choices=[(each.value, WORDS["referral_side"][each.value]) for each in Side],
    )
    claim = forms.ChoiceField(
        label=_("Who gets it"),
        choices=[(each.value, WORDS["offer_claim"][each.value]) for each in Claim],
    )
    code = forms.CharField(label=_("Code"), max_length=40, required=False)
    total = WholeField(label=_("How many at most"), least=1, most=COUNT_MAX)
    per_member = WholeField(label=_("For one member"), least=1, most=1_000, initial=1)
    per_day = WholeField(label=_("On one day"), least=1, most=COUNT_MAX, required=False)
    expected = PercentField(
        label=_("Expected to be paid, of the worst case"), percent_max=100, initial="100"
    )
    minimum = AmountField(label=_("From which amount on"), allow_zero=True, required=False)
    term_months_min = WholeField(
        label=_("Loans of at least (months)"), least=1, most=600, required=False
    )
    term_months_max = WholeField(
        label=_("Loans of at most (months)"), least=1, most=600, required=False
    )
    first_time = forms.BooleanField(label=_("First investment only"), required=False)
    stacks = forms.BooleanField(
        label=_("May be used together with others that allow it"), required=False
    )
    use_days = WholeField(label=_("To be used within how many days"), least=1, most=366, initial=30)
    hold_days = WholeField(
        label=_("Paid how many days after it is earned"), least=0, most=366, initial=0
    )

    def __init__(self, *args: Any, kind: OfferKind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        for name in self.unknown(kind):
            del self.fields[name]
        for name in ("amount", "share", "days"):
            if name in self.fields:
                self.fields[name].required = kind is not OfferKind.CASHBACK
        labels = AMOUNT_LABELS.get(kind)
        if labels:
            self.fields["amount"].label, self.fields["share"].label = labels

    @staticmethod
    def unknown(kind: OfferKind) -> list[str]:
        """Fields that mean nothing for a kind of offer."""
        gone = [] if kind in YIELDING | SHARING else ["share"]
        gone += [] if kind in YIELDING else ["days"]
        gone += [] if kind is OfferKind.CASHBACK else ["tiers"]
        gone += ["claim", "code"] if kind is OfferKind.REFERRAL else ["stage", "side"]
        if kind not in WITH_ORDER:
            gone += ["term_months_min", "term_months_max", "first_time", "stacks"]
        elif kind in FIRST_TIME_ONLY:
            gone += ["first_time"]
        return gone if kind in WITH_MINIMUM else [*gone, "minimum"]

    def group_of(self, field: str) -> str:
        """Where a field stands."""
        if field in {"claim", "code", "side", "expected", *LIMITS}:
            return "who"
        return "when" if field in {*WHEN, "stacks"} else "gives"

    def clean_tiers(self) -> tuple[Tier, ...]:
        """The tiers that were typed, from the lowest."""
        text = self.cleaned_data["tiers"]
        found = []
        for each in text.split(";") if text.strip() else []:
            least, sign, gift = each.partition("=")
            if not sign:
                raise forms.ValidationError(_now("Write each tier as amount=gift: 100=1; 500=8."))
            found.append(Tier(_amount(least), _amount(gift)))
        return tuple(found)

    def clean(self) -> dict[str, Any]:
        """The terms can stand as a whole."""
        cleaned = super().clean() or {}
        if not self.errors:
            for gap in terms_gaps(self.terms()):
                field = {"amount_minor": "amount", "minimum_minor": "minimum"}.get(gap, gap)
                self.add_error(field if field in self.fields else None, str(GAPS.get(gap, gap)))
        return cleaned

    def terms(self) -> Terms:
        """What was typed, as terms."""
        typed = self.cleaned_data
        given = {
            name: typed[name]
            for name in (*LIMITS, "days", "use_days", "hold_days", "term_months_min")
            if typed.get(name)
        }
        if typed.get("term_months_max"):
            given["term_months_max"] = typed["term_months_max"]
        return Terms(
            kind=self.kind,
            title=typed["title"].strip(),
            title_zh=typed["title_zh"].strip(),
            claim=Claim(typed.get("claim") or Claim.GIVEN),
            code=(typed.get("code") or "").strip(),
            stage=typed.get("stage") or "",
            side=typed.get("side") or "",
            amount_minor=typed.get("amount") or 0,
            share=typed.get("share") or Fraction(0),
            tiers=typed.get("tiers") or (),
            minimum_minor=typed.get("minimum") or 0,
            first_time=bool(typed.get("first_time")),
            stacks=bool(typed.get("stacks")),
            expected_share=typed["expected"],
            **given,
        )


def _amount(text: str) -> int:
    return reading(lambda: parse_amount(text.strip(), platform.currency()))


AMOUNT_LABELS = {
    OfferKind.CASHBACK: (_("At most"), _("Share of what is invested")),
    OfferKind.FEE_DISCOUNT: (_("At most"), _("Share of the origination fee")),
    OfferKind.BOOSTER: (_("On how much principal at most"), _("Extra rate a year")),
    OfferKind.NEWCOMER: (_("On how much principal at most"), _("Extra rate a year")),
    OfferKind.TRIAL_MONEY: (_("Trial money"), _("Rate a year")),
}
GAPS = {
    "amount_minor": _("Enter an amount above zero."),
    "share": _("Enter a share above zero."),
    "days": _("Say for how many days."),
    "tiers": _("Tiers rise: who invests more never gets less."),
    "code": _("A code is needed where the offer is had by a code, and only there."),
    "term_months_max": _("The longest term is shorter than the shortest."),
}


class GiveForm(OrderForm):
    """To whom an offer is given by hand."""

    member = WholeField(label=_("Number of the member"), least=1, most=COUNT_MAX)


class TakeBackForm(OrderForm):
    """Why a reward is taken back."""

    reason = reason_field(_("Reason"), help_text=_("The member reads it."))


class RewardForm(OrderForm):
    """What is decided about a reward in doubt."""

    decision = forms.ChoiceField(
        label=_("Decision"),
        choices=[("pay", _("Pay it")), ("refuse", _("Refuse it"))],
        widget=forms.RadioSelect,
    )
    reason = reason_field(_("Reason"), help_text=_("Others read it later."))
