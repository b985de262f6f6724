"""What the books say, as tables for people and as JSON for programs."""

import json
from collections.abc import Callable, Sequence
from datetime import date

from rich import box
from rich.console import Console
from rich.table import Table

from tuppence.ledger.chart import CHART, Book, Owner
from tuppence.ledger.checks import Check
from tuppence.ledger.queries import StatementLine, TrialBalanceLine
from tuppence.ledger.transfers import AccountKey
from tuppence.money.currency import format_plain

BOOK_TITLES = {
    Book.CLIENT: "Client money",
    Book.FIRM: "The firm",
    Book.LOANS: "Loans administered",
    Book.BUDGET: "Budget commitments",
}


def as_text(checks: Sequence[Check]) -> str:
    """The checks as JSON, for programs."""
    return json.dumps(
        {
            "holds": all(found.holds for found in checks),
            "checks": [
                {
                    "name": found.name,
                    "invariant": found.invariant,
                    "compared": found.compared,
                    "count": found.count,
                    "different": found.different,
                    "differences": [
                        {"where": each.where, "expected": each.expected, "found": each.found}
                        for each in found.differences
                    ],
                }
                for found in checks
            ],
        },
        indent=2,
    )


def show(checks: Sequence[Check]) -> None:
    """The checks as a table, for people."""
    console = Console()
    table = _table("The books, computed again", "", "Promise", "Compared", ">Times", ">Differ")
    table.box = box.SIMPLE_HEAD
    for found in checks:
        table.add_row(
            "[green]✓[/]" if found.holds else "[bold red]✗[/]",
            found.invariant,
            f"{found.name}: [dim]{found.compared}[/]",
            f"{found.count:,}",
            f"[bold red]{found.different:,}[/]" if found.different else "",
        )
    console.print(table)
    for found in checks:
        for each in found.differences:
            console.print(
                f"[red]{found.name}[/]: {each.where}: expected {each.expected}, found {each.found}",
                highlight=False,
            )
        if found.different > len(found.differences):
            console.print(f"{found.name}: and {found.different - len(found.differences):,} more.")
    wrong = sum(not found.holds for found in checks)
    times = sum(found.count for found in checks)
    console.print(
        f"[bold red]{wrong} of {len(checks)} checks differ.[/]"
        if wrong
        else f"[green]The books are right:[/] {len(checks)} checks, {times:,} comparisons."
    )


def show_trial_balance(lines: Sequence[TrialBalanceLine]) -> None:
    """The four books one below the other, each with its sums."""
    console = Console()
    for book, currency in dict.fromkeys((line.book, line.currency) for line in lines):
        rows = [line for line in lines if (line.book, line.currency) == (book, currency)]
        table = _table(f"{BOOK_TITLES[book]}, {currency}", "Kind", ">Accounts", ">Debit", ">Credit")
        for row in rows:
            sides = (row.debit_minor, row.credit_minor)
            amounts = [format_plain(minor, currency) if minor else "" for minor in sides]
            table.add_row(row.kind.replace("_", " "), str(row.accounts), *amounts)
        table.add_section()
        sums = (sum(row.debit_minor for row in rows), sum(row.credit_minor for row in rows))
        table.add_row("", "", *(format_plain(minor, currency) for minor in sums), style="bold")
        console.print(table)
    if not lines:
        console.print("There are no accounts yet.")


def show_statement(
    account_id: int,
    key: AccountKey,
    lines: Sequence[StatementLine],
    *,
    day_of: Callable[[StatementLine], date],
) -> None:
    """An account's transfers with the balance after each."""
    headings = ("Day", "Kind", "About", "Other account", ">Change", ">Balance")
    table = _table(f"Account {account_id}: {title(key)}", *headings)
    for line in lines:
        table.add_row(
            f"{day_of(line)}",
            line.transfer.kind.replace("_", " "),
            f"{line.transfer.subject_kind} {line.transfer.subject_id or ''}".strip(),
            str(line.other_account_id),
            _signed(line.change_minor, key.currency),
            _signed(line.balance_minor, key.currency),
        )
    Console().print(table)


def title(key: AccountKey) -> str:
    """What an account is, in words."""
    owner = CHART[key.kind].owner
    whose = "" if owner is Owner.PLATFORM else f" of {owner} {key.owner_id}"
    return f"{key.kind.replace('_', ' ')}{whose}, {key.currency}"


def _table(title: str, *headings: str) -> Table:
    """A table; a heading that begins with > stands above figures."""
    table = Table(title=title, title_justify="left")
    for heading in headings:
        table.add_column(heading.lstrip(">"), justify="right" if heading[:1] == ">" else "left")
    return table


def _signed(minor: int, currency: str) -> str:
    return f"{'-' if minor < 0 else ''}{format_plain(abs(minor), currency)}"
