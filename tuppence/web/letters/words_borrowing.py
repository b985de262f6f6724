"""Letters to borrowers, from the pay-out to the last instalment."""

from django.urls import reverse
from django.utils.translation import gettext as _

from tuppence.letters.letter import Letter
from tuppence.web.letters.facts import Facts
from tuppence.web.letters.saying import day, days_of, known_money, letter, money, rate


def loan_paid_out(facts: Facts) -> Letter:
    """The loan begins."""
    return letter(
        _("Your loan of {amount} is paid out").format(amount=money(facts)),
        _("The money goes to your verified bank account. Interest is counted from today."),
        figures=(
            (_("Loan"), str(facts.number)),
            (_("Amount"), money(facts)),
            (_("Our fee, kept back"), known_money(facts, facts.fee_minor)),
            (_("Rate a year"), rate(facts)),
            (_("First instalment"), known_money(facts, facts.left_minor)),
            (_("Due"), day(facts)),
        ),
        closing=(_("Pay in with your payment reference a few days before each due date."),),
        action=_("See my loan"),
        path=reverse("loan", args=[facts.number]),
    )


def instalment_soon(facts: Facts) -> Letter:
    """An instalment is due in a few days."""
    missing = max(facts.amount_minor - facts.available_minor, 0)
    closing = (
        _("Pay in {amount} by then, with your payment reference.").format(
            amount=money(facts, missing)
        )
        if missing
        else _("Your cash covers it; there is nothing to do.")
    )
    return letter(
        _("{amount} is due on {day}").format(amount=money(facts), day=day(facts)),
        _("The next instalment of your loan “{title}” is coming up.").format(title=facts.title),
        figures=(
            (_("To pay"), money(facts)),
            (_("Due"), day(facts)),
            (_("Your cash"), money(facts, facts.available_minor)),
        ),
        closing=(closing, _("If you can't pay, tell us before that day: there is always a plan.")),
        action=_("See my loan"),
        path=reverse("loan", args=[facts.number]),
    )


def payment_collected(facts: Facts) -> Letter:
    """A payment was booked on the loan."""
    return letter(
        _("We have booked your payment of {amount}").format(amount=money(facts)),
        _("It went to your loan “{title}”.").format(title=facts.title),
        figures=(
            (_("Paid"), money(facts)),
            (_("Principal still owed"), known_money(facts, facts.left_minor)),
            (_("Next due"), day(facts)),
        ),
        action=_("See my loan"),
        path=reverse("loan", args=[facts.number]),
    )


def instalment_late(facts: Facts) -> Letter:
    """An instalment is overdue; more plainly the longer it is."""
    days = days_of(facts)
    texts = [
        _("An instalment of your loan “{title}” was not paid in full on its day.").format(
            title=facts.title
        )
    ]
    if facts.code not in {"grace", "1-30"}:
        texts.append(
            _(
                "If nothing is paid and we don't hear from you, the loan can be called in and "
                "handed to a collector, which costs more. Both can still be avoided."
            )
        )
    return letter(
        _("Your loan is {days} overdue").format(days=days),
        *texts,
        figures=(
            (_("Overdue"), known_money(facts, facts.amount_minor)),
            (_("Late for"), days),
        ),
        closing=(
            _("Pay in what is missing, or ask for another plan. Talking to us costs nothing."),
        ),
        action=_("See what I can do"),
        path=reverse("trouble", args=[facts.number]),
    )


def late_fee(facts: Facts) -> Letter:
    """A late fee was charged."""
    return letter(
        _("A late fee of {amount}").format(amount=money(facts)),
        _(
            "An instalment of your loan “{title}” stayed open beyond its days of grace. Your "
            "contract names this fee; it is charged once an instalment."
        ).format(title=facts.title),
        figures=((_("Late fee"), money(facts)),),
        closing=(_("If you think it is wrong, answer this letter or complain."),),
        action=_("See my loan"),
        path=reverse("loan", args=[facts.number]),
    )


def plan_answered(facts: Facts) -> Letter:
    """Staff answered the request for another plan."""
    agreed = facts.code == "agreed"
    return letter(
        _("Your request for another plan is agreed")
        if agreed
        else _("Your request for another plan is answered"),
        _("You asked for another plan for your loan “{title}”. Our answer:").format(
            title=facts.title
        ),
        facts.text,
        closing=(
            _("The new plan holds once a second person has agreed; then we write again.")
            if agreed
            else _("You can ask again when something has changed, and you can complain."),
        ),
        action=_("See the answer"),
        path=reverse("trouble", args=[facts.number]),
    )


def plan_changed(facts: Facts) -> Letter:
    """The loan has another plan, rate or pause from now on."""
    return letter(
        _("Your loan has changed"),
        _("What was agreed for your loan “{title}” holds from now on.").format(title=facts.title),
        figures=(
            (_("Principal still owed"), known_money(facts, facts.left_minor)),
            (_("Next due"), day(facts)),
        ),
        closing=(
            _(
                "The whole new schedule stands on the loan's page. Days late keep counting "
                "until the old dates are paid."
            ),
        ),
        action=_("See the new schedule"),
        path=reverse("loan", args=[facts.number]),
    )


def handed_over(facts: Facts) -> Letter:
    """The loan is with a collector now."""
    return letter(
        _("Your loan is with a collector now"),
        _(
            "Your loan “{title}” stayed unpaid, so a collector asks for it from now on. The "
            "collector works for the lenders; what you owe is the same."
        ).format(title=facts.title),
        figures=((_("Loan"), str(facts.number)),),
        closing=(
            _("You can still pay here, and you can still talk to us."),
            _("You may complain about us and about the collector; it costs nothing."),
        ),
        action=_("See what I can do"),
        path=reverse("trouble", args=[facts.number]),
    )


def loan_paid_back(facts: Facts) -> Letter:
    """The loan is paid back in full."""
    return letter(
        _("Your loan is paid back"),
        _("You owe nothing more on your loan “{title}”. Thank you.").format(title=facts.title),
        figures=(
            (_("Loan"), str(facts.number)),
            (_("Lent"), money(facts, facts.principal_minor)),
            (_("Still owed"), money(facts, 0)),
        ),
        closing=(_("The contract and every payment stay on the loan's page."),),
        action=_("See my loan"),
        path=reverse("loan", args=[facts.number]),
    )


def loan_given_up(facts: Facts) -> Letter:
    """The loan was written off; the debt remains."""
    return letter(
        _("Your loan was written off in our books"),
        _(
            "We no longer expect your loan “{title}” to be paid as agreed. This changes our "
            "books and not your debt: what is open is still owed to the lenders."
        ).format(title=facts.title),
        figures=((_("Still owed"), money(facts)),),
        closing=(_("You can still pay, also in parts. Talk to us; it costs nothing."),),
        action=_("See what I can do"),
        path=reverse("trouble", args=[facts.number]),
    )
