"""Every code that people may meet has a word."""

from enum import StrEnum

import pytest

from tuppence.bank.withdrawal import AskStatus
from tuppence.bank.withdrawal import State as WithdrawalState
from tuppence.ledger.chart import AccountKind, Book, kinds_of
from tuppence.lending.application_rules import ApplyStatus, ReviewStatus
from tuppence.lending.orders import PaymentStatus
from tuppence.lending.servicing.loan_state import Status as LoanStatus
from tuppence.lending.terms import Method
from tuppence.market.lifecycle import CancelStatus
from tuppence.market.models import InvestmentState, ListingState
from tuppence.market.orders import InvestStatus
from tuppence.members.identity import Reason
from tuppence.members.paper import PaperKind
from tuppence.members.registration import MemberKind
from tuppence.web import outcomes
from tuppence.web.words import STATES, WORDS, state_word, transfer_word, word_of

TONES = {"good", "wait", "late", "lost", "calm"}


@pytest.mark.parametrize(
    ("kind", "codes"),
    [
        ("listing", ListingState),
        ("investment", InvestmentState),
        ("withdrawal", WithdrawalState),
        ("loan", LoanStatus),
    ],
)
def test_every_state_has_a_tone_and_a_word(kind: str, codes: type[StrEnum]) -> None:
    for code in codes:
        tone, text = state_word(kind, code)
        assert tone in TONES and str(text)


@pytest.mark.parametrize(
    ("kind", "codes"),
    [
        ("method", Method),
        ("member_kind", MemberKind),
        ("paper", PaperKind),
        ("identity_reason", Reason),
        ("account_kind", kinds_of(Book.CLIENT)),
    ],
)
def test_every_code_has_a_word(kind: str, codes: list[StrEnum]) -> None:
    assert all(str(word_of(kind, code)) for code in codes)


def test_tones_are_of_the_five() -> None:
    assert {tone for states in STATES.values() for tone, _ in states.values()} <= TONES


def test_accounts_that_members_read_of_are_named_for_the_client_book() -> None:
    assert set(WORDS["account_kind"]) == {kind.value for kind in kinds_of(Book.CLIENT)}
    assert AccountKind.FEE_INCOME.value not in WORDS["account_kind"]


def test_a_transfer_of_a_kind_without_a_word_is_a_transfer() -> None:
    assert str(transfer_word("deposit")) == "Paid in"
    assert str(transfer_word("something_new")) == "Transfer"


def test_a_repayment_is_told_to_each_side_in_its_own_word() -> None:
    assert str(transfer_word("repayment")) == "Repayment"
    assert str(transfer_word("repayment", comes_in=True)) == "Money came back"


@pytest.mark.parametrize(
    ("statuses", "refusals"),
    [
        (AskStatus, outcomes.ASK_REFUSALS),
        (InvestStatus, outcomes.INVEST_REFUSALS),
        (ApplyStatus, outcomes.APPLY_REFUSALS),
        (ReviewStatus, outcomes.REVIEW_REFUSALS),
        (PaymentStatus, outcomes.PAYMENT_REFUSALS),
    ],
)
def test_every_refusal_has_a_sentence(statuses: object, refusals: object) -> None:
    by_rule = {ApplyStatus.RULE_REFUSES}  # the rulebook says it in its own words
    refusing = {status for status in statuses if not status.accepted} - by_rule
    assert refusing == set(refusals)


def test_every_way_of_taking_back_in_vain_has_a_sentence() -> None:
    told = {CancelStatus.NOT_FOUND, CancelStatus.ALREADY_ENDED, CancelStatus.TOO_LATE}
    assert set(outcomes.CANCEL_REFUSALS) == told
