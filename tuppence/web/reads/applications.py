"""A borrower's applications: what was asked, what was decided, what is missing."""

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from django.db.models import Exists, QuerySet

from tuppence.lending.models import Application
from tuppence.lending.queries.information import open_requests_on
from tuppence.web.reads.products import product_name


@dataclass(frozen=True, slots=True)
class ApplicationRow:
    """An application with what became of it."""

    id: int
    borrower_id: int
    title: str
    purpose: str
    product: str
    currency: str
    amount_minor: int
    instalments: int
    every: int  # so many units from one instalment to the next
    unit: str
    submitted_at: datetime
    approved: bool | None
    decided_at: datetime | None
    annual_rate: Fraction | None
    grade: str
    withdrawn_at: datetime | None
    leaving_reason: str
    contract_sha256: str
    contract_text: str
    contract_made_at: datetime | None
    signed_at: datetime | None
    signed_from: str
    listing_id: int | None
    listing_state: str
    funded_minor: int
    loan_id: int | None
    is_asked: bool = False  # for something that is still missing

    @property
    def length(self) -> int:
        """How many units the loan runs."""
        return self.instalments * self.every

    @property
    def state(self) -> str:
        """One of submitted, asked, approved, refused, withdrawn."""
        if self.withdrawn_at:
            return "withdrawn"
        if self.approved is None:
            return "asked" if self.is_asked else "submitted"
        return "approved" if self.approved else "refused"

    @property
    def can_be_withdrawn(self) -> bool:
        """Whether it may still be taken back."""
        return self.loan_id is None and self.state in {"submitted", "asked", "approved"}


def applications_of(member_id: int) -> list[ApplicationRow]:
    """A member's applications, newest first."""
    return [row_of(row) for row in _with_parts().filter(borrower_id=member_id).order_by("-id")]


def application_of(member_id: int, application_id: int) -> ApplicationRow | None:
    """One of a member's own applications."""
    row = _with_parts().filter(borrower_id=member_id, id=application_id).first()
    return row_of(row) if row else None


def row_of(row: Application) -> ApplicationRow:
    """An application with its decision, contract, signature, listing and loan as one row."""
    decision = getattr(row, "decision", None)
    withdrawal = getattr(row, "withdrawal", None)
    contract = getattr(row, "contract", None)
    listing = getattr(row, "listing", None)
    loan = getattr(row, "loan", None)
    signatures = contract.signatures.all() if contract else []
    signature = next((each for each in signatures if each.member_id == row.borrower_id), None)
    return ApplicationRow(
        id=row.pk,
        borrower_id=row.borrower_id,
        title=row.title,
        purpose=row.purpose,
        product=product_name(row.product),
        currency=row.currency,
        amount_minor=row.amount_minor,
        instalments=row.instalments,
        every=row.product.every,
        unit=row.product.unit,
        submitted_at=row.submitted_at,
        approved=decision.approved if decision else None,
        decided_at=decision.decided_at if decision else None,
        annual_rate=decision.annual_rate if decision else None,
        grade=decision.grade if decision else "",
        withdrawn_at=withdrawal.withdrawn_at if withdrawal else None,
        leaving_reason=withdrawal.reason if withdrawal else "",
        contract_sha256=contract.sha256 if contract else "",
        contract_text=contract.text if contract else "",
        contract_made_at=contract.made_at if contract else None,
        signed_at=signature.signed_at if signature else None,
        signed_from=str(signature.address or "") if signature else "",
        listing_id=listing.pk if listing else None,
        listing_state=listing.state if listing else "",
        funded_minor=listing.funded_minor if listing else 0,
        loan_id=loan.pk if loan else None,
        is_asked=getattr(row, "is_asked", False),
    )


def _with_parts() -> QuerySet[Application]:
    rows = Application.objects.select_related(
        "product", "decision", "withdrawal", "contract", "listing", "loan"
    ).prefetch_related("contract__signatures")
    return rows.annotate(is_asked=Exists(open_requests_on()))
