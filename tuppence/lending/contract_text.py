"""The text of a loan contract, from its terms; what is signed is the hash of exactly this."""

from dataclasses import dataclass
from fractions import Fraction
from hashlib import sha256

from tuppence.lending.agreed_terms import AgreedTerms
from tuppence.lending.terms import Method
from tuppence.money.currency import format_plain


@dataclass(frozen=True, slots=True)
class ContractTerms:
    """What a contract fixes: the loan's own figures and the product's terms."""

    platform: str
    product: str
    application_id: int
    principal_minor: int
    currency: str
    annual_rate: Fraction
    instalments: int
    grade: str
    terms: AgreedTerms

    def to_json(self) -> dict[str, object]:
        """The terms as plain values."""
        return {
            "principal_minor": self.principal_minor,
            "currency": self.currency,
            "annual_rate": str(self.annual_rate),
            "instalments": self.instalments,
            "grade": self.grade,
            "terms": self.terms.to_json(),
        }


_METHODS = {
    Method.ANNUITY: "equal instalments of principal and interest",
    Method.EQUAL_PRINCIPAL: "equal parts of principal, with interest on what is still owed",
    Method.INTEREST_ONLY: "interest with each instalment and the principal with the last",
    Method.BULLET: "principal and interest in one payment at the end",
    Method.FLAT: "equal instalments, with interest on the amount first lent",
}


def contract_text(contract: ContractTerms) -> str:
    """Write the contract in plain sentences. The same terms give the same text."""
    terms, currency = contract.terms, contract.currency
    amount = format_plain(contract.principal_minor, currency)
    unit = terms.unit.value
    every = unit.removesuffix("s") if terms.every == 1 else f"{terms.every} {unit}"
    clauses = (
        f"LOAN CONTRACT {contract.application_id}, arranged by {contract.platform}",
        (
            f"1. The lenders lend {amount} {currency}, or the part of it that is funded, under the"
            f" product “{contract.product}”."
        ),
        (
            f"2. The interest rate is {_percent(contract.annual_rate)} a year, counted by"
            f" {terms.day_count.value}."
        ),
        (
            f"3. The loan is repaid in {contract.instalments} instalments, one every {every} from"
            f" the day of the pay-out: {_METHODS[terms.method]}."
        ),
        (
            f"4. Payments cover, in this order: {', '.join(terms.waterfall.split(','))}; the oldest"
            " instalment comes first."
        ),
        (
            f"5. The origination fee is {_percent(terms.origination_fee)} of the"
            f" principal{_vat(terms)}. {_kept_back(terms)}"
        ),
        f"6. {_late(terms, currency)}",
        (
            "7. The loan can be repaid early at any time. The compensation is at most"
            f" {_percent(terms.prepayment_compensation)} of the principal repaid early, half of it"
            " in the last year, and never more than the interest that is spared."
        ),
        (
            f"8. Each lender pays {_percent(terms.servicing_fee)} of the interest as servicing"
            f" fee{_vat(terms)}; {_percent(terms.withholding_tax)} of it is withheld as tax."
        ),
        f"Credit grade: {contract.grade or 'none'}.",
    )
    return "\n".join(clauses) + "\n"


def hash_of(text: str) -> str:
    """The SHA-256 of a text, as signatures name it."""
    return sha256(text.encode()).hexdigest()


def _percent(share: Fraction) -> str:
    exact = share * 100
    text = f"{float(exact):.6f}".rstrip("0").rstrip(".")
    if Fraction(text) != exact:
        text = f"{exact.numerator}/{exact.denominator}"
    return f"{text} %"


def _vat(terms: AgreedTerms) -> str:
    return f" and {_percent(terms.vat)} VAT on it" if terms.vat else ""


def _kept_back(terms: AgreedTerms) -> str:
    if terms.pays_out_net:
        return "It is kept back from the pay-out where the law allows it."
    return "It is charged with the first instalment."


def _late(terms: AgreedTerms, currency: str) -> str:
    if not terms.late_fee_minor and not terms.late_fee_share:
        return "There is no late fee."
    flat = f"{format_plain(terms.late_fee_minor, currency)} {currency}"
    return (
        f"An instalment that is unpaid {terms.grace_days} days after its due date bears one late"
        f" fee of {flat} and {_percent(terms.late_fee_share)} of what is unpaid, which goes to the"
        f" {'platform' if terms.late_fee_to_firm else 'lenders'}."
    )
