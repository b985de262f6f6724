"""What Beancount is told, in its own words."""

from datetime import UTC, date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from beancount.core.account import is_valid

from tuppence.ledger import beancount
from tuppence.ledger.chart import CHART, AccountKind, Owner
from tuppence.ledger.transfers import AccountKey, Transfer

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize("kind", list(AccountKind))
def test_every_kind_has_a_name_that_beancount_takes(kind: AccountKind) -> None:
    owner_id = 0 if CHART[kind].owner is Owner.PLATFORM else 12
    assert is_valid(beancount.account_name(AccountKey(kind, owner_id, "EUR")))


def test_no_two_accounts_share_a_name() -> None:
    keys = [
        AccountKey(kind, owner_id, "EUR")
        for kind in AccountKind
        for owner_id in ((0,) if CHART[kind].owner is Owner.PLATFORM else (1, 2))
    ]
    assert len({beancount.account_name(key) for key in keys}) == len(keys)


@pytest.mark.parametrize(
    ("kind", "owner_id", "name"),
    [
        ("client_bank", 0, "Assets:Client:ClientBank"),
        ("member_reserved", 3, "Liabilities:Client:MemberReserved:M3"),
        ("marketing_expense", 12, "Expenses:Firm:MarketingExpense:A12"),
        ("firm_capital", 0, "Equity:Firm:FirmCapital"),
        ("holdings", 8, "Liabilities:Loans:Holdings:L8"),
        ("interest_owed", 2, "Assets:Loans:InterestOwed:P2"),
        ("budget_used", 5, "Liabilities:Budget:BudgetUsed:C5"),
    ],
)
def test_books_and_owners_are_in_the_name(kind: str, owner_id: int, name: str) -> None:
    assert beancount.account_name(AccountKey(AccountKind(kind), owner_id, "EUR")) == name


def test_a_transfer_stands_on_its_business_day_with_its_facts() -> None:
    late = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)  # already the third in Berlin
    sent = Transfer(
        UUID(int=1), 1, 2, 5, 'a "kind"\\', late, late, UUID(int=2), "loan", 7, UUID(int=3)
    )
    text = beancount.transaction(
        sent,
        debit=AccountKey(AccountKind.CLIENT_BANK, 0, "JPY"),
        credit=AccountKey(AccountKind.MEMBER_AVAILABLE, 4, "JPY"),
        zone=BERLIN,
    )
    assert text.splitlines() == [
        '2026-03-03 * "a \\"kind\\"\\\\" #client',
        '  id: "00000000-0000-0000-0000-000000000001"',
        '  group: "00000000-0000-0000-0000-000000000002"',
        '  kind: "a \\"kind\\"\\\\"',
        '  occurred: "2026-03-02T23:30:00+00:00"',
        '  recorded: "2026-03-02T23:30:00+00:00"',
        '  subject: "loan 7"',
        '  reverses: "00000000-0000-0000-0000-000000000003"',
        "  Assets:Client:ClientBank  5 JPY",
        "  Liabilities:Client:MemberAvailable:M4  -5 JPY",
    ]


def test_an_account_begins_with_what_was_brought_forward() -> None:
    key, first = AccountKey(AccountKind.MEMBER_AVAILABLE, 4, "EUR"), date(2026, 3, 2)
    assert beancount.opening(key, first=first) == (
        "2026-03-02 open Liabilities:Client:MemberAvailable:M4\n"
    )
    assert beancount.brought_forward(key, first=first, net_debit_minor=0) == ""
    text = beancount.brought_forward(key, first=first, net_debit_minor=-123_45)
    assert text.splitlines() == [
        '2026-03-02 * "brought forward" #client',
        "  Liabilities:Client:MemberAvailable:M4  -123.45 EUR",
        "  Equity:Client:BroughtForward  123.45 EUR",
    ]
