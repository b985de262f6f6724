"""What a tape needs before its first loan: a product, a client account, an officer, lenders."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

import numpy as np
from django.conf import settings
from django.db import transaction

from tuppence import platform
from tuppence.bank.models import ClientBankAccount, StatementFormat
from tuppence.bank.operations import ClientAccount, open_client_account
from tuppence.ledger import operations as ledger
from tuppence.ledger.chart import AccountKind
from tuppence.ledger.ids import derive_id
from tuppence.ledger.transfers import AMOUNT_MAX_MINOR, AccountKey
from tuppence.lending.models import Product
from tuppence.lending.operations import create_product
from tuppence.members.identity import DecideOrder, DecideStatus, SubmitOrder
from tuppence.members.models import User
from tuppence.members.operations import (
    create_staff,
    decide_identity,
    record_suitability,
    register_members,
    submit_identity,
)
from tuppence.members.queries import investor_columns
from tuppence.members.registration import MemberKind, RegisterOrder, RegisterStatus
from tuppence.members.roles import Role
from tuppence.members.suitability import SuitabilityKind, SuitabilityOrder
from tuppence.tapes.cells import TERM_MONTHS_MAX
from tuppence.tapes.event_times import EventTimes, Step
from tuppence.tapes.lenders import LenderPool
from tuppence.tapes.life_orders import country_of
from tuppence.tapes.mapping import TapeMap
from tuppence.tapes.order_keys import tape_key

PROVIDER = "tape"
"""Who vouches for the identity of a tape's members: the book they come from."""

OFFICER = "tape-import@officer.invalid"
"""The account that decisions of taken-over loans stand under. Nobody can sign in with it."""

TEST_HOLDS = np.timedelta64(365, "D")


class CurrencyTakenError(Exception):
    """The platform has a real client account in the tape's currency: its money stays apart."""


@dataclass(frozen=True, slots=True)
class Stage:
    """What every loan of a tape is booked with."""

    tape_map: TapeMap
    pool: LenderPool
    times: EventTimes
    product_id: int
    account_id: int
    officer_id: int
    lender_ids: Sequence[int]  # by the lender's place in the pool


@transaction.atomic
def set_up(tape_map: TapeMap, pool: LenderPool, *, first: date, at: datetime) -> Stage:
    """Make what is missing of all that; safe to repeat. `first` is the tape's earliest issue.

    Raises CurrencyTakenError.
    """
    times = EventTimes(platform.zone())
    began = date(first.year, 1, 1)
    moment = times.at(began, Step.JOIN)
    officer_id = _officer(at=at)
    return Stage(
        tape_map=tape_map,
        pool=pool,
        times=times,
        product_id=_product(tape_map, at=moment).pk,
        account_id=_client_account(tape_map, officer_id, at=moment),
        officer_id=officer_id,
        lender_ids=_lenders(tape_map, pool, at=moment),
    )


def verify(member_keys: Sequence[tuple[int, datetime]], tape: str) -> list[DecideStatus]:
    """Let the book that members come from vouch for them; one outcome a member."""
    asked = submit_identity(
        [
            SubmitOrder(tape_key(tape, "identity", member), member, at, provider=PROVIDER)
            for member, at in member_keys
        ]
    )
    orders = [
        DecideOrder(
            key=tape_key(tape, "identity is known", member),
            check_id=check.check_id or 0,
            approve=True,
            at=at,
            remark=f"Taken over with the tape {tape}.",
        )
        for (member, at), check in zip(member_keys, asked, strict=True)
    ]
    return [each.status for each in decide_identity(orders, by=None, provider=PROVIDER)]


def open_purses(member_ids: Sequence[int], currency: str, *, at: datetime) -> None:
    """Purses in the tape's currency, which need not be the platform's."""
    kinds = (AccountKind.MEMBER_AVAILABLE, AccountKind.MEMBER_RESERVED)
    keys = [AccountKey(kind, member, currency) for member in member_ids for kind in kinds]
    ledger.open_accounts(keys, at=at)


