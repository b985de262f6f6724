"""Fields that read as strictly as the rooms below do, and refuse in the reader's language."""

import re
import uuid
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Any, TypeVar

from django import forms
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tuppence.money.currency import parse_amount
from tuppence.money.dates import EARLIEST, LATEST, parse_date
from tuppence.money.rates import parse_percent
from tuppence.money.refusals import InputRefusedError, sentence

_Value = TypeVar("_Value")
_WHOLE = re.compile(r"[0-9]{1,9}")


class WholeNumberError(InputRefusedError):
    """A text is no whole number that may be taken; the sentence says what to write instead."""


def translated(error: InputRefusedError) -> str:
    """The refusal in the reader's language."""
    return gettext(error.template) % error.params


def reading(read: Callable[[], _Value]) -> _Value:
    """Run a strict reader; its refusal becomes the form's. Raises forms.ValidationError."""
    try:
        return read()
    except InputRefusedError as error:
        raise forms.ValidationError(translated(error)) from error


class StrictField(forms.Field):
    """A text that a strict reader turns into a value; what was typed stays in the form."""

    when_needed: object = ""  # said at the label of a field that may stay empty at times

    def to_python(self, value: Any) -> Any:
        """The value, or None where nothing was typed. Raises ValidationError."""
        text = str(value or "").strip()
        if not text:
            return None
        return reading(lambda: self.read(text))

    def read(self, text: str) -> Any:
        """Turn the text into the value. Raises InputRefusedError."""
        return text


class AmountField(StrictField):
    """An amount in minor units of a currency, the platform's unless named."""

    def __init__(self, *, currency: str = "", allow_zero: bool = False, **kwargs: Any) -> None:
        self.currency = currency or settings.TUPPENCE_CURRENCY
        self.allow_zero = allow_zero
        self.affix = self.currency
        attrs = {"inputmode": "decimal", "autocomplete": "off", "class": "amount"}
        super().__init__(widget=forms.TextInput(attrs=attrs), **kwargs)

    def read(self, text: str) -> int:
        """Minor units. Raises AmountError."""
        return parse_amount(text, self.currency, allow_zero=self.allow_zero)


class PercentField(StrictField):
    """A percentage as an exact share."""

    affix = "%"

    def __init__(self, *, percent_max: int = 1000, **kwargs: Any) -> None:
        self.percent_max = percent_max
        attrs = {"inputmode": "decimal", "autocomplete": "off", "class": "short"}
        super().__init__(widget=forms.TextInput(attrs=attrs), **kwargs)

    def read(self, text: str) -> Fraction:
        """The share. Raises RateError."""
        return parse_percent(text, percent_max=self.percent_max)


class DayField(StrictField):
    """A date."""

    def __init__(self, *, earliest: date = EARLIEST, latest: date = LATEST, **kwargs: Any) -> None:
        self.earliest, self.latest = earliest, latest
        super().__init__(
            widget=forms.DateInput(attrs={"type": "date", "class": "short"}, format="%Y-%m-%d"),
            **kwargs,
        )

    def read(self, text: str) -> date:
        """The day. Raises DateError."""
        return parse_date(text, earliest=self.earliest, latest=self.latest)


class WholeField(StrictField):
    """A whole number between two bounds, both included."""

    def __init__(self, *, least: int, most: int, **kwargs: Any) -> None:
        self.least, self.most = least, most
        attrs = {"inputmode": "numeric", "autocomplete": "off", "class": "short"}
        super().__init__(widget=forms.TextInput(attrs=attrs), **kwargs)

    def read(self, text: str) -> int:
        """The number. Raises WholeNumberError."""
        if not _WHOLE.fullmatch(text) or not self.least <= int(text) <= self.most:
            raise WholeNumberError(
                sentence("Enter a whole number from %(least)s to %(most)s."),
                {"least": self.least, "most": self.most},
            )
        return int(text)


class KeyField(forms.UUIDField):
    """The hidden key of an order, made when the form is shown: sent twice, it acts once."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("initial", uuid.uuid4)
        super().__init__(
            widget=forms.HiddenInput,
            error_messages={
                "invalid": _("This page is out of date. Open it again and repeat your entry."),
                "required": _("This page is out of date. Open it again and repeat your entry."),
            },
            **kwargs,
        )


class OrderForm(forms.Form):
    """A form whose order has a key."""

    key = KeyField()
