"""Names of members: cleaned as typed, folded for comparing, and a pseudonym for everyone else."""

import unicodedata
from datetime import date
from hashlib import blake2b

from tuppence.money.refusals import InputRefusedError, sentence

NAME_MAX_CHARACTERS = 200
TEXT_MAX_CHARACTERS = 4000
JOINERS = {"\u200c", "\u200d"}  # letters of Persian and Indian names hang together by these

# Controls, surrogates, private use, unassigned, line and paragraph separators.
REFUSED_CATEGORIES = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


class PersonNameError(InputRefusedError):
    """The name can't be used; the message says what to do."""


class TextError(InputRefusedError):
    """The text can't be stored; the message says what to do."""


def clean_name(text: str) -> str:
    """A name on one line as it is written, blanks single; raises `PersonNameError`.

    Signs that show nothing or turn the reading direction are refused: they make one name pass for
    another.

    >>> clean_name("  Ann   O'Neill ")
    "Ann O'Neill"
    """
    if len(text) > 4 * NAME_MAX_CHARACTERS:  # before any work on it
        raise too_long()
    name = " ".join(unicodedata.normalize("NFC", text).split())
    if not any(unicodedata.category(letter).startswith("L") for letter in name):
        raise PersonNameError(sentence("Write a name with at least one letter."))
    if any(is_unseen(letter) for letter in name):
        raise PersonNameError(sentence("Write the name without invisible or control characters."))
    if len(name) > NAME_MAX_CHARACTERS:
        raise too_long()
    return name


def clean_text(text: str) -> str:
    """A remark, reason or note of several lines, as typed but for its ends; raises `TextError`."""
    if len(text) > TEXT_MAX_CHARACTERS:
        raise TextError(
            sentence("Write at most %(most)s characters."), {"most": TEXT_MAX_CHARACTERS}
        )
    if any(is_unseen(letter) for letter in text if letter not in "\n\r\t"):
        raise TextError(sentence("Write the text without invisible or control characters."))
    return text.strip()


def is_text(text: str) -> bool:
    """Whether `clean_text` takes a text."""
    try:
        clean_text(text)
    except TextError:
        return False
    return True


def name_key(name: str) -> str:
    """A name folded for comparing and searching: width, case and accents' spelling are one.

    >>> name_key("ＡＮＮ  O'Neill")
    "ann o'neill"
    """
    folded = unicodedata.normalize("NFKC", name).casefold()
    return " ".join(unicodedata.normalize("NFKC", folded).split())[:NAME_MAX_CHARACTERS]


def is_same_name(one: str, other: str) -> bool:
    """Whether two names have the same words in any order, as banks write the family name first."""
    return sorted(name_words(one)) == sorted(name_words(other))


def name_words(name: str) -> list[str]:
    """The words of a folded name without marks: "Müller, Jörg" is jorg and muller."""
    plain = "".join(
        letter if unicodedata.category(letter)[0] in "LN" else " "
        for letter in unicodedata.normalize("NFD", name_key(name))
        if unicodedata.category(letter) != "Mn"
    )
    return plain.split()


def identity_key(legal_name: str, born_on: date) -> str:
    """The same for two accounts of one person: name in any order of words, and birth date.

    Two different people may meet here by chance; then each of them needs a third for the second
    pair of eyes, which errs on the safe side.
    """
    words = " ".join(sorted(name_words(legal_name)))
    return blake2b(f"{words}|{born_on.isoformat()}".encode(), digest_size=32).hexdigest()


def pseudonym(member_id: int) -> str:
    """The name that other members see: two words and a number; no two of the first 2**32 meet.

    Multiplying by an odd number modulo 2**32 is a permutation, so neighbours look unrelated.

    >>> pseudonym(1)
    'hazel-hawk-2592222'
    """
    assert 0 < member_id < 2**32
    spread = member_id * 0x9E3779B1 % 2**32
    colour, animal = COLOURS[spread & 31], ANIMALS[spread >> 5 & 31]
    return f"{colour}-{animal}-{spread >> 10}"


def is_unseen(letter: str) -> bool:
    """Whether a character shows nothing, or is none."""
    return unicodedata.category(letter) in REFUSED_CATEGORIES and letter not in JOINERS


def too_long() -> PersonNameError:
    """The refusal of a name that is too long."""
    return PersonNameError(
        sentence("Write a name of at most %(most)s characters."), {"most": NAME_MAX_CHARACTERS}
    )


COLOUR_WORDS = """
    amber ash azure beige black blue bronze brown chalk coral cream dusk ebony flint gold green
    grey hazel indigo ivory jade lilac maroon mauve olive pearl pine plum red russet sand slate
"""
ANIMAL_WORDS = """
    badger bear bison crane crow deer dove eagle falcon finch fox goose hare hawk heron ibex
    kite lark lynx mole moose newt otter owl plover raven robin seal stork swan tern wren
"""
COLOURS, ANIMALS = COLOUR_WORDS.split(), ANIMAL_WORDS.split()
assert len(set(COLOURS)) == len(set(ANIMALS)) == 32
