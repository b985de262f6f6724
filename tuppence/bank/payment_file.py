"""Payment files: ISO 20022 pain.001, customer credit transfer initiation.

Written for the client bank, and read by the built-in practice bank. One file has one payment
information block: one account, one currency, one day. Each transfer asks to be booked on its
own, so that the statement names each.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from xml.etree.ElementTree import Element

from tuppence.bank.guarded_xml import GuardedXmlError, Node, read_xml
from tuppence.bank.iso20022 import (
    REFERENCE_LENGTH_MAX,
    MessageError,
    add,
    add_account,
    add_amount,
    document,
    serialise,
)
from tuppence.bank.reference import is_iban
from tuppence.bank.statement import account_key, one_line
from tuppence.money.currency import format_plain, parse_amount
from tuppence.money.refusals import InputRefusedError, sentence, shown

NAME_LENGTH_MAX = 70
"""The European payment schemes carry 70 characters of a name, although the message has 140."""

NOT_PROVIDED = "NOTPROVIDED"


class Version(StrEnum):
    """The versions of pain.001 that are written; banks move from the first to the second."""

    V03 = "03"
    V09 = "09"


@dataclass(frozen=True, slots=True)
class Transfer:
    """One credit transfer. `end_to_end_id` comes back on the statement."""

    end_to_end_id: str
    amount_minor: int
    payee_name: str
    payee_account: str
    payee_bic: str = ""
    remittance: str = ""


@dataclass(frozen=True, slots=True)
class PaymentFile:
    """Transfers from one account, in one currency, to be carried out on one day."""

    message_id: str
    created_at: datetime
    payer_name: str
    payer_account: str
    currency: str
    execute_on: date
    transfers: tuple[Transfer, ...]
    payer_bic: str = ""

    @property
    def total_minor(self) -> int:
        """The sum of all transfers, in minor units."""
        return sum(transfer.amount_minor for transfer in self.transfers)


def write_payment_file(order: PaymentFile, version: Version = Version.V09) -> bytes:
    """Return the file for the bank.

    Raises MessageError for a file without transfers, a repeated end-to-end id, a name or an
    account that is missing, and for text that the message cannot hold.
    """
    _check(order)
    root = document(f"urn:iso:std:iso:20022:tech:xsd:pain.001.001.{version}")
    message = add(root, "CstmrCdtTrfInitn")
    header = add(message, "GrpHdr")
    add(header, "MsgId", order.message_id, length_max=REFERENCE_LENGTH_MAX)
    add(header, "CreDtTm", order.created_at.isoformat(timespec="seconds"))
    _add_sums(header, order)
    add(header, "InitgPty/Nm", order.payer_name, length_max=NAME_LENGTH_MAX)
    _add_payment_information(message, order, version)
    return serialise(root)


def read_payment_file(data: bytes) -> PaymentFile:
    """Read a file that `write_payment_file` wrote, of either version.

    Raises MessageError if it is none, or if its own sums do not agree with its transfers.
    """
    try:
        root = read_xml(data)
        block = _one(_one(root, "CstmrCdtTrfInitn"), "PmtInf")
        header = _one(root, "CstmrCdtTrfInitn/GrpHdr")
        order = _read(header, block)
        created_at_is_aware = order.created_at.tzinfo is not None
    except (GuardedXmlError, InputRefusedError, ValueError) as error:
        raise MessageError(
            sentence("This is not a payment file that can be read: %(reason)s"),
            {"reason": str(error)},
        ) from error
    total = format_plain(order.total_minor, order.currency)
    stated = (header.said("NbOfTxs"), header.said("CtrlSum"))
    if stated != (str(len(order.transfers)), total) or not created_at_is_aware:
        raise MessageError(
            sentence("The payment file's own sums do not agree with its transfers."), {}
        )
    return order


def _check(order: PaymentFile) -> None:
    assert order.created_at.tzinfo is not None
    if not order.transfers:
        raise MessageError(sentence("A payment file needs at least one transfer."), {})
    for name in (order.payer_name, *(transfer.payee_name for transfer in order.transfers)):
        if not name.strip():
            raise MessageError(sentence("A payer or payee has no name: banks refuse that."), {})
    for account in (order.payer_account, *(item.payee_account for item in order.transfers)):
        if account != account_key(account) or not account:
            raise MessageError(
                sentence("“%(account)s” is not an account number without blanks."),
                {"account": shown(account)},
            )
    assert all(transfer.amount_minor > 0 for transfer in order.transfers)
    ids = Counter(transfer.end_to_end_id for transfer in order.transfers)
    if "" in ids or max(ids.values()) > 1:
        raise MessageError(sentence("Each transfer needs an end-to-end id of its own."), {})


def _add_sums(parent: Element, order: PaymentFile) -> None:
    add(parent, "NbOfTxs", str(len(order.transfers)))
    add(parent, "CtrlSum", format_plain(order.total_minor, order.currency))


def _add_payment_information(message: Element, order: PaymentFile, version: Version) -> None:
    is_sepa = order.currency == "EUR" and _all_ibans(order)
    block = add(message, "PmtInf")
    add(block, "PmtInfId", order.message_id, length_max=REFERENCE_LENGTH_MAX)
    add(block, "PmtMtd", "TRF")
    add(block, "BtchBookg", "false")
    _add_sums(block, order)
    if is_sepa:
        add(block, "PmtTpInf/SvcLvl/Cd", "SEPA")
    day_path = "ReqdExctnDt/Dt" if version is Version.V09 else "ReqdExctnDt"
    add(block, day_path, order.execute_on.isoformat())
    add(block, "Dbtr/Nm", order.payer_name, length_max=NAME_LENGTH_MAX)
    add_account(block, "DbtrAcct", order.payer_account)
    _add_agent(block, "DbtrAgt", order.payer_bic, version)
    add(block, "ChrgBr", "SLEV" if is_sepa else "SHAR")
    for transfer in order.transfers:
        _add_transfer(block, transfer, order.currency, version)


def _add_transfer(block: Element, transfer: Transfer, currency: str, version: Version) -> None:
    node = add(block, "CdtTrfTxInf")
    add(node, "PmtId/EndToEndId", transfer.end_to_end_id, length_max=REFERENCE_LENGTH_MAX)
    add_amount(node, "Amt/InstdAmt", transfer.amount_minor, currency)
    if transfer.payee_bic:
        _add_agent(node, "CdtrAgt", transfer.payee_bic, version)
    add(node, "Cdtr/Nm", transfer.payee_name, length_max=NAME_LENGTH_MAX)
    add_account(node, "CdtrAcct", transfer.payee_account)
    if transfer.remittance:
        add(node, "RmtInf/Ustrd", transfer.remittance)


def _add_agent(parent: Element, name: str, bic: str, version: Version) -> None:
    institution = add(parent, f"{name}/FinInstnId")
    if bic:
        add(institution, "BICFI" if version is Version.V09 else "BIC", bic)
    else:
        add(institution, "Othr/Id", NOT_PROVIDED)


def _all_ibans(order: PaymentFile) -> bool:
    accounts = (order.payer_account, *(transfer.payee_account for transfer in order.transfers))
    return all(is_iban(account) for account in accounts)


def _read(header: Node, block: Node) -> PaymentFile:
    nodes = block.all("CdtTrfTxInf")
    amounts = [_one(node, "Amt/InstdAmt") for node in nodes]
    currencies = {amount.attributes.get("Ccy", "") for amount in amounts}
    if len(currencies) != 1:
        raise MessageError(sentence("The transfers are not all in one currency."), {})
    currency = currencies.pop()
    return PaymentFile(
        message_id=header.said("MsgId"),
        created_at=datetime.fromisoformat(header.said("CreDtTm")),
        payer_name=one_line(block.said("Dbtr/Nm")),
        payer_account=_account(block, "DbtrAcct"),
        payer_bic=block.said("DbtrAgt/FinInstnId/BICFI", "DbtrAgt/FinInstnId/BIC"),
        currency=currency,
        execute_on=date.fromisoformat(block.said("ReqdExctnDt/Dt", "ReqdExctnDt")),
        transfers=tuple(
            _read_transfer(node, amount.text, currency)
            for node, amount in zip(nodes, amounts, strict=True)
        ),
    )


def _read_transfer(node: Node, amount: str, currency: str) -> Transfer:
    return Transfer(
        end_to_end_id=node.said("PmtId/EndToEndId"),
        amount_minor=parse_amount(amount.strip(), currency),
        payee_name=one_line(node.said("Cdtr/Nm")),
        payee_account=_account(node, "CdtrAcct"),
        payee_bic=node.said("CdtrAgt/FinInstnId/BICFI", "CdtrAgt/FinInstnId/BIC"),
        remittance=one_line(" ".join(item.text for item in node.all("RmtInf/Ustrd"))),
    )


def _account(node: Node, name: str) -> str:
    return account_key(node.said(f"{name}/Id/IBAN", f"{name}/Id/Othr/Id"))


def _one(node: Node, path: str) -> Node:
    found = node.all(path)
    if len(found) != 1:
        raise MessageError(sentence("It needs exactly one %(path)s."), {"path": path})
    return found[0]
