"""Icons drawn by us, each beside its words: {% icon "download" %}."""

from django import template
from django.utils.safestring import SafeString

from tuppence.web.charts.svg import element
from tuppence.web.icons import ICONS, SIZE

register = template.Library()


@register.simple_tag
def icon(name: str) -> SafeString:
    """A drawing in the colour of its text. It says nothing to a reader: words stand beside it."""
    box = {"width": str(SIZE), "height": str(SIZE), "viewBox": f"0 0 {SIZE} {SIZE}"}
    return element(
        "svg", {"class": "icon", **box, "aria-hidden": "true"}, element("path", {"d": ICONS[name]})
    )
