"""The public list of listings: risk beside return, filtered and sorted as an investor would."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.db.models.lookups import GreaterThan, LessThanOrEqual
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tuppence.lending.application_rules import GRADES
from tuppence.market.models import ListingState
from tuppence.web import tables
from tuppence.web.reader import current_reader
from tuppence.web.reads.listings import LEFT, term_days
from tuppence.web.reads.products import product_name
from tuppence.web.tables.drawing import chip_html
from tuppence.web.templatetags.money import term

DAYS_A_MONTH = 365 / 12
TERM_BANDS_MONTHS = ((0, 6), (6, 12), (12, 24), (24, 36), (36, None))
SOON_DAYS = (1, 3, 7)
ENDED = (ListingState.EXPIRED, ListingState.WITHDRAWN, ListingState.REFUSED)
LISTINGS_A_PAGE = 25


# --- What is chosen -----------------------------------------------------------------------
def is_open(at: datetime) -> Q:
    """Listings that take money at a moment."""
    return Q(state=ListingState.OPEN, opens_at__lte=at, closes_at__gt=at)


STATES: dict[str, tuple[Any, Callable[[datetime], Q]]] = {
    "open": (gettext_lazy("open now"), is_open),
    "full": (
        gettext_lazy("full, waiting to be paid out"),
        lambda at: Q(state=ListingState.FULL),
    ),
    "paid_out": (gettext_lazy("paid out"), lambda at: Q(state=ListingState.PAID_OUT)),
    "ended": (gettext_lazy("ended without a loan"), lambda at: Q(state__in=ENDED)),
}


def in_term(code: str) -> Q:
    """Listings whose loan runs longer than the first number of months, up to the second."""
    low, _sep, high = code.partition("-")
    found = Q(GreaterThan(term_days(), int(low) * DAYS_A_MONTH + 1))
    return found & Q(LessThanOrEqual(term_days(), int(high) * DAYS_A_MONTH + 1)) if high else found


def _term_words(low: int, high: int | None) -> str:
    if high is None:
        return ngettext("more than %(low)d month", "more than %(low)d months", low) % {"low": low}
    if not low:
        return ngettext("up to %(high)d month", "up to %(high)d months", high) % {"high": high}
    return _("%(low)d to %(high)d months") % {"low": low + 1, "high": high}


def _soon_words(days: int) -> str:
    return ngettext("within %(days)d day", "within %(days)d days", days) % {"days": days}


term_words, soon_words = lazy(_term_words, str), lazy(_soon_words, str)
TERMS = [
    (f"{low}-{'' if high is None else high}", term_words(low, high))
    for low, high in TERM_BANDS_MONTHS
]


# --- What stands in a row -----------------------------------------------------------------
def _below_title(row: Any) -> Any:
    product = product_name(row.application.product)
    return f"{row.borrower.pseudonym} · {product}"


def _of_target(row: Any) -> str:
    reader = current_reader()
    return _("of {target}").format(target=reader.money(row.target_minor, row.currency))


def _length(row: Any) -> int:
    return int(row.application.instalments * row.application.product.every)


def _term(row: Any) -> str:
    return term(_length(row), row.application.product.unit)


def _state(row: Any) -> SafeString | str:
    return chip_html("listing", row.state) if row.state != ListingState.OPEN else ""


LISTINGS = tables.Table(
    "listings",
    gettext_lazy("Listings"),
    columns=(
        tables.count("id", gettext_lazy("Number"), "pk", in_page=False),
        tables.text(
            "loan",
            gettext_lazy("Loan"),
            "application__title",
            url=lambda row: reverse("listing", args=[row.pk]),
            sub=_below_title,
        ),
        tables.text("borrower", gettext_lazy("Borrower"), "borrower__pseudonym", in_page=False),
        tables.chip("state", gettext_lazy("State"), "state", states="listing", in_page=False),
        tables.text("grade", gettext_lazy("Grade"), "application__decision__grade", sort=True),
        tables.percent(
            "rate",
            gettext_lazy("Rate a year"),
            "application__decision__annual_rate",
            sort=True,
        ),
        tables.percent(
            "expected_loss",
            gettext_lazy("Expected loss a year"),
            "application__decision__expected_loss",
            sort=True,
        ),
        tables.count("term", gettext_lazy("Term"), _length, sort=term_days(), show=_term),
        tables.text("unit", gettext_lazy("Unit"), "application__product__unit", in_page=False),
        tables.money("left", gettext_lazy("Still open"), LEFT, sort=True, sub=_of_target),
        tables.money("wanted", gettext_lazy("Amount wanted"), "target_minor", in_page=False),
        tables.day("closes", gettext_lazy("Closes"), "closes_at", sort=True, sub=_state),
    ),
    filters=(
        tables.Choice(
            "state",
            gettext_lazy("State"),
            [(code, words) for code, (words, _where) in STATES.items()],
            lambda code: STATES[code][1](timezone.now()),
            default="open",
        ),
        tables.Choice(
            "grade",
            gettext_lazy("Grade"),
            [(grade, grade) for grade in GRADES],
            "application__decision__grade",
        ),
        tables.Choice("term", gettext_lazy("Term"), TERMS, in_term),
        tables.Choice(
            "purpose",
            gettext_lazy("For"),
            [
                ("private", gettext_lazy("a person's own needs")),
                ("business", gettext_lazy("a business")),
            ],
            lambda code: Q(application__business_purpose=code == "business"),
        ),
        tables.Choice(
            "closing",
            gettext_lazy("Closes"),
            [(str(days), soon_words(days)) for days in SOON_DAYS],
            lambda code: Q(closes_at__lte=timezone.now() + timedelta(days=int(code))),
        ),
        tables.Range(
            "rate",
            gettext_lazy("Rate a year, %"),
            "application__decision__annual_rate",
            kind="percent",
        ),
        tables.Range("left", gettext_lazy("Still open"), LEFT),
        tables.Search(
            "q", gettext_lazy("Words in it"), ("application__title", "application__purpose")
        ),
    ),
    order="closes",
    page_size=LISTINGS_A_PAGE,
)


def listings_for(state: str) -> tables.Table:
    """One state's list: open ones by what closes first, others the newest on top."""
    return LISTINGS if state in {"", "open"} else replace(LISTINGS, order="-closes")
