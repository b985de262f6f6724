"""Bearer tokens: what they look like, what is kept of them, what they allow."""

import hashlib
import re
from dataclasses import dataclass
from enum import StrEnum

TOKEN_PREFIX = "tup_"  # so that a leaked token is recognised for what it is  # noqa: S105
_BEARER = re.compile(r"[Bb]earer (tup_[A-Za-z0-9_-]{43})")


class Scope(StrEnum):
    """What a token may be used for."""

    READ = "read"  # listings, portfolio, account
    INVEST = "invest"  # place and cancel investments


@dataclass(frozen=True, slots=True)
class Holder:
    """Whom a valid token speaks for."""

    token_id: int
    member_id: int
    scopes: frozenset[Scope]


def token_digest(token: str) -> str:
    """What is kept of a token. A token is 256 random bits, so a plain hash cannot be guessed."""
    return hashlib.sha256(token.encode()).hexdigest()


def bearer_digest(header: str | None) -> str | None:
    """The digest of the token in an Authorization header; None where it holds none of ours."""
    match = _BEARER.fullmatch(header or "")
    return token_digest(match.group(1)) if match else None
