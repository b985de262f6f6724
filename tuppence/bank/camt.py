"""CAMT.053, the ISO 20022 account statement: versions 02 to 08 of the message.

What is read, and how its oddities are taken:

- several statements in a file are several `Statement`s;
- only booked entries count; pending and informational ones come again when they are booked;
- the sign is that of `CdtDbtInd`, also where `RvslInd` is true: the indicator tells which way
  this entry moved the balance, and the reversal flag only that it undoes an earlier entry;
- an entry with several transaction details (a batch) is split when the details add up to the
  entry; otherwise it stays one line, since the account moved by the entry's amount;
- opening booked balance (OPBD, else PRCD) plus the entries must be the closing one (CLBD).

CAMT.052 and CAMT.054 tell of the same movements before the statement does, and are refused.
"""

import re
from dataclasses import dataclass, replace
from datetime import date

from tuppence.bank.guarded_xml import GuardedXmlError, Node, read_xml
from tuppence.bank.identity import means_something, with_fingerprints
from tuppence.bank.statement import (
    Statement,
    StatementError,
    StatementLine,
    account_key,
    check_balances,
    one_line,
)
from tuppence.money.currency import AmountError, UnknownCurrencyError, minor_digits, parse_amount
from tuppence.money.refusals import sentence, shown

VERSIONS = ("02", "03", "04", "05", "06", "07", "08")

_NAMESPACE = re.compile(r"urn:iso:std:iso:20022:tech:xsd:([a-z]{4}\.[0-9]{3})\.001\.([0-9]{2})")
_DAY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(T[0-9:.]+)?(Z|[+-][0-9]{2}:[0-9]{2})?")
_NUMBER = re.compile(r"([0-9]{1,18})(?:\.([0-9]{0,17}))?")

_OTHER_MESSAGES = {
    "camt.052": sentence(
        "This is a CAMT.052, a report of the running day. Its entries are provisional and come"
        " again in the statement: upload the CAMT.053 of the day instead."
    ),
    "camt.054": sentence(
        "This is a CAMT.054, a notification of single movements. The same movements stand in the"
        " statement and would be booked twice: upload the CAMT.053 instead."
    ),
}


def parse_camt053(data: bytes) -> tuple[Statement, ...]:
    """Read a CAMT.053 file whole, with fingerprints and checked balances.

    Raises StatementError, and nothing else, if any part of the file cannot be taken.
    """
    try:
        root = read_xml(data)
    except GuardedXmlError as error:
        raise StatementError(
            sentence("This file cannot be read: %(reason)s. Download it from the bank again."),
            {"reason": error.reason},
            line=error.line,
            position=error.position,
        ) from error
    message = _statement_message(root)
    statements = message.all("Stmt")
    if not statements:
        raise _refused(
            message, sentence("The file holds no statement (no Stmt element): there is no account.")
        )
    return with_fingerprints(_statement(node) for node in statements)


def _statement_message(root: Node) -> Node:
    match = _NAMESPACE.fullmatch(root.namespace)
    name, version = match.groups() if match else ("", "")
    if name in _OTHER_MESSAGES:
        raise _refused(root, _OTHER_MESSAGES[name])
    if name != "camt.053":
        raise _refused(
            root,
            sentence(
                "This is not an account statement in CAMT.053: its namespace is “%(namespace)s”."
            ),
            namespace=shown(root.namespace, length_max=80),
        )
    if version not in VERSIONS:
        raise _refused(
            root,
            sentence(
                "This is CAMT.053 in version %(version)s; versions %(first)s to %(last)s are read."
                " Choose one of these at the bank."
            ),
            version=version,
            first=VERSIONS[0],
            last=VERSIONS[-1],
        )
    return _needed(root, "BkToCstmrStmt")


def _statement(node: Node) -> Statement:
    account = account_key(node.said("Acct/Id/IBAN", "Acct/Id/Othr/Id"))
    if not account:
        raise _refused(node, sentence("A statement names no account (neither IBAN nor Othr)."))
    opening, closing = _balances(node)
    currency = node.said("Acct/Ccy") or opening.currency
    for balance in (opening, closing):
        if balance.currency != currency:
            raise _refused(
                balance.node,
                sentence(
                    "The %(code)s balance is in %(currency)s, but the account is in %(account)s."
                ),
                code=balance.code,
                currency=shown(balance.currency),
                account=shown(currency),
            )
    lines = [line for entry in node.all("Ntry") for line in _entry_lines(entry, currency)]
    statement = Statement(
        account=account,
        currency=currency,
        reference=one_line(node.said("Id")),
        lines=tuple(lines),
        opening_minor=opening.amount_minor,
        closing_minor=closing.amount_minor,
        opened_on=opening.on,
        closed_on=closing.on,
    )
    check_balances(statement, line=node.line)
    return statement


