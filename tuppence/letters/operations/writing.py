"""Write letters, and remember what their readers want and how they read and sign in."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction

from tuppence.letters import queries
from tuppence.letters.kinds import OPTIONAL, LetterKind
from tuppence.letters.letter import letter_to_json
from tuppence.letters.models import KnownDevice, OutboxLetter, ReaderLanguage, UnwantedKind
from tuppence.letters.outbox import LetterOrder, State, first_state


def write_letters(orders: Sequence[LetterOrder]) -> int:
    """Put letters into the outbox; a key that is there already changes nothing.

    Returns how many were new. It joins the caller's transaction.
    """
    unwanted = queries.unwanted({order.member_id for order in orders})
    rows = [_row(order, first_state(order, unwanted)) for order in orders]
    known = set(
        OutboxLetter.objects.filter(key__in=[row.key for row in rows]).values_list("key", flat=True)
    )
    fresh = {row.key: row for row in rows if row.key not in known}
    OutboxLetter.objects.bulk_create(fresh.values(), ignore_conflicts=True)
    return len(fresh)


def _row(order: LetterOrder, state: State) -> OutboxLetter:
    return OutboxLetter(
        key=order.key,
        kind=order.kind,
        member_id=order.member_id,
        language=order.language,
        subject_kind=order.subject_kind,
        subject_id=order.subject_id,
        facts=order.facts,
        content=letter_to_json(order.letter),
        happened_at=order.happened_at,
        written_at=order.at,
        state=state,
        next_try_at=order.at if state is State.WAITING else None,
    )


@transaction.atomic
def choose_letters(member_id: int, unwanted: Collection[LetterKind], *, at: datetime) -> None:
    """Let a member do without these kinds by e-mail, and without no others."""
    assert set(unwanted) <= set(OPTIONAL), "the other kinds are always sent"
    UnwantedKind.objects.filter(member_id=member_id).exclude(kind__in=list(unwanted)).delete()
    UnwantedKind.objects.bulk_create(
        [UnwantedKind(member_id=member_id, kind=kind, since=at) for kind in unwanted],
        ignore_conflicts=True,
    )


def note_language(user_id: int, language: str, *, at: datetime) -> None:
    """Remember the language in which a user chose to read."""
    ReaderLanguage.objects.update_or_create(
        user_id=user_id, defaults={"language": language, "since": at}
    )


@transaction.atomic
def note_sign_in(user_id: int, digest: str, *, at: datetime) -> bool:
    """Remember the device of a sign-in; whether it is a new one of a user who had others."""
    others = KnownDevice.objects.filter(user_id=user_id).exclude(digest=digest).exists()
    _, is_new = KnownDevice.objects.update_or_create(
        user_id=user_id,
        digest=digest,
        defaults={"last_at": at},
        create_defaults={"first_at": at, "last_at": at},
    )
    return is_new and others
