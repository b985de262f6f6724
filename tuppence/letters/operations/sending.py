"""Send what waits in the outbox, and stop for a while where the mail server does not answer."""

import logging
import smtplib
from collections.abc import Callable, Sequence
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import translation

from tuppence.letters import queries
from tuppence.letters.letter import Drawn, Letter, letter_of_json
from tuppence.letters.models import OutboxLetter
from tuppence.letters.outbox import SERVER_WAIT, State, state_after, wait_after

Draw = Callable[[Letter], Drawn]  # in the language that is active
BATCH = 100  # letters that a process which dies may keep back until their next try
SERVER_AWAY = (
    smtplib.SMTPServerDisconnected,
    smtplib.SMTPConnectError,
    smtplib.SMTPHeloError,
    smtplib.SMTPAuthenticationError,
)
logger = logging.getLogger(__name__)


class ServerAwayError(Exception):
    """The mail server takes nothing at all; it is no fault of the letter in hand."""


def send_letters(draw: Draw, *, at: datetime, limit: int = 2_000) -> dict[State, int]:
    """Try the letters whose time has come, the oldest first; how many came to which state.

    Each try is written down before it is made, so a process that dies sends no letter again
    before its next try is due; the Message-ID is the letter's own, so that mail systems know a
    second copy. Two workers never try the same letter at once. Where the server does not answer,
    no letter has used up a try, and all go out soon after it answers again.
    """
    counts = dict.fromkeys(State, 0)
    if not _due(at).exists():
        return counts
    connection = mail.get_connection()
    try:
        connection.open()
    except Exception as error:
        logger.warning("The mail server does not answer (%s)", type(error).__name__)
        return counts
    try:
        while sum(counts.values()) < limit:
            claimed = _claim(at)
            if not claimed or not _send(claimed, draw, connection, at, counts):
                break
    finally:
        connection.close()
    return counts


def _due(at: datetime) -> QuerySet[OutboxLetter]:
    return OutboxLetter.objects.filter(state=State.WAITING, next_try_at__lte=at)


@transaction.atomic
def _claim(at: datetime) -> list[OutboxLetter]:
    locked = _due(at).select_for_update(skip_locked=True, no_key=True)
    rows = list(locked.order_by("next_try_at", "id")[:BATCH])
    for row in rows:
        row.tries += 1
        row.next_try_at = at + wait_after(row.tries)
    OutboxLetter.objects.bulk_update(rows, ["tries", "next_try_at"])
    return rows


def _send(
    claimed: Sequence[OutboxLetter],
    draw: Draw,
    connection: BaseEmailBackend,
    at: datetime,
    counts: dict[State, int],
) -> bool:
    """Try these letters; whether the server is still there."""
    found = queries.recipients([row.member_id for row in claimed], at=at)
    for place, row in enumerate(claimed):
        try:
            state = _try(row, found.get(row.member_id), draw, connection)
        except ServerAwayError:
            _put_back(claimed[place:], at)
            return False
        _settle(row, state, at)
        counts[state] += 1
    return True


def _put_back(rows: Sequence[OutboxLetter], at: datetime) -> None:
    """Let letters wait for the server; the try is not held against them."""
    OutboxLetter.objects.filter(id__in=[row.pk for row in rows]).update(
        tries=F("tries") - 1, next_try_at=at + SERVER_WAIT
    )
    logger.warning("The mail server went away; %s letters wait for it", len(rows))


def _try(
    row: OutboxLetter, recipient: queries.Recipient | None, draw: Draw, connection: BaseEmailBackend
) -> State:
    if recipient is None:
        return State.KEPT
    try:
        with translation.override(row.language):
            message = _message(row, recipient, draw(letter_of_json(row.content)))
        is_sent = bool(connection.send_messages([message]))
        row.last_error = "" if is_sent else "not taken"
    except Exception as error:
        if is_away(error):
            raise ServerAwayError from None
        is_sent = False
        row.last_error = type(error).__name__[:80]
        # Addresses and words stay out of the log: they stand in the error's own text.
        logger.warning("Letter %s was not sent (%s), try %s", row.pk, row.last_error, row.tries)
    return state_after(row.tries, is_sent=is_sent)


def is_away(error: Exception) -> bool:
    """Whether an error is about the server and not about one letter."""
    if isinstance(error, smtplib.SMTPException):
        return isinstance(error, SERVER_AWAY)
    return isinstance(error, OSError)


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
