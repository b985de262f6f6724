"""Where a member stands, in the few figures of their first page."""

from dataclasses import dataclass
from datetime import date

from django.db import connection


@dataclass(frozen=True, slots=True)
class DueLoan:
    """A loan of the member's own with its next due date."""

    loan_id: int
    title: str
    next_due_on: date


@dataclass(frozen=True, slots=True)
class Position:
    """What a member lent and owes, and what waits for them."""

    lent_out_minor: int
    owed_minor: int
    due: tuple[DueLoan, ...]
    to_sign: tuple[tuple[int, str], ...]  # applications approved and not signed: id and title

    @property
    def next_due_on(self) -> date | None:
        """The earliest due date."""
        return min((row.next_due_on for row in self.due), default=None)


def position_of(member_id: int) -> Position:
    """Holdings, loans and contracts of a member, in three queries."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(sum(outstanding_minor), 0)::bigint FROM lending_holding"
            " WHERE member_id = %s",
            [member_id],
        )
        lent_out_minor = cursor.fetchone()[0]
        cursor.execute(
            "SELECT l.id, a.title, l.next_due_on, l.outstanding_minor FROM lending_loan AS l"
            " JOIN lending_application AS a ON a.id = l.application_id"
            " WHERE l.borrower_id = %s AND l.state = 'active' ORDER BY l.next_due_on, l.id",
            [member_id],
        )
        loans = cursor.fetchall()
        cursor.execute(
            "SELECT a.id, a.title FROM lending_application AS a"
            " JOIN lending_applicationdecision AS d ON d.application_id = a.id AND d.approved"
            " LEFT JOIN lending_applicationwithdrawal AS w ON w.application_id = a.id"
            " LEFT JOIN lending_contract AS c ON c.application_id = a.id"
            " LEFT JOIN lending_signature AS s"
            "   ON s.contract_id = c.id AND s.member_id = a.borrower_id"
            " WHERE a.borrower_id = %s AND w.id IS NULL AND s.id IS NULL ORDER BY a.id",
            [member_id],
        )
        to_sign = tuple((number, title) for number, title in cursor)
    return Position(
        lent_out_minor=lent_out_minor,
        owed_minor=sum(row[3] for row in loans),
        due=tuple(DueLoan(row[0], row[1], row[2]) for row in loans if row[2] is not None),
        to_sign=to_sign,
    )
