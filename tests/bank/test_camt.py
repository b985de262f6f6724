"""CAMT.053: real files, each oddity, a round trip through our own writer, and hostile input."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tuppence.bank.camt import parse_camt053
from tuppence.bank.camt_writer import VERSIONS, write_camt053
from tuppence.bank.identity import means_something, with_fingerprints
from tuppence.bank.statement import Statement, StatementError, StatementLine

CREATED_AT = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)


@pytest.fixture
def camt(shared_data: Path) -> Path:
    return shared_data / "bank_statements" / "camt"


def entry(
    amount: str = "10.00",
    *,
    sign: str = "CRDT",
    status: str = "<Sts>BOOK</Sts>",
    day: str = "<Dt>2026-03-02</Dt>",
    more: str = "",
    currency: str = "EUR",
) -> str:
    return (
        f'<Ntry><Amt Ccy="{currency}">{amount}</Amt><CdtDbtInd>{sign}</CdtDbtInd>{status}'
        f"<BookgDt>{day}</BookgDt><BkTxCd/>{more}</Ntry>"
    )


def details(
    *, amount: str = "", sign: str = "CRDT", end_to_end_id: str = "", more: str = ""
) -> str:
    money = f'<Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>{sign}</CdtDbtInd>' if amount else ""
    refs = f"<Refs><EndToEndId>{end_to_end_id}</EndToEndId></Refs>" if end_to_end_id else ""
    return f"<TxDtls>{refs}{money}{more}</TxDtls>"


def balance(code: str, amount: str, *, sign: str = "CRDT", day: str = "2026-03-01") -> str:
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy='EUR'>{amount}</Amt>"
        f"<CdtDbtInd>{sign}</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>"
    )


def camt_file(
    *entries: str, opening: str = "0.00", closing: str = "10.00", version: str = "04"
) -> bytes:
    return (
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}">'
        "<BkToCstmrStmt><GrpHdr/><Stmt><Id>S1</Id>"
        "<Acct><Id><IBAN>DE89370400440532013000</IBAN></Id></Acct>"
        f"{balance('OPBD', opening)}{balance('CLBD', closing)}{''.join(entries)}"
        "</Stmt></BkToCstmrStmt></Document>"
    ).encode()


def only_lines(data: bytes) -> tuple[StatementLine, ...]:
    (statement,) = parse_camt053(data)
    return statement.lines


# --- real files --------------------------------------------------------------------------------


def test_a_real_statement_is_read_whole(camt: Path) -> None:
    (statement,) = parse_camt053((camt / "bsp_camt.053.001.02.xml").read_bytes())
    assert statement.account == "50000000054910000003"
    assert (statement.opening_minor, statement.closing_minor) == (500_000_00, 435_678_50)
    assert [line.amount_minor for line in statement.lines] == [105_678_50, -200_000_00, 30_000_00]
    deposit, batch, _ = statement.lines
    assert (deposit.counterparty_name, deposit.end_to_end_id) == ("MUELLER", "MUELL/FINP/RA12345")
    assert deposit.booked_on == date(2010, 10, 18)
    assert batch.payment_information_id == "FINP-0055/001"


def test_several_statements_in_a_file(camt: Path) -> None:
    first, second = parse_camt053((camt / "camt053.v2.multi.statement.xml").read_bytes())
    assert (first.movement_minor, second.movement_minor) == (8_85, -7_00)
    assert first.closing_minor == second.opening_minor
    assert first.lines[0].remittance == "Transaction Description 1"


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("camt052.v2.xml", "CAMT.052, a report of the running day"),
        ("camt054.v4.xml", "would be booked twice"),
        ("camt053.v2.wrong.xml", "holds no statement"),
        ("camt053.v2.all-balance-types.xml", "9.86 EUR, but it closes with 4.04"),
        ("camt053.v2.minimal.xml", "CLBD balance is in SEK, but the account is in EUR"),
        ("camt053.v2.with-party-ids.xml", "CLBD balance is in SEK"),
        ("camt053.v4.xml", "CLBD balance is in SEK"),
    ],
)
def test_real_files_that_cannot_be_booked_say_why(camt: Path, name: str, says: str) -> None:
    with pytest.raises(StatementError, match=re.escape(says)) as refused:
        parse_camt053((camt / name).read_bytes())
    assert refused.value.line is not None


@pytest.mark.parametrize("name", ["camt053.v4.xml", "camt053.v2.with-party-ids.xml"])
def test_their_entries_are_read_once_the_balance_is_right(camt: Path, name: str) -> None:
    text = (camt / name).read_text()
    wrong = r'<Amt Ccy="SEK">27.00</Amt>\s*<CdtDbtInd>DBIT'
    text = re.sub(wrong, '<Amt Ccy="EUR">27.00</Amt><CdtDbtInd>CRDT', text)
    (statement,) = parse_camt053(text.encode())
    (line,) = statement.lines
    assert (line.amount_minor, line.currency) == (8_85, "EUR")
    assert (line.counterparty_name, line.counterparty_account) == (
        "NAME NAME",
        "NL56AGDH9619008421",
    )
    assert line.remittance == "4654654654654654"
    assert (line.booked_on, line.valued_on) == (date(2014, 12, 31), date(2015, 1, 2))


# --- oddities ----------------------------------------------------------------------------------


def test_a_batch_is_split_where_its_details_add_up() -> None:
    batch = entry(
        "10.00",
        more="<AcctSvcrRef>B1</AcctSvcrRef><NtryDtls>"
        + details(amount="4.00", end_to_end_id="A")
        + details(amount="6.00", end_to_end_id="B")
        + "</NtryDtls>",
    )
    lines = only_lines(camt_file(batch))
    assert [(line.amount_minor, line.end_to_end_id) for line in lines] == [(400, "A"), (600, "B")]
    assert len({line.fingerprint for line in lines}) == 2


def test_a_batch_of_debits_whose_details_are_marked_as_credits_is_split() -> None:
    batch = entry(
        "10.00",
        sign="DBIT",
        more=f"<NtryDtls>{details(amount='4.00')}{details(amount='6.00')}</NtryDtls>",
    )
    lines = only_lines(camt_file(batch, opening="10.00", closing="0.00"))
    assert [line.amount_minor for line in lines] == [-400, -600]


def test_details_of_mixed_direction_are_netted() -> None:
    batch = entry(
        "10.00",
        more=f"<NtryDtls>{details(amount='12.00')}{details(amount='2.00', sign='DBIT')}</NtryDtls>",
    )
    assert [line.amount_minor for line in only_lines(camt_file(batch))] == [1200, -200]


@pytest.mark.parametrize(
    "parts", [details(amount="4.00") + details(amount="5.00"), details() + details()]
)
def test_a_batch_whose_details_do_not_add_up_stays_one_line(parts: str) -> None:
    lines = only_lines(camt_file(entry("10.00", more=f"<NtryDtls>{parts}</NtryDtls>")))
    assert [line.amount_minor for line in lines] == [1000]


def test_the_older_place_of_detail_amounts_is_read() -> None:
    part = "<TxDtls><AmtDtls><TxAmt><Amt Ccy='EUR'>5.00</Amt></TxAmt></AmtDtls></TxDtls>"
    batch = entry("10.00", more=f"<NtryDtls>{part}</NtryDtls><NtryDtls>{part}</NtryDtls>")
    assert [line.amount_minor for line in only_lines(camt_file(batch, version="02"))] == [500, 500]


def test_a_reversal_keeps_the_direction_it_states() -> None:
    # RvslInd with DBIT: a credit was undone, so money left. The balances prove the sign.
    undone = entry("3.00", sign="DBIT", more="").replace("<Sts>", "<RvslInd>true</RvslInd><Sts>")
    first, second = only_lines(camt_file(entry("3.00"), undone, closing="0.00"))
    assert (first.amount_minor, first.is_reversal) == (300, False)
    assert (second.amount_minor, second.is_reversal) == (-300, True)


@pytest.mark.parametrize("status", ["<Sts>PDNG</Sts>", "<Sts><Cd>INFO</Cd></Sts>", ""])
def test_entries_that_are_not_booked_are_left_out(status: str) -> None:
    lines = only_lines(camt_file(entry(), entry("99.00", status=status)))
    assert [line.amount_minor for line in lines] == [1000]


def test_the_newer_form_of_status_and_parties_is_read() -> None:
    parties = "<RltdPties><Dbtr><Pty><Nm>Ada  Byron</Nm></Pty></Dbtr></RltdPties>"
    booked = entry(
        status="<Sts><Cd>BOOK</Cd></Sts>", more=f"<NtryDtls>{details(more=parties)}</NtryDtls>"
    )
    (line,) = only_lines(camt_file(booked, version="08"))
    assert line.counterparty_name == "Ada Byron"


def test_in_a_return_the_other_side_is_the_payee_of_the_first_payment() -> None:
    parties = (
        "<RltdPties><Dbtr><Nm>Us</Nm></Dbtr><Cdtr><Nm>Ada</Nm></Cdtr></RltdPties>"
        "<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>"
    )
    (line,) = only_lines(camt_file(entry(more=f"<NtryDtls>{details(more=parties)}</NtryDtls>")))
    assert (line.counterparty_name, line.return_reason) == ("Ada", "AC04")


def test_references_that_say_nothing_are_empty() -> None:
    (line,) = only_lines(
        camt_file(
            entry(
                more="<AcctSvcrRef>NONREF</AcctSvcrRef>"
                f"<NtryDtls>{details(end_to_end_id='NOTPROVIDED')}</NtryDtls>"
            )
        )
    )
    assert (line.bank_reference, line.end_to_end_id) == ("", "")


def test_the_day_is_that_of_the_banks_own_clock() -> None:
    (line,) = only_lines(camt_file(entry(day="<DtTm>2026-03-02T23:30:00-05:00</DtTm>")))
    assert line.booked_on == date(2026, 3, 2)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (camt_file(entry("10.005")), "EUR has 2 decimals"),
        (camt_file(entry("-10.00")), "is not an amount"),
        (camt_file(entry("1e2")), "is not an amount"),
        (camt_file(entry("NaN")), "is not an amount"),
        (camt_file(entry("10,00")), "is not an amount"),
        (camt_file(entry("１０")), "is not an amount"),
        (camt_file(entry("999999999999999999")), "too large"),
        (camt_file(entry(sign="DEBT")), "neither CRDT nor DBIT"),
        (camt_file(entry(day="<Dt>2026-02-30</Dt>")), "not a date of the calendar"),
        (camt_file(entry(day="<Dt>20260302</Dt>")), "not a date of the calendar"),
        (camt_file(entry(day="<Dt>２026-03-02</Dt>")), "not a date of the calendar"),
        (camt_file(entry(currency="USD")), "An entry is in USD, but the account is in EUR"),
        (camt_file(entry(currency="")), "is not a currency code"),
        (camt_file(entry(), closing="10.01"), "does not add up"),
        (camt_file(entry(), version="13"), "version 13; versions 02 to 08"),
        (camt_file(entry()).replace(b"CLBD", b"CLAV"), "lacks its opening (OPBD) or closing"),
        (camt_file(entry()).replace(b"IBAN>", b"BBAN>"), "names no account"),
        (b"<Document/>", "its namespace is"),
        (b"", "line 1: This file cannot be read"),
        (b"not xml", "not well-formed"),
        (camt_file(entry())[:-20], "not well-formed"),
        (b"<?xml version='1.0' encoding='utf-7'?><a/>", "cannot be read"),
    ],
)
def test_bad_files_are_refused_with_a_sentence(data: bytes, says: str) -> None:
    with pytest.raises(StatementError, match=re.escape(says)):
        parse_camt053(data)


def test_a_fault_is_named_with_line_and_position() -> None:
    data = camt_file(entry()).replace(b"<GrpHdr/>", b"\n<GrpHdr>\n</Grp>")
    with pytest.raises(StatementError) as refused:
        parse_camt053(data)
    assert (refused.value.line, refused.value.position) == (3, 2)
    assert str(refused.value).startswith("line 3: ")


# --- hostile input -----------------------------------------------------------------------------

BOMB = (
    b'<!DOCTYPE a [<!ENTITY x "ha"><!ENTITY y "&x;&x;&x;&x;&x;&x;&x;&x;">'
    b'<!ENTITY z "&y;&y;&y;&y;&y;&y;&y;&y;">]><a>&z;</a>'
)


@pytest.mark.parametrize(
    "data",
    [
        BOMB,
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
        b'<!DOCTYPE a SYSTEM "http://127.0.0.1/x.dtd"><a/>',
        b'<!DOCTYPE a [<!ENTITY % x SYSTEM "file:///etc/passwd">%x;]><a/>',
    ],
)
def test_document_types_and_entities_are_refused(data: bytes) -> None:
    with pytest.raises(StatementError, match="document type or entities"):
        parse_camt053(data)


def test_deep_nesting_is_refused() -> None:
    with pytest.raises(StatementError, match="nested too deeply"):
        parse_camt053(b"<a>" * 100_000)


def test_a_file_of_many_pieces_of_text_is_read_in_reasonable_work() -> None:
    text = camt_file(entry(more=f"<AddtlNtryInf>{'&lt;' * 200_000}</AddtlNtryInf>"))
    (line,) = only_lines(text)
    assert line.remittance == "<" * 200_000


# --- properties --------------------------------------------------------------------------------

words = st.text(
    st.characters(
        codec="utf-8", exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp", "Cn", "Cf", "Co")
    ),
    min_size=1,
    max_size=12,
).filter(str.isprintable)
texts = st.lists(words, max_size=30).map(" ".join)
names = st.lists(words, max_size=5).map(" ".join)
references = st.text("ABCXYZ0123456789-/", max_size=35).filter(
    lambda text: not text or means_something(text)
)
accounts = st.sampled_from(["DE89370400440532013000", "GB82WEST12345698765432", "0012345678", ""])
days = st.dates(date(2000, 1, 1), date(2099, 12, 31))


@st.composite
def statement_lines(draw: st.DrawFn) -> StatementLine:
    return StatementLine(
        booked_on=draw(days),
        valued_on=draw(days),
        amount_minor=draw(st.integers(-(10**12), 10**12).filter(bool)),
        currency="EUR",
        counterparty_name=draw(names),
        counterparty_account=draw(accounts),
        remittance=draw(texts),
        bank_reference=draw(references),
        end_to_end_id=draw(references),
        payment_information_id=draw(references),
        bank_code=draw(st.sampled_from(["", "PMNT.ICDT.RRTN", "544", "NTRF/X"])),
        return_reason=draw(st.sampled_from(["", "AC04", "wrong number"])),
        is_reversal=draw(st.booleans()),
    )


@st.composite
def statements(draw: st.DrawFn) -> Statement:
    lines = tuple(draw(st.lists(statement_lines(), max_size=6)))
    opening_minor = draw(st.integers(-(10**12), 10**12))
    return Statement(
        account=draw(accounts.filter(bool)),
        currency="EUR",
        reference=draw(references),
        lines=lines,
        opening_minor=opening_minor,
        closing_minor=opening_minor + sum(line.amount_minor for line in lines),
        opened_on=draw(days),
        closed_on=draw(days),
    )


@given(st.lists(statements(), min_size=1, max_size=3), st.sampled_from(VERSIONS))
@settings(max_examples=150, deadline=None)
def test_what_is_written_is_read_back(written: list[Statement], version: str) -> None:
    data = write_camt053(written, message_id="M1", created_at=CREATED_AT, version=version)
    assert parse_camt053(data) == with_fingerprints(written)


GOOD = write_camt053(
    [
        Statement(
            account="DE89370400440532013000",
            currency="EUR",
            reference="S1",
            lines=(
                StatementLine(date(2026, 3, 2), date(2026, 3, 2), 10_00, "EUR", "Ada", "", "hello"),
            ),
            opening_minor=0,
            closing_minor=10_00,
            opened_on=date(2026, 3, 1),
            closed_on=date(2026, 3, 2),
        )
    ],
    message_id="M1",
    created_at=CREATED_AT,
)


def read_or_refused(data: bytes) -> tuple[Statement, ...]:
    """What was read, or nothing where the one allowed error was raised; any other escapes."""
    try:
        return parse_camt053(data)
    except StatementError as error:
        return () if str(error) else (Statement("", "", "", ()),)


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_a_damaged_file_is_read_or_refused_and_nothing_else(data: st.DataObject) -> None:
    damaged = bytearray(GOOD)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(damaged) - 1))
        upto = min(len(damaged), at + data.draw(st.integers(0, 40)))
        damaged[at:upto] = data.draw(
            st.one_of(
                st.binary(max_size=8), st.sampled_from([b"<Ntry/>", b"</Amt>", b"&#0;", b"<!--"])
            )
        )
    outcome = read_or_refused(bytes(damaged))
    assert all(
        statement.opening_minor is not None
        and statement.opening_minor + statement.movement_minor == statement.closing_minor
        for statement in outcome
    )


@given(st.binary(max_size=300))
@settings(max_examples=100, deadline=None)
def test_noise_is_refused(noise: bytes) -> None:
    with pytest.raises(StatementError):
        parse_camt053(noise)


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_dropping_an_element_never_escapes_as_another_error(data: st.DataObject) -> None:
    elements = sorted(set(re.findall(rb"<(\w+)[ />]", GOOD)))
    name = data.draw(st.sampled_from(elements))
    replaced = data.draw(st.sampled_from([b"X" + name, b""]))
    damaged = GOOD.replace(b"<" + name, b"<" + replaced) if replaced else GOOD.replace(name, b"Q")
    assume(damaged != GOOD)
    assert all(statement.currency == "EUR" for statement in read_or_refused(damaged))
