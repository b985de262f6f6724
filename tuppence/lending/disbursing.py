"""Decide whether a funded application is paid out, and what its loan looks like. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from uuid import UUID

import numpy as np

from tuppence.ledger.chart import AccountKind
from tuppence.lending.accounts import Accounts
from tuppence.lending.agreed_terms import AgreedTerms
from tuppence.lending.orders import DisburseOrder, DisburseStatus
from tuppence.lending.schedule import Instalment, build_schedule
from tuppence.money.rounding import Rounding, round_to_minor


@dataclass(frozen=True, slots=True)
class SignedApplication:
    """An application as the pay-out sees it. Terms are those of its contract."""

    id: int
    product_id: int
    borrower_id: int
    currency: str
    amount_minor: int
    approved: bool
    withdrawn: bool
    signed: bool
    annual_rate: Fraction
    instalments: int
    grade: str
    terms: AgreedTerms | None
    loan_id: int | None
    loan_key: UUID | None
    loan_principal_minor: int


@dataclass(frozen=True, slots=True, eq=False)
class NewLoan:
    """A loan to be written. The fee is with VAT; `withheld` when it is kept back of the pay-out."""

    place: int
    order: DisburseOrder
    application: SignedApplication
    terms: AgreedTerms
    member_ids: np.ndarray  # each lender once, ascending
    amounts_minor: np.ndarray
    rows: list[Instalment]
    fee_minor: int
    fee_vat_minor: int
    withheld: bool

    @property
    def matures_on(self) -> date:
        """The last due date."""
        return self.rows[-1].due_on


def decide_disbursements(
    orders: Sequence[DisburseOrder],
    *,
    applications: Mapping[int, SignedApplication],
    accounts: Accounts,
    may_withhold: Mapping[date, bool],
) -> tuple[list[DisburseStatus], list[NewLoan]]:
    """One status an order, in order of arrival, and the loans that come of it.

    `may_withhold` says for each pay-out day whether the rulebook lets the fee be kept back.
    """
    statuses: list[DisburseStatus] = []
    loans: list[NewLoan] = []
    paid: dict[int, tuple[UUID, int]] = {}
    reserved: dict[int, int] = {}
    for place, order in enumerate(orders):
        application = applications.get(order.application_id)
        members, at = np.unique(order.member_ids, return_inverse=True)
        amounts = np.zeros(len(members), dtype=np.int64)
        np.add.at(amounts, at, order.amounts_minor)
        status = _refuse(order, application, paid) or _refuse_money(
            order, members, amounts, accounts, reserved
        )
        if status is None and application is not None and application.terms is not None:
            loans.append(_loan(place, order, application, members, amounts, may_withhold[order.on]))
            paid[application.id] = (order.key, order.funded_minor)
            for member, amount in zip(members.tolist(), amounts.tolist(), strict=True):
                reserved[member] = reserved.get(member, 0) + amount
        statuses.append(status or DisburseStatus.PAID_OUT)
    return statuses, loans


def _refuse(
    order: DisburseOrder,
    application: SignedApplication | None,
    paid: Mapping[int, tuple[UUID, int]],
) -> DisburseStatus | None:
    if application is None:
        return DisburseStatus.APPLICATION_NOT_FOUND
    earlier = paid.get(application.id)
    if application.loan_key is not None:
        earlier = (application.loan_key, application.loan_principal_minor)
    if earlier is not None:
        if earlier[0] != order.key:
            return DisburseStatus.ALREADY_PAID_OUT
        same = earlier[1] == order.funded_minor
        return DisburseStatus.EXISTS if same else DisburseStatus.EXISTS_WITH_DIFFERENT_FIELDS
    if application.withdrawn:
        return DisburseStatus.APPLICATION_WITHDRAWN
    if not application.approved:
        return DisburseStatus.APPLICATION_NOT_APPROVED
    if not application.signed or application.terms is None:
        return DisburseStatus.NOT_SIGNED
    if not 0 < order.funded_minor <= application.amount_minor:
        return DisburseStatus.AMOUNT_OUT_OF_BOUNDS
    return None


def _refuse_money(
    order: DisburseOrder,
    members: np.ndarray,
    amounts: np.ndarray,
    accounts: Accounts,
    reserved: Mapping[int, int],
) -> DisburseStatus | None:
    if (order.amounts_minor <= 0).any() or int(amounts.sum()) != order.funded_minor:
        return DisburseStatus.LENDERS_DO_NOT_ADD_UP
    if (accounts.of(AccountKind.MEMBER_RESERVED, members) < 0).any():
        return DisburseStatus.LENDER_WITHOUT_PURSE
    held = accounts.balance_of(AccountKind.MEMBER_RESERVED, members)
    taken = [reserved.get(member, 0) for member in members.tolist()] if reserved else 0
    if (amounts + np.asarray(taken) > held).any():
        return DisburseStatus.EXCEEDS_RESERVED
    return None


def _loan(
    place: int,
    order: DisburseOrder,
    application: SignedApplication,
    members: np.ndarray,
    amounts: np.ndarray,
    may_withhold: bool,
) -> NewLoan:
    terms = application.terms
    assert terms is not None
    schedule = terms.schedule_terms(
        order.funded_minor,
        application.currency,
        application.annual_rate,
        application.instalments,
        order.on,
    )
    net_minor = round_to_minor(order.funded_minor * terms.origination_fee, Rounding.HALF_EVEN)
    vat_minor = round_to_minor(net_minor * terms.vat, Rounding.HALF_EVEN)
    return NewLoan(
        place=place,
        order=order,
        application=application,
        terms=terms,
        member_ids=members,
        amounts_minor=amounts,
        rows=build_schedule(schedule),
        fee_minor=net_minor + vat_minor,
        fee_vat_minor=vat_minor,
        withheld=terms.pays_out_net and may_withhold,
    )
