"""One member's whole story, newest first: the two books, the letters, and what staff did and wrote.

Each source is read by the member through an index, only as far as the page reaches; what a reader
may not see is counted and never read. Moments may be equal, so a place in the story is the moment
and a key: the row's number and, in its last digit, its source.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from tuppence.ledger.chart import AccountKind
from tuppence.web.stories import GIVEN_BACK, RECEIVED, VERBS, Kind, kind_of, verbs_of
from tuppence.web.tables.cursor import Cursor, Side


@dataclass(frozen=True, slots=True)
class Row:
    """One happening: `code` is a verb, a kind of transfer, a state of a letter or an act."""

    at: datetime
    key: int
    source: str
    code: str
    subject_kind: str
    subject_id: int
    amount_minor: int | None
    currency: str
    who: str
    text: str


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of the story with the cursors of the pages around them."""

    rows: Sequence[Row]
    newer: Cursor | None
    older: Cursor | None


EVENTS = """SELECT at, id * 10 + 0 AS key, 'event' AS source, verb AS code, subject_kind,
        subject_id, amount_minor, currency, '' AS who,
        coalesce(properties->>'bucket', properties->>'purpose', properties->>'document_kind', '')
            AS text
    FROM events_event WHERE member_id = %(member)s
        AND (verb = ANY(%(verbs)s) OR (%(others)s AND NOT verb = ANY(%(known)s)))"""
TRANSFERS = """SELECT occurred_at AS at, seq * 10 + {digit} AS key, 'transfer' AS source,
        kind AS code, subject_kind, subject_id, amount_minor, (SELECT currency FROM ledger_account
            WHERE id = {side}_account_id) AS currency, '' AS who, id::text AS text
    FROM ledger_transfer WHERE kind = ANY(%({side})s) AND {side}_account_id IN (
        SELECT id FROM ledger_account WHERE owner_id = %(member)s AND kind = %(purse)s)"""
LETTERS = """SELECT happened_at AS at, id * 10 + 3 AS key, 'letter' AS source, state AS code,
        'letter' AS subject_kind, id AS subject_id, NULL::bigint AS amount_minor, '' AS currency,
        '' AS who, content->>'subject' AS text
    FROM letters_outboxletter WHERE member_id = %(member)s"""
NOTES = """SELECT n.written_at AS at, n.id * 10 + 4 AS key, 'note' AS source, '' AS code,
        '' AS subject_kind, 0::bigint AS subject_id, NULL::bigint AS amount_minor,
        '' AS currency, u.email AS who, n.text AS text
    FROM members_compliancenote n JOIN members_user u ON u.id = n.written_by_id
    WHERE n.member_id = %(member)s"""
MARKS = """SELECT m.starts_at AS at, m.id * 10 + 5 AS key, 'mark' AS source,
        m.kind || '.' || m.finding AS code, '' AS subject_kind, 0::bigint AS subject_id,
        NULL::bigint AS amount_minor, '' AS currency, coalesce(u.email, '') AS who,
        m.remark AS text
    FROM members_mark m LEFT JOIN members_user u ON u.id = m.set_by_id
    WHERE m.member_id = %(member)s"""
ACTS = """SELECT a.at, a.id * 10 + 6 AS key, 'act' AS source, a.action || '/' || a.outcome AS code,
        a.subject_kind, a.subject_id, NULL::bigint AS amount_minor, '' AS currency,
        coalesce(u.email, '') AS who, a.why AS text
    FROM (
        SELECT 'member' AS kind, %(member)s::bigint AS id
        UNION ALL SELECT 'identity_check', id FROM members_identitycheck
            WHERE member_id = %(member)s
        UNION ALL SELECT 'bank_account', id FROM members_bankaccount WHERE member_id = %(member)s
        UNION ALL SELECT 'document', id FROM members_document WHERE member_id = %(member)s
        UNION ALL SELECT 'approval_request', id FROM members_approvalrequest
            WHERE member_id = %(member)s
        UNION ALL SELECT 'withdrawal', id FROM bank_withdrawal WHERE member_id = %(member)s
        UNION ALL SELECT 'application', id FROM lending_application
            WHERE borrower_id = %(member)s
        UNION ALL SELECT 'loan', id FROM lending_loan WHERE borrower_id = %(member)s
        UNION ALL SELECT 'complaint', id FROM compliance_complaint WHERE member_id = %(member)s
    ) AS subject
    JOIN members_auditentry a ON a.subject_kind = subject.kind AND a.subject_id = subject.id
    LEFT JOIN members_user u ON u.id = a.user_id"""

