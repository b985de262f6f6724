"""What allauth asks us: one spelling of e-mails, and where a new user goes first."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django import forms
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext

from tuppence.members.email_address import EmailError, normalise_email
from tuppence.members.models import User

DESK_ROUTE = "staff_desk"  # where staff begin
PROFILE_ROUTE = "profile"  # the page on which a signed-up user becomes a member


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is untyped
    """Every e-mail passes through `normalise_email` before it is compared, counted or kept."""

    def clean_email(self, email: str) -> str:
        try:
            return normalise_email(email)
        except EmailError as error:
            raise forms.ValidationError(gettext(error.template) % error.params) from error

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """Count tries by the one spelling, so that look-alikes don't give more guesses."""
        if credentials.get("email"):
            credentials["email"] = one_spelling(credentials["email"])
        user: User | None = super().authenticate(request, **credentials)
        return user

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        try:
            return reverse(PROFILE_ROUTE)
        except NoReverseMatch:  # an installation without pages
            return str(super().get_signup_redirect_url(request))


def one_spelling(email: str) -> str:
    """The normalised address, or the typed one where it is none: then it fits nobody."""
    try:
        return normalise_email(email)
    except EmailError:
        return email
