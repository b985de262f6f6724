"""A bank statement as values: what every statement format is read into.

One statement is of one account in one currency. Amounts are signed minor units: money that came
in is positive, money that went out is negative.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from tuppence.money.currency import format_plain
from tuppence.money.refusals import InputRefusedError, sentence

EARLIEST_DAY = date(1990, 1, 1)
"""No statement of an earlier day is taken: such a date is a slip of the bank's or of the map's."""


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One movement on a bank account, as the bank tells it.

    `fingerprint` says which movement in the world this is (`identity.py`); it is empty until it
    has been worked out. `remittance` is what the payer wrote, blanks collapsed.
    """

    booked_on: date
    valued_on: date
    amount_minor: int
    currency: str
    counterparty_name: str = ""
    counterparty_account: str = ""
    remittance: str = ""
    bank_reference: str = ""
    end_to_end_id: str = ""
    payment_information_id: str = ""
    bank_code: str = ""
    return_reason: str = ""
    is_reversal: bool = False
    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """The lines of one account in one currency, with the balances the bank states around them.

    A balance is None where the format does not give it (some CSV files).
    """

    account: str
    currency: str
    reference: str
    lines: tuple[StatementLine, ...]
    opening_minor: int | None = None
    closing_minor: int | None = None
    opened_on: date | None = None
    closed_on: date | None = None

    @property
    def movement_minor(self) -> int:
        """The sum of all lines, in minor units."""
        return sum(line.amount_minor for line in self.lines)


@dataclass(frozen=True, slots=True)
class RowProblem:
    """Why one row of a table cannot be taken; rows count from 1 at the top of the file."""

    row: int
    column: str
    reason: str

    def __str__(self) -> str:
        return f"row {self.row}, {self.column}: {self.reason}"


class StatementError(InputRefusedError):
    """A statement file cannot be taken, and nothing of it was.

    `line` and `position` count from 1 and 0 in an XML file, `problems` names rows of a table;
    each is empty where it does not apply.
    """

    def __init__(
        self,
        template: str,
        params: dict[str, str | int] | None = None,
        *,
        line: int | None = None,
        position: int | None = None,
        problems: Sequence[RowProblem] = (),
    ) -> None:
        super().__init__(template, params)
        self.line = line
        self.position = position
        self.problems = tuple(problems)

    def __str__(self) -> str:
        text = super().__str__()
        if self.line is not None:
            text = f"line {self.line}: {text}"
        return "\n".join([text, *map(str, self.problems)])


def one_line(text: str) -> str:
    """Collapse all blanks, and drop what cannot be printed: names and texts of other people.

    >>> one_line("  Invoice\\n 12\\x07 ")
    'Invoice 12'
    """
    words = "".join(letter for letter in text if letter.isprintable() or letter.isspace())
    return " ".join(words.split())


def account_key(text: str) -> str:
    """Return an account number in the one form in which it is compared and stored.

    >>> account_key("nl26 vayb 8060 4768 90")
    'NL26VAYB8060476890'
    """
    return "".join(letter for letter in text.upper() if letter.isalnum())


def check_balances(statement: Statement, *, line: int | None = None) -> None:
    """Raise StatementError unless opening balance plus all lines is the closing balance."""
    if statement.opening_minor is None or statement.closing_minor is None:
        return
    computed_minor = statement.opening_minor + statement.movement_minor
    if computed_minor == statement.closing_minor:
        return
    raise StatementError(
        sentence(
            "The statement %(reference)s does not add up: its opening balance and its lines make"
            " %(computed)s %(currency)s, but it closes with %(closing)s. Ask the bank for the"
            " whole statement; nothing was taken."
        ),
        {
            "reference": statement.reference or "—",
            "computed": format_plain(computed_minor, statement.currency),
            "closing": format_plain(statement.closing_minor, statement.currency),
            "currency": statement.currency,
        },
        line=line,
    )


def check_days(statements: Iterable[Statement], *, today: date) -> None:
    """Raise StatementError for a line booked after today or before any bank we can mean."""
    for statement in statements:
        days = [line.booked_on for line in statement.lines]
        days += [day for day in (statement.opened_on, statement.closed_on) if day is not None]
        for day in days:
            if not EARLIEST_DAY <= day <= today:
                raise StatementError(
                    sentence(
                        "The statement %(reference)s has the booking date %(day)s; only days up to"
                        " %(today)s can be taken. Check the file, and the order of day and month."
                    ),
                    {
                        "reference": statement.reference or "—",
                        "day": day.isoformat(),
                        "today": today.isoformat(),
                    },
                )
