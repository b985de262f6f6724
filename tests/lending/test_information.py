"""What a decision needs is asked for once at a time; the last answer sends the application back."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import Error, transaction

from tests.lending.conftest import AT, TODAY, Stage
from tuppence.events.models import Event
from tuppence.lending import operations as lending
from tuppence.lending.application_rules import ApplyOrder, ReviewOrder, WithdrawOrder
from tuppence.lending.information_requests import (
    AnswerItemOrder,
    AskedItem,
    InformationOrder,
    InformationState,
    InformationStatus,
    ItemKind,
    TakeBackOrder,
)
from tuppence.lending.models import ApplicationPaper, InformationRequest
from tuppence.lending.queries.information import (
    information_missing_of,
    information_of_application,
)
from tuppence.members.models import AuditEntry, Document
from tuppence.members.operations import create_staff
from tuppence.members.paper import PaperKind
from tuppence.members.roles import Role

Status = InformationStatus
PAPER = AskedItem(ItemKind.PAPER, "The last three months.", PaperKind.BANK_STATEMENT)
WORDS = AskedItem(ItemKind.EXPLANATION, "Why did the income fall in May?")


@pytest.fixture
def case(stage: Stage) -> tuple[int, int]:
    """An application that waits for a decision, and its borrower."""
    borrower = stage.member()
    order = ApplyOrder(
        stage.key(),
        borrower,
        stage.product().pk,
        5_000_00,
        12,
        "A van",
        "A van.",
        AT,
        elsewhere_minor=0,
    )
    (applied,) = lending.apply([order])
    assert applied.application_id is not None, applied
    return applied.application_id, borrower


def asked(stage: Stage, application_id: int, **fields: Any) -> InformationOrder:
    """A request that is taken, unless a field says otherwise."""
    values: dict[str, Any] = {
        "key": stage.key(),
        "application_id": application_id,
        "items": (PAPER, WORDS),
        "why": "Your statement shows less than you wrote.",
        "due_on": TODAY + timedelta(days=7),
        "at": AT,
        "today": TODAY,
    }
    return InformationOrder(**(values | fields))


def paper(member_id: int, number: int = 1) -> int:
    """A stored paper of a member."""
    return Document.objects.create(
        member_id=member_id,
        kind="bank_statement",
        stored_name=f"{number:064x}",
        shown_name="statement.pdf",
        content_type="application/pdf",
        size_bytes=10,
        sha256="0" * 64,
        uploaded_at=AT,
    ).pk


def test_an_application_has_one_request_open_and_the_same_again_is_the_same(
    stage: Stage, case: tuple[int, int]
) -> None:
    number, _ = case
    first = asked(stage, number)
    other_words = asked(stage, number, key=first.key, why="Something else.")
    outcomes = lending.ask_for_information(
        [first, first, other_words, asked(stage, number)], by=stage.officer.pk
    )
    assert [each.status for each in outcomes] == [
        Status.ASKED,
        Status.EXISTS,
        Status.EXISTS_WITH_DIFFERENT_FIELDS,
        Status.ONE_IS_OPEN,
    ]
    assert outcomes[1].request_id == outcomes[0].request_id
    assert Event.objects.filter(verb="application.information_asked").count() == 1
    assert AuditEntry.objects.filter(action="information.ask").count() == 4


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"why": " ", "items": ()}, Status.WHY_MISSING),
        ({"items": ()}, Status.NOTHING_ASKED),
        ({"items": (WORDS,) * 7}, Status.TOO_MANY),
        ({"items": (AskedItem(ItemKind.EXPLANATION, " "),)}, Status.WORDS_MISSING),
        ({"why": "x" * 2001}, Status.WORDS_TOO_LONG),
        ({"due_on": TODAY - timedelta(days=1)}, Status.DUE_IN_PAST),
        ({"due_on": TODAY + timedelta(days=91)}, Status.DUE_TOO_LATE),
        ({"due_on": TODAY}, Status.ASKED),
    ],
)
def test_what_can_be_asked(
    stage: Stage, case: tuple[int, int], fields: dict[str, Any], status: Status
) -> None:
    order = asked(stage, case[0], **fields)
    (outcome,) = lending.ask_for_information([order], by=stage.officer.pk)
    assert outcome.status is status


def test_nobody_asks_without_the_right_or_after_the_decision(
    stage: Stage, case: tuple[int, int]
) -> None:
    number, _ = case
    support = create_staff(
        "sue@staff.example",
        legal_name="Sue Support",
        born_on=date(1980, 1, 1),
        roles=[Role.SUPPORT],
        at=AT,
    )
    (no,) = lending.ask_for_information([asked(stage, number)], by=support.pk)
    assert no.status is Status.NOT_PERMITTED
    (missing,) = lending.ask_for_information([asked(stage, 999_999)], by=stage.officer.pk)
    assert missing.status is Status.NOT_FOUND
    lending.decide_applications([ReviewOrder(number, False, "No.", AT)], by=stage.officer.pk)
    (late,) = lending.ask_for_information([asked(stage, number)], by=stage.officer.pk)
    assert late.status is Status.ALREADY_DECIDED


def test_the_last_answer_sends_it_back_with_its_papers(stage: Stage, case: tuple[int, int]) -> None:
    number, borrower = case
    lending.ask_for_information([asked(stage, number)], by=stage.officer.pk)
    (row,) = information_missing_of(borrower)
    file, words = row.items
    document = paper(borrower)
    no_file = AnswerItemOrder(file.id, borrower, AT, "Here.")
    sent = AnswerItemOrder(file.id, borrower, AT, "Here.", document)
    told = AnswerItemOrder(words.id, borrower, AT, " A customer left. ")
    outcomes = lending.answer_items([no_file, sent, sent, told, told])
    assert [each.status for each in outcomes] == [
        Status.PAPER_MISSING,
        Status.ANSWERED,
        Status.EXISTS,
        Status.COMPLETE,
        Status.EXISTS,
    ]
    (row,) = information_of_application(number)
    assert row.state is InformationState.ANSWERED and row.missing == 0
    assert [item.answer for item in row.items] == ["Here.", "A customer left."]
    assert ApplicationPaper.objects.get().application_id == number
    assert information_missing_of(borrower) == []
    assert Event.objects.filter(verb="application.information_given").count() == 1
    (again,) = lending.ask_for_information([asked(stage, number)], by=stage.officer.pk)
    assert again.status is Status.ASKED


def test_only_the_applicant_answers_and_only_with_a_paper_of_their_own(
    stage: Stage, case: tuple[int, int]
) -> None:
    number, borrower = case
    lending.ask_for_information([asked(stage, number)], by=stage.officer.pk)
    (row,) = information_missing_of(borrower)
    stranger = stage.member()
    stolen = paper(stranger)
    outcomes = lending.answer_items(
        [
            AnswerItemOrder(row.items[1].id, stranger, AT, "Mine."),
            AnswerItemOrder(999_999, borrower, AT, "Mine."),
            AnswerItemOrder(row.items[0].id, borrower, AT, "", stolen),
            AnswerItemOrder(row.items[1].id, borrower, AT, "  "),
        ]
    )
    assert [each.status for each in outcomes] == [
        Status.NOT_FOUND,
        Status.NOT_FOUND,
        Status.PAPER_MISSING,
        Status.WORDS_MISSING,
    ]
    assert information_missing_of(borrower)[0].missing == 2


def test_what_is_needed_no_longer_is_taken_back_once(stage: Stage, case: tuple[int, int]) -> None:
    number, borrower = case
    (made,) = lending.ask_for_information([asked(stage, number)], by=stage.officer.pk)
    assert made.request_id is not None
    order = TakeBackOrder(made.request_id, AT)
    back, again = lending.take_back_information_requests([order, order], by=stage.officer.pk)
    assert (back.status, again.status) == (Status.TAKEN_BACK, Status.EXISTS)
    (row,) = information_of_application(number)
    assert row.state is InformationState.TAKEN_BACK
    (late,) = lending.answer_items([AnswerItemOrder(row.items[1].id, borrower, AT, "Late.")])
    assert late.status is Status.CLOSED


def test_an_application_taken_back_is_asked_nothing(stage: Stage, case: tuple[int, int]) -> None:
    number, borrower = case
    lending.ask_for_information([asked(stage, number)], by=stage.officer.pk)
    item = information_missing_of(borrower)[0].items[1]
    lending.withdraw_applications([WithdrawOrder(number, AT)])
    assert information_missing_of(borrower) == []
    (late,) = lending.answer_items([AnswerItemOrder(item.id, borrower, AT, "Late.")])
    assert late.status is Status.ALREADY_WITHDRAWN


def test_a_request_is_never_changed(stage: Stage, case: tuple[int, int]) -> None:
    lending.ask_for_information([asked(stage, case[0])], by=stage.officer.pk)
    with pytest.raises(Error, match="append_only"), transaction.atomic():
        InformationRequest.objects.update(why="otherwise")
