"""Words of questions and answers about listings, and what is said when one is not taken."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tuppence.market.questions import OPEN_A_MEMBER, TEXT_MAX, TEXT_MIN, QuestionStatus

QUESTION_WORDS: Mapping[str, Mapping[str, str | Promise]] = {
    "hidden_reason": {
        "contact": _("it held a way to reach somebody"),
        "personal": _("it held something personal"),
        "insult": _("it was an insult"),
        "advertising": _("it was an advertisement"),
        "off_topic": _("it was not about the loan"),
    },
    "question_part": {
        "question": _("the question with its answer"),
        "answer": _("the answer alone"),
    },
}

QUESTION_REFUSALS: Mapping[QuestionStatus, str | Promise] = {
    QuestionStatus.EXISTS_WITH_DIFFERENT_FIELDS: _(
        "This page was used for something else before. Open it again and start afresh."
    ),
    QuestionStatus.NOT_FOUND: _("There is no such question, or it is not yours to answer."),
    QuestionStatus.NOT_PERMITTED: _("Your role does not include this. Ask an administrator."),
    QuestionStatus.MEMBER_BLOCKED: _("Your membership is blocked. Write to us."),
    QuestionStatus.MEMBER_NOT_VERIFIED: _("Show us first who you are, under Account, Identity."),
    QuestionStatus.OWN_LISTING: _("This is your own listing; others ask about it."),
    QuestionStatus.LISTING_ENDED: _("This listing has ended; questions are closed."),
    QuestionStatus.TOO_MANY_OPEN: _("You have {number} questions here that wait for an answer."),
    QuestionStatus.TEXT_TOO_SHORT: _("Write at least {least} letters."),
    QuestionStatus.TEXT_TOO_LONG: _("Write at most {most} letters."),
    QuestionStatus.CONTACT_DATA: _(
        "Leave out e-mail, telephone, account numbers and addresses: everybody reads it."
    ),
    QuestionStatus.ALREADY_ANSWERED: _("This question has its answer already."),
}


def question_refusal(status: QuestionStatus) -> str:
    """The sentence for a refused question, answer or hiding."""
    return str(QUESTION_REFUSALS[status]).format(
        number=OPEN_A_MEMBER, least=TEXT_MIN, most=TEXT_MAX
    )
