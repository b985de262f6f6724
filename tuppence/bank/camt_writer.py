"""Writing CAMT.053, as a bank would: for the built-in practice bank, and to prove the reader.

What is written is read back to the same values: `parse_camt053(write_camt053(s, …)) == s` for
statements in the reader's own form (texts in one line, account numbers without blanks).
"""

import re
import textwrap
from collections.abc import Sequence
from datetime import date, datetime
from xml.etree.ElementTree import Element

from tuppence.bank.iso20022 import (
    NAME_LENGTH_MAX,
    REFERENCE_LENGTH_MAX,
    TEXT_LENGTH_MAX,
    add,
    add_account,
    add_amount,
    document,
    serialise,
)
from tuppence.bank.statement import Statement, StatementLine

VERSIONS = ("02", "04", "08")

_DOMAIN = re.compile(r"[A-Z0-9]{4}\.[A-Z0-9]{4}\.[A-Z0-9]{4}")


def write_camt053(
    statements: Sequence[Statement],
    *,
    message_id: str,
    created_at: datetime,
    version: str = "08",
) -> bytes:
    """Return a CAMT.053 file with these statements, each of which needs both its balances.

    Raises MessageError for a text that the message cannot hold.
    """
    assert version in VERSIONS and created_at.tzinfo is not None
    root = document(f"urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}")
    message = add(root, "BkToCstmrStmt")
    header = add(message, "GrpHdr")
    add(header, "MsgId", message_id, length_max=REFERENCE_LENGTH_MAX)
    add(header, "CreDtTm", created_at.isoformat(timespec="seconds"))
    for statement in statements:
        _add_statement(message, statement, created_at, version)
    return serialise(root)


def _add_statement(
    message: Element, statement: Statement, created_at: datetime, version: str
) -> None:
    assert statement.opening_minor is not None and statement.closing_minor is not None
    assert statement.opened_on is not None and statement.closed_on is not None
    node = add(message, "Stmt")
    add(node, "Id", statement.reference, length_max=REFERENCE_LENGTH_MAX)
    add(node, "CreDtTm", created_at.isoformat(timespec="seconds"))
    account = add_account(node, "Acct", statement.account)
    add(account, "Ccy", statement.currency)
    for code, amount_minor, on in (
        ("OPBD", statement.opening_minor, statement.opened_on),
        ("CLBD", statement.closing_minor, statement.closed_on),
    ):
        balance = add(node, "Bal")
        add(balance, "Tp/CdOrPrtry/Cd", code)
        _add_signed(balance, amount_minor, statement.currency)
        _add_day(balance, "Dt", on)
    for line in statement.lines:
        _add_entry(node, line, version)


def _add_entry(statement: Element, line: StatementLine, version: str) -> None:
    entry = add(statement, "Ntry")
    _add_signed(entry, line.amount_minor, line.currency)
    add(entry, "RvslInd", "true" if line.is_reversal else "false")
    add(entry, "Sts/Cd" if version >= "07" else "Sts", "BOOK")
    _add_day(entry, "BookgDt", line.booked_on)
    _add_day(entry, "ValDt", line.valued_on)
    _add_reference(entry, "AcctSvcrRef", line.bank_reference)
    _add_bank_code(entry, line.bank_code)
    details = add(entry, "NtryDtls/TxDtls")
    references = add(details, "Refs")
    _add_reference(references, "PmtInfId", line.payment_information_id)
    _add_reference(references, "EndToEndId", line.end_to_end_id)
    if version == "02":
        add_amount(details, "AmtDtls/TxAmt/Amt", abs(line.amount_minor), line.currency)
    else:
        _add_signed(details, line.amount_minor, line.currency)
    _add_parties(details, line, version)
    if line.remittance:
        remittance = add(details, "RmtInf")
        for part in textwrap.wrap(
            line.remittance, TEXT_LENGTH_MAX, break_long_words=False, break_on_hyphens=False
        ):
            add(remittance, "Ustrd", part)
    if line.return_reason:
        kind = "Cd" if re.fullmatch("[A-Z0-9]{1,4}", line.return_reason) else "Prtry"
        add(details, f"RtrInf/Rsn/{kind}", line.return_reason, length_max=REFERENCE_LENGTH_MAX)


def _add_parties(details: Element, line: StatementLine, version: str) -> None:
    if not (line.counterparty_name or line.counterparty_account):
        return
    # In a return the parties stay those of the first payment: the other side is its payee.
    goes_back = line.is_reversal or bool(line.return_reason)
    other = "Dbtr" if (line.amount_minor > 0) != goes_back else "Cdtr"
    parties = add(details, "RltdPties")
    if line.counterparty_name:
        path = f"{other}/Pty/Nm" if version >= "08" else f"{other}/Nm"
        add(parties, path, line.counterparty_name, length_max=NAME_LENGTH_MAX)
    if line.counterparty_account:
        add_account(parties, f"{other}Acct", line.counterparty_account)


def _add_bank_code(entry: Element, bank_code: str) -> None:
    node = add(entry, "BkTxCd")
    if _DOMAIN.fullmatch(bank_code):
        domain, family, sub_family = bank_code.split(".")
        top = add(node, "Domn")
        add(top, "Cd", domain)
        below = add(top, "Fmly")
        add(below, "Cd", family)
        add(below, "SubFmlyCd", sub_family)
    elif bank_code:
        add(node, "Prtry/Cd", bank_code, length_max=REFERENCE_LENGTH_MAX)


def _add_reference(parent: Element, name: str, reference: str) -> None:
    if reference:
        add(parent, name, reference, length_max=REFERENCE_LENGTH_MAX)


def _add_signed(parent: Element, amount_minor: int, currency: str) -> None:
    add_amount(parent, "Amt", abs(amount_minor), currency)
    add(parent, "CdtDbtInd", "CRDT" if amount_minor >= 0 else "DBIT")


def _add_day(parent: Element, path: str, day: date) -> None:
    add(parent, f"{path}/Dt", day.isoformat())
