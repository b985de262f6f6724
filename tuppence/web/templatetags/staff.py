"""Tags of staff pages: codes as words, subjects as links, account numbers half hidden."""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from tuppence.ledger.chart import CHART, Owner
from tuppence.ledger.transfers import AccountKey
from tuppence.members import queries
from tuppence.members.bank_account import masked
from tuppence.members.roles import Permission
from tuppence.web import account_names
from tuppence.web.growth_words import channel_in_words, goal_in_words

register = template.Library()


@register.filter
def named(value: str, kind: str) -> str:
    """The word for a code; a code without one stays readable."""
    return account_names.named(value, kind)


@register.filter
def account(key: AccountKey) -> str:
    """An account in words."""
    return account_names.account_name(key)


@register.filter
def mask(iban: str) -> str:
    """An account number as it is shown where its owner is known anyway."""
    return masked(iban) if len(iban) > 8 else iban


@register.simple_tag
def subject(kind: str, number: int) -> str | SafeString:
    """What something is about, as a link where it has a page: {% subject "loan" 12 %}."""
    text = account_names.subject_name(kind, number)
    url = account_names.subject_url(kind, number)
    return format_html('<a href="{}">{}</a>', url, text) if url else text


@register.filter
def channel(name: str, code: str) -> str:
    """A channel's name in the reader's language: {{ row.name|channel:row.code }}."""
    return channel_in_words(code, name)


@register.simple_tag
def goal(name: str, number: int, currency: str) -> str:
    """What a campaign is to reach: {% goal row.goal 40 row.currency %}."""
    return goal_in_words(name, number, currency)


@register.simple_tag
def account_owner(key: AccountKey) -> str | SafeString:
    """Whose account it is, as a link; nothing for the platform's own."""
    owner = CHART[key.kind].owner
    return "" if owner is Owner.PLATFORM else subject(owner.value, key.owner_id)


@register.simple_tag(takes_context=True)
def may(context: dict[str, Any], permission: str) -> bool:
    """Whether the reader has a permission: {% may "close_day" as may_close %}."""
    return queries.may(context["request"].user, Permission(permission))
