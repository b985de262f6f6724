"""A letter drawn as HTML and as text: one layout, the styles inside, light and dark."""

from functools import cache
from urllib.parse import urlsplit

import css_inline
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tuppence.letters.letter import Drawn, Letter
from tuppence.web.charts.chart import HUES
from tuppence.web.charts.paint import DARK_HUES, PLAIN_HUES


def draw(letter: Letter) -> Drawn:
    """The letter in the language that is active; both forms say the same words."""
    return Drawn(
        subject=f"{letter.subject} · {settings.TUPPENCE_NAME}",
        html=html_of(letter),
        text=text_of(letter),
    )


def html_of(letter: Letter) -> str:
    """The letter as a whole HTML document whose styles stand at each element.

    The style sheet stays beside them for dark screens, which no attribute can say.
    """
    language = get_language() or settings.LANGUAGE_CODE
    context = {
        "letter": letter,
        "language": "zh-Hans" if language == "zh-hans" else language,
        "platform": settings.TUPPENCE_NAME,
        "site": settings.TUPPENCE_SITE,
        "site_name": urlsplit(settings.TUPPENCE_SITE).netloc,
        "foot": foot(),
        "address": address_of(letter),
        "hues": list(zip(range(1, HUES + 1), PLAIN_HUES, DARK_HUES, strict=True)),
    }
    return _inliner().inline(render_to_string("letters/letter.html", context))


def text_of(letter: Letter) -> str:
    """The letter as plain text, a line a paragraph: where lines break, the reader's screen knows.

    Figures stand one a line, the action with its whole address.
    """
    parts = [letter.greeting, *letter.paragraphs]
    if letter.figures:
        parts.append("\n".join(f"{name}: {value}" for name, value in letter.figures))
    if letter.bars:
        rows = (f"{row.name}: {row.words}" for row in letter.bars.rows)
        parts.append("\n".join([letter.bars.title, *rows]))
    parts += letter.closing
    if letter.action:
        parts.append(f"{letter.action}:\n{address_of(letter)}")
    parts.append("-- \n" + "\n".join([settings.TUPPENCE_NAME, *foot(), *_pages()]))
    return "\n\n".join(parts) + "\n"


def address_of(letter: Letter) -> str:
    """Where the action leads: a page of the site, unless the letter names a whole address."""
    is_whole = letter.path.startswith(("http://", "https://"))
    return letter.path if is_whole else f"{settings.TUPPENCE_SITE}{letter.path}"


def _pages() -> tuple[str, str]:
    choices = reverse("letter_choices")
    return (
        settings.TUPPENCE_SITE,
        _("Which letters come by e-mail") + f": {settings.TUPPENCE_SITE}{choices}",
    )


def foot() -> tuple[str, ...]:
    """What stands under each letter."""
    return (
        _("You get this letter because it is about your own account or money."),
        _("We never ask for your password in a letter, by phone or in a message."),
    )


@cache
def _inliner() -> css_inline.CSSInliner:
    return css_inline.CSSInliner(keep_style_tags=True, load_remote_stylesheets=False)
