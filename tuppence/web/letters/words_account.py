"""Letters about membership, money that comes and goes, and complaints."""

from django.urls import reverse
from django.utils.translation import gettext as _

from tuppence.letters.letter import Letter
from tuppence.web.letters.facts import Facts
from tuppence.web.letters.saying import letter, money
from tuppence.web.reader import current_reader
from tuppence.web.words import word_of


def welcome(facts: Facts) -> Letter:
    """Somebody became a member."""
    return letter(
        _("Welcome"),
        _("You are a member now, with the number {number}.").format(number=facts.number),
        _(
            "Before you invest or borrow we check who you are, as the law asks us to. Have an "
            "identity card or a passport at hand; it takes a few minutes."
        ),
        closing=(
            _(
                "Lending is not saving: no deposit guarantee covers it, and you can lose what you "
                "lend."
            ),
        ),
        action=_("Have my identity checked"),
        path=reverse("identity"),
    )


def identity_verified(facts: Facts) -> Letter:
    """The identity check went well."""
    return letter(
        _("Your identity is verified"),
        _("We have checked who you are. You can invest and borrow now."),
        action=_("Go to my overview"),
        path=reverse("home"),
    )


def identity_refused(facts: Facts) -> Letter:
    """The identity check didn't go well, with the reason."""
    reason = str(word_of("identity_reason", facts.code or "other"))
    return letter(
        _("We could not verify your identity"),
        _("We looked at what you sent us and can't accept it yet. The reason:"),
        reason,
        closing=(_("You can send it again at any time; nothing else is lost."),),
        action=_("Send it again"),
        path=reverse("identity"),
    )


def bank_account_verified(facts: Facts) -> Letter:
    """The member's bank account is in use from now on."""
    return letter(
        _("Your bank account is verified"),
        _("Money that you take out goes to this account from now on, and to no other."),
        closing=(_("If you did not name this account, answer this letter at once."),),
        action=_("See my bank account"),
        path=reverse("bank_account"),
    )


def new_device(facts: Facts) -> Letter:
    """Somebody signed in from a browser that was not seen before."""
    reader = current_reader()
    return letter(
        _("Somebody signed in from a new device"),
        _("Your account was signed in to from a browser that we had not seen before."),
        figures=(
            (_("When"), reader.moment(facts.at) if facts.at else ""),
            (_("Browser"), facts.text),
            (_("Address"), facts.reference),
        ),
        closing=(_("If it was you, there is nothing to do. If not, change your password now."),),
        action=_("Change my password"),
        path=reverse("account_change_password"),
    )


def deposit_arrived(facts: Facts) -> Letter:
    """Money of the member came in at the bank."""
    return letter(
        _("{amount} arrived").format(amount=money(facts)),
        _("Your payment is on the account of members' money and free for you to use."),
        figures=((_("Amount"), money(facts)),),
        action=_("See my money"),
        path=reverse("cash"),
    )


def withdrawal_asked(facts: Facts) -> Letter:
    """A member asked for money; when it will be there."""
    day = current_reader().day(facts.on) if facts.on else ""
    return letter(
        _("You take out {amount}").format(amount=money(facts)),
        _("We have your order. The money leaves after a second person has looked at it."),
        figures=(
            (_("Amount"), money(facts)),
            (_("Fee"), money(facts, 0)),
            (_("To the account"), facts.reference),
            (_("There by"), day),
        ),
        closing=(
            _("If you did not ask for it, call it off on its page and change your password."),
        ),
        action=_("See the withdrawal"),
        path=reverse("withdrawal", args=[facts.number]),
    )


def withdrawal_paid(facts: Facts) -> Letter:
    """The bank paid a withdrawal."""
    return letter(
        _("{amount} is on its way to your bank").format(amount=money(facts)),
        _("Our bank has paid your withdrawal. Your bank usually shows it the same day."),
        figures=(
            (_("Amount"), money(facts)),
            (_("To the account"), facts.reference),
        ),
        action=_("See the withdrawal"),
        path=reverse("withdrawal", args=[facts.number]),
    )


def withdrawal_returned(facts: Facts) -> Letter:
    """The bank sent a withdrawal back."""
    return letter(
        _("Your withdrawal of {amount} came back").format(amount=money(facts)),
        _(
            "Your bank did not take the money, most often because an account was closed. The "
            "whole amount is in your cash with us again."
        ),
        closing=(_("Check your bank account before you take money out again."),),
        action=_("Check my bank account"),
        path=reverse("bank_account"),
    )


def withdrawal_refused(facts: Facts) -> Letter:
    """Staff did not approve a withdrawal."""
    return letter(
        _("Your withdrawal of {amount} was not made").format(amount=money(facts)),
        _("We did not approve it. The whole amount is in your cash with us again."),
        closing=(_("The reason stands on its page; answer this letter if you have questions."),),
        action=_("See the withdrawal"),
        path=reverse("withdrawal", args=[facts.number]),
    )


def complaint_received(facts: Facts) -> Letter:
    """A complaint came in; when it is answered."""
    figures = [(_("Complaint"), str(facts.number))]
    if facts.on:
        figures.append((_("Answer by"), current_reader().day(facts.on)))
    return letter(
        _("We have your complaint {number}").format(number=facts.number),
        _("Thank you for writing. Somebody who was not part of the matter looks at it."),
        figures=tuple(figures),
        closing=(_("It costs you nothing, and you can add to it on its page at any time."),),
        action=_("See my complaint"),
        path=reverse("complaint", args=[facts.number]),
    )


def complaint_answered(facts: Facts) -> Letter:
    """A complaint was decided."""
    return letter(
        _("Your complaint {number} is answered").format(number=facts.number),
        _("Our answer stands on the page of your complaint, with its reasons."),
        closing=(
            _(
                "If you are not satisfied, you can ask there, once, that somebody else looks at "
                "it again. The page also names who else you can turn to."
            ),
        ),
        action=_("Read the answer"),
        path=reverse("complaint", args=[facts.number]),
    )
