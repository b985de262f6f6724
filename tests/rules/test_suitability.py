"""Knowledge test, risk assessment and the simulation of losses."""

from datetime import date
from fractions import Fraction

import pytest

from tuppence.rules.loss_simulation import NetWorthInputs, simulate_loss
from tuppence.rules.rulebook import RuleBook
from tuppence.rules.suitability import (
    AnswersError,
    SuitabilityTest,
    class_of,
    score_test,
)

ON = date(2025, 6, 2)
EU = RuleBook.load("eu", ON)
CN = RuleBook.load("cn", ON)


def suitability(book: RuleBook) -> SuitabilityTest:
    assert book.test is not None
    return book.test


def best_answers(test: SuitabilityTest) -> dict[str, int]:
    return {
        question.id: [option.points for option in question.options].index(question.points_max)
        for question in test.questions
    }


def wrong(test: SuitabilityTest, *question_ids: str) -> dict[str, int]:
    answers = best_answers(test)
    for question in test.questions:
        if question.id in question_ids:
            answers[question.id] = [option.points for option in question.options].index(0)
    return answers


@pytest.mark.parametrize("book", [EU, CN])
def test_every_question_is_asked_in_both_languages(book: RuleBook) -> None:
    test = suitability(book)
    assert 8 <= len(test.questions) <= 10
    for question in test.questions:
        sentences = [question.text, *(option.text for option in question.options)]
        assert all(sentence.en and sentence.zh for sentence in sentences)
        assert question.points_max > 0


def test_each_question_of_knowledge_has_one_right_answer_and_not_always_in_one_place() -> None:
    test = suitability(EU)
    points = [[option.points for option in question.options] for question in test.questions]
    assert all(sorted(row) == [0, 0, 1] for row in points)
    assert {row.index(1) for row in points} == {0, 1, 2}


@pytest.mark.parametrize(
    ("wrong_ids", "points", "passed"),
    [
        ((), 9, True),
        (("fees", "spread"), 7, True),
        (("fees", "spread", "past"), 6, False),
        (("loss",), 8, False),
        (("guarantee",), 8, False),
        (("exit",), 8, False),
    ],
)
def test_seven_points_pass_with_the_essentials_right(
    wrong_ids: tuple[str, ...], points: int, passed: bool
) -> None:
    test = suitability(EU)
    result = score_test(test, wrong(test, *wrong_ids))
    assert (result.points, result.points_max, result.passed) == (points, 9, passed)
    assert set(result.weak) == set(wrong_ids)
    assert result.risk_class is None


@pytest.mark.parametrize(
    ("points", "class_id"),
    [(0, "C1"), (5, "C1"), (6, "C2"), (10, "C2"), (11, "C3"), (16, "C4"), (20, "C4"), (21, "C5")],
)
def test_the_points_of_the_assessment_give_the_class(points: int, class_id: str) -> None:
    found = class_of(suitability(CN), points)
    assert found is not None
    assert found.id == class_id


def test_an_assessment_gives_points_and_class() -> None:
    test = suitability(CN)
    bold = score_test(test, best_answers(test))
    careful = score_test(test, wrong(test, *(question.id for question in test.questions)))
    assert bold.risk_class is not None and careful.risk_class is not None
    assert (bold.points, bold.risk_class.rank, bold.risk_class.limit) == (24, 5, 1_000_000)
    assert (careful.points, careful.risk_class.rank, careful.risk_class.limit) == (0, 1, 10_000)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"loss": 3}, "Choose one of the options of question loss"),
        ({"loss": -1}, "Choose one of the options of question loss"),
        ({"colour": 0}, "no question colour"),
    ],
)
def test_answers_that_fit_no_question_are_refused(change: dict[str, int], message: str) -> None:
    test = suitability(EU)
    with pytest.raises(AnswersError, match=message):
        score_test(test, best_answers(test) | change)


def test_unanswered_questions_are_named() -> None:
    test = suitability(EU)
    answers = best_answers(test)
    del answers["exit"], answers["fees"]
    with pytest.raises(AnswersError, match="still open: exit, fees"):
        score_test(test, answers)


def test_net_worth_adds_income_and_savings_and_takes_commitments() -> None:
    inputs = NetWorthInputs(
        pay_minor=30_000_00,
        interest_minor=200_00,
        dividends_minor=300_00,
        rent_minor=4_500_00,
        liquid_assets_minor=25_000_09,
        commitments_minor=12_000_00,
    )
    simulated = simulate_loss(EU, inputs)
    assert simulated is not None
    assert simulated.rule.id == "EU-SIM-1"
    assert simulated.net_worth_minor == 48_000_09
    assert simulated.bearable_minor == 4_800_00  # 4,800.009 is cut
    assert simulated.is_bearable(4_800_00) and not simulated.is_bearable(4_800_01)
    assert simulated.share_lost(48_000_09) == 1
    assert simulated.share_lost(0) == Fraction(0)


def test_who_owes_more_than_is_there_can_bear_no_loss() -> None:
    simulated = simulate_loss(EU, NetWorthInputs(pay_minor=100, commitments_minor=101))
    assert simulated is not None
    assert (simulated.net_worth_minor, simulated.bearable_minor) == (-1, 0)
    assert simulated.share_lost(1) is None
    assert simulate_loss(CN, NetWorthInputs()) is None