@dataclass(frozen=True, slots=True)
class _Balance:
    node: Node
    code: str
    amount_minor: int
    currency: str
    on: date


def _balances(statement: Node) -> tuple[_Balance, _Balance]:
    """Return the opening and the closing booked balance."""
    by_code: dict[str, Node] = {}
    for node in statement.all("Bal"):
        by_code.setdefault(node.said("Tp/CdOrPrtry/Cd"), node)
    opening = by_code.get("OPBD") or by_code.get("PRCD")
    closing = by_code.get("CLBD")
    if opening is None or closing is None:
        raise _refused(
            statement,
            sentence(
                "A statement lacks its opening (OPBD) or closing (CLBD) booked balance, so it"
                " cannot be checked. Ask the bank for statements of whole days."
            ),
        )
    return _balance(opening), _balance(closing)


def _balance(node: Node) -> _Balance:
    code = node.said("Tp/CdOrPrtry/Cd")
    amount_minor, currency = _amount(_needed(node, "Amt"))
    return _Balance(node, code, amount_minor * _sign(node), currency, _day(_needed(node, "Dt")))


def _entry_lines(entry: Node, currency: str) -> list[StatementLine]:
    if entry.said("Sts/Cd", "Sts").upper() != "BOOK":
        return []
    amount_minor, entry_currency = _amount(_needed(entry, "Amt"))
    if entry_currency != currency:
        raise _refused(
            entry,
            sentence("An entry is in %(entry)s, but the account is in %(account)s."),
            entry=shown(entry_currency),
            account=currency,
        )
    booked_on = _day(_needed(entry, "BookgDt"))
    value_day = entry.first("ValDt")
    whole = StatementLine(
        booked_on=booked_on,
        valued_on=_day(value_day) if value_day else booked_on,
        amount_minor=amount_minor * _sign(entry),
        currency=currency,
        bank_reference=_reference(entry.said("AcctSvcrRef")),
        bank_code=_bank_code(entry),
        payment_information_id=_reference(entry.said("NtryDtls/Btch/PmtInfId")),
        is_reversal=entry.said("RvslInd").lower() in {"true", "1"},
    )
    details = entry.all("NtryDtls/TxDtls")
    if whole.amount_minor == 0:
        # A closing fee of nothing, a memo: the account did not move, so there is nothing to book.
        return []
    if len(details) <= 1:
        return [_described(whole, details[0] if details else None, entry)]
    parts = _parts(details, whole)
    if parts is None:
        texts = [_remittance(detail) for detail in details]
        return [replace(whole, remittance=one_line(" ".join(texts) or entry.said("AddtlNtryInf")))]
    return [
        _described(replace(whole, amount_minor=part_minor), detail, entry)
        for part_minor, detail in zip(parts, details, strict=True)
        if part_minor
    ]


def _parts(details: list[Node], whole: StatementLine) -> list[int] | None:
    """Return the signed amount of each detail, or None if they do not make up the entry."""
    parts, signs = [], []
    for detail in details:
        amount = detail.first("Amt") or detail.first("AmtDtls/TxAmt/Amt")
        if amount is None or amount.attributes.get("Ccy", "") != whole.currency:
            return None
        parts.append(_amount(amount)[0])
        signs.append(_sign(detail) if detail.first("CdtDbtInd") else _sign_of(whole.amount_minor))
    by_own_sign = [part * sign for part, sign in zip(parts, signs, strict=True)]
    # Some banks mark every detail as a credit, seen from the payee: then the entry's sign holds.
    by_entry_sign = [part * _sign_of(whole.amount_minor) for part in parts]
    for candidate in (by_own_sign, by_entry_sign):
        if sum(candidate) == whole.amount_minor:
            return candidate
    return None


