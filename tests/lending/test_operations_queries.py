"""What pages read of loans: story, quote, portfolio, money to come, arrears, promises, queue."""

from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

import pytest

from tuppence.compliance.models import RuleFinding
from tuppence.lending import operations as lending
from tuppence.lending.application_rules import ApplyOrder, ApplyStatus
from tuppence.lending.collection_records import (
    ContactChannel,
    ContactOrder,
    PromiseOrder,
    PromiseState,
)
from tuppence.lending.lender_return import FlowKind
from tuppence.lending.orders import ReverseOrder
from tuppence.lending.queries import loan_pages, overviews
from tuppence.lending.queries.lender_returns import lender_book
from tuppence.lending.queries.spreads import lender_spread
from tuppence.lending.servicing.arrears import Bucket

pytestmark = pytest.mark.django_db

FIRST_DUE = date(2026, 4, 2)
AT = datetime(2026, 4, 2, 12, tzinfo=UTC)


def test_the_story_of_a_loan(stage: Any) -> None:
    loan, _, _ = stage.loan(late_fee_minor=5_00)
    key = stage.key("paid")
    stage.pay(loan, 88_85, FIRST_DUE, key=key)
    lending.reverse_payments([ReverseOrder(stage.key(), key, "returned", AT)])
    lending.charge_late_fees(date(2026, 4, 9), at=datetime(2026, 4, 9, 12, tzinfo=UTC))
    kinds = [line.kind for line in loan_pages.loan_story(loan)]
    assert kinds[0] == "paid_out"
    assert sorted(kinds[1:]) == ["late_fee", "payment", "replay", "reversal"]
    ((_, _, sentences),) = loan_pages.explanations(loan)
    assert any("reversed" in sentence for sentence in sentences)


def test_a_quote_closes_the_loan(stage: Any) -> None:
    loan, _, _ = stage.loan(prepayment_compensation=Fraction(1, 100))
    quote = loan_pages.payoff_quote(loan, date(2026, 3, 17))
    assert (quote.principal_minor, quote.interest_minor) == (1000_00, 5_00)
    assert quote.compensation_minor > 0
    with pytest.raises(loan_pages.LoanNotFoundError):
        loan_pages.payoff_quote(0, FIRST_DUE)


def test_a_lenders_book_holds_flows_and_what_is_there(stage: Any) -> None:
    loan, _, lenders = stage.loan((600_00, 400_00))
    stage.pay(loan, 88_85, FIRST_DUE)
    on = date(2026, 5, 12)
    book = lender_book(lenders[0], on=on, currency="EUR", zone="UTC")
    flows = {flow.kind: flow.amount_minor for flow in book.flows}
    assert flows[FlowKind.LENT] == -600_00 and flows[FlowKind.CAME_BACK] == 53_31
    (held,) = book.holdings
    assert (held.outstanding_minor, held.days_past_due) == (552_69, 10)
    assert book.worth.lent_minor == 552_69
    assert 0 < held.life_days < 365
    spread = lender_spread(lenders[0], on=on)
    assert [part.outstanding_minor for part in spread.borrowers.parts] == [552_69]
    assert spread.borrowers.loans == spread.grades.loans == spread.terms.loans == 1


def test_arrears_with_contacts_and_promises(stage: Any) -> None:
    loan, _, _ = stage.loan()
    stage.loan(on=date(2026, 4, 1))
    on = date(2026, 4, 12)
    lending.log_contact(
        [ContactOrder(stage.key(), loan, ContactChannel.PHONE, "Spoke on the phone.", AT)]
    )
    lending.promise_to_pay(
        [
            PromiseOrder(stage.key(), loan, 50_00, date(2026, 4, 20), AT),
            PromiseOrder(stage.key(), loan, 10_00, date(2026, 4, 10), AT),
        ]
    )
    (row,) = overviews.arrears(on=on)
    assert (row.loan_id, row.days_past_due, row.bucket) == (loan, 10, Bucket.DAYS_1_30)
    assert (row.overdue_minor, row.last_contact_at) == (88_85, AT)
    states = [row.state for row in loan_pages.promises(on=on)]
    assert states == [PromiseState.OPEN, PromiseState.BROKEN]
    stage.pay(loan, 50_00, on)
    assert loan_pages.promises(on=on, loan_id=loan)[0].state is PromiseState.KEPT


def test_the_queue_and_refused_applications(stage: Any) -> None:
    product = stage.product(amount_minor_min=100_00, instalments_max=24)
    member = stage.member()

    def ask(**change: Any) -> ApplyStatus:
        fields = {
            "key": stage.key(),
            "member_id": member,
            "product_id": product.pk,
            "amount_minor": 500_00,
            "instalments": 12,
            "title": "A van",
            "purpose": "van",
            "at": AT,
            "elsewhere_minor": 0,
        } | change
        (outcome,) = lending.apply([ApplyOrder(**fields)])
        return outcome.status

    assert ask(amount_minor=99_99) is ApplyStatus.AMOUNT_OUT_OF_RANGE
    assert ask(instalments=25) is ApplyStatus.INSTALMENTS_OUT_OF_RANGE
    assert ask(title="  ") is ApplyStatus.TITLE_MISSING
    assert ask(member_id=0) is ApplyStatus.MEMBER_NOT_FOUND
    assert ask(product_id=0) is ApplyStatus.PRODUCT_NOT_FOUND
    assert ask(amount_minor=6_000_000_00) is ApplyStatus.RULE_REFUSES
    fired = RuleFinding.objects.get(refused=True)
    assert (fired.act, fired.member_id, fired.subject_id) == ("lending.apply", member, 0)
    assert fired.figure and fired.limit
    assert overviews.applications_waiting() == []
    assert ask() is ApplyStatus.SUBMITTED
    assert [row.amount_minor for row in overviews.applications_waiting()] == [500_00]
    lending.retire_product(product.pk, at=AT)
    assert ask() is ApplyStatus.PRODUCT_RETIRED
    assert product not in overviews.products_on_shelf()
