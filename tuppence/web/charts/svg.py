"""Elements of SVG as safe text: every value is escaped, names are ours."""

from collections.abc import Iterable, Mapping
from fractions import Fraction

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

Attributes = dict[str, str]


def element(name: str, attributes: Mapping[str, str], *inner: SafeString | str) -> SafeString:
    """One element; what is inside is escaped unless it is an element already."""
    return format_html(
        "<{}{}>{}</{}>",
        name,
        format_html_join("", ' {}="{}"', attributes.items()),
        together(inner),
        name,
    )


def together(parts: Iterable[SafeString | str]) -> SafeString:
    """Elements one after another."""
    return format_html_join("", "{}", ((part,) for part in parts))


def px(value: Fraction | int) -> str:
    """A length in px with one decimal at most.

    >>> px(Fraction(41, 4)), px(3)
    ('10.2', '3')
    """
    return f"{float(value):.1f}".removesuffix(".0")


def percent(share: Fraction) -> str:
    """A share of the drawing's width.

    >>> percent(Fraction(1, 8))
    '12.5%'
    """
    return f"{float(share * 100):.2f}".rstrip("0").rstrip(".") + "%"
