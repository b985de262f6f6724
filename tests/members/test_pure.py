"""Names, e-mails, references, papers, roles: decisions without a database."""

import doctest
import importlib
import struct
import zlib
from datetime import date
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st
from schwifty import IBAN

from tuppence.members import naming
from tuppence.members.access import Access, Audience, Route, allows, undeclared
from tuppence.members.bank_account import IbanError, parse_iban
from tuppence.members.email_address import EmailError, normalise_email
from tuppence.members.naming import (
    PersonNameError,
    TextError,
    clean_name,
    clean_text,
    identity_key,
    is_same_name,
    name_key,
    pseudonym,
)
from tuppence.members.paper import Paper, PaperStatus, clean_file_name, examine
from tuppence.members.payment_reference import (
    is_valid_reference,
    member_ids_in,
    payment_reference,
)
from tuppence.members.refusals import REFUSALS, refusal
from tuppence.members.roles import ROLE_PERMISSIONS, Permission, Role, permissions_of, roles_with
from tuppence.members.suitability import bearable_loss_minor, net_worth_minor

BORN = date(1990, 2, 28)


@pytest.mark.parametrize(
    "module",
    [
        "naming",
        "email_address",
        "payment_reference",
        "bank_account",
        "paper",
        "registration",
        "suitability",
    ],
)
def test_examples_in_the_text_hold(module: str) -> None:
    found = doctest.testmod(importlib.import_module(f"tuppence.members.{module}"))
    assert found.attempted > 0 and found.failed == 0


# --- E-mails -----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Ann@Example.COM", "ann@example.com"),
        ("  ann@example.com\t", "ann@example.com"),
        ("ａｎｎ＠ｅｘａｍｐｌｅ．ｃｏｍ", "ann@example.com"),
        ("mi\u212ae@example.com", "mike@example.com"),  # the Kelvin sign
        ("o\ufb03ce@example.com", "office@example.com"),  # a ligature
        ("ann@bücher.example", "ann@xn--bcher-kva.example"),
        ("ann@BU\u0308CHER.example", "ann@xn--bcher-kva.example"),  # decomposed
        ("ann+x@example.com", "ann+x@example.com"),
    ],
)
def test_an_address_has_one_spelling(typed: str, kept: str) -> None:
    assert normalise_email(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "ann",
        "@example.com",
        "ann@",
        "ann@localhost",
        "a b@example.com",
        "ann@example..com",
        "ann\x00@example.com",
        "ann@exa\x00mple.com",
        "an\u200bn@example.com",
        "\u202eann@example.com",
        "\ud800@example.com",
        "ann@\ud800.com",
        "mı\u0307ke@example.com",
        "аnn@example.com",
        "a@b@example.com",
        "ann@.com",
        "ann@exam ple.com",
        "x" * 250 + "@example.com",
        "ann@" + "x" * 70 + ".com",
        "ann@example.com\nbcc:eve@example.com",
    ],
)
def test_what_is_no_address_is_refused_with_a_sentence(typed: str) -> None:
    with pytest.raises(EmailError) as refused:
        normalise_email(typed)
    assert str(refused.value).endswith(".")


mixed = st.text("aZ0.+-ßﬁＡıİK\u212aü\u0308", max_size=20) | st.text(max_size=20)


@given(mixed, mixed)
def test_normalising_twice_changes_nothing(local: str, domain: str) -> None:
    try:
        once = normalise_email(f"{local}@{domain}.com")
    except EmailError:
        return
    assert normalise_email(once) == once
    assert once.isascii() and once == once.lower() and once.count("@") == 1


# --- Names -------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "name", ["José", "王小明", "O'Neill-Łuczak", "محمد", "می‌خواهم", "X Æ A-12"]
)
def test_names_of_the_world_are_kept(name: str) -> None:
    assert clean_name(name) == name


@pytest.mark.parametrize(
    "name",
    [
        "",
        "  ",
        "123",
        "Ann\x00",
        "Ann\u202e",
        "An\u200bn",
        "\ud800",
        "A" * 201,
        "a" * 10**6,
        "Ann\ue000",
    ],
)
def test_names_that_hide_something_are_refused(name: str) -> None:
    with pytest.raises(PersonNameError):
        clean_name(name)


@given(st.text(max_size=60))
def test_a_clean_name_stays_and_can_be_stored(text: str) -> None:
    try:
        name = clean_name(text)
    except PersonNameError:
        return
    assert clean_name(name) == name
    assert "\x00" not in name and name.encode()
    assert name_key(name_key(name)) == name_key(name)


def test_texts_keep_their_lines_and_refuse_the_unseen() -> None:
    assert clean_text(" one\ntwo\t三 ") == "one\ntwo\t三"
    for bad in ("a\x00", "\ud800", "\u202e", "x" * 4001):
        with pytest.raises(TextError):
            clean_text(bad)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Ann Fletcher", "FLETCHER, ANN", True),
        ("Jörg Müller", "Muller Jorg", True),
        ("王小明", "王小明", True),
        ("Ann Fletcher", "Ann Flesher", False),
        ("Ann Fletcher", "Ann", False),
    ],
)
def test_banks_write_names_their_way(one: str, other: str, same: bool) -> None:
    assert is_same_name(one, other) is same
    assert (identity_key(one, BORN) == identity_key(other, BORN)) is same


