"""Numbers in addresses, read without trust."""


def whole_number(text: str) -> int | None:
    """A number of ours (an id or a place), or nothing where the text is none.

    >>> whole_number("12"), whole_number("-1"), whole_number("１２")
    (12, None, None)
    """
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None
