"""One spelling for each e-mail address, so that two look-alikes are never two accounts."""

import unicodedata

from tuppence.money.refusals import InputRefusedError, sentence

EMAIL_MAX_CHARACTERS = 254  # RFC 5321, 4.5.3.1.3, less the angle brackets


class EmailError(InputRefusedError):
    """The address can't be used; the message says what to do."""


def normalise_email(text: str) -> str:
    """The one spelling of an address: compatibility forms folded, case folded, domain in ASCII.

    Full-width letters, ligatures and the Kelvin sign become the letters they look like, so that
    nobody signs up beside an existing account. Raises `EmailError` where there is no address.

    >>> normalise_email(" Ann＠Example.COM ")
    'ann@example.com'
    """
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text.strip()).casefold())
    local, at_sign, domain = folded.rpartition("@")
    if not at_sign or not local or "." not in domain or "@" in local:
        raise EmailError(sentence("Write an e-mail address such as name@example.com."))
    if not is_visible_ascii(local):
        raise EmailError(
            sentence("Write the part before the @ in plain Latin letters, without spaces.")
        )
    address = f"{local}@{ascii_domain(domain)}"
    if len(address) > EMAIL_MAX_CHARACTERS:
        raise EmailError(
            sentence("Use an address of at most %(most)s characters."),
            {"most": EMAIL_MAX_CHARACTERS},
        )
    return address


def ascii_domain(domain: str) -> str:
    """A domain as the name servers know it (IDNA); raises `EmailError` where it can't be one."""
    try:
        encoded = domain.encode("idna").decode("ascii").lower()
    except UnicodeError as error:
        raise EmailError(
            sentence("Check the part after the @: no such domain can exist.")
        ) from error
    if not is_visible_ascii(encoded) or encoded.startswith(".") or ".." in encoded:
        raise EmailError(sentence("Check the part after the @: no such domain can exist."))
    return encoded


def is_visible_ascii(text: str) -> bool:
    """Whether every character is a visible ASCII one: no space, control or zero-width sign."""
    return all("!" <= character <= "~" for character in text)