def keep_fit(stage: Stage, member_ids: Sequence[int], *, on: date) -> None:
    """See that lenders may invest on a day: tested within a year, warned, and sophisticated.

    Lenders of a pool stand in for those of the tape, who were let in where the loans were made.
    """
    facts = investor_columns(np.array(member_ids, dtype=np.int64))
    today = np.datetime64(on, "D")
    tested = facts.test_passed_on
    fresh = (tested <= today) & (today - tested < TEST_HOLDS)  # NaT is neither
    unfit = np.flatnonzero(~fresh | ~facts.sophisticated | ~facts.warning_acknowledged)
    book = platform.rulebook(on)
    tape, at = stage.tape_map.tape, stage.times.at(on, Step.JOIN)
    record_suitability(
        [
            SuitabilityOrder(
                key=tape_key(tape, "fit", kind.value, member, on.isoformat()),
                member_id=member,
                kind=kind,
                passed=True,
                rulebook=book.head.id,
                rulebook_version=book.head.dated.isoformat(),
                at=at,
            )
            for member in facts.member_ids[unfit].tolist()
            for kind in (
                SuitabilityKind.KNOWLEDGE_TEST,
                SuitabilityKind.SOPHISTICATED,
                SuitabilityKind.WARNING,
            )
        ]
    )


def _product(tape_map: TapeMap, *, at: datetime) -> Product:
    """The product of a tape: annuities of any size, at the fees that the map names."""
    return create_product(
        code=f"tape-{tape_map.tape}"[:40],
        at=at,
        name=(tape_map.title or tape_map.tape)[:80],
        currency=tape_map.currency,
        amount_minor_min=1,
        amount_minor_max=AMOUNT_MAX_MINOR - 1,
        instalments_min=1,
        instalments_max=TERM_MONTHS_MAX,
        annual_rate_min=Fraction(0),
        annual_rate_max=Fraction(1),
        origination_fee=tape_map.fees.origination_rate,
        pays_out_net=True,
        servicing_fee=tape_map.fees.servicing_rate,
        investment_minor_min=1,
        investment_minor_step=1,
    )


def _client_account(tape_map: TapeMap, officer_id: int, *, at: datetime) -> int:
    currency = tape_map.currency
    key = derive_id("tape", "client account", currency)
    others = ClientBankAccount.objects.filter(currency=currency, closed_at=None).exclude(key=key)
    if others.exists():
        raise CurrencyTakenError(
            f"This platform has a client bank account in {currency} already, and lines that no bank"
            " told of do not belong on it. Import the tape into a database of its own."
        )
    return open_client_account(
        ClientAccount(
            key=key,
            holder_name=f"{settings.TUPPENCE_NAME}, books taken over"[:70],
            account=f"TAPES{currency}",
            currency=currency,
            responsible_id=officer_id,
            statement_format=StatementFormat.COLUMNS.value,
        ),
        at=at,
    )


def _officer(*, at: datetime) -> int:
    known = User.objects.filter(email=OFFICER).first()
    if known is not None:
        return known.pk
    made = create_staff(
        OFFICER,
        legal_name="Tape Import",
        born_on=date(1970, 1, 1),  # of nobody: it tells this account's person from all others
        roles=[Role.CREDIT_OFFICER],
        at=at,
    )
    return made.pk


def _lenders(tape_map: TapeMap, pool: LenderPool, *, at: datetime) -> list[int]:
    """The pool's lenders as members of this tape, by their place in the pool."""
    tape = tape_map.tape
    orders = [
        RegisterOrder(
            key=tape_key(tape, "lender", pool.name, lender.index),
            kind=MemberKind.PERSON,
            legal_name=lender.name,
            country=country_of(tape_map),
            at=at,
        )
        for lender in pool.lenders
    ]
    registered = register_members(orders)
    ids = [each.member_id for each in registered if each.member_id is not None]
    assert len(ids) == len(orders), "a pool's lenders are always taken"
    fresh = [
        each.member_id
        for each in registered
        if each.status is RegisterStatus.REGISTERED and each.member_id is not None
    ]
    if fresh:
        verify([(member, at) for member in fresh], tape)
    open_purses(ids, tape_map.currency, at=at)
    return ids
