"""Mails of signing in look like letters, lead to the right page, and tell of each change."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.utils import translation

from tuppence.members.models import User
from tuppence.web.letters.layout import draw
from tuppence.web.letters.sign_in_mail import MAILS

URL = "https://tuppence.example/accounts/x/"
CONTEXT = {
    "activate_url": URL,
    "password_reset_url": URL,
    "signup_url": URL,
    "ip": "192.0.2.17",
}
CHINESE = re.compile("[\u4e00-\u9fff]")
PASSWORD = "a long enough one"


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("prefix", MAILS)
def test_each_mail_has_its_words_in_both_languages(prefix: str, language: str) -> None:
    with translation.override(language):
        letter = MAILS[prefix](CONTEXT)
        drawn = draw(letter)
    assert bool(CHINESE.search(letter.subject)) == (language == "zh-hans")
    if letter.action:
        assert f'href="{URL}"' in drawn.html and f"\n{URL}\n" in drawn.text
    else:
        assert "192.0.2.17" in drawn.text


@pytest.mark.django_db
def test_who_joins_confirms_the_address_by_the_link_in_the_letter() -> None:
    cache.clear()
    client = Client()
    sent = {"email": "new@member.example", "password1": PASSWORD, "password2": PASSWORD}
    client.post("/accounts/signup/", sent)
    (message,) = mail.outbox
    assert "Confirm your e-mail address" in message.subject
    assert "<h1" in message.alternatives[0][0]
    (link,) = re.findall(r"http://testserver(/accounts/confirm-email/\S+)", message.body)
    client.post(link)
    assert EmailAddress.objects.get(email="new@member.example").verified


@pytest.mark.django_db
def test_a_changed_password_is_told_of() -> None:
    cache.clear()
    user = User.objects.create_user("ann@member.example", PASSWORD)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    client = Client()
    client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    new = "quite another one 9"
    changed = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    client.post("/accounts/password/change/", changed)
    assert any("Your password was changed" in message.subject for message in mail.outbox)
