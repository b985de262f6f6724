"""From the kind of a letter and its facts to its words, in the language that is active."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from django.utils.translation import gettext as _

from tuppence.letters.kinds import LetterKind
from tuppence.letters.letter import Letter
from tuppence.web.letters import words_account, words_applying, words_borrowing, words_lending
from tuppence.web.letters.facts import Facts

Compose = Callable[[Facts], Letter]

COMPOSERS: Mapping[LetterKind, Compose] = {
    kind: getattr(room, kind.value)
    for kind in LetterKind
    for room in (words_account, words_applying, words_borrowing, words_lending)
    if hasattr(room, kind.value)
}
assert set(COMPOSERS) == set(LetterKind), "each kind of letter has its words"


def compose(kind: LetterKind, facts: Facts, name: str) -> Letter:
    """The letter to a member of this name."""
    return replace(COMPOSERS[kind](facts), greeting=_("Hello {name},").format(name=name))
