"""Made-up values for the page of parts; the figures are those of no book."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from tuppence.members.queries import ApprovalRow
from tuppence.web import charts
from tuppence.web.parts import Change, Event, Figure, LedgerLine, Line, funnel
from tuppence.web.reader import current_reader
from tuppence.web.tables.drawing import chip_html

AT = datetime(2026, 11, 28, 9, 30, tzinfo=UTC)
EUR = "EUR"
MONTHS = [date(2026, month, 1) for month in range(1, 13)]


class SampleForm(forms.Form):
    """One field of each shape."""

    amount = forms.CharField(label="", widget=forms.TextInput(attrs={"inputmode": "decimal"}))
    word = forms.ChoiceField(label="", widget=forms.RadioSelect)
    agreed = forms.BooleanField(label="", required=False)

    def __init__(self, data: Mapping[str, Any] | None, prefix: str) -> None:
        super().__init__(data, prefix=prefix)
        self.fields["amount"].label = _("Amount")
        self.fields["amount"].help_text = _("At least 50.00, in steps of 10.00.")
        self.fields["word"].label = _("Yes or no")
        self.fields["word"].choices = [("yes", _("Yes")), ("no", _("No"))]  # type: ignore[attr-defined]
        self.fields["agreed"].label = _("I have read the terms")

    def clean_amount(self) -> str:
        """An example of a refusal that helps."""
        text = str(self.cleaned_data["amount"])
        if not text.isdecimal():
            raise forms.ValidationError(_("Write the amount in digits, for example 150.00."))
        return text


def sample_form(data: Mapping[str, str] | None) -> SampleForm:
    """An empty form, or one with mistakes."""
    prefix = "sample" if data is None else "wrong"
    return SampleForm(data and {f"{prefix}-{name}": v for name, v in data.items()}, prefix)


def parts() -> dict[str, Any]:
    """The parts that are words."""
    reader = current_reader()
    lines = [
        Line(_("Amount"), reader.money(150_00, EUR)),
        Line(_("Fee"), reader.money(0, EUR)),
        Line(_("Together"), reader.money(150_00, EUR), is_sum=True),
    ]
    return {
        "figures": figures(),
        "events": events(),
        "ledger": ledger(),
        "review_lines": lines,
        "approval": approval(decided=False),
        "decided": approval(decided=True),
        "approval_lines": lines,
        "steps": funnel(
            [
                (_("Visits"), 12_480, ""),
                (_("Accounts"), 1_106, ""),
                (_("First deposit"), 402, ""),
                (_("First investment"), 371, ""),
            ],
            cost_minor=18_550_00,
        ),
    }


def figures() -> list[Figure]:
    """A figure in each of its states."""
    reader = current_reader()
    rose = charts.Spark([3, 4, 4, 6, 7, 9], _("Six months, rising"), hue=charts.RETURN)
    fell = charts.Spark([9, 8, 8, 5, 4, 4], _("Six months, falling"), hue=charts.SPEND)
    return [
        Figure(
            _("Lent out now"),
            reader.money(128_400_00, EUR),
            _("principal that borrowers still owe"),
            "#figures",
            Change(_("4.2 % more than a month ago"), "good", rises=True),
            rose,
        ),
        Figure(
            _("Overdue"),
            reader.money(3_120_00, EUR),
            _("more than 30 days"),
            "",
            Change(_("0.8 % more than a month ago"), "late", rises=True),
            fell,
        ),
        Figure(_("Idle"), reader.money(0, EUR), change=Change(_("as a month ago"))),
        Figure(_("Written off"), "–", _("nothing so far")),
    ]


def events() -> list[Event]:
    """A short story."""
    reader = current_reader()
    return [
        Event(AT - timedelta(days=40), _("Application sent"), url="#timeline"),
        Event(
            AT - timedelta(days=38),
            _("Approved"),
            _("by a credit officer, with reasons"),
            chip=chip_html("application", "approved"),
        ),
        Event(AT - timedelta(days=30), _("Paid out"), amount=reader.money(5_000_00, EUR)),
    ]


def ledger() -> list[LedgerLine]:
    """Three lines, newest first."""
    return [
        LedgerLine(AT, _("Money coming back"), 42_10, 0, 192_10, "#ledger", _("Loan 7")),
        LedgerLine(AT - timedelta(days=1), _("Taken out"), 0, 50_00, 150_00),
        LedgerLine(AT - timedelta(days=3), _("Paid in"), 200_00, 0, 200_00),
    ]


def approval(*, decided: bool) -> ApprovalRow:
    """A request that waits, or one with the second person's word."""
    return ApprovalRow(
        id=12,
        kind="payout",
        payload={},
        payload_hash="",
        member_id=None,
        made_by_id=0,
        made_by="credit@practice.example",
        made_at=AT,
        expires_at=AT + timedelta(days=3),
        approved=True if decided else None,
        decided_by="finance@practice.example" if decided else None,
        decided_at=AT + timedelta(hours=2) if decided else None,
        reason=_("Agrees with the contract.") if decided else None,
    )


