"""By when something is due under the books that come with the platform."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuppence.compliance.deadlines import complaint_deadlines, last_day, publication_duties
from tuppence.rules.rule import Check
from tuppence.rules.rulebook import RuleBook


def book(name: str, on: date) -> RuleBook:
    return RuleBook.load(name, on)


def test_european_complaints_have_ten_working_days_and_two_months() -> None:
    on = date(2026, 12, 18)  # a Friday
    found = complaint_deadlines(book("eu", on), on, country="DE")
    # 25 December and 1 January are free, the 26th is a Saturday.
    assert found.receipt_by == date(2027, 1, 5)
    assert found.answer_by == date(2027, 2, 18)


def test_chinese_complaints_have_fifteen_days_and_no_time_for_the_receipt() -> None:
    on = date(2026, 11, 27)
    found = complaint_deadlines(book("cn", on), on)
    assert (found.receipt_by, found.answer_by) == (None, date(2026, 12, 12))


def test_before_a_rule_was_in_force_it_sets_no_time() -> None:
    on = date(2022, 11, 27)
    assert complaint_deadlines(book("eu", on), on).answer_by is None


def test_chinese_figures_are_due_on_the_fifth_working_day_of_each_month() -> None:
    on = date(2026, 11, 27)
    duties = publication_duties(book("cn", on), since=date(2026, 8, 20), on=on, country="CN")
    assert [(duty.period, duty.ended_on) for duty in duties] == [
        ("2026-10", date(2026, 10, 31)),
        ("2026-09", date(2026, 9, 30)),
        ("2026-08", date(2026, 8, 31)),
    ]
    # The holidays of October take its first week: the fifth working day is the 14th at the latest.
    assert duties[0].due_on == date(2026, 11, 6)
    assert date(2026, 10, 9) < duties[1].due_on <= date(2026, 10, 14)


def test_european_results_are_due_four_months_after_the_year() -> None:
    on = date(2027, 1, 15)
    duties = publication_duties(book("eu", on), since=date(2025, 6, 1), on=on)
    due = {(duty.rule.id, duty.period): duty.due_on for duty in duties}
    assert due["EU-DIS-2", "2026"] == date(2027, 4, 30)
    assert due["EU-DIS-2", "2025"] == date(2026, 4, 30)
    assert due["EU-DIS-1", "2026"] == date(2027, 12, 31)
    assert ("EU-DIS-2", "2024") not in due


@given(st.dates(date(2022, 1, 1), date(2035, 12, 31)), st.sampled_from(["cn", "eu"]))
def test_every_duty_is_due_after_its_period(on: date, name: str) -> None:
    for duty in publication_duties(book(name, on), since=on - timedelta(days=700), on=on):
        assert on > duty.ended_on < duty.due_on


@pytest.mark.parametrize("name", ["eu", "cn"])
def test_the_day_of_the_limit_is_never_before_the_start(name: str) -> None:
    on = date(2026, 11, 27)
    rule = book(name, on).enforcing(Check.COMPLAINT_ANSWER)
    assert rule is not None and last_day(rule, on) > on