BY_KIND: Mapping[Kind, Sequence[str]] = {
    Kind.LENDING: (
        TRANSFERS.format(side="credit", digit=1),
        TRANSFERS.format(side="debit", digit=2),
    ),
    Kind.LETTERS: (LETTERS,),
    Kind.COMPLIANCE: (NOTES, MARKS),
    Kind.STAFF: (ACTS,),
}


def story(member_id: int, kinds: Sequence[Kind], *, at: Cursor | None, size: int) -> Page:
    """So many happenings of these kinds from a place on; the newest without one."""
    back = at is not None and at.side is Side.BEFORE
    order, how = ("ASC", ">") if back else ("DESC", "<")
    params = _params(member_id, kinds) | {"limit": size + 1}
    place = ""
    if at is not None:
        place = f" WHERE (at, key) {how} (%(at)s, %(key)s)"
        params |= {"at": at.value, "key": at.key}
    tail = f"{place} ORDER BY at {order}, key {order} LIMIT %(limit)s"
    # Texts of this file alone are put together; every value is a parameter.
    parts = [f"(SELECT * FROM ({each}) AS one{tail})" for each in _sources(kinds)]  # noqa: S608
    whole = f"SELECT * FROM ({' UNION ALL '.join(parts)}) AS told"  # noqa: S608
    rows = _rows(f"{whole} ORDER BY at {order}, key {order} LIMIT %(limit)s", params)
    more, rows = len(rows) > size, rows[:size]
    if back:
        rows.reverse()
    before, after = (more, True) if back else (at is not None, more)
    return Page(
        rows,
        Cursor(Side.BEFORE, rows[0].at, rows[0].key) if rows and before else None,
        Cursor(Side.AFTER, rows[-1].at, rows[-1].key) if rows and after else None,
    )


def counts(member_id: int) -> dict[Kind, int]:
    """How many happenings of each kind there are, whoever asks; kinds without any are absent."""
    params = _params(member_id, list(Kind))
    parts = [f"SELECT 'verb', code, count(*) FROM ({EVENTS}) AS one GROUP BY code"]  # noqa: S608
    for kind, sources in BY_KIND.items():
        parts += [
            f"SELECT 'kind', '{kind}', count(*) FROM ({each}) AS one"  # noqa: S608
            for each in sources
        ]
    found: dict[Kind, int] = {}
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), params)
        for said, name, number in cursor:
            kind = kind_of(name) if said == "verb" else Kind(name)
            found[kind] = found.get(kind, 0) + number
    return {kind: number for kind, number in found.items() if number}


def _sources(kinds: Sequence[Kind]) -> list[str]:
    return [EVENTS] + [each for kind in kinds for each in BY_KIND.get(kind, ())]


def _params(member_id: int, kinds: Sequence[Kind]) -> dict[str, Any]:
    return {
        "member": member_id,
        "verbs": verbs_of(kinds),
        "others": Kind.STAFF in kinds,
        "known": list(VERBS),
        "credit": list(RECEIVED),
        "debit": list(GIVEN_BACK),
        "purse": AccountKind.MEMBER_AVAILABLE.value,
    }


def _rows(query: str, params: Mapping[str, Any]) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(query, params)
        return [Row(*row) for row in cursor]
