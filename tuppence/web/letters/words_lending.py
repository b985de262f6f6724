"""Letters to those who lend."""

from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tuppence.letters.letter import Letter
from tuppence.web import charts
from tuppence.web.charts import mail_bars
from tuppence.web.letters.facts import Facts
from tuppence.web.letters.saying import day, days_of, known_money, letter, money, rate
from tuppence.web.reader import current_reader


def investment_placed(facts: Facts) -> Letter:
    """Money was promised to a listing."""
    return letter(
        _("You invest {amount} in “{title}”").format(amount=money(facts), title=facts.title),
        _(
            "The money is set aside. When the listing is full and everybody's time to change "
            "their mind is over, it is lent and earns interest."
        ),
        figures=(
            (_("Amount"), money(facts)),
            (_("May be taken back until"), current_reader().moment(facts.at) if facts.at else ""),
        ),
        closing=(_("You can lose what you lend; no deposit guarantee covers it."),),
        action=_("See the listing"),
        path=reverse("listing", args=[facts.number]),
    )


def question_answered(facts: Facts) -> Letter:
    """The borrower answered the member's question."""
    return letter(
        _("Your question about “{title}” is answered").format(title=facts.title),
        facts.text,
        action=_("See the listing"),
        path=reverse("listing", args=[facts.number]),
    )


def investment_returned(facts: Facts) -> Letter:
    """Promised money came back: taken back in time, or the listing ended."""
    text = _("The listing “{title}” ended without a loan.")
    if facts.code == "cancelled":
        text = _("You took your investment in “{title}” back in time.")
    return letter(
        _("{amount} is in your cash again").format(amount=money(facts)),
        text.format(title=facts.title),
        _("The whole amount came back. There was no fee."),
        action=_("See what is open"),
        path=reverse("listings"),
    )


def lent_out(facts: Facts) -> Letter:
    """A loan was paid out in which the member lent."""
    return letter(
        _("You lent {amount}: “{title}” is paid out").format(
            amount=money(facts), title=facts.title
        ),
        _("Interest is counted from today. Each payment of the borrower is shared out at once."),
        figures=(
            (_("You lent"), money(facts)),
            (_("Rate a year"), rate(facts)),
            (_("First due"), day(facts)),
        ),
        action=_("See the loan"),
        path=reverse("loan", args=[facts.number]),
    )


def money_came_back(facts: Facts) -> Letter:
    """What came back on one day, all loans together."""
    loans = ngettext("%(count)s payment", "%(count)s payments", facts.count) % {
        "count": current_reader().count(facts.count)
    }
    return letter(
        _("{amount} came back on {day}").format(amount=money(facts), day=day(facts)),
        _("Borrowers paid, and your part is in your cash: {payments}.").format(payments=loans),
        figures=(
            (_("Principal"), money(facts, facts.principal_minor)),
            (_("Interest and charges"), money(facts, facts.interest_minor)),
            (_("Our fee and tax withheld"), money(facts, -facts.fee_minor)),
            (_("Together"), money(facts)),
        ),
        action=_("See each line"),
        path=reverse("cash"),
    )


def month_statement(facts: Facts) -> Letter:
    """What a month brought, beside the five before it."""
    assert facts.on is not None
    month = current_reader().month(facts.on)
    return letter(
        _("Your statement of {month}").format(month=month),
        _(
            "{amount} came back from borrowers in {month}, after our fee and tax. The statement "
            "has every movement, as a page, as a PDF and as a file for a spreadsheet."
        ).format(amount=money(facts), month=month),
        figures=(
            (_("Principal"), money(facts, facts.principal_minor)),
            (_("Interest and charges"), money(facts, facts.interest_minor)),
            (_("Our fee and tax withheld"), money(facts, -facts.fee_minor)),
            (_("Together"), money(facts)),
        ),
        bars=mail_bars(came_back_by_month(facts), current_reader()),
        closing=(_("Bars: before our fee and tax, by the month in which it was recorded."),),
        action=_("Read the statement"),
        path=reverse("statement", args=[facts.reference]),
    )


def came_back_by_month(facts: Facts) -> charts.Chart:
    """The chart of the statement: what came back in each month."""
    return charts.bars(
        _("What came back by month"),
        [date.fromisoformat(f"{name}-01") for name, *_amounts in facts.months],
        [
            charts.Series(_("principal"), [row[1] for row in facts.months], hue=charts.RETURN),
            charts.Series(_("interest and charges"), [row[2] for row in facts.months]),
        ],
        charts.Money(facts.currency),
        stacked=True,
        place_form="month",
    )


def lent_late(facts: Facts) -> Letter:
    """A loan in which the member lent is late."""
    return letter(
        _("“{title}” is {days} late").format(title=facts.title, days=days_of(facts)),
        _("The borrower has not paid in full. We are in touch and press for payment."),
        figures=(
            (_("Loan"), str(facts.number)),
            (_("Your part still out"), known_money(facts, facts.amount_minor)),
            (_("Days late"), current_reader().count(facts.days)),
        ),
        closing=(
            _("Late loans are often paid in the end, and not always. There is nothing to do."),
        ),
        action=_("See the loan"),
        path=reverse("loan", args=[facts.number]),
    )


def lent_given_up(facts: Facts) -> Letter:
    """A loan in which the member lent was written off."""
    return letter(
        _("“{title}” was written off").format(title=facts.title),
        _(
            "We don't expect the rest of this loan to be paid, so your part of it counts as lost. "
            "If money still comes in, you get your part of it."
        ),
        figures=(
            (_("Loan"), str(facts.number)),
            (_("Your loss"), money(facts)),
        ),
        closing=(_("The loss stands in your yearly statement."),),
        action=_("See the loan"),
        path=reverse("loan", args=[facts.number]),
    )


def lent_recovered(facts: Facts) -> Letter:
    """Money came in for a loan that was written off."""
    return letter(
        _("Money came in for “{title}”").format(title=facts.title),
        _("The loan was written off, and something was still paid. Your part is in your cash."),
        figures=((_("Loan"), str(facts.number)),),
        action=_("See the loan"),
        path=reverse("loan", args=[facts.number]),
    )
