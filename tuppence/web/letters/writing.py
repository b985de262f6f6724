"""Put the letters of events and of days into the outbox, in their members' languages."""

import logging
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.utils import translation

from tuppence import platform
from tuppence.events import operations as events
from tuppence.events.happenings import Recorded
from tuppence.ledger.ids import derive_id
from tuppence.letters import operations
from tuppence.letters.outbox import LetterOrder
from tuppence.letters.queries import Recipient, recipients
from tuppence.members.queries import members
from tuppence.web.letters.calendar import drafts_of_day
from tuppence.web.letters.composing import compose
from tuppence.web.letters.drafts import Draft, Occasion
from tuppence.web.letters.facts import facts_to_json
from tuppence.web.letters.occasions import drafts_of
from tuppence.web.letters.subjects import subjects_of

CONSUMER = "letters"
BATCH = 500
BATCHES = 200  # in a minute's run
logger = logging.getLogger(__name__)


def write_from_events(*, at: datetime, batches: int = BATCHES) -> int:
    """Read on in the behaviour book and write its letters; returns how many events were read.

    The letters and the consumer's place are written in one transaction, so no event is told of
    twice and none is passed over.
    """

    def handle(found: Sequence[Recorded]) -> None:
        write_of_events(found, at=at)

    read = 0
    for _ in range(batches):
        count = events.consume(CONSUMER, handle, limit=BATCH, at=at)
        read += count
        if count < BATCH:
            break
    return read


def write_of_events(found: Sequence[Recorded], *, at: datetime) -> int:
    """Write the letters of these events; returns how many are new."""
    subjects = subjects_of(found, today=platform.business_day(at))
    return _write(
        [
            (draft, draft.once or (each.position.id,))
            for each in found
            for draft in drafts_of(Occasion(each.event, subjects, at))
        ],
        at,
    )


def write_of_day(*, at: datetime) -> int:
    """Write the letters of the platform's day; returns how many are new."""
    drafts = drafts_of_day(platform.business_day(at), at=at)
    return _write([(draft, draft.once) for draft in drafts], at)


def write_now(draft: Draft, *, at: datetime) -> int:
    """Write one letter at once, for what is not in the behaviour book."""
    return _write([(draft, draft.once)], at)


def _write(drafts: Sequence[tuple[Draft, tuple[str | int, ...]]], at: datetime) -> int:
    ids = {draft.member_id for draft, _ in drafts}
    found = recipients(ids, at=at)
    names = {number: state.legal_name for number, state in members(found).items()}
    orders = []
    for draft, once in drafts:
        recipient = found.get(draft.member_id)
        if recipient is None:
            continue
        key = key_of(draft, once)
        try:
            orders.append(_order(draft, key, recipient, names[draft.member_id], at))
        except (KeyError, ValueError, AssertionError) as error:
            # One that can't be put into words must not keep all others back for good.
            logger.error("No words for a letter: %s, %s, %s", draft.kind, key, type(error).__name__)
    return operations.write_letters(orders) if orders else 0


def key_of(draft: Draft, once: tuple[str | int, ...]) -> UUID:
    """The key of a letter: the same of the same event or day, so that it is written once."""
    return derive_id("letter", draft.kind.value, draft.member_id, *once)


def _order(draft: Draft, key: UUID, recipient: Recipient, name: str, at: datetime) -> LetterOrder:
    with translation.override(recipient.language):
        words = compose(draft.kind, draft.facts, name)
    return LetterOrder(
        key=key,
        kind=draft.kind,
        member_id=draft.member_id,
        language=recipient.language,
        letter=words,
        happened_at=draft.happened_at,
        at=at,
        subject_kind=draft.subject_kind,
        subject_id=draft.subject_id,
        facts=facts_to_json(draft.facts),
    )
