"""The reader of the present page: the active language and the platform's time zone."""

from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import get_language

from tuppence.web.formats import Reader


def current_reader() -> Reader:
    """In whose form this request's figures are written."""
    return Reader(get_language() or settings.LANGUAGE_CODE, ZoneInfo(settings.TIME_ZONE))
