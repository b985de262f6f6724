"""Pages of letters: who may read what, the frame that runs nothing, and trying again."""

from collections.abc import Callable

import pytest
from django.utils import timezone

from tests.web.conftest import Person
from tests.web.page_checks import faults_of
from tests.web.staff.conftest import browser, lettered
from tuppence.letters.kinds import LetterKind
from tuppence.letters.models import OutboxLetter
from tuppence.letters.queries import unwanted
from tuppence.members.models import User
from tuppence.members.roles import Role
from tuppence.web.letter_words import kinds_by_group
from tuppence.web.letters.drafts import Draft
from tuppence.web.letters.facts import Facts
from tuppence.web.letters.writing import write_now
from tuppence.web.words import word_of

pytestmark = pytest.mark.django_db


def test_every_kind_has_its_words_and_its_group() -> None:
    grouped = [kind for _, kinds in kinds_by_group() for kind in kinds]
    assert grouped == list(LetterKind)
    assert all(str(word_of("letter_kind", kind)) for kind in LetterKind)


def test_support_reads_letters_and_administrators_see_only_that_they_go(
    member: Callable[..., Person], staff: Callable[..., User]
) -> None:
    ann = member("ann")
    number = lettered(ann)
    support = browser(staff("sue", Role.SUPPORT))
    administrator = browser(staff("adam", Role.ADMINISTRATOR))
    page = f"/staff/letters/{number}/"
    assert "You are a member now" in support.get(page).content.decode()
    assert "You are a member now" in support.get(f"{page}letter.html").content.decode()
    seen = administrator.get(page).content.decode()
    assert "not delivered" in seen and "You are a member now" not in seen
    assert administrator.get(f"{page}letter.html").status_code == 403
    real = "/staff/letters/kinds/welcome/?data=real"
    assert "Ann Fletcher" in support.get(real).content.decode()
    assert "Ann Fletcher" not in administrator.get(real).content.decode()
    assert "Welcome" in support.get(f"/staff/members/{ann.member_id}/").content.decode()


def test_the_frame_loads_and_runs_nothing_and_only_we_may_frame_it(
    staff: Callable[..., User],
) -> None:
    support = browser(staff("sue", Role.SUPPORT))
    page = support.get("/staff/letters/kinds/plan_answered/")
    assert b"<iframe" in page.content and b" sandbox " in page.content
    assert "frame-src 'self'" in page["Content-Security-Policy"]
    for language in ("en", "zh-hans"):
        frame = support.get(f"/staff/letters/kinds/plan_answered/{language}.html")
        policy = frame["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'") and policy.endswith("sandbox")
        assert "frame-ancestors 'self'" in policy and frame["X-Frame-Options"] == "SAMEORIGIN"
    assert support.get("/staff/letters/kinds/plan_answered/fr.html").status_code == 404


def test_a_letter_that_was_given_up_is_tried_again_once(
    member: Callable[..., Person], staff: Callable[..., User]
) -> None:
    number = lettered(member("ann"))
    support = browser(staff("sue", Role.SUPPORT))
    for expected in ("It waits again", "Nothing to do"):
        answer = support.post(f"/staff/letters/{number}/again/", follow=True)
        assert expected in answer.content.decode()
    assert OutboxLetter.objects.get().state == "waiting"


def test_the_outbox_is_narrowed_to_a_member_and_stays_in_its_queries(
    member: Callable[..., Person],
    staff: Callable[..., User],
    django_assert_max_num_queries: Callable[..., object],
) -> None:
    ann, bob = member("ann"), member("bob")
    lettered(ann)
    lettered(bob)
    support = browser(staff("sue", Role.SUPPORT))
    seen = support.get(f"/staff/letters/?member={ann.member_id}").content.decode()
    assert "Ann Fletcher" in seen and "Bob Fletcher" not in seen
    assert "Ann Fletcher" not in support.get("/staff/letters/?member=x").content.decode()
    for number in range(12):
        now = timezone.now()
        facts = Facts(currency="EUR", amount_minor=number)
        draft = Draft(LetterKind.DEPOSIT_ARRIVED, ann.member_id, now, facts, once=(number,))
        write_now(draft, at=now)
    with django_assert_max_num_queries(17):
        assert support.get("/staff/letters/").status_code == 200


@pytest.mark.parametrize(("language", "shown"), [("en", "en"), ("zh-hans", "zh-Hans")])
def test_members_find_their_own_letters_and_nobody_elses(
    member: Callable[..., Person], language: str, shown: str
) -> None:
    ann, eve = member("ann"), member("eve")
    number = lettered(ann)
    for person in (ann, eve):
        person.client.cookies["django_language"] = language
    for path in ("/account/letters/", f"/account/letters/{number}/"):
        page = ann.client.get(path)
        assert page.status_code == 200 and faults_of(page.content, language=shown) == []
        assert "Welcome" in page.content.decode(), "in the words in which it was written"
    assert faults_of(eve.client.get("/account/letters/").content, language=shown) == []
    assert eve.client.get(f"/account/letters/{number}/").status_code == 404


def test_members_choose_what_comes_by_e_mail_but_not_what_must_come(
    member: Callable[..., Person],
) -> None:
    ann = member("ann")
    page = "/account/letters/choices/"
    shown = ann.client.get(page)
    assert faults_of(shown.content, language="en") == []
    assert "checked" not in shown.content.decode(), "all come unless left out"
    assert "Instalment late" in shown.content.decode()
    assert ann.client.post(page, {"kinds": ["lent_out"]})["Location"] == "/account/letters/"
    assert ann.client.get(page).content.decode().count("checked") == 1
    assert ann.client.post(page, {"kinds": ["instalment_late"]}).status_code == 200, "no choice"
    assert unwanted([ann.member_id]) == {(ann.member_id, "lent_out")}
    ann.client.post(page, {})
    assert unwanted([ann.member_id]) == set()


def test_one_letter_without_words_keeps_no_other_back(
    member: Callable[..., Person], caplog: pytest.LogCaptureFixture
) -> None:
    ann, now = member("ann"), timezone.now()
    broken = Draft(LetterKind.IDENTITY_REFUSED, ann.member_id, now, Facts(code="no such reason"))
    assert write_now(broken, at=now) == 0
    assert "KeyError" in caplog.text and "Ann" not in caplog.text
    lettered(ann)