def test_another_birth_date_is_another_person() -> None:
    assert identity_key("Ann Fletcher", BORN) != identity_key("Ann Fletcher", date(1990, 2, 27))


@given(st.sets(st.integers(1, 2**32 - 1), min_size=2, max_size=50))
def test_no_two_members_share_a_pseudonym(member_ids: set[int]) -> None:
    names = {pseudonym(member_id) for member_id in member_ids}
    assert len(names) == len(member_ids)
    assert max(map(len, names)) <= 40


def test_neighbours_do_not_share_a_pseudonym_either() -> None:
    assert len({pseudonym(n) for n in range(1, 50_001)}) == 50_000
    assert len(set(naming.COLOURS) | set(naming.ANIMALS)) == 64


# --- References --------------------------------------------------------------------------------
def test_the_standard_s_own_example_is_valid() -> None:
    assert is_valid_reference("RF18539007547034")
    assert not is_valid_reference("RF19539007547034")


@given(st.integers(1, 10**10 - 1), st.integers(4, 13), st.integers(1, 9))
def test_a_reference_survives_the_bank_and_no_single_slip(
    member_id: int, place: int, shift: int
) -> None:
    reference = payment_reference(member_id)
    spaced = " ".join(reference[i : i + 4] for i in range(0, len(reference), 4)).lower()
    assert is_valid_reference(reference)
    assert member_ids_in(f"SVWZ+pay in {spaced}, thanks") == [member_id]
    slip = str((int(reference[place]) + shift) % 10)
    assert not is_valid_reference(reference[:place] + slip + reference[place + 1 :])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "RF",
        "RF34000000004",
        "RF3400000000421",
        "RF35 0000 0000 42",
        "RF18539007547034",
        "RF３４００００００００４２",
    ],
)
def test_other_texts_name_nobody(text: str) -> None:
    assert member_ids_in(text) == []


def test_two_members_in_one_text_are_two() -> None:
    text = f"{payment_reference(7)} / {payment_reference(9)} / {payment_reference(7)}"
    assert member_ids_in(text) == [7, 9]


# --- Bank accounts -----------------------------------------------------------------------------
@pytest.mark.parametrize(
    "typed",
    [
        "",
        "DE00370400440532013000",
        "DE8937040044053201300",
        "DE89370400440532013000\x00",
        "XX89",
        "DE８９370400440532013000",
        "GB82WEST12345698765431",
        "D" * 10_000,
        "1234567890",
    ],
)
def test_impossible_account_numbers_are_refused_with_a_sentence(typed: str) -> None:
    with pytest.raises(IbanError) as refused:
        parse_iban(typed)
    assert str(refused.value).endswith(".")


@given(st.sampled_from(["DE", "FR", "NL", "GB", "EE"]), st.integers(0, 10**6))
def test_every_real_account_number_is_taken(country: str, seed: int) -> None:
    import random

    iban = IBAN.random(country, random=random.Random(seed))
    assert parse_iban(str(iban).lower()).compact == iban.compact
    assert parse_iban(iban.formatted).compact == iban.compact


# --- Papers ------------------------------------------------------------------------------------
def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


PNG = (
    b"\x89PNG\r\n\x1a\n"
    + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    + chunk(b"IDAT", zlib.compress(b"\x00\x00"))
    + chunk(b"IEND", b"")
)
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(40) + b"\xff\xd9"
PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@pytest.mark.parametrize(
    ("content", "content_type"),
    [(PNG, "image/png"), (JPEG, "image/jpeg"), (PDF, "application/pdf")],
)
def test_a_paper_is_what_its_bytes_are(content: bytes, content_type: str) -> None:
    paper = examine(content, "../../pass.svg")
    assert isinstance(paper, Paper)
    assert (paper.content_type, paper.size_bytes) == (content_type, len(content))
    assert paper.shown_name.startswith("pass.") and not paper.shown_name.endswith("svg")


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", PaperStatus.EMPTY),
        (PNG + bytes(8 * 2**20), PaperStatus.TOO_LARGE),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", PaperStatus.TYPE_NOT_ACCEPTED),
        (b"<!DOCTYPE html><html></html>", PaperStatus.TYPE_NOT_ACCEPTED),
        (b"MZ\x90\x00" + bytes(100), PaperStatus.TYPE_NOT_ACCEPTED),
        (b"PK\x03\x04" + bytes(100), PaperStatus.TYPE_NOT_ACCEPTED),
        (b"\n" + PDF, PaperStatus.TYPE_NOT_ACCEPTED),
        (b"GIF89a" + bytes(30), PaperStatus.TYPE_NOT_ACCEPTED),
        (PNG + b"PK\x05\x06" + bytes(18), PaperStatus.MORE_THAN_ONE_TYPE),
        (PNG + b"#!/bin/sh", PaperStatus.MORE_THAN_ONE_TYPE),
        (JPEG + PDF, PaperStatus.MORE_THAN_ONE_TYPE),
        (PDF + b"PK\x05\x06" + bytes(10) + b"%%EOF", PaperStatus.MORE_THAN_ONE_TYPE),
        (PNG[:20], PaperStatus.MORE_THAN_ONE_TYPE),
        (JPEG[:-2] + b"<script>alert(1)</script>\xff\xd9", PaperStatus.ACTIVE_CONTENT),
        (JPEG[:-2] + b"<?php system()?>\xff\xd9", PaperStatus.ACTIVE_CONTENT),
        (PDF[:-6] + b"/OpenAction << /S /JavaScript /JS (x) >>\n%%EOF", PaperStatus.ACTIVE_CONTENT),
        (PDF[:-6] + b"/S /Launch\n%%EOF", PaperStatus.ACTIVE_CONTENT),
        (PDF[:-6] + b"/Type /EmbeddedFile\n%%EOF", PaperStatus.ACTIVE_CONTENT),
    ],
)
def test_anything_else_is_refused(content: bytes, status: PaperStatus) -> None:
    assert examine(content, "a.pdf") is status


