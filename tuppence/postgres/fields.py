"""Column types of our own."""

from fractions import Fraction
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models


class RateField(models.CharField):  # type: ignore[type-arg]  # set and get types are Fraction
    """An exact rational (a rate, a share) kept as text, "21/250"; reads and writes `Fraction`."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**({"max_length": 60} | options))

    def deconstruct(self) -> Any:
        """For migrations, which cannot write a Fraction down: a default becomes its text."""
        name, path, args, options = super().deconstruct()
        if isinstance(options.get("default"), Fraction):
            options["default"] = str(options["default"])
        return name, path, args, options

    def from_db_value(self, value: str | None, *_: Any) -> Fraction | None:
        """The stored text as the exact number."""
        return None if value is None else Fraction(value)

    def to_python(self, value: Any) -> Fraction | None:
        """An exact number from what a form or fixture holds; floats are refused."""
        if value is None or isinstance(value, Fraction):
            return value
        if isinstance(value, int | str):
            try:
                return Fraction(value)
            except (ValueError, ZeroDivisionError) as error:
                raise ValidationError("Write a number such as 21/250 or 0.084.") from error
        raise ValidationError("A rate is exact: write it as text, not as a float.")

    def get_prep_value(self, value: Any) -> str | None:
        """The number as text, in lowest terms."""
        number = self.to_python(value)
        return None if number is None else str(number)
