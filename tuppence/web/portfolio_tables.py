"""The tables of a portfolio: holdings, investments, and the flows that a return stands on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tuppence import platform
from tuppence.lending.application_rules import GRADES
from tuppence.lending.lender_return import LenderFlow, Returns
from tuppence.lending.models import Holding
from tuppence.web import tables
from tuppence.web.reads.portfolio import earned_by_loan
from tuppence.web.words import STATES, word_of

HOLDINGS_A_PAGE = 15


# --- Holdings -----------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class HoldingRow:
    """A part of a loan with what it earned so far, after fee and tax."""

    holding: Holding
    earned_minor: int

    @property
    def returned_minor(self) -> int:
        """Principal that came back."""
        held = self.holding
        return held.lent_minor - held.outstanding_minor - held.written_off_minor


def with_earnings(rows: list[Holding]) -> list[HoldingRow]:
    """One page of holdings with what each earned, in one query."""
    if not rows:
        return []
    earned = earned_by_loan(rows[0].member_id, [row.loan_id for row in rows])
    return [HoldingRow(row, earned.get(row.loan_id, 0)) for row in rows]


def shown_state(state: str, next_due_on: date | None, on: date) -> str:
    """A loan's state, late where an instalment is past its day."""
    is_late = state == "active" and next_due_on is not None and next_due_on < on
    return "late" if is_late else state


def in_state(code: str, on: date) -> Q:
    """Holdings of loans in a state, as `shown_state` tells it."""
    late = Q(loan__state="active", loan__next_due_on__lt=on)
    if code == "late":
        return late
    return Q(loan__state=code) & ~late


def below_title(row: HoldingRow) -> str:
    """Number and grade of a holding's loan."""
    loan = row.holding.loan
    return _("Loan {id} · grade {grade}").format(id=loan.pk, grade=loan.grade)


def amount(name: str, title: Any, source: str) -> tables.Column:
    """An amount of a holding that can be sorted by."""
    return tables.figure(
        name,
        title,
        f"holding__{source}",
        sort=source,
        total=True,
        currency="holding__loan__currency",
    )


def holdings_filters(on: date) -> tuple[tables.Choice, ...]:
    """By state and by grade."""
    states = [(code, word) for code, (_tone, word) in STATES["loan"].items()]
    return (
        tables.Choice("state", gettext_lazy("State"), states, lambda code: in_state(code, on)),
        tables.Choice(
            "grade", gettext_lazy("Grade"), [(each, each) for each in GRADES], "loan__grade"
        ),
    )


def holdings_table(on: date, *, filtered: bool) -> tables.Table:
    """Every part of a loan, the next payment first; without any, there is nothing to filter."""
    return tables.Table(
        "holdings",
        _("Parts of loans, amounts in {currency}").format(currency=platform.currency()),
        columns=(
            tables.text(
                "loan",
                gettext_lazy("Loan"),
                "holding__loan__application__title",
                sort="loan__application__title",
                url=lambda row: reverse("holding", args=[row.holding.loan_id]),
                sub=below_title,
            ),
            tables.count("loan_number", "", "holding__loan_id", in_page=False),
            tables.text("grade", "", "holding__loan__grade", in_page=False),
            tables.chip(
                "state",
                gettext_lazy("State"),
                lambda row: shown_state(row.holding.loan.state, row.holding.loan.next_due_on, on),
                states="loan",
            ),
            tables.percent("rate", gettext_lazy("Rate a year"), "holding__loan__annual_rate"),
            tables.day(
                "next_due",
                gettext_lazy("Next due"),
                "holding__loan__next_due_on",
                sort="loan__next_due_on",
            ),
            amount("lent", gettext_lazy("Lent"), "lent_minor"),
            tables.figure(
                "came_back",
                gettext_lazy("Came back"),
                "returned_minor",
                currency="holding__loan__currency",
            ),
            tables.figure(
                "earned",
                gettext_lazy("Earned"),
                "earned_minor",
                currency="holding__loan__currency",
            ),
            tables.figure(
                "written_off",
                "",
                "holding__written_off_minor",
                currency="holding__loan__currency",
                in_page=False,
            ),
            amount("outstanding", gettext_lazy("Still out"), "outstanding_minor"),
        ),
        filters=holdings_filters(on) if filtered else (),
        order="next_due",
        page_size=HOLDINGS_A_PAGE,
    )


# --- Investments --------------------------------------------------------------------------
INVESTMENTS = tables.Table(
    "investments",
    gettext_lazy("Everything you promised to listings"),
    columns=(
        tables.text(
            "listing",
            gettext_lazy("Listing"),
            "listing__application__title",
            sort=True,
            url=lambda row: reverse("investment", args=[row.pk]),
        ),
        tables.chip("state", gettext_lazy("State"), "state", states="investment", sort=True),
        tables.moment("placed", gettext_lazy("Placed"), "placed_at", sort=True),
        tables.moment("ended", gettext_lazy("Ended"), "ended_at", sort=True),
        tables.money(
            "amount",
            gettext_lazy("Amount"),
            "amount_minor",
            sort=True,
            currency="listing__currency",
        ),
    ),
    filters=(
        tables.states("state", gettext_lazy("State"), "investment"),
        tables.Range("placed", gettext_lazy("Placed"), "placed_at", kind="day"),
    ),
    order="-placed",
)


# --- Flows of a return --------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class FlowRow:
    """A flow with the sign that XIRR wants: what the investor gave is negative."""

    on: date
    kind: str
    measure: str  # "lent": of money lent, "all": of all money
    amount_minor: int
    currency: str


def flow_rows(flows: Sequence[LenderFlow], returns: Returns) -> list[FlowRow]:
    """Both measures' flows, the earliest first, each ended by what was there on the day."""
    currency = platform.currency()
    rows = [
        FlowRow(flow.on, flow.kind.value, "lent", flow.amount_minor, currency)
        if flow.kind.is_lending
        else FlowRow(flow.on, flow.kind.value, "all", -flow.amount_minor, currency)
        for flow in flows
        if flow.on <= returns.on
    ]
    return [
        *rows,
        FlowRow(returns.on, "value", "lent", returns.lent.value_minor, currency),
        FlowRow(returns.on, "value", "all", returns.whole.value_minor, currency),
    ]


FLOWS = tables.Table(
    "return-flows",
    gettext_lazy("Flows by day; what you gave is negative"),
    columns=(
        tables.day(
            "day",
            gettext_lazy("Day"),
            "on",
            sort=True,
            url=lambda row: reverse("statement", args=[f"{row.on:%Y-%m}"]),
        ),
        tables.text(
            "kind", gettext_lazy("What"), "kind", show=lambda row: word_of("flow", row.kind)
        ),
        tables.text(
            "measure",
            gettext_lazy("Counts for"),
            "measure",
            show=lambda row: word_of("measure", row.measure),
        ),
        tables.money("amount", gettext_lazy("Amount"), "amount_minor", sort=True),
    ),
    filters=(
        tables.Choice(
            "measure",
            gettext_lazy("Counts for"),
            [
                ("lent", gettext_lazy("money lent")),
                ("all", gettext_lazy("all of your money")),
            ],
            "measure",
        ),
    ),
)
