"""The button that undoes what a message tells of: {% with undo=message|undo_of %}."""

from django import template
from django.contrib.messages.storage.base import Message

from tuppence.web.undo import Undo, undo_from

register = template.Library()


@register.filter
def undo_of(message: Message) -> Undo | None:
    """What would undo it, or nothing."""
    return undo_from(message.extra_tags)
