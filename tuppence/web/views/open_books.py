"""The open books: figures that anybody may check, each with definition, chart, table and file."""

import hmac
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from tuppence import platform
from tuppence.insight.arrears import Age
from tuppence.lending.models import Loan
from tuppence.lending.servicing.loan_state import Status
from tuppence.members.views import public
from tuppence.web import charts, tables
from tuppence.web.open_book_tables import (
    ARREARS,
    DEFAULTS,
    GRADES,
    VINTAGES,
    arrears_rows,
    default_rows,
    grade_rows,
    vintage_rows,
)
from tuppence.web.parts import Figure
from tuppence.web.reader import current_reader
from tuppence.web.reads.open_books import OpenBooks, open_books
from tuppence.web.templatetags.money import percent
from tuppence.web.words import STATES, WORDS

CURVES_SHOWN = 6  # more lines than these are not told apart
MONTHS_SHOWN = 24


def pseudonym(kind: str, number: int) -> str:
    """A name that is always the same for one thing and tells nothing about it.

    A keyed hash (HMAC, RFC 2104): who does not have the platform's key can't try numbers.
    """
    key = settings.SECRET_KEY.encode()
    return hmac.new(key, f"open books {kind} {number}".encode(), sha256).hexdigest()[:12]


def state_of(row: Loan) -> str:
    """The state as people read it; a running loan with something overdue is late."""
    return "late" if days_late(row) else row.state


def days_late(row: Loan) -> int:
    """Days past due today."""
    if not row.outstanding_minor or row.next_due_on is None:
        return 0
    return max((platform.business_day(timezone.now()) - row.next_due_on).days, 0)


LOANS = tables.Table(
    "loan_book",
    gettext_lazy("Every loan, without names"),
    columns=(
        tables.code("loan", gettext_lazy("Loan"), lambda row: pseudonym("loan", row.pk)),
        tables.code(
            "borrower",
            gettext_lazy("Borrower"),
            lambda row: pseudonym("borrower", row.borrower_id),
            in_page=False,
        ),
        tables.text(
            "paid_out",
            gettext_lazy("Paid out in"),
            lambda row: f"{row.starts_on:%Y-%m}",
            sort="starts_on",
        ),
        tables.text("grade", gettext_lazy("Grade"), "grade", sort=True),
        tables.percent("annual_rate", gettext_lazy("Rate a year"), "annual_rate", sort=True),
        tables.count("instalments", gettext_lazy("Instalments"), "instalments_agreed", sort=True),
        tables.money("lent", gettext_lazy("Lent"), "principal_minor", sort=True, total=True),
        tables.money(
            "outstanding",
            gettext_lazy("Outstanding"),
            "outstanding_minor",
            sort=True,
            total=True,
        ),
        tables.money(
            "principal_paid",
            gettext_lazy("Principal paid"),
            "principal_paid_minor",
            in_page=False,
        ),
        tables.money(
            "interest_paid", gettext_lazy("Interest paid"), "interest_paid_minor", in_page=False
        ),
        tables.money("claim", gettext_lazy("Given up, open"), "claim_minor", in_page=False),
        tables.count("days_past_due", gettext_lazy("Days past due"), days_late),
        tables.chip("state", gettext_lazy("State"), state_of, states="loan"),
    ),
    filters=(
        tables.Choice(
            "state",
            gettext_lazy("State"),
            [(status.value, STATES["loan"][status.value][1]) for status in Status],
            "state",
        ),
        tables.Search("grade", gettext_lazy("Grade"), ("grade",)),
        tables.Range("lent", gettext_lazy("Lent"), "principal_minor"),
    ),
    order="-paid_out",
)


