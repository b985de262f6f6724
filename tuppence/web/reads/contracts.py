"""A loan contract with all that stands on its paper: parties, plan, cost, signatures."""

from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from tuppence import platform
from tuppence.lending.agreed_terms import AgreedTerms, agreed_terms
from tuppence.lending.models import Application, Contract, Holding, Instalment, Loan
from tuppence.lending.schedule import Instalment as PlannedRow
from tuppence.lending.schedule import build_schedule
from tuppence.lending.terms import LoanTerms
from tuppence.web.costs import apr_with_fee, fee_of
from tuppence.web.reads.products import product_name


@dataclass(frozen=True, slots=True)
class PartyName:
    """A member under both of their names."""

    member_id: int
    legal_name: str
    pseudonym: str


@dataclass(frozen=True, slots=True)
class Lent:
    """What one lender lent."""

    lender: PartyName
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Signed:
    """One signature under the contract."""

    signer: PartyName
    at: datetime
    sha256: str
    address: str


@dataclass(frozen=True, slots=True)
class ContractFile:
    """A contract as agreed; `loan_id` is None and nobody has lent before the pay-out.

    The plan starts on the day of the pay-out, before it on the day on which the contract was made.
    """

    application_id: int
    loan_id: int | None
    title: str
    product: str
    currency: str
    principal_minor: int
    annual_rate: Fraction
    instalments: int
    grade: str
    terms: AgreedTerms
    text: str
    sha256: str
    made_at: datetime
    starts_on: date
    paid_out_at: datetime | None
    borrower: PartyName
    borrower_country: str
    lent: list[Lent]
    signatures: list[Signed]
    rows: list[PlannedRow]
    interest_minor: int
    fee_minor: int
    apr: Fraction | None

    @property
    def lender_ids(self) -> frozenset[int]:
        """Who lent in it."""
        return frozenset(each.lender.member_id for each in self.lent)

    @property
    def settled_at(self) -> datetime:
        """When the latest of what stands on the paper came to be."""
        moments = [self.made_at, self.paid_out_at, *(each.at for each in self.signatures)]
        return max(moment for moment in moments if moment)


def contract_of_application(application_id: int) -> ContractFile | None:
    """The contract of an application, if one was made."""
    rows = Contract.objects.select_related(
        "application__product", "application__borrower", "application__loan"
    )
    row = rows.filter(application_id=application_id).first()
    return contract_file(row) if row else None


def contract_of_loan(loan_id: int) -> ContractFile | None:
    """The contract of a loan, if it was made here: imported loans have none."""
    found = Loan.objects.filter(id=loan_id).values_list("application_id", flat=True).first()
    return contract_of_application(found) if found else None


def contract_file(row: Contract) -> ContractFile:
    """A contract with what became of it."""
    application: Application = row.application
    loan: Loan | None = getattr(application, "loan", None)
    terms = agreed_terms(row.terms["terms"])
    borrower = application.borrower
    principal_minor = loan.principal_minor if loan else int(row.terms["principal_minor"])
    starts_on = loan.starts_on if loan else platform.business_day(row.made_at)
    planned = terms.schedule_terms(
        principal_minor,
        application.currency,
        Fraction(row.terms["annual_rate"]),
        int(row.terms["instalments"]),
        starts_on,
    )
    plan = agreed_rows(loan) if loan else build_schedule(planned)
    fee_minor = loan.origination_fee_minor if loan else fee_of(terms, principal_minor)
    return ContractFile(
        application_id=application.pk,
        loan_id=loan.pk if loan else None,
        title=application.title,
        product=product_name(application.product),
        currency=application.currency,
        principal_minor=principal_minor,
        annual_rate=planned.annual_rate,
        instalments=planned.instalments,
        grade=str(row.terms["grade"]),
        terms=terms,
        text=row.text,
        sha256=row.sha256,
        made_at=row.made_at,
        starts_on=starts_on,
        paid_out_at=loan.paid_out_at if loan else None,
        borrower=PartyName(borrower.pk, borrower.legal_name, borrower.pseudonym),
        borrower_country=borrower.country,
        lent=lent_of(loan) if loan else [],
        signatures=signatures_of(row),
        rows=plan,
        interest_minor=sum(each.interest_minor for each in plan),
        fee_minor=fee_minor,
        apr=apr_of(terms, planned, plan, fee_minor),
    )


def apr_of(
    terms: AgreedTerms, planned: LoanTerms, plan: list[PlannedRow], fee_minor: int
) -> Fraction | None:
    """The annual percentage rate with the fee; None for a plan without a payment."""
    return apr_with_fee(terms, planned, plan, fee_minor) if plan else None


def agreed_rows(loan: Loan) -> list[PlannedRow]:
    """The instalments as agreed at the pay-out, whatever was changed later."""
    found = Instalment.objects.filter(loan_id=loan.pk, number__lte=loan.instalments_agreed)
    rows, balance = [], loan.principal_minor
    for each in found.order_by("number"):
        balance -= each.agreed_principal_minor
        rows.append(
            PlannedRow(
                each.number,
                each.due_on,
                each.agreed_principal_minor,
                each.agreed_interest_minor,
                balance,
            )
        )
    return rows


def lent_of(loan: Loan) -> list[Lent]:
    """Who lent how much at the pay-out, the largest part first."""
    rows = Holding.objects.filter(loan_id=loan.pk).select_related("member")
    return [
        Lent(PartyName(row.member_id, row.member.legal_name, row.member.pseudonym), row.lent_minor)
        for row in rows.order_by("-lent_minor", "member_id")
    ]


def signatures_of(contract: Contract) -> list[Signed]:
    """The signatures in the order in which they were given."""
    return [
        Signed(
            PartyName(row.member_id, row.member.legal_name, row.member.pseudonym),
            row.signed_at,
            row.sha256,
            str(row.address or ""),
        )
        for row in contract.signatures.select_related("member").order_by("signed_at", "id")
    ]