@given(st.text(max_size=60))
def test_a_shown_name_leads_nowhere(typed: str) -> None:
    shown = clean_file_name(typed, ".pdf")
    assert shown.endswith(".pdf") and len(shown) <= 104
    assert not set(shown[:-4]) & set("/\\.\x00\r\n\"'<>:;|&$")


# --- Roles and routes --------------------------------------------------------------------------
HIDDEN_FROM_GROWTH = {
    Permission.SEE_DOCUMENTS,
    Permission.SEE_BANK_DETAILS,
    Permission.SEE_COMPLIANCE_NOTES,
    Permission.SEE_AUDIT,
    Permission.REVIEW_IDENTITY,
}


def test_growth_staff_see_no_papers_no_bank_details_no_notes() -> None:
    assert not ROLE_PERMISSIONS[Role.GROWTH_OPERATOR] & HIDDEN_FROM_GROWTH


def test_every_permission_belongs_to_somebody_and_none_to_all() -> None:
    for permission in Permission:
        assert roles_with(permission), permission
    assert {p for p in Permission if roles_with(p) == frozenset(Role)} == {Permission.SEE_MEMBERS}


def test_who_gives_roles_touches_no_money() -> None:
    money = {
        p for p in Permission if p.value.startswith(("approve_", "manual_", "send_", "import_"))
    }
    assert ROLE_PERMISSIONS[Role.ADMINISTRATOR] & money == {Permission.APPROVE_ROLES}


@pytest.mark.parametrize(
    ("audience", "anonymous", "user", "member", "finance", "support"),
    [
        (Audience.PUBLIC, True, True, True, True, True),
        (Audience.SIGNED_IN, False, True, True, True, True),
        (Audience.MEMBER, False, False, True, False, False),
        (Audience.STAFF, False, False, False, True, False),
        (Audience.TOKEN, False, False, False, False, False),
    ],
)
def test_who_may_open_what(
    audience: Audience, anonymous: bool, user: bool, member: bool, finance: bool, support: bool
) -> None:
    access = Access(audience, frozenset({Permission.CLOSE_DAY}))
    found = [
        allows(access, signed_in=False, has_member=False),
        allows(access, signed_in=True, has_member=False),
        allows(access, signed_in=True, has_member=True),
        *(
            allows(access, signed_in=True, has_member=False, roles=frozenset({role}))
            for role in (Role.FINANCE_OFFICER, Role.SUPPORT)
        ),
    ]
    assert found == [anonymous, user, member, finance, support]
    assert permissions_of(frozenset()) == frozenset()


def test_a_route_of_ours_that_declares_nothing_is_named() -> None:
    open_to_all = Access(Audience.PUBLIC)
    routes = [
        Route("a/", "a", "tuppence.web.views", open_to_all),
        Route("b/", "b", "tuppence.web.views", None),
        Route("c/", "c", "allauth.account.views", None),
    ]
    assert undeclared(routes) == ["b/"]


# --- Suitability -------------------------------------------------------------------------------
def test_the_loss_shown_is_a_tenth_of_what_somebody_has() -> None:
    worth = net_worth_minor(
        annual_income_minor=42_000_00,
        liquid_assets_minor=18_000_05,
        annual_commitments_minor=20_000_00,
    )
    assert (worth, bearable_loss_minor(worth)) == (40_000_05, 4_000_00)
    assert bearable_loss_minor(-1) == 0


# --- Refusals ----------------------------------------------------------------------------------
NO_REFUSALS = {
    *("approved", "refused", "registered", "exists", "added", "verified", "done", "recorded"),
    *("unchanged", "submitted", "stored"),
}


@pytest.mark.parametrize(
    "kind", list(REFUSALS), ids=lambda kind: f"{kind.__module__}.{kind.__name__}"
)
def test_every_refusal_has_a_sentence_that_ends(kind: type[StrEnum]) -> None:
    for status in kind:
        said = refusal(status)
        assert (said is None) == (status.value in NO_REFUSALS), status
        assert said is None or (said.endswith(".") and "!" not in said)
