"""Load applications for those who review and sign them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import prefetch_related_objects

from tuppence.lending.application_rules import ApplicationCase, Borrower, OfferedProduct
from tuppence.lending.models import Application, Product
from tuppence.members.queries import members


def offered(product: Product) -> OfferedProduct:
    """A product as an application is held against it."""
    return OfferedProduct(
        id=product.pk,
        currency=product.currency,
        amount_minor_min=product.amount_minor_min,
        amount_minor_max=product.amount_minor_max,
        instalments_min=product.instalments_min,
        instalments_max=product.instalments_max,
        annual_rate_min=product.annual_rate_min,
        annual_rate_max=product.annual_rate_max,
        retired=product.retired_at is not None,
    )


def lock_cases(application_ids: Sequence[int]) -> dict[int, ApplicationCase]:
    """These applications with what was done to them, locked in id order."""
    rows = list(
        Application.objects.select_for_update(of=("self",))
        .select_related("product", "decision", "withdrawal", "contract", "loan")
        .filter(id__in=list(application_ids))
        .order_by("id")
    )
    prefetch_related_objects(rows, "contract__signatures")
    return {row.pk: _case(row) for row in rows}


def _case(row: Application) -> ApplicationCase:
    decision = getattr(row, "decision", None)
    contract = getattr(row, "contract", None)
    signatures = contract.signatures.all() if contract else ()
    return ApplicationCase(
        id=row.pk,
        borrower_id=row.borrower_id,
        amount_minor=row.amount_minor,
        product=offered(row.product),
        approved=decision.approved if decision else None,
        withdrawn=getattr(row, "withdrawal", None) is not None,
        paid_out=getattr(row, "loan", None) is not None,
        decided_on=(
            (
                decision.reasons,
                decision.grade,
                decision.annual_rate,
                decision.expected_loss,
                tuple(decision.grounds),
            )
            if decision
            else None
        ),
        contract_sha256=contract.sha256 if contract else None,
        signatures={each.member_id: (each.key, each.sha256) for each in signatures},
    )


def lock_borrowers(member_ids: Sequence[int], *, at: datetime) -> dict[int, Borrower]:
    """Members who ask, with what they owe here and asked for in the last twelve months.

    Owed is outstanding principal and whatever was asked for and is neither refused, taken back
    nor paid out. The members stay locked, so that two applications at once see each other.
    """
    wanted = sorted(set(member_ids))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM members_member WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE",
            [wanted],
        )
        cursor.execute(
            """
            SELECT asked.borrower_id,
                   sum(CASE WHEN loan.id IS NULL THEN asked.amount_minor
                            ELSE loan.outstanding_minor END)::bigint,
                   sum(CASE WHEN asked.submitted_at > %s - interval '12 months'
                            THEN asked.amount_minor ELSE 0 END)::bigint
            FROM lending_application AS asked
            LEFT JOIN lending_applicationdecision AS decision ON decision.application_id = asked.id
            LEFT JOIN lending_applicationwithdrawal AS gone ON gone.application_id = asked.id
            LEFT JOIN lending_loan AS loan ON loan.application_id = asked.id
            WHERE asked.borrower_id = ANY(%s) AND gone.id IS NULL
              AND decision.approved IS DISTINCT FROM false
            GROUP BY asked.borrower_id
            """,
            [at, wanted],
        )
        sums = {row[0]: (row[1], row[2]) for row in cursor}
    return {
        number: Borrower(
            id=number,
            is_person=state.is_person,
            verified=state.verified_at is not None,
            blocked=state.blocked_at is not None,
            owed_minor=sums.get(number, (0, 0))[0],
            offered_minor=sums.get(number, (0, 0))[1],
        )
        for number, state in members(wanted).items()
    }


def applications_by_key(keys: Sequence[UUID]) -> dict[UUID, Application]:
    """Those of these applications that were submitted."""
    return {row.key: row for row in Application.objects.filter(key__in=list(keys))}
