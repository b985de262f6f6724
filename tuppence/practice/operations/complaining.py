"""Members complain: one answer is overdue, one is due soon, one is new, others are done with."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from tuppence import platform
from tuppence.compliance.complaint import ComplaintOrder, EntryKind, EntryOrder, Outcome, Topic
from tuppence.compliance.operations import add_complaint_entries, make_complaints
from tuppence.ledger.ids import derive_id
from tuppence.practice import queries
from tuppence.practice.operations.season import Season


@dataclass(frozen=True, slots=True)
class Grievance:
    """What a member is not satisfied with, so many days before the market's last one.

    `answer` is what came of it: how many days later, how, and in which words.
    """

    days_ago: int
    topic: Topic
    what_happened: str
    what_is_wanted: str
    answer: tuple[int, Outcome, str] | None = None
    escalated_after: int = 0


GRIEVANCES = (
    Grievance(
        95,
        Topic.PAYMENT,
        "My transfer of the 3rd was credited on the 6th, although the bank shows the 4th.",
        "Credit deposits on the day on which they arrive, and tell me why it took so long.",
        (
            9,
            Outcome.UPHELD,
            (
                "You are right: the line lacked your reference and waited two days. We credited "
                "it with the date of the bank and have changed how such lines are read."
            ),
        ),
    ),
    Grievance(
        70,
        Topic.FEES,
        "A late fee was charged although my instalment left my account a day before it was due.",
        "Take the fee back.",
        (
            12,
            Outcome.REJECTED,
            (
                "The instalment reached us two days after it was due; the contract counts the "
                "day of arrival. The fee stands. You may ask us to look at it again."
            ),
        ),
        escalated_after=6,
    ),
    Grievance(
        66,
        Topic.LISTING,
        "The listing said that the borrower owned the workshop. A later answer says it is rented.",
        "Tell me what was checked before the listing opened.",
    ),
    Grievance(
        55,
        Topic.WITHDRAWAL,
        "I asked for my money on a Monday. The promised day passed without a payment or a word.",
        "Pay me out, and name the reason for the delay.",
    ),
    Grievance(
        2,
        Topic.IDENTITY,
        "My passport was refused as unreadable. It is new, and the picture is sharp.",
        "Look at it again, please.",
    ),
)


def key_of(what: str, number: int) -> UUID:
    """The key of an order about a grievance."""
    return derive_id("practice.complaint", what, number)


def complain(season: Season, day: date) -> None:
    """Let members complain today, and compliance answer what it answers today."""
    last_day = platform.business_day(season.ends_at)
    for number, grievance in enumerate(GRIEVANCES):
        made_on = last_day - timedelta(days=grievance.days_ago)
        if day == made_on:
            _make(season, day, number, grievance)
        if grievance.answer and day == made_on + timedelta(days=grievance.answer[0]):
            _answer(season, day, number, grievance.answer)
        if grievance.answer and grievance.escalated_after:
            again = made_on + timedelta(days=grievance.answer[0] + grievance.escalated_after)
            if day == again:
                _escalate(season, day, number)


def _make(season: Season, day: date, number: int, grievance: Grievance) -> None:
    member_id, user_id = queries.member_with_account(number, before=season.moment(day, 10))
    order = ComplaintOrder(
        key_of("made", number),
        member_id,
        grievance.topic,
        grievance.what_happened,
        grievance.what_is_wanted,
        season.moment(day, 10),
        user_id,
    )
    (made,) = make_complaints([order])
    assert made.status.accepted, made


def _answer(season: Season, day: date, number: int, answer: tuple[int, Outcome, str]) -> None:
    _days, outcome, text = answer
    complaint_id, _user_id = queries.complaint_of(key_of("made", number))
    order = EntryOrder(
        key_of("answered", number),
        complaint_id,
        EntryKind.DECISION,
        text,
        season.moment(day, 11),
        season.office.staff["compliance"],
        outcome=outcome,
    )
    (done,) = add_complaint_entries([order])
    assert done.status.accepted, done


def _escalate(season: Season, day: date, number: int) -> None:
    complaint_id, user_id = queries.complaint_of(key_of("made", number))
    order = EntryOrder(
        key_of("again", number),
        complaint_id,
        EntryKind.ESCALATION,
        "My bank confirms the date on which it paid. Please look at the confirmation.",
        season.moment(day, 12),
        user_id,
        by_member=True,
    )
    (done,) = add_complaint_entries([order])
    assert done.status.accepted, done
