"""Bank lines and files as finance reads them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from tuppence.bank.matching import Meaning
from tuppence.bank.models import BankBreak, BankLine, HousePayment, LineMatch, StatementFile
from tuppence.web.reads.staff.suggestions import Suggested, suggestions_of


@dataclass(frozen=True, slots=True)
class LineRow:
    """One line of a statement with what it means now."""

    id: int
    booked_on: date
    amount_minor: int
    currency: str
    counterparty_name: str
    remittance: str
    meaning: str
    member_id: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class MeaningRow:
    """What a line meant from one moment on."""

    meaning: str
    member_id: int | None
    reason: str
    by: str
    starts_at: datetime
    ends_at: datetime | None


@dataclass(frozen=True, slots=True)
class LinePage:
    """A line with everything the bank told and every meaning it had."""

    row: LineRow
    line: BankLine
    file_id: int
    meanings: tuple[MeaningRow, ...]
    break_id: int | None
    suggestions: tuple[Suggested, ...]


def lines(
    *, meaning: str = "", file_id: int | None = None, before_id: int | None = None, limit: int
) -> list[LineRow]:
    """Lines by meaning or file, newest first."""
    rows = LineMatch.objects.filter(ends_at=None).select_related("line__account")
    if meaning:
        rows = rows.filter(meaning=meaning)
    if file_id is not None:
        # By the file's own lines: read from the newest line down, most would be of other files.
        of_file = BankLine.objects.filter(statement__file_id=file_id)
        if before_id is not None:
            of_file = of_file.filter(id__lt=before_id)
        latest = of_file.order_by("-id").values_list("id", flat=True)[:limit]
        rows = rows.filter(line_id__in=list(latest))
    if before_id is not None:
        rows = rows.filter(line_id__lt=before_id)
    return [row_of(match) for match in rows.order_by("-line_id")[:limit]]


def row_of(match: LineMatch) -> LineRow:
    """A line by its open meaning."""
    line = match.line
    return LineRow(
        line.pk,
        line.booked_on,
        line.amount_minor,
        line.account.currency,
        line.counterparty_name,
        line.remittance,
        match.meaning,
        match.member_id,
        match.reason,
    )


def line_page(line_id: int) -> LinePage | None:
    """One line."""
    matches = list(
        LineMatch.objects.filter(line_id=line_id)
        .select_related("line__account", "line__statement", "matched_by")
        .order_by("starts_at", "id")
    )
    open_match = next((match for match in matches if match.ends_at is None), None)
    if open_match is None:
        return None
    line, waits = open_match.line, open_match.meaning == Meaning.UNALLOCATED
    found = BankBreak.objects.filter(line_id=line_id).values_list("id", flat=True).first()
    return LinePage(
        row=row_of(open_match),
        line=line,
        file_id=line.statement.file_id,
        meanings=tuple(
            MeaningRow(
                match.meaning,
                match.member_id,
                match.reason,
                match.matched_by.email if match.matched_by else "",
                match.starts_at,
                match.ends_at,
            )
            for match in matches
        ),
        break_id=found,
        suggestions=tuple(suggestions_of(line)) if waits else (),
    )


def statement_file(file_id: int) -> StatementFile | None:
    """One imported file."""
    return StatementFile.objects.select_related("imported_by").filter(id=file_id).first()


def house_payments(*, limit: int = 100) -> Sequence[HousePayment]:
    """Payments of the house that two people agreed on, newest first."""
    rows = HousePayment.objects.select_related("account", "asked_by", "approved_by")
    return list(rows.order_by("-id")[:limit])


@dataclass(frozen=True, slots=True)
class SetAside:
    """A receipt that the bank booked twice, waiting for the bank's correction."""

    line_id: int
    payer: str
    amount_minor: int
    currency: str
    since: datetime
    reason: str


def set_aside(*, limit: int = 50) -> list[SetAside]:
    """Receipts set aside as doubled, the oldest first."""
    rows = LineMatch.objects.filter(meaning=Meaning.DOUBLED, ends_at=None)
    return [
        SetAside(
            match.line_id,
            match.line.counterparty_name,
            match.line.amount_minor,
            match.line.account.currency,
            match.starts_at,
            match.reason,
        )
        for match in rows.select_related("line__account").order_by("starts_at", "id")[:limit]
    ]
