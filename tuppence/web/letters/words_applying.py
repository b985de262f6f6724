"""Letters to those who ask for a loan, from the application to the listing."""

from django.urls import reverse
from django.utils.translation import gettext as _

from tuppence.letters.letter import Letter
from tuppence.web.letters.facts import Facts
from tuppence.web.letters.saying import day, letter, money, rate
from tuppence.web.reader import current_reader


def application_received(facts: Facts) -> Letter:
    """An application was sent."""
    return letter(
        _("We have your application “{title}”").format(title=facts.title),
        _("A credit officer reads it next. If something is missing, we ask; nothing is lost."),
        figures=(
            (_("Application"), str(facts.number)),
            (_("Amount"), money(facts)),
            (_("Instalments"), str(facts.count)),
        ),
        closing=(_("You can take it back at no cost until the loan is paid out."),),
        action=_("See my application"),
        path=reverse("application", args=[facts.number]),
    )


def information_asked(facts: Facts) -> Letter:
    """A decision needs more from the applicant."""
    return letter(
        _("Something is missing for “{title}”").format(title=facts.title),
        _("A credit officer can't decide yet and asks you:"),
        facts.text,
        figures=((_("Answer by"), day(facts)),),
        closing=(_("With your last answer the application goes on by itself."),),
        action=_("Answer now"),
        path=reverse("information", args=[facts.number]),
    )


def application_approved(facts: Facts) -> Letter:
    """An application was approved; the contract is next."""
    return letter(
        _("Approved: “{title}”").format(title=facts.title),
        _("Next you read the contract and sign it. Without it nothing is paid out."),
        figures=(
            (_("Amount"), money(facts)),
            (_("Rate a year"), rate(facts)),
            (_("Credit grade"), facts.code),
            (_("Instalments"), str(facts.count)),
        ),
        closing=(
            _("The contract shows the whole cost before you sign. Until the pay-out you may stop."),
        ),
        action=_("Read and sign the contract"),
        path=reverse("application", args=[facts.number]),
    )


def application_refused(facts: Facts) -> Letter:
    """An application was refused."""
    return letter(
        _("We can't offer you the loan “{title}”").format(title=facts.title),
        _(
            "A credit officer has looked at what you told us and decided against it. No machine "
            "decided alone."
        ),
        closing=(
            _("You may ask us for the reasons, and you may complain; both cost nothing."),
            _("You can apply again when something has changed."),
        ),
        action=_("See my application"),
        path=reverse("application", args=[facts.number]),
    )


def contract_to_sign(facts: Facts) -> Letter:
    """The contract still waits for a signature."""
    return letter(
        _("Your contract waits for your signature: “{title}”").format(title=facts.title),
        _(
            "Your application is approved, and the contract is ready. Without your signature "
            "nothing is paid out."
        ),
        figures=((_("Amount"), money(facts)),),
        closing=(_("If you don't want the loan any more, take the application back there."),),
        action=_("Read and sign the contract"),
        path=reverse("application", args=[facts.number]),
    )


def contract_signed(facts: Facts) -> Letter:
    """The borrower signed; the fingerprint of what was signed."""
    return letter(
        _("You signed the contract for “{title}”").format(title=facts.title),
        _("Keep this letter: it names exactly the text that you signed."),
        figures=(
            (_("Signed at"), current_reader().moment(facts.at) if facts.at else ""),
            (_("Fingerprint (SHA-256)"), facts.reference),
        ),
        action=_("See the contract"),
        path=reverse("contract", args=[facts.number]),
    )


def listing_open(facts: Facts) -> Letter:
    """Investors can see the listing."""
    return letter(
        _("Investors can see “{title}” now").format(title=facts.title),
        _("Your loan is open for investment. When it is full, it can be paid out."),
        figures=(
            (_("Wanted"), money(facts)),
            (_("Open until"), current_reader().moment(facts.at) if facts.at else ""),
        ),
        closing=(_("Investors may ask questions there; good answers help."),),
        action=_("See my listing"),
        path=reverse("listing", args=[facts.number]),
    )


def question_asked(facts: Facts) -> Letter:
    """An investor asks something about the listing."""
    return letter(
        _("An investor asks about “{title}”").format(title=facts.title),
        facts.text,
        closing=(_("Everybody can read your answer. You can answer each question once."),),
        action=_("See my listing"),
        path=reverse("listing", args=[facts.number]),
    )


def listing_funded(facts: Facts) -> Letter:
    """The listing has all its money."""
    return letter(
        _("“{title}” is fully funded").format(title=facts.title),
        _(
            "It is paid out once your contract is signed, investors' time to change their mind is "
            "over, and two people of ours have agreed."
        ),
        figures=((_("Amount"), money(facts)),),
        action=_("See my listing"),
        path=reverse("listing", args=[facts.number]),
    )


def listing_ended(facts: Facts) -> Letter:
    """The listing ended without a loan."""
    text = _("The time was over before enough money was promised.")
    if facts.code == "withdrawn":
        text = _("The listing was taken off the market.")
    return letter(
        _("“{title}” ended without a loan").format(title=facts.title),
        text,
        closing=(_("Investors have their money back. You owe nothing, and you can apply again."),),
        action=_("See what I can borrow"),
        path=reverse("products"),
    )
