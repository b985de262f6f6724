"""Questions under a listing: asked by investors, answered by the borrower, hidden by staff."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from tests.web.conftest import Person
from tuppence.market.models import Answer, Listing, Question
from tuppence.members.models import User
from tuppence.members.roles import Role

pytestmark = pytest.mark.django_db
WORDS = "Does the workshop pay for itself in winter too?"
REPLY = "Yes: two thirds of the work comes between October and March."


def sent(client: Client, url: str, **typed: str):
    """Fill the form of a page in and send it, as a browser does."""
    page = client.get(url)
    key = str(page.context["form"]["key"].value())
    return client.post(url, {"key": key, **typed})


@pytest.fixture
def stand(listing: Callable[..., int], member: Callable[..., Person]) -> tuple[int, Person, Person]:
    """A listing, its borrower and an investor."""
    number = listing()
    row = Listing.objects.get(pk=number)
    borrower = Person(User.objects.get(member=row.borrower_id), row.borrower_id)
    return number, borrower, member("ivy", 500_00)


def test_a_question_is_answered_for_everybody(stand: tuple[int, Person, Person]) -> None:
    number, borrower, ivy = stand
    ask = reverse("ask_question", args=[number])
    answer = sent(ivy.client, ask, text=WORDS)
    assert answer["Location"] == reverse("listing", args=[number]) + "#questions"
    asked = Question.objects.get()
    assert "1 question about listing" in borrower.client.get(reverse("borrowing")).content.decode()
    url = reverse("answer_question", args=[number, asked.pk])
    assert url in borrower.client.get(reverse("listing", args=[number])).content.decode()
    sent(borrower.client, url, text=REPLY)
    page = Client().get(reverse("listing", args=[number])).content.decode()
    assert WORDS in page and REPLY in page and "Ivy" not in page


def test_sent_twice_is_one_question(stand: tuple[int, Person, Person]) -> None:
    number, _borrower, ivy = stand
    url = reverse("ask_question", args=[number])
    key = str(ivy.client.get(url).context["form"]["key"].value())
    for _time in range(2):
        ivy.client.post(url, {"key": key, "text": WORDS})
    assert Question.objects.count() == 1


def test_what_may_not_stand_before_everybody_is_refused(stand: tuple[int, Person, Person]) -> None:
    number, borrower, ivy = stand
    url = reverse("ask_question", args=[number])
    told = sent(ivy.client, url, text="Write me at ivy@mail.example, please").content.decode()
    assert "everybody reads it" in told and "ivy@mail.example" in told
    assert "others ask about it" in sent(borrower.client, url, text=WORDS).content.decode()
    assert not Question.objects.exists()


def test_only_the_borrower_answers(
    stand: tuple[int, Person, Person], member: Callable[..., Person]
) -> None:
    number, _borrower, ivy = stand
    sent(ivy.client, reverse("ask_question", args=[number]), text=WORDS)
    url = reverse("answer_question", args=[number, Question.objects.get().pk])
    for person in (ivy, member("otto")):
        assert person.client.get(url).status_code == 404
    assert not Answer.objects.exists()


def test_staff_hide_a_question_with_its_reason(
    stand: tuple[int, Person, Person], staff: Callable[..., User]
) -> None:
    number, _borrower, ivy = stand
    sent(ivy.client, reverse("ask_question", args=[number]), text=WORDS)
    asked = Question.objects.get()
    officer = Client()
    officer.force_login(staff("carl", Role.CREDIT_OFFICER))
    url = reverse("staff_hide_question", args=[number, asked.pk])
    assert url in officer.get(reverse("staff_listing", args=[number])).content.decode()
    sent(officer, url, part="question", reason="off_topic")
    page = Client().get(reverse("listing", args=[number])).content.decode()
    assert WORDS not in page and "it was not about the loan" in page
