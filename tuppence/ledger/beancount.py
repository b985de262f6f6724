"""The books as Beancount reads them: an independent program that adds everything up again.

Each of the four books is a branch of its own below Beancount's five roots, and each transfer stays
in one branch, so every book balances in itself: Assets:Client:… against Liabilities:Client:….
Account parts begin with a capital letter and hold letters and digits only, as Beancount demands.
"""

from collections.abc import Iterable, Mapping
from datetime import date, tzinfo

from tuppence.ledger.chart import CHART, AccountKind, Book, Owner
from tuppence.ledger.transfers import AccountKey, Transfer
from tuppence.money.currency import format_plain

BOOK_NAMES: Mapping[Book, str] = {
    Book.CLIENT: "Client",
    Book.FIRM: "Firm",
    Book.LOANS: "Loans",
    Book.BUDGET: "Budget",
}
OWNER_LETTERS: Mapping[Owner, str] = {
    Owner.MEMBER: "M",
    Owner.LOAN: "L",
    Owner.PRODUCT: "P",
    Owner.CAMPAIGN: "C",
    Owner.ACTIVITY: "A",
    Owner.PARTNER: "V",
}
# Where the side alone does not tell the root.
ROOTS: Mapping[AccountKind, str] = {
    AccountKind.FEE_INCOME: "Income",
    AccountKind.FIRM_CAPITAL: "Equity",
    AccountKind.MARKETING_EXPENSE: "Expenses",
    AccountKind.STAFF_TIME_CHARGED: "Expenses",
    AccountKind.INCENTIVE_EXPENSE: "Expenses",
    AccountKind.FIRM_LOSS: "Expenses",
}


def account_name(key: AccountKey) -> str:
    """The account's name in Beancount.

    >>> account_name(AccountKey(AccountKind.MEMBER_AVAILABLE, 12, "EUR"))
    'Liabilities:Client:MemberAvailable:M12'
    >>> account_name(AccountKey(AccountKind.FEE_INCOME, 0, "EUR"))
    'Income:Firm:FeeIncome'
    """
    rule = CHART[key.kind]
    root = ROOTS.get(key.kind, "Assets" if rule.debit_normal else "Liabilities")
    kind = "".join(part.capitalize() for part in key.kind.split("_"))
    parts = [root, BOOK_NAMES[rule.book], kind]
    if rule.owner is not Owner.PLATFORM:
        parts.append(f"{OWNER_LETTERS[rule.owner]}{key.owner_id}")
    return ":".join(parts)


def brought_forward_name(book: Book) -> str:
    """The account against which a part of the books begins with its opening balances."""
    return f"Equity:{BOOK_NAMES[book]}:BroughtForward"


def heading(title: str, currencies: Iterable[str], *, first: date) -> str:
    """The options, and the accounts that opening balances are brought forward against."""
    lines = [f'option "title" {_quoted(title)}']
    lines += [f'option "operating_currency" "{currency}"' for currency in currencies]
    lines += [f"{first} open {brought_forward_name(book)}" for book in Book]
    return "\n".join([*lines, "", ""])


def opening(key: AccountKey, *, first: date) -> str:
    """An account is there from the first day on; one name serves every currency of an owner."""
    return f"{first} open {account_name(key)}\n"


def brought_forward(key: AccountKey, *, first: date, net_debit_minor: int) -> str:
    """What the account held before the first day; nothing where it held nothing."""
    if not net_debit_minor:
        return ""
    book = CHART[key.kind].book
    return "\n".join(
        [
            f'{first} * "brought forward" #{BOOK_NAMES[book].lower()}',
            _posting(account_name(key), net_debit_minor, key.currency),
            _posting(brought_forward_name(book), -net_debit_minor, key.currency),
            "",
        ]
    )


def transaction(transfer: Transfer, *, debit: AccountKey, credit: AccountKey, zone: tzinfo) -> str:
    """One transfer, on the business day of its recording, with where it comes from."""
    book = BOOK_NAMES[CHART[debit.kind].book].lower()
    day = transfer.recorded_at.astimezone(zone).date()
    facts = {
        "id": str(transfer.id),
        "group": str(transfer.group_id),
        "kind": transfer.kind,
        "occurred": transfer.occurred_at.isoformat(),
        "recorded": transfer.recorded_at.isoformat(),
    }
    if transfer.subject_kind:
        facts["subject"] = f"{transfer.subject_kind} {transfer.subject_id}"
    if transfer.reverses_id:
        facts["reverses"] = str(transfer.reverses_id)
    return "\n".join(
        [
            f"{day} * {_quoted(transfer.kind.replace('_', ' '))} #{book}",
            *(f"  {name}: {_quoted(value)}" for name, value in facts.items()),
            _posting(account_name(debit), transfer.amount_minor, debit.currency),
            _posting(account_name(credit), -transfer.amount_minor, credit.currency),
            "",
        ]
    )


def closing(key: AccountKey, *, after: date, net_debit_minor: int) -> str:
    """What our books say the account holds at the end; Beancount refuses another sum.

    The tolerance is zero: left to itself, Beancount lets a difference of a cent pass.
    """
    amount = _amount(net_debit_minor, key.currency)
    return f"{after} balance {account_name(key)}  {amount} ~ 0 {key.currency}\n"


def _posting(account: str, minor: int, currency: str) -> str:
    return f"  {account}  {_amount(minor, currency)} {currency}"


def _amount(minor: int, currency: str) -> str:
    return f"{'-' if minor < 0 else ''}{format_plain(abs(minor), currency)}"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
    return f'"{escaped}"'
