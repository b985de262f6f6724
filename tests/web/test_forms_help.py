"""What is refused is said at the field and at the top, with what was typed still there."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tuppence.members.models import BankAccount, Document, Member

pytestmark = pytest.mark.django_db
PROFILE = {
    "key": str(uuid4()),
    "kind": "person",
    "your_name": "Ann Fletcher",
    "born_on": "1990-02-28",
    "country": "DE",
}


@pytest.mark.parametrize(
    ("amount", "sentence"),
    [
        ("１２", "is not a plain number"),
        ("NaN", "is not a plain number"),
        ("1e400", "is not a plain number"),
        ("-5", "has a sign"),
        ("0", "The amount is zero"),
        ("10.001", "has 2 decimals"),
        ("9" * 30, "The amount is too large"),
        ("20", "Enter €25.00 or more, in steps of €25.00."),
        ("600", "You have €500.00; this needs €600.00. Pay in €100.00 or invest less."),
        ("50000", "Only €24,000.00 is still open."),
        ("", "This field is required"),
    ],
)
def test_amounts_are_refused_in_words(
    member: Callable[..., object], listing: Callable[..., int], amount: str, sentence: str
) -> None:
    investor, number = member("ann", 500_00), listing()
    page = investor.client.get(
        f"/listings/{number}/review/", {"amount": amount, "key": str(uuid4())}
    )
    text = page.content.decode()
    assert text.count(sentence) == 2  # at the top, and at the field
    assert 'role="alert"' in text and 'aria-invalid="true"' in text
    assert not amount or f'value="{amount}"' in text


def test_a_refusal_speaks_the_language_of_the_page(
    member: Callable[..., object], listing: Callable[..., int]
) -> None:
    investor, number = member("ann", 500_00), listing()
    investor.client.cookies["django_language"] = "zh-hans"
    page = investor.client.get(
        f"/listings/{number}/review/", {"amount": "600", "key": str(uuid4())}
    )
    text = page.content.decode()
    assert "€600.00" in text
    assert "You have" not in text and "Pay in" not in text


def test_a_page_without_its_key_is_out_of_date(
    member: Callable[..., object], listing: Callable[..., int]
) -> None:
    investor, number = member("ann", 500_00), listing()
    page = investor.client.post(f"/listings/{number}/invest/", {"amount": "100"})
    assert "This page is out of date" in page.content.decode()


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"your_name": "1234"}, "at least one letter"),
        ({"born_on": "2024-02-30"}, "has no day 30"),
        ({"born_on": "2020-01-01"}, "18"),
        ({"country": "XX"}, "Select a valid choice"),
        ({"kind": "organisation"}, "Enter the organisation"),
    ],
)
def test_profiles_are_refused_in_words(
    newcomer: Client, changed: dict[str, str], sentence: str
) -> None:
    page = newcomer.post("/profile/", PROFILE | changed)
    assert page.status_code == 200
    assert sentence in page.content.decode()
    assert Member.objects.count() == 0


def test_a_profile_sent_twice_is_one_member(newcomer: Client) -> None:
    for _ in range(2):
        assert newcomer.post("/profile/", PROFILE)["Location"] == "/identity/"
    assert Member.objects.count() == 1


def test_papers_are_told_by_their_bytes(
    newcomer: Client, settings: object, tmp_path: object
) -> None:
    settings.MEDIA_ROOT = tmp_path
    newcomer.post("/profile/", PROFILE)

    fake = SimpleUploadedFile("passport.pdf", b"MZ not a pdf", content_type="application/pdf")
    page = newcomer.post("/identity/", {"kind": "identity", "file": fake})
    assert "Send a PDF" in page.content.decode()
    assert Document.objects.count() == 0


def test_an_account_of_somebody_else_is_refused(newcomer: Client) -> None:
    newcomer.post("/profile/", PROFILE)
    sent = {
        "key": str(uuid4()),
        "iban": "DE89 3704 0044 0532 0130 00",
        "holder_name": "Somebody Else",
    }
    page = newcomer.post("/bank-account/", sent)
    assert "in your own name" in page.content.decode()
    sent |= {"holder_name": "Fletcher, Ann", "iban": "DE89370400440532013001"}
    assert "a digit is wrong" in newcomer.post("/bank-account/", sent).content.decode()
    assert BankAccount.objects.count() == 0
