"""The visit that began on the page which asks: sealed into the question's form, so that the answer
can say whose it was, and worth nothing when it is forged or old."""

from dataclasses import dataclass

from django.core.signing import BadSignature, TimestampSigner

_SIGNER = TimestampSigner(salt="tuppence.origin")
LIFE_SECONDS = 2 * 3600


@dataclass(frozen=True, slots=True)
class Origin:
    """A visit of nobody, and the tagged address that it began with."""

    visit: int
    fingerprint: str


def seal_origin(visit: int, fingerprint: str) -> str:
    """The visit as the form carries it."""
    return _SIGNER.sign(f"{visit}.{fingerprint}")


def open_origin(text: str) -> Origin | None:
    """The visit that a form carried; none where the seal is broken or older than two hours."""
    try:
        visit, fingerprint = _SIGNER.unsign(text, max_age=LIFE_SECONDS).split(".")
        return Origin(int(visit), fingerprint)
    except (BadSignature, ValueError):
        return None
