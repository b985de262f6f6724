"""The rows of figures that pages begin with: values become words in the reader's form."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tuppence.web.parts import Figure
from tuppence.web.reader import current_reader
from tuppence.web.reads.public import BooksToday


def public_figures(books: BooksToday) -> list[Figure]:
    """What the books say today, for everybody; each leads to the page of its rows."""
    reader = current_reader()
    open_text = ngettext(
        "in %(number)s open listing", "in %(number)s open listings", books.open_listings
    ) % {"number": reader.count(books.open_listings)}
    return [
        Figure(
            _("Lent out now"),
            reader.money(books.lent_out_minor, books.currency),
            _("principal that borrowers still owe"),
            url=reverse("open_books"),
        ),
        Figure(
            _("Wanted by borrowers"),
            reader.money(books.open_minor, books.currency),
            open_text,
            url=reverse("listings"),
        ),
        Figure(
            _("Promised, not yet paid out"),
            reader.money(books.waiting_minor, books.currency),
            _("waits on members' own accounts"),
            url=reverse("safety"),
        ),
        Figure(
            _("Members' money held apart"),
            reader.money(books.client_held_minor, books.currency),
            _("owed to members and others: {amount}").format(
                amount=reader.money(books.client_owed_minor, books.currency)
            ),
            url=reverse("safety"),
        ),
    ]
