"""How a field is drawn: its shape, and what stands behind its input."""

from django import forms, template
from django.forms import BoundField

register = template.Library()


@register.filter
def shape(field: BoundField) -> str:
    """One of check, choices, plain."""
    widget = field.field.widget
    if isinstance(widget, forms.CheckboxInput):
        return "check"
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return "choices"
    return "plain"


@register.filter
def affix(field: BoundField) -> str:
    """A unit behind the input, such as the currency."""
    return str(getattr(field.field, "affix", ""))