def drawings() -> dict[str, Any]:
    """The parts that are drawn."""
    return drawn_charts() | drawn_bars()


def drawn_charts() -> dict[str, Any]:
    """Charts with axes, and one that has nothing to draw."""
    note = _("28 November 2026, made-up figures")
    principal = [90 - 3 * month for month in range(12)]
    return {
        "stacked": charts.bars(
            _("Money to come"),
            MONTHS,
            [
                charts.Series(_("principal"), [v * 100_00 for v in principal], hue=charts.RETURN),
                charts.Series(_("interest"), [v * 9_00 for v in principal], hue=1),
            ],
            charts.Money(EUR),
            stacked=True,
            place_title=_("Month"),
            place_form="month",
            note=note,
        ),
        "grouped": charts.bars(
            _("Paid in and taken out"),
            MONTHS[:6],
            [
                charts.Series(_("Paid in"), [120_00, 80_00, 200_00, 40_00, 90_00, 60_00]),
                charts.Series(_("Taken out"), [-20_00, -70_00, 0, -90_00, -10_00, -30_00]),
            ],
            charts.Money(EUR),
            place_title=_("Month"),
            place_form="month",
            note=note,
        ),
        "lined": charts.lines(
            _("Losses by year of pay-out"),
            list(range(1, 13)),
            [charts.Series(str(2022 + year), vintage(year)) for year in range(4)],
            charts.Percent(),
            place_title=_("Months since pay-out"),
            note=note,
        ),
        "area": charts.areas(
            _("Outstanding by lateness"),
            MONTHS,
            [
                charts.Series(_("on time"), [400 + 30 * month for month in range(12)]),
                charts.Series(_("late"), [40 + 4 * (month % 5) for month in range(12)]),
                charts.Series(_("lost"), [2 * month for month in range(12)]),
            ],
            charts.Count(),
            place_title=_("Month"),
            place_form="month",
            note=note,
        ),
        "spread": charts.distribution(
            _("Loans by amount"),
            [(n * n * 37 % 97 + 3) * 100_00 for n in range(60)],
            charts.Money(EUR),
            current_reader(),
            counted=_("Loans"),
            note=note,
        ),
        "nothing": charts.bars(
            _("Money to come"), MONTHS, [charts.Series(_("principal"), [0] * 12)], charts.Money(EUR)
        ),
    }


def drawn_bars() -> dict[str, Any]:
    """What weighs two sides, a budget, or shares of cohorts."""
    return {
        "sides": charts.Meter(
            _("Money that waits for loans"),
            8_400_00,
            _("Loans that wait for money"),
            5_100_00,
            EUR,
            _("More money than loans: borrowers are wanted."),
        ),
        "budget": charts.Budget(
            10_000_00, 1_500_00, 6_200_00, EUR, Fraction(1, 2), current_reader().day(MONTHS[-1])
        ),
        "overspent": charts.Budget(10_000_00, 2_000_00, 9_000_00, EUR),
        "triangle": triangle(),
    }


def vintage(year: int) -> list[Fraction | None]:
    """Losses that grow; younger years know less."""
    known = 12 - 2 * year
    grown = [Fraction((month + 1) * (3 + year), 2000) for month in range(known)]
    return [*grown, *[None] * (12 - known)]


def triangle() -> charts.Cohorts:
    """Cohorts of four months."""
    reader = current_reader()
    shares = (100, 62, 51, 44)
    return charts.Cohorts(
        _("Investors who invest again"),
        [reader.count(age) for age in range(4)],
        [
            charts.Cohort(
                reader.month(MONTHS[start]),
                120 + 14 * start,
                [Fraction(share - 2 * start, 100) for share in shares[: 4 - start]],
            )
            for start in range(4)
        ],
        _("Investors"),
        _("Joined"),
        charts.Percent(0),
        _("share by months since the first investment"),
    )
