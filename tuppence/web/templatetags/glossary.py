"""Words of the glossary lead to it: {% glossary_links %}...{% endglossary_links %}."""

from functools import cache
from re import Pattern

from django import template
from django.template.base import NodeList, Parser, Token
from django.template.context import Context
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from tuppence.web.glossary import linked_terms
from tuppence.web.glossary_links import pattern_of, with_links

register = template.Library()


@cache
def _terms_in(language: str) -> tuple[dict[str, str], Pattern[str]]:
    terms = linked_terms(language)
    return terms, pattern_of(terms, spaced=not language.startswith("zh"))


class GlossaryLinks(template.Node):
    """A part of a page in which terms lead to the glossary, each the first time."""

    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist

    def render(self, context: Context) -> SafeString:
        """The part with its links; the glossary itself needs none."""
        html = self.nodelist.render(context)
        address = reverse("glossary")
        request = context.get("request")
        if request is not None and request.path == address:
            return html
        terms, words = _terms_in(get_language() or "en")
        return mark_safe(with_links(html, terms, words, address))  # noqa: S308 - only links added


@register.tag
def glossary_links(parser: Parser, token: Token) -> GlossaryLinks:
    """The block up to its end."""
    nodelist = parser.parse(("endglossary_links",))
    parser.delete_first_token()
    return GlossaryLinks(nodelist)
