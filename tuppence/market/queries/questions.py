"""Read questions about listings: what everybody sees, what waits for an answer."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from tuppence.market.models import Listing, Question
from tuppence.market.questions import ListingAsked, Part, QuestionCase


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """A question with its answer. Hidden texts are left out; the reason stands in their place."""

    id: int
    listing_id: int
    asker_id: int
    asker: str  # pseudonym
    text: str
    asked_at: datetime
    hidden_for: str  # reason code, empty while the question shows
    answer: str
    answered_at: datetime | None
    answer_hidden_for: str

    @property
    def waits(self) -> bool:
        """Whether its borrower has yet to answer it."""
        return self.answered_at is None and not self.hidden_for


def questions_of(listing_id: int, *, with_hidden_texts: bool = False) -> list[QuestionRow]:
    """The questions under a listing, newest first; staff also read what was hidden."""
    rows = _with_parts().filter(listing_id=listing_id).order_by("-id")
    return [_row(row, with_hidden_texts) for row in rows]


def question(question_id: int) -> QuestionRow | None:
    """One question with its texts, whatever was hidden; None where there is none."""
    row = _with_parts().filter(id=question_id).first()
    return _row(row, True) if row else None


def waiting_questions(borrower_id: int) -> dict[int, int]:
    """How many questions wait for a borrower's answer, by listing."""
    rows = Question.objects.filter(listing__borrower_id=borrower_id, answer=None, hidden=None)
    return dict(Counter(rows.values_list("listing_id", flat=True)))


def questions_by_key(keys: Sequence[UUID]) -> dict[UUID, Question]:
    """Those of these questions that were asked."""
    return {row.key: row for row in Question.objects.filter(key__in=list(keys))}


def lock_listings_asked(listing_ids: Sequence[int]) -> dict[int, ListingAsked]:
    """These listings with their unanswered questions by investor, locked in id order."""
    rows = (
        Listing.objects.select_for_update(no_key=True)
        .filter(id__in=set(listing_ids))
        .order_by("id")
    )
    found = list(rows.values_list("id", "borrower_id", "state"))
    open_of: dict[int, dict[int, int]] = {row[0]: {} for row in found}
    waiting = Question.objects.filter(listing_id__in=list(open_of), answer=None, hidden=None)
    for listing_id, member_id in waiting.values_list("listing_id", "member_id"):
        counts = open_of[listing_id]
        counts[member_id] = counts.get(member_id, 0) + 1
    return {row[0]: ListingAsked(*row, open_of=open_of[row[0]]) for row in found}


def lock_question_cases(question_ids: Sequence[int]) -> dict[int, QuestionCase]:
    """These questions with what was done to them, locked in id order."""
    rows = (
        Question.objects.select_for_update(of=("self",))
        .filter(id__in=set(question_ids))
        .order_by("id")
    )
    list(rows.values_list("id", flat=True))  # first the locks, then what they guard
    return {row.pk: _case(row) for row in _with_parts().filter(id__in=set(question_ids))}


def _case(row: Question) -> QuestionCase:
    answer = getattr(row, "answer", None)
    return QuestionCase(
        id=row.pk,
        listing_id=row.listing_id,
        borrower_id=row.listing.borrower_id,
        answer=(answer.key, answer.text) if answer else None,
        hidden=frozenset(each.part for each in row.hidden.all()),
    )


def _row(row: Question, with_hidden_texts: bool) -> QuestionRow:
    answer = getattr(row, "answer", None)
    reasons = {each.part: each.reason for each in row.hidden.all()}
    hidden_for = reasons.get(Part.QUESTION.value, "")
    answer_hidden_for = hidden_for or reasons.get(Part.ANSWER.value, "")
    shows = with_hidden_texts or not hidden_for
    answer_shows = with_hidden_texts or not answer_hidden_for
    return QuestionRow(
        id=row.pk,
        listing_id=row.listing_id,
        asker_id=row.member_id,
        asker=row.member.pseudonym,
        text=row.text if shows else "",
        asked_at=row.asked_at,
        hidden_for=hidden_for,
        answer=answer.text if answer and answer_shows else "",
        answered_at=answer.answered_at if answer else None,
        answer_hidden_for=answer_hidden_for if answer else "",
    )


def _with_parts() -> QuerySet[Question]:
    return Question.objects.select_related("listing", "member", "answer").prefetch_related("hidden")
