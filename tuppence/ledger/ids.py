"""Ids that follow from what they name, so that a retry or a rerun makes the same rows."""

from hashlib import blake2b
from uuid import UUID


def derive_id(*parts: str | int | UUID) -> UUID:
    """The id of the thing that these parts name, in this order.

    Parts are told apart by kind and length: ("a", "bc") and ("ab", "c") differ, and so do 1 and
    "1". The hash is BLAKE2b with 128 bits (RFC 7693), so two names do not meet by chance or intent.
    """
    digest = blake2b(digest_size=16)
    for part in parts:
        text = str(part).encode()
        digest.update(f"{type(part).__name__}:{len(text)}:".encode() + text)
    return UUID(bytes=digest.digest())
