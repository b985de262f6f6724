"""Write contracts, and take signatures under them."""

from collections.abc import Sequence
from dataclasses import replace

from django.conf import settings
from django.db import transaction

from tuppence.events import operations as events
from tuppence.events.happenings import Event
from tuppence.lending.agreed_terms import AgreedTerms
from tuppence.lending.application_rules import (
    ApplicationCase,
    ContractOrder,
    Reviewed,
    ReviewStatus,
    SignOrder,
    decide_contract,
    decide_signature,
)
from tuppence.lending.contract_text import ContractTerms, contract_text, hash_of
from tuppence.lending.models import Application, Contract, Product, Signature
from tuppence.lending.queries.reviews import lock_cases
from tuppence.lending.terms import Method
from tuppence.money.day_count import DayCount
from tuppence.money.months import Unit


@transaction.atomic
def make_contracts(orders: Sequence[ContractOrder]) -> list[Reviewed]:
    """Write the contracts of approved applications; one outcome an order, in order."""
    cases = lock_cases([order.application_id for order in orders])
    outcomes, done = [], {}
    for order in orders:
        case = cases.get(order.application_id)
        status = decide_contract(case)
        outcomes.append(Reviewed(order.application_id, status))
        if case and status is ReviewStatus.MADE:
            cases[case.id] = replace(case, contract_sha256="")
            done[case.id] = order
    rows = Application.objects.select_related("product", "decision").filter(id__in=list(done))
    Contract.objects.bulk_create([_contract(row, done[row.pk]) for row in rows.order_by("id")])
    return outcomes


@transaction.atomic
def sign(orders: Sequence[SignOrder]) -> list[Reviewed]:
    """Take borrowers' signatures; one outcome an order, in order."""
    cases = lock_cases([order.application_id for order in orders])
    contracts = dict(
        Contract.objects.filter(application_id__in=list(cases)).values_list("application_id", "id")
    )
    outcomes: list[Reviewed] = []
    done: list[tuple[SignOrder, ApplicationCase]] = []
    for order in orders:
        case = cases.get(order.application_id)
        status = decide_signature(order, case)
        outcomes.append(Reviewed(order.application_id, status))
        if case and status is ReviewStatus.SIGNED:
            signatures = {**case.signatures, order.member_id: (order.key, order.sha256)}
            cases[case.id] = replace(case, signatures=signatures)
            done.append((order, case))
    Signature.objects.bulk_create(
        [
            Signature(
                key=order.key,
                contract_id=contracts[order.application_id],
                member_id=order.member_id,
                sha256=order.sha256,
                address=order.address,
                signed_at=order.at,
            )
            for order, _ in done
        ]
    )
    events.record(
        [
            Event(
                "contract.signed",
                order.at,
                member_id=order.member_id,
                subject_kind="application",
                subject_id=order.application_id,
            )
            for order, _ in done
        ]
    )
    return outcomes


def terms_of(product: Product) -> AgreedTerms:
    """The terms that a product gives a loan agreed today."""
    return AgreedTerms(
        every=product.every,
        unit=Unit(product.unit),
        method=Method(product.method),
        day_count=DayCount(product.day_count),
        grace_principal=product.grace_principal,
        grace_interest=product.grace_interest,
        origination_fee=product.origination_fee,
        pays_out_net=product.pays_out_net,
        servicing_fee=product.servicing_fee,
        vat=product.vat,
        withholding_tax=product.withholding_tax,
        late_fee_minor=product.late_fee_minor,
        late_fee_share=product.late_fee_share,
        late_fee_to_firm=product.late_fee_to_firm,
        grace_days=product.grace_days,
        prepayment_compensation=product.prepayment_compensation,
        waterfall=product.waterfall,
    )


def _contract(row: Application, order: ContractOrder) -> Contract:
    decision = row.decision
    assert decision.annual_rate is not None
    agreed = ContractTerms(
        platform=settings.TUPPENCE_NAME,
        product=row.product.name,
        application_id=row.pk,
        principal_minor=row.amount_minor,
        currency=row.currency,
        annual_rate=decision.annual_rate,
        instalments=row.instalments,
        grade=decision.grade,
        terms=terms_of(row.product),
    )
    text = contract_text(agreed)
    return Contract(
        application=row,
        terms=agreed.to_json(),
        text=text,
        sha256=hash_of(text),
        made_at=order.at,
    )
