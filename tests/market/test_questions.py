"""Questions of investors: who may ask, what may stand there, and what staff hide."""

from uuid import uuid4

import pytest
from django.utils import timezone

from tests.market.stalls import AT, investors, key, listing, row
from tuppence.market.operations import answer_questions, ask_questions, hide_questions
from tuppence.market.queries.questions import questions_of, waiting_questions
from tuppence.market.questions import (
    OPEN_A_MEMBER,
    AnswerOrder,
    HiddenReason,
    HideOrder,
    Part,
    QuestionOrder,
    QuestionStatus,
    refuse_text,
)
from tuppence.members.operations import create_staff
from tuppence.members.roles import Role

Status = QuestionStatus
TEXT = "Do the sales of 12,000.00 a month include the shop in 2025?"


@pytest.mark.parametrize(
    "text",
    [
        "Write to me at ann@example.com please",
        "ann (at) example (dot) com knows more",
        "Look at www.example.com for more",
        "My shop is at bakery-hill.de, look",
        "Call +49 170 1234567 tonight",
        "Call 0049 (170) 123-4567 tonight",
        "请打电话 13812345678 联系我吧",
        "加我微信 baker_2025 详谈一下",
        "My WhatsApp: baker2025 is faster",
        "Pay to DE89 3704 0044 0532 0130 00 now",
    ],
)
def test_nothing_by_which_people_meet_elsewhere(text: str) -> None:
    assert refuse_text(text) is Status.CONTACT_DATA


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        "Is 0.05 of it paid back by 2026-03-01, and 1.250.000,00 later?",
        "贵店 2025 年 10 月的营业额是 128,000 元吗？",
        "Why 24 instalments at 8.4 % and not 36?",
    ],
)
def test_figures_and_dates_are_no_contacts(text: str) -> None:
    assert refuse_text(text) is None


@pytest.mark.django_db
def test_asked_answered_and_read() -> None:
    number = listing(1_000_00)
    (asker,) = investors(1, minor=0)
    borrower = row(number).borrower_id
    order = QuestionOrder(key("q"), number, asker, TEXT, AT)
    asked, again = ask_questions([order, order])
    assert (asked.status, again.status) == (Status.ASKED, Status.EXISTS)
    assert asked.question_id is not None
    assert waiting_questions(borrower) == {number: 1}
    answer = AnswerOrder(key("a"), asked.question_id, borrower, "They do, since May 2025.", AT)
    other = AnswerOrder(key("b"), asked.question_id, borrower, "On second thought, no.", AT)
    theirs = AnswerOrder(key("c"), asked.question_id, asker, "I answer it myself.", AT)
    assert [each.status for each in answer_questions([theirs, answer, answer, other])] == [
        Status.NOT_FOUND,
        Status.ANSWERED,
        Status.EXISTS,
        Status.ALREADY_ANSWERED,
    ]
    (shown,) = questions_of(number)
    assert (shown.text, shown.answer) == (TEXT, "They do, since May 2025.")
    assert waiting_questions(borrower) == {}


@pytest.mark.django_db
def test_who_may_ask_and_how_often() -> None:
    number = listing(1_000_00)
    (asker,) = investors(1, minor=0)
    mine = QuestionOrder(uuid4(), number, row(number).borrower_id, TEXT, AT)
    nowhere = QuestionOrder(uuid4(), 999_999, asker, TEXT, AT)
    many = [
        QuestionOrder(uuid4(), number, asker, f"{TEXT} {index}", AT)
        for index in range(OPEN_A_MEMBER + 1)
    ]
    statuses = [each.status for each in ask_questions([mine, nowhere, *many])]
    assert statuses[:2] == [Status.OWN_LISTING, Status.NOT_FOUND]
    assert statuses[2:] == [Status.ASKED] * OPEN_A_MEMBER + [Status.TOO_MANY_OPEN]


@pytest.mark.django_db
def test_what_is_hidden_leaves_its_reason_and_is_not_answered() -> None:
    number = listing(1_000_00)
    (asker,) = investors(1, minor=0)
    (asked,) = ask_questions([QuestionOrder(uuid4(), number, asker, TEXT, AT)])
    assert asked.question_id is not None
    now = timezone.now()
    hide = HideOrder(asked.question_id, Part.QUESTION, HiddenReason.INSULT, now)
    support, credit = (
        create_staff(
            f"{role.name.lower()}@staff.example",
            legal_name=f"{role.name.title()} Officer",
            born_on=now.date().replace(year=1980, day=1),
            roles=[role],
            at=AT,
        ).pk
        for role in (Role.SUPPORT, Role.CREDIT_OFFICER)
    )
    assert hide_questions([hide], by=support)[0].status is Status.NOT_PERMITTED
    done, again = hide_questions([hide, hide], by=credit)
    assert (done.status, again.status) == (Status.HIDDEN, Status.EXISTS)
    (shown,) = questions_of(number)
    assert (shown.text, shown.hidden_for, shown.waits) == ("", "insult", False)
    assert questions_of(number, with_hidden_texts=True)[0].text == TEXT
    answer = AnswerOrder(
        uuid4(), asked.question_id, row(number).borrower_id, "An answer all the same.", AT
    )
    assert answer_questions([answer])[0].status is Status.NOT_FOUND
