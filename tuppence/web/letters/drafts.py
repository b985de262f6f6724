"""A letter still without words, and the occasion that gives rise to it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from tuppence import platform
from tuppence.events.happenings import Event
from tuppence.letters.kinds import LetterKind
from tuppence.letters.outbox import TOO_OLD
from tuppence.web.letters.facts import Facts
from tuppence.web.letters.subjects import Subjects


@dataclass(frozen=True, slots=True)
class Draft:
    """A letter still without words. Of two drafts of one kind to one member with the same `once`
    only one is written; nothing there means once for each event."""

    kind: LetterKind
    member_id: int
    happened_at: datetime
    facts: Facts
    subject_kind: str = ""
    subject_id: int = 0
    once: tuple[str | int, ...] = ()


@dataclass(frozen=True, slots=True)
class Occasion:
    """One event with what it is about, at the moment of reading."""

    event: Event
    subjects: Subjects
    at: datetime

    @property
    def is_news(self) -> bool:
        """Whether today's figures still belong to it."""
        return self.at - self.event.at <= TOO_OLD

    def draft(
        self,
        kind: LetterKind,
        facts: Facts,
        member_id: int | None = None,
        once: tuple[str | int, ...] = (),
    ) -> Iterator[Draft]:
        """A letter about this event, to its member unless another is named."""
        event = self.event
        to = event.member_id if member_id is None else member_id
        if to is None:
            return
        facts = replace(facts, currency=facts.currency or event.currency or platform.currency())
        yield Draft(kind, to, event.at, facts, event.subject_kind, event.subject_id, once)
