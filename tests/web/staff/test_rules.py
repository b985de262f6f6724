"""The rules on the pages: each with its standing and figure, and what fired on whom."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from tests.web.staff.conftest import browser
from tuppence import platform
from tuppence.compliance.operations import record_findings
from tuppence.compliance.rule_record import records_of
from tuppence.members.models import User
from tuppence.members.roles import Role
from tuppence.rules.investor import InvestorProfile, check_investor

pytestmark = pytest.mark.django_db


def fire(count: int = 1) -> None:
    """An order that is too large for an investor without consent."""
    now = timezone.now()
    book = platform.rulebook(platform.business_day(now))
    profile = InvestorProfile(sophisticated=False, warning_acknowledged=True)
    found = check_investor(
        book, profile, amount_minor=1_234_56, consents=frozenset(), on=now.date()
    )
    for _ in range(count):
        record_findings([*records_of(found, book, at=now, act="market.invest")])


def test_a_rule_says_what_it_asks_where_it_stands_and_when_it_fired(
    staff: Callable[..., User],
) -> None:
    fire()
    officer = browser(staff("carla", Role.COMPLIANCE_OFFICER))
    listed = officer.get("/staff/rules/").content.decode()
    assert "/staff/rules/EU-WRN-2/" in listed and "read in part" in listed
    page = officer.get("/staff/rules/EU-WRN-2/").content.decode()
    assert "1,234.56 EUR &gt; 1,000.00 EUR" in page  # the figure that fired
    assert "each order to invest" in page and "2020/1503" in page
    assert officer.get("/staff/rules/XX-1/").status_code == 404


def test_findings_go_into_a_file_with_a_stable_head(staff: Callable[..., User]) -> None:
    fire(3)
    officer = browser(staff("carla", Role.COMPLIANCE_OFFICER))
    answer = officer.get("/staff/rules/fired/?format=csv")
    lines = b"".join(answer).decode().splitlines()  # type: ignore[arg-type]
    assert lines[0] == "at,rule,act,member,subject,figure,limit,effect"
    assert sum("EU-WRN-2" in line and "1,234.56 EUR" in line for line in lines) == 3


def test_a_publication_is_recorded_once_and_then_done(
    scene: object, staff: Callable[..., User]
) -> None:
    officer = browser(staff("carla", Role.COMPLIANCE_OFFICER))
    period = str(timezone.now().year - 1)
    path = f"/staff/rules/publications/EU-DIS-2/{period}/"
    assert path in officer.get("/staff/rules/publications/").content.decode()
    from tests.web.conftest import form_key

    key = str(form_key(officer.get(path).content))
    day = (timezone.now() - timedelta(days=1)).date().isoformat()
    told = {"key": key, "applies": "yes", "published_on": day}
    refused = officer.post(path, told)
    assert refused.status_code == 200 and "where it was published" in refused.content.decode()
    assert officer.post(path, told | {"place": "/open-books/"}).status_code == 302
    page = officer.get("/staff/rules/publications/").content.decode()
    assert path not in page and "/open-books/" in page