def _described(line: StatementLine, detail: Node | None, entry: Node) -> StatementLine:
    """Fill in who paid and why, from the transaction detail where there is one."""
    if detail is None:
        return replace(line, remittance=one_line(entry.said("AddtlNtryInf")))
    return_reason = one_line(detail.said("RtrInf/Rsn/Cd", "RtrInf/Rsn/Prtry"))
    # In a return the parties stay those of the first payment: the other side is its payee.
    goes_back = line.is_reversal or bool(return_reason)
    other = "Dbtr" if (line.amount_minor > 0) != goes_back else "Cdtr"
    parties = f"RltdPties/{other}"
    remittance = _remittance(detail) or detail.said("AddtlTxInf") or entry.said("AddtlNtryInf")
    return replace(
        line,
        counterparty_name=one_line(detail.said(f"{parties}/Pty/Nm", f"{parties}/Nm")),
        counterparty_account=account_key(
            detail.said(f"{parties}Acct/Id/IBAN", f"{parties}Acct/Id/Othr/Id")
        ),
        remittance=one_line(remittance),
        bank_reference=_reference(detail.said("Refs/AcctSvcrRef")) or line.bank_reference,
        end_to_end_id=_reference(detail.said("Refs/EndToEndId")),
        payment_information_id=_reference(detail.said("Refs/PmtInfId"))
        or line.payment_information_id,
        bank_code=_bank_code(detail) or line.bank_code,
        return_reason=return_reason,
    )


def _remittance(detail: Node) -> str:
    texts = [node.text for node in detail.all("RmtInf/Ustrd")]
    texts += [node.text for node in detail.all("RmtInf/Strd/CdtrRefInf/Ref")]
    texts += [node.text for node in detail.all("RmtInf/Strd/AddtlRmtInf")]
    return one_line(" ".join(texts))


def _bank_code(node: Node) -> str:
    """Return the bank transaction code, `PMNT.ICDT.RRTN`, or the bank's own, `544`."""
    domain = [
        node.said("BkTxCd/Domn/Cd"),
        node.said("BkTxCd/Domn/Fmly/Cd"),
        node.said("BkTxCd/Domn/Fmly/SubFmlyCd"),
    ]
    return one_line(".".join(domain) if any(domain) else node.said("BkTxCd/Prtry/Cd"))


def _reference(text: str) -> str:
    text = one_line(text)
    return text if means_something(text) else ""


def _amount(node: Node) -> tuple[int, str]:
    """Return an amount in minor units, and its currency.

    ISO 20022 allows five decimals in any currency: zeros beyond the minor unit are dropped.
    """
    currency = node.attributes.get("Ccy", "")
    match = _NUMBER.fullmatch(node.text.strip())
    try:
        digits = minor_digits(currency)
        if match is None:
            raise AmountError(
                sentence("“%(text)s” is not an amount."), {"text": shown(node.text.strip())}
            )
        whole, decimals = match.group(1), (match.group(2) or "").rstrip("0")
        plain = f"{whole}.{decimals.ljust(digits, '0')}" if decimals else whole
        return parse_amount(plain, currency, allow_zero=True), currency
    except (AmountError, UnknownCurrencyError) as error:
        raise _refused(node, error.template, **error.params) from error


def _sign(node: Node) -> int:
    indicator = node.said("CdtDbtInd")
    if indicator not in {"CRDT", "DBIT"}:
        raise _refused(
            node,
            sentence("“%(indicator)s” is neither CRDT nor DBIT: money in or out is not told."),
            indicator=shown(indicator),
        )
    return 1 if indicator == "CRDT" else -1


def _sign_of(amount_minor: int) -> int:
    return 1 if amount_minor >= 0 else -1


def _day(node: Node) -> date:
    """Return the day of a date, or of a moment as the bank's own clock showed it."""
    text = node.said("Dt", "DtTm")
    match = _DAY.fullmatch(text)
    try:
        return date.fromisoformat(match.group(1) if match else "")
    except ValueError as error:
        raise _refused(
            node, sentence("“%(text)s” is not a date of the calendar."), text=shown(text)
        ) from error


def _needed(node: Node, name: str) -> Node:
    found = node.first(name)
    if found is None:
        raise _refused(
            node,
            sentence("The element %(parent)s lacks %(name)s, which every statement has."),
            parent=shown(node.name),
            name=name,
        )
    return found


def _refused(node: Node, template: str, **params: str | int) -> StatementError:
    return StatementError(template, params, line=node.line)
