"""Complaints, findings and publications on a real PostgreSQL."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from tests.compliance.conftest import AT, key
from tuppence.compliance.complaint import (
    ComplaintOrder,
    ComplaintStatus,
    EntryKind,
    EntryOrder,
    Outcome,
    State,
    Topic,
    Way,
)
from tuppence.compliance.models import Complaint, ComplaintEntry, RuleFinding
from tuppence.compliance.operations import (
    add_complaint_entries,
    make_complaints,
    record_findings,
    record_publication,
)
from tuppence.compliance.operations.publications import PublishedStatus
from tuppence.compliance.queries.complaints import (
    complaint_page,
    complaint_statistics,
    late_count,
    open_complaints,
)
from tuppence.compliance.queries.findings import finding_counts, findings
from tuppence.compliance.rule_record import RuleRecord
from tuppence.events.models import Event
from tuppence.members.models import AuditEntry
from tuppence.members.roles import Role

pytestmark = pytest.mark.django_db
Members = Callable[..., tuple[int, int]]
S = ComplaintStatus


def complaint(member_id: int, by: int, **fields: object) -> ComplaintOrder:
    values: dict[str, object] = {
        "key": key("complaint", member_id),
        "member_id": member_id,
        "topic": Topic.PAYMENT,
        "what_happened": "My payment of 3 November was booked on the 9th.",
        "what_is_wanted": "Take the late fee back.",
        "at": AT,
        "by": by,
    }
    return ComplaintOrder(**(values | fields))  # type: ignore[arg-type]


def made(order: ComplaintOrder) -> int:
    (outcome,) = make_complaints([order])
    assert outcome.status is S.DONE and outcome.complaint_id is not None
    return outcome.complaint_id


def said(number: int, kind: EntryKind, by: int, **fields: object) -> ComplaintStatus:
    values: dict[str, object] = {"text": "words", "at": AT + timedelta(days=2), "by": by}
    order = EntryOrder(
        key=key(kind, len(fields), number), complaint_id=number, kind=kind, **(values | fields)
    )  # type: ignore[arg-type]
    (outcome,) = add_complaint_entries([order])
    return outcome.status


def test_a_complaint_has_a_number_and_its_deadlines_at_once(member: Members) -> None:
    ann, user = member()
    number = made(complaint(ann, user))
    row = Complaint.objects.get(pk=number)
    assert (row.receipt_by, row.answer_by) == (date(2026, 12, 11), date(2027, 1, 27))
    event = Event.objects.get(verb="complaint.made")
    assert (event.member_id, event.subject_id) == (ann, number)
    (again,) = make_complaints([complaint(ann, user)])
    assert again == type(again)(S.EXISTS, number)
    (other,) = make_complaints([complaint(ann, user, what_happened="Something else.")])
    assert other.status is S.EXISTS_WITH_DIFFERENT_FIELDS
    assert Complaint.objects.count() == 1


def test_complaints_are_made_by_the_member_or_taken_by_who_handles_them(
    member: Members, staff: Callable[..., int]
) -> None:
    ann, _ = member()
    _, eve = member("Eve Stranger")
    carla, growth = staff("carla", Role.COMPLIANCE_OFFICER), staff("greg", Role.GROWTH_OPERATOR)
    for by, status in ((eve, S.NOT_PERMITTED), (growth, S.NOT_PERMITTED)):
        (outcome,) = make_complaints([complaint(ann, by)])
        assert outcome.status is status
    (empty,) = make_complaints([complaint(ann, carla, what_is_wanted="  ")])
    assert empty.status is S.TEXT_MISSING
    number = made(complaint(ann, carla, way=Way.LETTER))
    assert AuditEntry.objects.get(action="complaint.take").subject_id == number


def test_a_complaint_is_answered_escalated_and_answered_for_good(
    member: Members, staff: Callable[..., int]
) -> None:
    (ann, user), carla = member(), staff("carla", Role.COMPLIANCE_OFFICER)
    number = made(complaint(ann, user))
    assert said(number, EntryKind.NOTE, carla, text="Bank line 12 shows the 3rd.") is S.DONE
    partly = {"outcome": Outcome.PARTLY, "text": "The fee is taken back."}
    assert said(number, EntryKind.DECISION, carla, **partly) is S.DONE
    assert open_complaints() == []
    assert said(number, EntryKind.ESCALATION, user, by_member=True, text="Not all of it.") is S.DONE
    assert [row.state for row in open_complaints()] == [State.ESCALATED]
    final = {"outcome": Outcome.UPHELD, "text": "All of it.", "at": AT + timedelta(days=9)}
    assert said(number, EntryKind.DECISION, carla, **final) is S.DONE
    theirs = complaint_page(number, with_notes=False)
    ours = complaint_page(number, with_notes=True)
    assert theirs and ours
    assert theirs.row.state is State.FINAL
    assert [entry.kind for entry in theirs.entries] == ["decision", "escalation", "decision"]
    assert "note" in [entry.kind for entry in ours.entries]
    verbs = set(Event.objects.values_list("verb", flat=True))
    assert {"complaint.made", "complaint.answered", "complaint.escalated"} <= verbs
    acts = AuditEntry.objects.filter(subject_kind="complaint").values_list("action", flat=True)
    assert sorted(acts) == ["complaint.decision", "complaint.decision", "complaint.note"]


def test_support_reads_and_does_not_answer(member: Members, staff: Callable[..., int]) -> None:
    (ann, user), sam = member(), staff("sam", Role.SUPPORT)
    number = made(complaint(ann, user))
    assert said(number, EntryKind.DECISION, sam, outcome=Outcome.UPHELD) is S.NOT_PERMITTED
    assert AuditEntry.objects.get(action="complaint.decision").outcome == "not_permitted"
    assert ComplaintEntry.objects.count() == 0


def test_an_officer_does_not_answer_under_a_second_account(
    member: Members, staff: Callable[..., int]
) -> None:
    from tuppence.members.models import User

    carla = staff("carla", Role.COMPLIANCE_OFFICER)
    private, user = member("carla Officer")
    human = User.objects.get(pk=carla).human_id
    User.objects.filter(pk=user).update(human_id=human)
    number = made(complaint(private, user))
    assert said(number, EntryKind.DECISION, carla, outcome=Outcome.UPHELD) is S.OWN_CASE


def test_a_repeated_entry_is_one(member: Members) -> None:
    ann, user = member()
    number = made(complaint(ann, user))
    order = EntryOrder(key("m"), number, EntryKind.MESSAGE, "One more thing.", AT, user, True)
    statuses = [outcome.status for outcome in add_complaint_entries([order, order])]
    assert statuses == [S.DONE, S.EXISTS]
    (other,) = add_complaint_entries([replace(order, text="Another thing.")])
    assert other.status is S.EXISTS_WITH_DIFFERENT_FIELDS


def test_the_queue_goes_by_deadline_and_counts_what_is_late(member: Members) -> None:
    (ann, ann_user), (bob, bob_user) = member(), member("Bob Baker")
    later = made(complaint(ann, ann_user))
    sooner = made(complaint(bob, bob_user, at=AT - timedelta(days=70)))
    assert [row.id for row in open_complaints()] == [sooner, later]
    assert late_count(on=AT.date()) == 1
    assert late_count(on=date(2027, 1, 28)) == 2


def test_statistics_say_how_many_how_long_and_how_they_ended(
    member: Members, staff: Callable[..., int]
) -> None:
    carla = staff("carla", Role.COMPLIANCE_OFFICER)
    (ann, ann_user), (bob, bob_user) = member(), member("Bob Baker")
    first = made(complaint(ann, ann_user))
    made(complaint(bob, bob_user, topic=Topic.FEES))
    said(first, EntryKind.DECISION, carla, outcome=Outcome.UPHELD)
    found = complaint_statistics(
        since=AT - timedelta(days=1), until=AT + timedelta(days=1), on=date(2027, 3, 1)
    )
    assert (found.received, found.answered, found.open, found.upheld) == (2, 1, 1, 1)
    assert (found.days_median, found.late) == (2.0, 1)
    assert found.by_topic == (("fees", 1), ("payment", 1))


def test_what_was_said_stays(member: Members) -> None:
    ann, user = member()
    number = made(complaint(ann, user))
    said(number, EntryKind.MESSAGE, user, by_member=True)
    record_findings([record("X-1")])
    for statement in (
        "UPDATE compliance_complaint SET what_happened = 'nothing'",
        "DELETE FROM compliance_complaint",
        "UPDATE compliance_complaintentry SET text = 'nothing'",
        "DELETE FROM compliance_rulefinding",
        "TRUNCATE compliance_rulefinding",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def record(rule_id: str, **fields: object) -> RuleRecord:
    values: dict[str, object] = {
        "at": AT,
        "book": "eu",
        "act": "market.invest",
        "effect": "refuse",
        "refused": True,
        "figure": "60 > 50",
    }
    return RuleRecord(rule_id=rule_id, **(values | fields))  # type: ignore[arg-type]


def test_findings_are_kept_once_an_order(django_assert_num_queries: Callable[..., object]) -> None:
    sent = [record(f"X-{number % 3}", key=key("f", number)) for number in range(300)]
    with django_assert_num_queries(1):  # type: ignore[attr-defined]
        record_findings(sent)
    record_findings(sent)
    record_findings([record("X-0"), record("X-0")])  # without a key each try is one
    assert RuleFinding.objects.count() == 302
    counts = finding_counts(since=AT)
    assert (counts["X-0"].fired, counts["X-1"].refused) == (102, 100)
    assert [row.rule_id for row in findings(rule_id="X-2", limit=2)] == ["X-2", "X-2"]


def test_publications_need_a_place_or_a_reason(staff: Callable[..., int]) -> None:
    carla, sam = staff("carla", Role.COMPLIANCE_OFFICER), staff("sam", Role.SUPPORT)
    common = {"book": "eu", "rule_id": "EU-DIS-2", "period": "2025", "published_on": AT.date()}

    def recorded(by: int, *, applies: bool, place: str = "", remark: str = "") -> PublishedStatus:
        return record_publication(
            key=key(by, str(applies), place, remark),
            applies=applies,
            place=place,
            remark=remark,
            by=by,
            at=AT,
            **common,  # type: ignore[arg-type]
        )

    assert recorded(sam, applies=True, place="/open-books/") is PublishedStatus.NOT_PERMITTED
    assert recorded(carla, applies=True) is PublishedStatus.PLACE_MISSING
    assert recorded(carla, applies=False) is PublishedStatus.REMARK_MISSING
    assert recorded(carla, applies=True, place="/open-books/") is PublishedStatus.DONE
    assert recorded(carla, applies=True, place="/open-books/") is PublishedStatus.EXISTS
