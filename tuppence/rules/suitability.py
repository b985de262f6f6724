"""Entry knowledge tests and risk assessments: questions as data, and how answers are scored."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from tuppence.rules.rule import Sentence, Status


class AnswersError(ValueError):
    """The answers do not fit the questions; the message says which, and what to do."""


@dataclass(frozen=True, slots=True)
class Option:
    """One possible answer and what it counts."""

    text: Sentence
    points: int


@dataclass(frozen=True, slots=True)
class Question:
    """One question; of an essential one only the best answer passes the test."""

    id: str
    topic: str
    text: Sentence
    options: tuple[Option, ...]
    essential: bool

    @property
    def points_max(self) -> int:
        """What the best answer counts."""
        return max(option.points for option in self.options)


@dataclass(frozen=True, slots=True)
class RiskClass:
    """A class of lenders by points, and the most one of them may have lent, in major units.

    `rank` counts from 1, the most careful class; `limit` None means no limit.
    """

    rank: int
    id: str
    points_min: int
    limit: Fraction | None
    title: Sentence


@dataclass(frozen=True, slots=True)
class SuitabilityTest:
    """A book's questions, with a pass mark, or with classes, or both."""

    id: str
    title: Sentence
    source: str
    status: Status
    note: Sentence
    pass_mark: int
    questions: tuple[Question, ...]
    classes: tuple[RiskClass, ...]

    @property
    def points_max(self) -> int:
        """What all best answers count together."""
        return sum(question.points_max for question in self.questions)


@dataclass(frozen=True, slots=True)
class TestResult:
    """How a test went: points, whether passed, which answers were not the best, which class."""

    points: int
    points_max: int
    passed: bool
    weak: tuple[str, ...]
    risk_class: RiskClass | None

    __test__ = False  # pytest takes every class that begins with Test for a test case


def score_test(test: SuitabilityTest, answers: Mapping[str, int]) -> TestResult:
    """Score one person's answers: question id to the position of the option, from 0.

    Passed when the points reach the pass mark and no essential question went wrong. Raises
    AnswersError when a question is unanswered or unknown, or an option does not exist.
    """
    _check_answers(test, answers)
    points = 0
    weak: list[str] = []
    failed_essential = False
    for question in test.questions:
        earned = question.options[answers[question.id]].points
        points += earned
        if earned < question.points_max:
            weak.append(question.id)
            failed_essential = failed_essential or question.essential
    return TestResult(
        points=points,
        points_max=test.points_max,
        passed=points >= test.pass_mark and not failed_essential,
        weak=tuple(weak),
        risk_class=class_of(test, points),
    )


def class_of(test: SuitabilityTest, points: int) -> RiskClass | None:
    """The highest class whose points are reached; None where the test has no classes."""
    reached = [risk_class for risk_class in test.classes if risk_class.points_min <= points]
    return max(reached, key=lambda risk_class: risk_class.rank, default=None)


def _check_answers(test: SuitabilityTest, answers: Mapping[str, int]) -> None:
    questions = {question.id: question for question in test.questions}
    unknown = sorted(set(answers) - set(questions))
    if unknown:
        raise AnswersError(f"This test has no question {unknown[0]}. Answer the questions shown.")
    missing = [question_id for question_id in questions if question_id not in answers]
    if missing:
        raise AnswersError(f"Answer every question; still open: {', '.join(missing)}.")
    for question_id, position in answers.items():
        if not 0 <= position < len(questions[question_id].options):
            raise AnswersError(f"Choose one of the options of question {question_id}.")
