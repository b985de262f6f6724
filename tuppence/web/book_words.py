"""Words of the open books."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

BOOK_WORDS: Mapping[str, Mapping[str, str | Promise]] = {
    "age": {
        "current": _("on time"),
        "1-30": _("1 to 30 days"),
        "31-60": _("31 to 60 days"),
        "61-90": _("61 to 90 days"),
        "91-180": _("91 to 180 days"),
        "181+": _("more than 180 days"),
    },
}