@public
@require_GET
def books(request: HttpRequest) -> HttpResponseBase:
    """The whole book: totals, what is late, what was lost, what it brought, who is large."""
    found = open_books(at=timezone.now())
    arrears = ARREARS.of(request, arrears_rows(found), prefix="arrears_")
    vintages = VINTAGES.of(request, vintage_rows(found), prefix="vintages_")
    defaults = DEFAULTS.of(request, default_rows(found), prefix="defaults_")
    grades = GRADES.of(request, grade_rows(found), prefix="grades_")
    context = {
        "found": found,
        "figures": figures(found),
        "arrears_chart": arrears_chart(found),
        "curves": curves_chart(found),
        "returns": returns_chart(found),
        "vintages": vintages,
        "defaults": defaults,
        "grades": grades,
        "shares": [
            (_("the largest borrower"), found.share_of_debts(1)),
            (_("the ten largest borrowers"), found.share_of_debts(10)),
            (_("the largest lender"), found.share_of_claims(1)),
            (_("the ten largest lenders"), found.share_of_claims(10)),
        ],
    }
    asked = (each for each in (arrears, vintages, defaults, grades) if each.wants_file)
    wanted = next(asked, None)
    if wanted is not None:
        return wanted.file()
    return tables.table_page(request, "pages/open_books.html", arrears, context)


@public
@require_GET
def loan_book(request: HttpRequest) -> HttpResponseBase:
    """Every loan without names, to be counted again by anybody."""
    rows = Loan.objects.filter(currency=platform.currency())
    return tables.table_page(request, "pages/loan_book.html", LOANS.of(request, rows))


def figures(found: OpenBooks) -> list[Figure]:
    """The figures that one looks for first."""
    reader, all_loans = current_reader(), reverse("loan_book")

    def share(value: Any) -> str:
        return percent(value, 1)

    return [
        Figure(
            _("Outstanding"),
            reader.money(found.totals.outstanding_minor, found.currency),
            _("principal that borrowers owe, of {number} loans").format(
                number=reader.count(found.totals.open_loans)
            ),
            all_loans,
        ),
        Figure(
            _("More than 30 days late"),
            share(found.at_risk_30),
            _("of what is outstanding; over 90 days {share}").format(share=share(found.at_risk_90)),
        ),
        Figure(
            _("Defaulted within a year"),
            share(found.default_rate),
            _("of the loans, on average of all windows of twelve months")
            if found.defaults
            else _("no window of twelve months is over yet"),
            "#defaults",
        ),
        Figure(
            _("Lost so far"),
            reader.money(found.lost_minor, found.currency),
            _("{share} of all that was ever lent").format(share=share(found.loss_share)),
        ),
        Figure(
            _("Brought lenders a year"),
            share(found.net_return),
            _("last 12 whole months, after our fee and losses; expected {share}").format(
                share=share(found.whole.expected_return if found.whole else None)
            ),
        ),
    ]


def arrears_chart(found: OpenBooks) -> charts.Chart:
    """The late part of the book by age; what is current would dwarf it."""
    late = [age for age in Age if age is not Age.CURRENT]
    return charts.bars(
        _("Balance of late loans by days past due"),
        places=[str(WORDS["age"][age.value]) for age in late],
        series=[
            charts.Series(_("balance at risk"), [found.ages[age].balance_minor for age in late]),
            charts.Series(_("due and unpaid"), [found.ages[age].overdue_minor for age in late]),
        ],
        unit=charts.Money(found.currency),
        place_title=_("Days past due"),
    )


def curves_chart(found: OpenBooks) -> charts.Chart | None:
    """Net loss of the latest quarters as they grew older."""
    told = [(name, curve) for name, curve in found.curves.items() if curve][-CURVES_SHOWN:]
    ages = sorted({age for _name, curve in told for age, _share in curve})
    if not ages:
        return None
    return charts.lines(
        _("Net loss by age of the loans"),
        places=ages,
        series=[
            charts.Series(name, [dict(curve).get(age) for age in ages]) for name, curve in told
        ],
        unit=charts.Percent(),
        place_title=_("Months since pay-out"),
    )


def returns_chart(found: OpenBooks) -> charts.Chart | None:
    """What each month brought and cost the lenders."""
    whole = [month for month in found.months if month.is_over(found.on)][-MONTHS_SHOWN:]
    if not whole:
        return None
    return charts.bars(
        _("Interest after our fee, and losses, by month"),
        places=[month.first_day for month in whole],
        series=[
            charts.Series(
                _("interest after our fee"),
                [m.flows.interest_minor - m.flows.servicing_fee_minor for m in whole],
                hue=charts.RETURN,
            ),
            charts.Series(
                _("given up, less what came back"),
                [m.flows.written_off_minor - m.flows.recovered_minor for m in whole],
            ),
        ],
        unit=charts.Money(found.currency),
        place_title=_("Month"),
        place_form="month",
    )
