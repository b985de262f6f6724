"""Payment files: structure against a real one, round trip, refusals."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tuppence.bank.guarded_xml import Node, read_xml
from tuppence.bank.iso20022 import MessageError
from tuppence.bank.payment_file import (
    PaymentFile,
    Transfer,
    Version,
    read_payment_file,
    write_payment_file,
)

IBAN = "DE89370400440532013000"
ADA = Transfer("E1", 150_00, "Ada Byron", "GB82WEST12345698765432", "WESTGB22", "Payout 1")
ORDER = PaymentFile(
    message_id="TF1",
    created_at=datetime(2026, 3, 2, 15, 30, tzinfo=UTC),
    payer_name="Tuppence client account",
    payer_account=IBAN,
    payer_bic="COBADEFFXXX",
    currency="EUR",
    execute_on=date(2026, 3, 3),
    transfers=(ADA,),
)


def paths(node: Node, above: str = "") -> list[str]:
    """Every element path, each once, in document order."""
    own = f"{above}/{node.name}"
    found = [own, *(path for child in node.children for path in paths(child, own))]
    return list(dict.fromkeys(found))


def test_version_03_has_the_elements_of_a_real_file_in_their_order(shared_data: Path) -> None:
    real_file = shared_data / "bank_statements" / "pain" / "pain.001.001.03.xml"
    real = paths(read_xml(real_file.read_bytes()))
    ours = paths(read_xml(write_payment_file(ORDER, Version.V03)))
    assert [path for path in ours if path in real] == [path for path in real if path in ours]
    assert set(real) - set(ours) == set()
    assert sorted(path.rsplit("/", 1)[1] for path in set(ours) - set(real)) == [
        "CdtrAcct",
        "CtrlSum",  # in the group header too
        "IBAN",
        "Id",
    ]


def test_version_09_differs_where_the_standard_does() -> None:
    root = read_xml(write_payment_file(ORDER, Version.V09))
    assert root.namespace == "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
    block = root.all("CstmrCdtTrfInitn/PmtInf")[0]
    assert block.said("ReqdExctnDt/Dt") == "2026-03-03"
    assert block.said("DbtrAgt/FinInstnId/BICFI") == "COBADEFFXXX"
    assert block.said("CdtTrfTxInf/Amt/InstdAmt") == "150.00"
    assert block.said("BtchBookg") == "false"


def test_other_accounts_and_currencies_are_not_called_sepa() -> None:
    order = replace(
        ORDER, currency="CNY", payer_bic="", transfers=(replace(ADA, payee_account="6222021234"),)
    )
    block = read_xml(write_payment_file(order)).all("CstmrCdtTrfInitn/PmtInf")[0]
    assert block.first("PmtTpInf") is None
    assert block.said("ChrgBr") == "SHAR"
    assert block.said("CdtTrfTxInf/CdtrAcct/Id/Othr/Id") == "6222021234"
    assert block.said("DbtrAgt/FinInstnId/Othr/Id") == "NOTPROVIDED"


def test_markup_in_a_name_is_text() -> None:
    order = replace(ORDER, transfers=(replace(ADA, payee_name="</Nm><Nm>Eve & Co"),))
    assert read_payment_file(write_payment_file(order)) == order


@pytest.mark.parametrize(
    ("order", "says"),
    [
        (replace(ORDER, transfers=()), "at least one transfer"),
        (replace(ORDER, transfers=(ADA, ADA)), "end-to-end id of its own"),
        (replace(ORDER, transfers=(replace(ADA, end_to_end_id=""),)), "end-to-end id of its own"),
        (replace(ORDER, transfers=(replace(ADA, payee_name=" "),)), "has no name"),
        (replace(ORDER, transfers=(replace(ADA, payee_name="x" * 71),)), "too long for Cdtr/Nm"),
        (replace(ORDER, transfers=(replace(ADA, payee_name="A\x00"),)), "holds a character"),
        (replace(ORDER, transfers=(replace(ADA, payee_account=""),)), "not an account number"),
        (replace(ORDER, payer_account="DE89 3704"), "not an account number"),
        (replace(ORDER, message_id="x" * 36), "too long for MsgId"),
    ],
)
def test_what_a_bank_would_refuse_is_not_written(order: PaymentFile, says: str) -> None:
    with pytest.raises(MessageError, match=says):
        write_payment_file(order)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<Document/>",
        write_payment_file(ORDER).replace(b"<CtrlSum>150.00", b"<CtrlSum>150.01"),
        write_payment_file(ORDER).replace(b">150.00</InstdAmt", b">-150.00</InstdAmt"),
        write_payment_file(ORDER).replace(b"<NbOfTxs>1", b"<NbOfTxs>2"),
    ],
)
def test_a_damaged_file_is_not_carried_out(data: bytes) -> None:
    with pytest.raises(MessageError):
        read_payment_file(data)


@pytest.mark.parametrize("currency", ["EUR", "JPY", "KWD"])
@pytest.mark.parametrize("version", Version)
@given(st.lists(st.integers(1, 10**12), min_size=1, max_size=8))
@settings(max_examples=40, deadline=None)
def test_what_is_written_is_read_back(
    version: Version, currency: str, amounts_minor: list[int]
) -> None:
    transfers = tuple(
        replace(ADA, end_to_end_id=f"E{number}", amount_minor=amount_minor)
        for number, amount_minor in enumerate(amounts_minor)
    )
    order = replace(ORDER, transfers=transfers, currency=currency)
    assert read_payment_file(write_payment_file(order, version)) == order
