"""From the application to the decision: apply, take back, decide."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from uuid import UUID

from django.db import transaction

from tuppence import platform
from tuppence.compliance.operations import record_findings
from tuppence.compliance.rule_record import RuleRecord, records_of
from tuppence.events import operations as events
from tuppence.events.happenings import Event
from tuppence.lending.application_rules import (
    ApplicationCase,
    Applied,
    ApplyOrder,
    ApplyStatus,
    Borrower,
    OfferedProduct,
    Reviewed,
    ReviewOrder,
    ReviewStatus,
    WithdrawOrder,
    content_of,
    decide_review,
    decide_withdrawal,
    refuse_application,
)
from tuppence.lending.models import (
    Application,
    ApplicationDecision,
    ApplicationWithdrawal,
    Product,
)
from tuppence.lending.queries.credit_limits import limit_of_officer
from tuppence.lending.queries.reviews import (
    applications_by_key,
    lock_borrowers,
    lock_cases,
    offered,
)
from tuppence.members.audit_trail import Audit
from tuppence.members.compliance import DeclarationKind, DeclarationOrder
from tuppence.members.operations import audit, record_declarations
from tuppence.members.queries import declared_minor, permissions_of_user, ties_of
from tuppence.members.roles import Permission
from tuppence.rules.borrower import BorrowerRequest, check_borrower
from tuppence.rules.findings import Finding


@transaction.atomic
def apply(orders: Sequence[ApplyOrder]) -> list[Applied]:
    """Submit applications; one outcome an order, in order.

    The borrower is verified and not blocked, amount and term lie in the product's ranges, and the
    rulebook has no objection on the day of the order, counting what the borrower owes already.
    """
    if not orders:
        return []
    latest = max(order.at for order in orders)
    products = {
        row.pk: offered(row)
        for row in Product.objects.filter(id__in={order.product_id for order in orders})
    }
    member_ids = sorted({order.member_id for order in orders})
    borrowers = lock_borrowers(member_ids, at=latest)
    known = applications_by_key([order.key for order in orders])
    declared = declared_minor(
        member_ids, DeclarationKind.BORROWED_ELSEWHERE, platform.currency(), at=latest
    )
    outcomes: list[Applied] = []
    fresh: dict[UUID, ApplyOrder] = {}
    for order in orders:
        repeat = _repeat(order, known.get(order.key), fresh.get(order.key))
        if repeat is not None:
            outcomes.append(repeat)
            continue
        borrower = borrowers.get(order.member_id)
        status, findings = _decide(order, products.get(order.product_id), borrower, declared)
        outcomes.append(Applied(order.key, status, findings=findings))
        if status is ApplyStatus.SUBMITTED and borrower is not None:
            fresh[order.key] = order
            borrowers[borrower.id] = replace(
                borrower,
                owed_minor=borrower.owed_minor + order.amount_minor,
                offered_minor=borrower.offered_minor + order.amount_minor,
            )
    _declare(list(fresh.values()))
    made = _write(list(fresh.values()), products)
    record_findings(
        [
            record
            for order, outcome in zip(orders, outcomes, strict=True)
            for record in _records(order, outcome, made.get(order.key, 0))
        ]
    )
    return [
        replace(each, application_id=made[each.key]) if each.key in made else each
        for each in outcomes
    ]


@transaction.atomic
def withdraw_applications(orders: Sequence[WithdrawOrder]) -> list[Reviewed]:
    """Take applications back before they are paid out; one outcome an order, in order."""
    cases = lock_cases([order.application_id for order in orders])
    outcomes, done = [], []
    for order in orders:
        case = cases.get(order.application_id)
        status = decide_withdrawal(case)
        outcomes.append(Reviewed(order.application_id, status))
        if case and status is ReviewStatus.WITHDRAWN:
            cases[case.id] = replace(case, withdrawn=True)
            done.append((order, case))
    ApplicationWithdrawal.objects.bulk_create(
        [
            ApplicationWithdrawal(
                application_id=order.application_id,
                withdrawn_at=order.at,
                reason=order.reason.value if order.reason else "",
                note=order.note,
            )
            for order, _ in done
        ]
    )
    end_applications([case.id for _, case in done])
    events.record(
        [
            Event(
                "application.withdrawn",
                order.at,
                member_id=case.borrower_id,
                subject_kind="application",
                subject_id=case.id,
                properties={"reason": order.reason.value} if order.reason else {},
            )
            for order, case in done
        ]
    )
    return outcomes


@transaction.atomic
def decide_applications(orders: Sequence[ReviewOrder], *, by: int) -> list[Reviewed]:
    """Approve or refuse applications with reasons; one outcome an order, in order.

    `by` is a user who may decide on applications and is no party to this one. An approval above
    what `by` approves alone is ABOVE_LIMIT: see `propose_decision`.
    """
    cases = lock_cases([order.application_id for order in orders])
    permitted = Permission.DECIDE_APPLICATION in permissions_of_user(by)
    own = ties_of(by)
    limits = {
        currency: limit_of_officer(by, currency)
        for currency in {case.product.currency for case in cases.values()}
    }
    outcomes: list[Reviewed] = []
    done: list[tuple[ReviewOrder, ApplicationCase]] = []
    for order in orders:
        case = cases.get(order.application_id)
        limit = limits[case.product.currency] if case else None
        status = decide_review(order, case, permitted=permitted, own=own, limit_minor=limit)
        outcomes.append(Reviewed(order.application_id, status))
        if case and status in {ReviewStatus.APPROVED, ReviewStatus.REFUSED}:
            content = content_of(order)
            cases[case.id] = replace(case, approved=order.approve, decided_on=content)
            done.append((order, case))
    _write_decisions(done, by)
    audit([_tried(order, each.status, by) for order, each in zip(orders, outcomes, strict=True)])
    return outcomes


@transaction.atomic
def decide_jointly(order: ReviewOrder, *, by: int, agreed_by: int) -> ReviewStatus:
    """Approve an application by the word of two officers; no limit of either holds it back."""
    case = lock_cases([order.application_id]).get(order.application_id)
    permitted = Permission.DECIDE_APPLICATION in permissions_of_user(by)
    status = decide_review(order, case, permitted=permitted, own=ties_of(by))
    if case and status is ReviewStatus.APPROVED:
        _write_decisions([(order, case)], by, agreed_by=agreed_by)
    audit([_tried(order, status, by)])
    return status


def _tried(order: ReviewOrder, status: ReviewStatus, by: int) -> Audit:
    return Audit(
        order.at,
        by,
        "application.decide",
        status.value,
        "application",
        order.application_id,
        why=order.reasons,
    )


def _records(order: ApplyOrder, outcome: Applied, application_id: int) -> Iterator[RuleRecord]:
    """What the rulebook said to an application, refused or not."""
    return records_of(
        outcome.findings,
        platform.rulebook(platform.business_day(order.at)),
        at=order.at,
        act="lending.apply",
        member_id=order.member_id,
        subject_kind="application" if application_id else "",
        subject_id=application_id,
        key=order.key,
    )


def _repeat(
    order: ApplyOrder, known: Application | None, earlier: ApplyOrder | None
) -> Applied | None:
    if earlier is not None:
        same = earlier == order
    elif known is not None:
        same = _content(order) == (
            known.borrower_id,
            known.product_id,
            known.amount_minor,
            known.instalments,
        )
    else:
        return None
    status = ApplyStatus.EXISTS if same else ApplyStatus.EXISTS_WITH_DIFFERENT_FIELDS
    return Applied(order.key, status, known.pk if known and same else None)


def _content(order: ApplyOrder) -> tuple[int, int, int, int]:
    return order.member_id, order.product_id, order.amount_minor, order.instalments


def _decide(
    order: ApplyOrder,
    product: OfferedProduct | None,
    borrower: Borrower | None,
    declared: Mapping[int, int],
) -> tuple[ApplyStatus, tuple[Finding, ...]]:
    refusal = refuse_application(order, product, borrower)
    if refusal is not None or product is None or borrower is None:
        return refusal or ApplyStatus.PRODUCT_NOT_FOUND, ()
    if order.originated_elsewhere:
        return ApplyStatus.SUBMITTED, ()
    on: date = platform.business_day(order.at)
    elsewhere = declared.get(borrower.id)
    if order.elsewhere_minor is not None:
        elsewhere = order.elsewhere_minor
    request = BorrowerRequest(
        kind="person" if borrower.is_person else "company",
        principal_minor=order.amount_minor,
        annual_rate=product.annual_rate_min,
        business_purpose=order.business_purpose or not borrower.is_person,
        owed_here_minor=borrower.owed_minor,
        owed_elsewhere_minor=elsewhere,
        offered_here_minor=borrower.offered_minor,
        offered_elsewhere_minor=elsewhere,
        purpose=order.purpose,
    )
    findings = check_borrower(platform.rulebook(on), request, on=on)
    if any(finding.bars for finding in findings):
        return ApplyStatus.RULE_REFUSES, findings
    return ApplyStatus.SUBMITTED, findings


def _declare(orders: Sequence[ApplyOrder]) -> None:
    """Keep what borrowers declared with their applications."""
    record_declarations(
        [
            DeclarationOrder(
                order.member_id,
                DeclarationKind.BORROWED_ELSEWHERE,
                order.elsewhere_minor,
                platform.currency(),
                order.at,
            )
            for order in orders
            if order.elsewhere_minor is not None
        ]
    )


def _write(orders: Sequence[ApplyOrder], products: Mapping[int, OfferedProduct]) -> dict[UUID, int]:
    made = Application.objects.bulk_create(
        [
            Application(
                key=order.key,
                product_id=order.product_id,
                borrower_id=order.member_id,
                amount_minor=order.amount_minor,
                currency=products[order.product_id].currency,
                instalments=order.instalments,
                title=order.title.strip(),
                purpose=order.purpose,
                business_purpose=order.business_purpose,
                income_minor_monthly=order.income_minor_monthly,
                spending_minor_monthly=order.spending_minor_monthly,
                submitted_at=order.at,
            )
            for order in orders
        ]
    )
    events.record(
        [
            Event(
                "application.submitted",
                row.submitted_at,
                member_id=row.borrower_id,
                subject_kind="application",
                subject_id=row.pk,
                amount_minor=row.amount_minor,
                currency=row.currency,
                properties={"instalments": row.instalments},
            )
            for row in made
        ]
    )
    return {row.key: row.pk for row in made}


def end_applications(application_ids: Sequence[int]) -> None:
    """Nobody has anything to do for these any more: refused, taken back, or paid out."""
    if application_ids:
        Application.objects.filter(pk__in=application_ids).update(in_progress=False)


def _text(rate: Fraction | None) -> str | None:
    return None if rate is None else str(rate)


def _write_decisions(
    done: Sequence[tuple[ReviewOrder, ApplicationCase]], by: int, *, agreed_by: int | None = None
) -> None:
    ApplicationDecision.objects.bulk_create(
        [
            ApplicationDecision(
                application_id=case.id,
                approved=order.approve,
                reasons=order.reasons,
                grade=order.grade,
                annual_rate=_text(order.annual_rate),
                expected_loss=_text(order.expected_loss),
                grounds=list(content_of(order)[-1]),
                decided_by_id=by,
                agreed_by_id=agreed_by,
                decided_at=order.at,
            )
            for order, case in done
        ]
    )
    end_applications([case.id for order, case in done if not order.approve])
    events.record(
        [
            Event(
                "application.approved" if order.approve else "application.refused",
                order.at,
                member_id=case.borrower_id,
                subject_kind="application",
                subject_id=case.id,
                properties={"grade": order.grade} if order.grade else {},
            )
            for order, case in done
        ]
    )
