"""The firm's bank and partners in pages: a statement, one key for a payment, and back again."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.web.staff.conftest import OTHER_IBAN, PAYER, browser
from tuppence import platform
from tuppence.bank.small_bank import BankDay, paid_in, statement_file
from tuppence.growth.firm_bank import PartnerBalance
from tuppence.growth.models import Channel, FirmLine, Partner
from tuppence.growth.operations import add_partner, book_spend
from tuppence.growth.queries.firm_bank import partner_balance
from tuppence.growth.spend import PriceModel, SpendLine, SpendOrder
from tuppence.members.models import User
from tuppence.members.roles import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def finance(staff: Callable[..., User]) -> Client:
    """A finance officer, and a partner who is owed 40.00."""
    at, by = timezone.now(), staff("gus", Role.GROWTH_OPERATOR).pk
    partner = add_partner("Adworld", by=by, at=at)
    channel = Channel.objects.get(code="paid_search")
    today = platform.business_day(at)
    line = SpendLine(channel.pk, None, partner.pk, today, 40_00, PriceModel.CPC)
    (booked,) = book_spend([SpendOrder(uuid4(), line, by, at)])
    assert booked.status.accepted
    return browser(staff("fay", Role.FINANCE_OFFICER))


def typed(page, **changes: str) -> dict[str, str]:
    """What a form holds, with changes, as a browser sends it."""
    values = {field.name: field.value() for field in page.context["form"]} | changes
    return {name: str(value) for name, value in values.items() if value is not None}


def test_from_the_account_to_a_partner_paid_and_back(finance: Client) -> None:
    url = reverse("staff_firm_account")
    sent = typed(finance.get(url), holder_name="Tuppence Ltd", account=OTHER_IBAN)
    assert finance.post(url, sent)["Location"] == reverse("staff_firm_bank")

    day = BankDay(OTHER_IBAN, "EUR", platform.business_day(timezone.now()) - timedelta(days=1), 0)
    out = paid_in(50_00, "EUR", payer="Adworld BV", payer_account=PAYER, text="invoice")
    data = statement_file(
        [day.with_lines([replace(out, amount_minor=-50_00)])], created_at=timezone.now()
    )
    upload = SimpleUploadedFile("firm.xml", data)
    done = finance.post(reverse("staff_firm_import"), {"file": upload})
    assert done["Location"] == reverse("staff_firm_bank")
    page = finance.get(done["Location"])
    assert page.context["position"].unexplained_minor == 0
    ((row, best),) = page.context["waiting"]
    assert "Adworld" in best

    # One key: the form of the first suggestion, as it stands on the page.
    url = reverse("staff_firm_line", args=[row.pk])
    page = finance.get(url)
    (first,) = page.context["suggested"]
    sent = {
        "key": page.context["form"]["key"].value(),
        "use": first.use,
        "partner": first.partner_id,
    }
    assert finance.post(url, sent).status_code == 302
    assert finance.post(url, sent).status_code == 302  # sent twice, booked once
    partner = Partner.objects.get()
    assert partner_balance(partner.pk, "EUR") == PartnerBalance(0, 10_00)
    assert "10.00" in finance.get(reverse("staff_partner", args=[partner.pk])).content.decode()

    back = reverse("staff_firm_line_back", args=[row.pk])
    finance.post(back, typed(finance.get(back), why="it was another partner"))
    assert partner_balance(partner.pk, "EUR") == PartnerBalance(40_00, 0)


def test_a_broken_file_books_nothing_and_says_why(finance: Client) -> None:
    upload = SimpleUploadedFile("firm.xml", b"<Document>")
    page = finance.post(reverse("staff_firm_import"), {"file": upload})
    assert "Take up the firm" in page.content.decode()
    url = reverse("staff_firm_account")
    finance.post(url, typed(finance.get(url), holder_name="Tuppence Ltd", account=OTHER_IBAN))
    page = finance.post(
        reverse("staff_firm_import"), {"file": SimpleUploadedFile("firm.xml", b"<Document>")}
    )
    assert page.status_code == 200 and page.context["form"].errors
    assert not FirmLine.objects.exists()


def test_growth_reads_partners_and_not_the_bank(
    finance: Client, staff: Callable[..., User]
) -> None:
    grower = browser(staff("gina", Role.GROWTH_OPERATOR))
    assert grower.get(reverse("staff_partners")).status_code == 200
    assert grower.get(reverse("staff_firm_bank")).status_code == 403
