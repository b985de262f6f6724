"""Parts: the page of all of them, the undo button, the funnel's shares."""

from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from re import findall

import pytest
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from tests.web.page_checks import faults_of
from tuppence.members.models import User
from tuppence.members.roles import Role
from tuppence.web import icons
from tuppence.web.icons import ICONS
from tuppence.web.parts import funnel
from tuppence.web.undo import Undo, undo_from, with_undo


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_part_stands_on_one_page_in_both_languages(
    language: str, staff: Callable[..., User], settings: object
) -> None:
    client = Client()
    client.force_login(staff("sam", Role.SUPPORT))
    client.cookies["django_language"] = language
    answer = client.get("/styleguide/")
    shown = "zh-Hans" if language == "zh-hans" else "en"
    assert answer.status_code == 200 and faults_of(answer.content, language=shown) == []


def test_the_page_of_parts_is_for_staff(member: Callable[..., object]) -> None:
    assert Client().get("/styleguide/").status_code == 302
    assert member("mia").client.get("/styleguide/").status_code == 403  # type: ignore[attr-defined]


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=6), st.integers(0, 10**12))
def test_a_funnels_shares_are_of_the_step_before(numbers: list[int], cost: int) -> None:
    steps = funnel([("step", number, "") for number in numbers], cost_minor=cost)
    assert [step.number for step in steps] == numbers
    for before, step in pairwise(steps):
        if before.number:
            assert step.of_before == Fraction(step.number, before.number)
        else:
            assert step.of_before is None
    for step in steps:
        assert (step.cost_each_minor is None) == (step.number == 0)


def test_a_message_carries_what_undoes_it_and_nothing_else_does() -> None:
    assert undo_from("undo:" + '["/staff/x/", {"key": "1"}]') == Undo("/staff/x/", (("key", "1"),))
    assert undo_from("") is None and undo_from(None) is None and undo_from("safe") is None
    with pytest.raises(AssertionError):
        with_undo(RequestFactory().get("/"), "Done.", "//elsewhere.example/")


def test_a_message_with_an_undo_has_its_button() -> None:
    message = Message(constants.SUCCESS, "Seen.", extra_tags='undo:["/back/", {"a": "b<"}]')
    html = render_to_string("parts/messages.html", {"messages": [message]})
    assert 'method="post" action="/back/"' in html and 'value="b&lt;"' in html
    plain = render_to_string("parts/messages.html", {"messages": [Message(25, "Done.")]})
    assert "<form" not in plain


def test_icons_are_paths_within_their_field() -> None:
    for name, path in ICONS.items():
        assert path.startswith("M"), name
        letters = set(findall("[A-Za-z]", path))
        assert letters <= set("MmLlHhVvCcSsAaZz"), name


def test_icons_of_the_style_sheet_are_ours() -> None:
    sheet = (Path(icons.__file__).parent / "static/web/tuppence.css").read_text()
    drawn = dict(findall(r"--icon-(\w+): url\(\"data:[^\"]*? d='([^']+)'", sheet))
    assert drawn == {name: ICONS[name] for name in drawn}
    assert set(findall(r"var\(--icon-(\w+)\)", sheet)) == set(drawn)
