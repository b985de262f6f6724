"""Mails of signing in (an address to confirm, a password to set) in the layout of letters.

They go out at once and not through the outbox: somebody waits for them, and most are for people
who are no members yet.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.utils.translation import gettext as _

from tuppence.letters.letter import Letter
from tuppence.members.forms import AccountAdapter
from tuppence.web.letters.layout import draw
from tuppence.web.letters.saying import letter

Context = Mapping[str, Any]


class LetterAdapter(AccountAdapter):
    """Draws the mails that have words of ours like letters; others stay as they come."""

    def render_mail(
        self,
        template_prefix: str,
        email: str | list[str],
        context: dict[str, Any],
        headers: dict[str, str] | None = None,
    ) -> EmailMessage:
        say = MAILS.get(template_prefix)
        if say is None:
            message: EmailMessage = super().render_mail(template_prefix, email, context, headers)
            return message
        drawn = draw(replace(say(context), greeting=_("Hello,")))
        to = [email] if isinstance(email, str) else email
        mail = EmailMultiAlternatives(
            drawn.subject, drawn.text, settings.DEFAULT_FROM_EMAIL, to, headers=headers
        )
        mail.attach_alternative(drawn.html, "text/html")
        return mail


def confirm_to_join(context: Context) -> Letter:
    """The first mail: whoever reads it owns the address."""
    return letter(
        _("Confirm your e-mail address"),
        _("Somebody, most likely you, wants to join {name} with this address.").format(
            name=settings.TUPPENCE_NAME
        ),
        closing=(_("If it was not you, there is nothing to do: without it nothing happens."),),
        action=_("Confirm my address"),
        path=str(context["activate_url"]),
    )


def confirm(context: Context) -> Letter:
    """An address was added to an account."""
    return letter(
        _("Confirm your e-mail address"),
        _("This address was added to an account with {name}.").format(name=settings.TUPPENCE_NAME),
        closing=(_("If it was not you, there is nothing to do: without it nothing happens."),),
        action=_("Confirm my address"),
        path=str(context["activate_url"]),
    )


def set_password(context: Context) -> Letter:
    """Somebody forgot the password."""
    return letter(
        _("Set a new password"),
        _("Somebody, most likely you, asked for a new password for your account."),
        closing=(_("If it was not you, there is nothing to do: your password stays as it is."),),
        action=_("Set a new password"),
        path=str(context["password_reset_url"]),
    )


def unknown_account(context: Context) -> Letter:
    """A password was asked for an address that has no account."""
    return letter(
        _("There is no account with this address"),
        _("Somebody, most likely you, asked for a new password for this address."),
        _("Perhaps you joined with another address; or you have not joined yet."),
        action=_("Join"),
        path=str(context["signup_url"]),
    )


def known_account(context: Context) -> Letter:
    """Somebody joined with an address that has an account."""
    return letter(
        _("You have an account already"),
        _("Somebody, most likely you, tried to join with this address, which has an account."),
        closing=(_("If you forgot the password, set a new one."),),
        action=_("Set a new password"),
        path=str(context["password_reset_url"]),
    )


def changed(subject: Callable[[], str]) -> Callable[[Context], Letter]:
    """Something about signing in was changed: from where, and what to do if it was not you."""

    def say(context: Context) -> Letter:
        return letter(
            subject(),
            _("This was changed on your account just now."),
            figures=((_("Address"), str(context.get("ip") or "")),),
            closing=(
                _(
                    "If it was you, there is nothing to do. If not, set a new password at once and "
                    "answer this letter."
                ),
            ),
        )

    return say


MAILS: Mapping[str, Callable[[Context], Letter]] = {
    "account/email/email_confirmation_signup": confirm_to_join,
    "account/email/email_confirmation": confirm,
    "account/email/password_reset_key": set_password,
    "account/email/unknown_account": unknown_account,
    "account/email/account_already_exists": known_account,
    "account/email/password_changed": changed(lambda: _("Your password was changed")),
    "account/email/password_set": changed(lambda: _("Your password was set")),
    "account/email/password_reset": changed(lambda: _("Your password was set anew")),
    "account/email/email_changed": changed(lambda: _("Your e-mail address was changed")),
    "account/email/email_deleted": changed(lambda: _("An e-mail address was removed")),
    "mfa/email/totp_activated": changed(lambda: _("A second factor was added")),
    "mfa/email/totp_deactivated": changed(lambda: _("The second factor was removed")),
    "mfa/email/webauthn_added": changed(lambda: _("A passkey was added")),
    "mfa/email/webauthn_removed": changed(lambda: _("A passkey was removed")),
    "mfa/email/recovery_codes_generated": changed(lambda: _("New recovery codes were made")),
}
