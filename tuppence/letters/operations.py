"""Write letters, send them, and remember how their readers read and sign in."""

import logging
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.utils import translation

from tuppence.letters import queries
from tuppence.letters.kinds import OPTIONAL, LetterKind
from tuppence.letters.letter import Drawn, Letter, letter_of_json, letter_to_json
from tuppence.letters.models import KnownDevice, OutboxLetter, ReaderLanguage, UnwantedKind
from tuppence.letters.outbox import LetterOrder, State, first_state, state_after, wait_after

Draw = Callable[[Letter], Drawn]  # in the language that is active
logger = logging.getLogger(__name__)


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


def send_letters(draw: Draw, *, at: datetime, limit: int = 100) -> dict[State, int]:
    """Try the letters whose time has come, the oldest first; how many came to which state.

    Each try is written down before it is made, so a process that dies sends no letter again
    before its next try is due; the Message-ID is the letter's own, so that mail systems know a
    second copy. Two workers never try the same letter at once.
    """
    claimed = _claim(at, limit)
    found = queries.recipients([row.member_id for row in claimed], at=at)
    counts = dict.fromkeys(State, 0)
    with mail.get_connection() as connection:
        for row in claimed:
            counts[_try(row, found.get(row.member_id), draw, connection, at)] += 1
    return counts


@transaction.atomic
def _claim(at: datetime, limit: int) -> list[OutboxLetter]:
    rows = list(
        OutboxLetter.objects.select_for_update(skip_locked=True, no_key=True)
        .filter(state=State.WAITING, next_try_at__lte=at)
        .order_by("next_try_at", "id")[:limit]
    )
    for row in rows:
        row.tries += 1
        row.next_try_at = at + wait_after(row.tries)
    OutboxLetter.objects.bulk_update(rows, ["tries", "next_try_at"])
    return rows


def _try(
    row: OutboxLetter,
    recipient: queries.Recipient | None,
    draw: Draw,
    connection: BaseEmailBackend,
    at: datetime,
) -> State:
    if recipient is None:
        _settle(row, State.KEPT, at)
        return State.KEPT
    try:
        with translation.override(row.language):
            message = _message(row, recipient, draw(letter_of_json(row.content)))
        message.connection = connection
        is_sent = message.send() == 1
        row.last_error = "" if is_sent else "not taken"
    except Exception as error:
        is_sent = False
        row.last_error = type(error).__name__[:80]
        # Addresses and words stay out of the log: they stand in the error's own text.
        logger.warning("Letter %s was not sent (%s), try %s", row.pk, row.last_error, row.tries)
    state = state_after(row.tries, is_sent=is_sent)
    _settle(row, state, at)
    return state


def _settle(row: OutboxLetter, state: State, at: datetime) -> None:
    row.state = state
    row.sent_at = at if state is State.SENT else None
    row.next_try_at = row.next_try_at if state is State.WAITING else None
    row.save(update_fields=["state", "sent_at", "next_try_at", "last_error"])


def _message(
    row: OutboxLetter, recipient: queries.Recipient, drawn: Drawn
) -> mail.EmailMultiAlternatives:
    message = mail.EmailMultiAlternatives(
        subject=drawn.subject,
        body=drawn.text,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=list(recipient.addresses),
        headers={
            "Message-ID": f"<{row.key}@{urlsplit(settings.TUPPENCE_SITE).hostname}>",
            "Auto-Submitted": "auto-generated",
            "Content-Language": row.language,
        },
    )
    message.attach_alternative(drawn.html, "text/html")
    return message


def try_again(letter_ids: Sequence[int], *, at: datetime) -> int:
    """Put letters that were given up back in the queue; returns how many were."""
    return OutboxLetter.objects.filter(id__in=letter_ids, state=State.FAILED).update(
        state=State.WAITING, tries=0, next_try_at=at
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
