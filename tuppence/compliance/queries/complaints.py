"""Complaints as operations decide on them, and as pages show them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from uuid import UUID

from django.db.models import QuerySet

from tuppence.compliance.complaint import ComplaintCase, EntryKind, Outcome, State, state_after
from tuppence.compliance.models import Complaint, ComplaintEntry


def lock_cases(complaint_ids: Iterable[int]) -> dict[int, ComplaintCase]:
    """These complaints, locked in id order until the transaction ends."""
    rows = Complaint.objects.select_for_update(no_key=True).filter(id__in=set(complaint_ids))
    members = dict(rows.order_by("id").values_list("id", "member_id"))
    kinds = entry_kinds(list(members))
    return {number: ComplaintCase(number, members[number], kinds[number]) for number in members}


def entry_kinds(complaint_ids: Sequence[int]) -> dict[int, tuple[EntryKind, ...]]:
    """The kinds of the entries of each complaint, in order."""
    found: dict[int, tuple[EntryKind, ...]] = dict.fromkeys(complaint_ids, ())
    rows = ComplaintEntry.objects.filter(complaint_id__in=complaint_ids).order_by("id")
    for number, kind in rows.values_list("complaint_id", "kind"):
        found[number] += (EntryKind(kind),)
    return found


def complaints_by_key(keys: Sequence[UUID]) -> dict[UUID, Complaint]:
    """The complaints that these orders made before."""
    return {row.key: row for row in Complaint.objects.filter(key__in=keys)}


def entries_by_key(keys: Sequence[UUID]) -> dict[UUID, ComplaintEntry]:
    """The entries that these orders made before."""
    return {row.key: row for row in ComplaintEntry.objects.filter(key__in=keys)}


@dataclass(frozen=True, slots=True)
class ComplaintRow:
    """A complaint in a list."""

    id: int
    member_id: int
    legal_name: str
    topic: str
    way: str
    subject_kind: str
    subject_id: int
    what_happened: str
    received_at: datetime
    answer_by: date | None
    closed_at: datetime | None
    state: State


def complaint_rows(rows: "QuerySet[Complaint]") -> list[ComplaintRow]:
    """Complaints as rows, in the order given."""
    return rows_of(list(rows.select_related("member")))


def rows_of(found: Sequence[Complaint]) -> list[ComplaintRow]:
    """Complaints that were read with their members, as rows with their states."""
    kinds = entry_kinds([row.pk for row in found])
    return [
        ComplaintRow(
            row.pk,
            row.member_id,
            row.member.legal_name,
            row.topic,
            row.way,
            row.subject_kind,
            row.subject_id,
            row.what_happened,
            row.received_at,
            row.answer_by,
            row.closed_at,
            state_after(kinds[row.pk]),
        )
        for row in found
    ]


def open_complaints(*, limit: int = 80) -> list[ComplaintRow]:
    """Complaints that wait for an answer: the nearest deadline first, those without one last."""
    rows = Complaint.objects.filter(closed_at=None).order_by("answer_by", "id")
    return complaint_rows(rows[:limit])


def closed_complaints(*, before_id: int | None = None, limit: int = 50) -> list[ComplaintRow]:
    """Complaints that were answered or taken back, the newest first."""
    rows = Complaint.objects.exclude(closed_at=None).order_by("-id")
    if before_id is not None:
        rows = rows.filter(id__lt=before_id)
    return complaint_rows(rows[:limit])


def complaints_of(member_id: int, *, limit: int = 50) -> list[ComplaintRow]:
    """What one member complained of, the newest first."""
    rows = Complaint.objects.filter(member_id=member_id).order_by("-received_at", "-id")
    return complaint_rows(rows[:limit])


def open_count() -> int:
    """How many wait for an answer."""
    return Complaint.objects.filter(closed_at=None).count()


def late_count(*, on: date) -> int:
    """How many should have been answered before a day."""
    return Complaint.objects.filter(closed_at=None, answer_by__lt=on).count()


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing said or done."""

    kind: EntryKind
    by_member: bool
    by: str  # e-mail of who wrote it
    at: datetime
    text: str
    outcome: str
    expected_on: date | None


@dataclass(frozen=True, slots=True)
class ComplaintPage:
    """One complaint with all that was said about it, notes only for staff."""

    row: ComplaintRow
    what_is_wanted: str
    receipt_by: date | None
    made_by: str
    entries: tuple[Entry, ...]

    @property
    def may_escalate(self) -> bool:
        """Whether the member may ask for another look."""
        return self.row.state is State.ANSWERED

    @property
    def expected_on(self) -> date | None:
        """The day of the answer as the member was told last."""
        days = [entry.expected_on for entry in self.entries if entry.expected_on]
        return days[-1] if days else self.row.answer_by


def complaint_page(complaint_id: int, *, with_notes: bool) -> ComplaintPage | None:
    """One complaint, or None where there is none."""
    found = Complaint.objects.filter(id=complaint_id)
    rows = complaint_rows(found)
    if not rows:
        return None
    complaint = found.select_related("made_by").get()
    entries = ComplaintEntry.objects.filter(complaint_id=complaint_id).order_by("id")
    if not with_notes:
        entries = entries.exclude(kind=EntryKind.NOTE)
    return ComplaintPage(
        rows[0],
        complaint.what_is_wanted,
        complaint.receipt_by,
        complaint.made_by.email,
        tuple(
            Entry(
                EntryKind(entry.kind),
                entry.by_member,
                entry.by.email,
                entry.at,
                entry.text,
                entry.outcome,
                entry.expected_on,
            )
            for entry in entries.select_related("by")
        ),
    )


@dataclass(frozen=True, slots=True)
class ComplaintStatistics:
    """Complaints that came in during a stretch of time, and how they were answered."""

    received: int
    answered: int
    open: int
    late: int  # answered after the deadline, or open past it
    upheld: int  # wholly or in part
    days_median: float | None  # from receipt to the first answer
    by_topic: tuple[tuple[str, int], ...]


def complaint_statistics(*, since: datetime, until: datetime, on: date) -> ComplaintStatistics:
    """Complaints received from one moment to another (exclusive), as they stand on a day."""
    rows = Complaint.objects.filter(received_at__gte=since, received_at__lt=until)
    complaints = list(rows.values_list("id", "topic", "received_at", "answer_by", "closed_at"))
    decisions = ComplaintEntry.objects.filter(
        complaint__received_at__gte=since, complaint__received_at__lt=until, kind="decision"
    ).order_by("id")
    last, first = dict[int, str](), dict[int, datetime]()
    for number, outcome, at in decisions.values_list("complaint_id", "outcome", "at"):
        last[number] = outcome
        first.setdefault(number, at)
    topics: dict[str, int] = {}
    for _, topic, *_rest in complaints:
        topics[topic] = topics.get(topic, 0) + 1
    days = [(first[row[0]] - row[2]) / timedelta(days=1) for row in complaints if row[0] in first]
    late = sum(
        row[3] is not None and (row[4].date() if row[4] else on) > row[3] for row in complaints
    )
    return ComplaintStatistics(
        received=len(complaints),
        answered=len(first),
        open=sum(row[4] is None for row in complaints),
        late=late,
        upheld=sum(word in {Outcome.UPHELD, Outcome.PARTLY} for word in last.values()),
        days_median=round(median(days), 1) if days else None,
        by_topic=tuple(sorted(topics.items(), key=lambda item: (-item[1], item[0]))),
    )
