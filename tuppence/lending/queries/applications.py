"""Load applications with all that was decided on them."""

from collections.abc import Sequence
from fractions import Fraction

from django.db import connection

from tuppence.lending.agreed_terms import agreed_terms
from tuppence.lending.disbursing import SignedApplication
from tuppence.lending.models import Application


def lock_signed_applications(application_ids: Sequence[int]) -> dict[int, SignedApplication]:
    """These applications as a pay-out sees them, locked in id order."""
    rows = (
        Application.objects.select_for_update(of=("self",))
        .select_related("decision", "withdrawal", "contract", "loan")
        .filter(id__in=list(application_ids))
        .order_by("id")
    )
    found = {row.pk: row for row in rows}
    signed = _signed(list(found))
    return {number: _signed_application(row, number in signed) for number, row in found.items()}


def _signed(application_ids: list[int]) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT contract.application_id FROM lending_contract AS contract"
            " JOIN lending_application AS application ON application.id = contract.application_id"
            " JOIN lending_signature AS signature ON signature.contract_id = contract.id"
            " AND signature.member_id = application.borrower_id"
            " WHERE contract.application_id = ANY(%s)",
            [application_ids],
        )
        return {row[0] for row in cursor}


def _signed_application(row: Application, signed: bool) -> SignedApplication:
    decision = getattr(row, "decision", None)
    contract = getattr(row, "contract", None)
    loan = getattr(row, "loan", None)
    agreed = contract.terms if contract else None
    return SignedApplication(
        id=row.pk,
        product_id=row.product_id,
        borrower_id=row.borrower_id,
        currency=row.currency,
        amount_minor=row.amount_minor,
        approved=bool(decision and decision.approved),
        withdrawn=getattr(row, "withdrawal", None) is not None,
        signed=signed,
        annual_rate=Fraction(agreed["annual_rate"]) if agreed else Fraction(0),
        instalments=agreed["instalments"] if agreed else 0,
        grade=decision.grade if decision else "",
        terms=agreed_terms(agreed["terms"]) if agreed else None,
        loan_id=loan.pk if loan else None,
        loan_key=loan.key if loan else None,
        loan_principal_minor=loan.principal_minor if loan else 0,
    )
