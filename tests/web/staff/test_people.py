"""Compliance and administration by clicks: identity, marks, blocks, bank details, roles, trail."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests.web.conftest import Person, form_key
from tests.web.staff.conftest import OTHER_IBAN, Scene, browser, newcomer
from tests.web.staff.test_credit import approve, send
from tuppence import platform
from tuppence.members import operations as members
from tuppence.members.models import (
    ApprovalRequest,
    AuditEntry,
    BankAccount,
    ComplianceNote,
    IdentityDecision,
    Mark,
    Member,
    User,
)
from tuppence.members.paper import PaperKind
from tuppence.members.queries import roles_of
from tuppence.members.roles import Role
from tuppence.web.templatetags.money import iban as in_fours

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


@pytest.fixture
def compliance(staff: Callable[..., User]) -> Client:
    """A compliance officer's browser."""
    return browser(staff("cora", Role.COMPLIANCE_OFFICER))


# --- Identity ----------------------------------------------------------------------------------
def test_an_identity_case_is_decided_once(
    compliance: Client, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    user, check_id, _ = newcomer()
    member = Member.objects.get(user=user)
    stored = members.store_document(
        member.pk,
        PDF,
        typed_name="passport.pdf",
        kind=PaperKind.IDENTITY,
        by=user.pk,
        at=timezone.now(),
    )
    assert "Nora Newcomer" in compliance.get("/staff/identity/").content.decode()
    path = f"/staff/identity/{check_id}/"
    page = compliance.get(path).content.decode()
    assert f"/members/documents/{stored.document_id}/" in page and "passport.pdf" in page
    download = compliance.get(f"/members/documents/{stored.document_id}/")
    assert download["Content-Disposition"].startswith("attachment")
    key = str(form_key(page.encode()))
    bare = compliance.post(path, {"key": key, "word": "refuse", "remark": ""}).content.decode()
    assert "Choose at least one reason" in bare
    for _ in range(2):
        said = {"key": key, "word": "approve", "remark": "Seen in person."}
        assert compliance.post(path, said).status_code == 302
    assert IdentityDecision.objects.get().approved
    member.refresh_from_db()
    assert member.verified_at is not None
    assert "Nobody waits" in compliance.get("/staff/identity/").content.decode()


def test_a_mark_holds_verification_up_until_it_is_cleared(compliance: Client) -> None:
    user, check_id, _ = newcomer()
    member_id = Member.objects.get(user=user).pk
    mark = f"/staff/members/{member_id}/mark/"
    said = {"kind": "sanctions", "finding": "possible", "remark": "A name alike."}
    assert send(compliance, mark, **said)[0] == 302
    path = f"/staff/identity/{check_id}/"
    held = {"word": "approve", "remark": ""}
    key = str(form_key(compliance.get(path).content))
    page = compliance.post(path, {"key": key, **held}).content.decode()
    assert "A compliance mark stands on this member." in page and "Seen" not in page
    send(compliance, mark, **{**said, "finding": "clear", "remark": "Another person."})
    assert compliance.post(path, {"key": key, **held}).status_code == 302
    assert Mark.objects.count() == 2


def test_a_block_is_set_and_lifted_and_a_note_kept(
    compliance: Client, member: Callable[..., Person]
) -> None:
    lena = member("lena").member_id
    path = f"/staff/members/{lena}"
    assert send(compliance, f"{path}/block/", why="Several cards, one person.")[0] == 302
    page = compliance.get(f"{path}/").content.decode()
    assert "Several cards, one person." in page and "blocked" in page
    again, _ = send(compliance, f"{path}/block/", why="Again.")
    assert again == 302  # it is so already, and nothing happens
    assert send(compliance, f"{path}/lift-block/", why="It was her brother.")[0] == 302
    assert Member.objects.get(pk=lena).blocked_at is None
    assert send(compliance, f"{path}/note/", text="Spoke to her.")[0] == 302
    assert ComplianceNote.objects.get().text == "Spoke to her."
    assert "Spoke to her." in compliance.get(f"{path}/").content.decode()


# --- Who sees what -----------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("role", "sees", "hides"),
    [
        (Role.GROWTH_OPERATOR, (), ("Papers", "Bank accounts", "Notes of", "Marks", "DE")),
        (Role.SUPPORT, (), ("Papers", "Bank accounts", "Notes of", "Marks")),
        (Role.CREDIT_OFFICER, ("Papers",), ("Bank accounts", "Notes of", "Marks")),
        (Role.COMPLIANCE_OFFICER, ("Papers", "Bank accounts", "Notes of", "Marks"), ()),
    ],
)
def test_a_member_page_holds_what_the_role_may_see(
    role: Role,
    sees: tuple[str, ...],
    hides: tuple[str, ...],
    staff: Callable[..., User],
    member: Callable[..., Person],
) -> None:
    lena = member("lena").member_id
    iban = BankAccount.objects.get(member_id=lena).iban
    page = browser(staff("reader", role)).get(f"/staff/members/{lena}/").content.decode()
    content = page.split('<main id="main"')[1]
    assert all(f"<h2>{name}" in content for name in sees)
    assert not any(f"<h2>{name}" in content for name in hides)
    assert (in_fours(iban) in content) is ("Bank accounts" in sees)


def test_requests_are_read_by_who_asked_and_who_may_decide(
    staff: Callable[..., User], member: Callable[..., Person]
) -> None:
    lena = member("lena").member_id
    named = BankAccount.objects.create(
        key="0b7b5b1e-0000-4000-8000-000000000001",
        member_id=lena,
        iban=OTHER_IBAN,
        holder_name="Lena Fletcher",
        added_at=timezone.now(),
    )
    finance = browser(staff("fritz", Role.FINANCE_OFFICER))
    status, asked = send(finance, f"/staff/bank-accounts/{named.pk}/")
    assert status == 302 and asked.startswith("/staff/approvals/")
    growth = browser(staff("gus", Role.GROWTH_OPERATOR))
    assert growth.get(asked).status_code == 404
    assert OTHER_IBAN not in growth.get("/staff/approvals/").content.decode()
    compliance = browser(staff("cora", Role.COMPLIANCE_OFFICER))
    assert OTHER_IBAN in compliance.get(asked).content.decode()
    assert "Approved and carried out" in approve(compliance, asked)
    named.refresh_from_db()
    assert named.verified_at is not None


def test_members_are_found_by_any_of_their_names(
    compliance: Client, member: Callable[..., Person]
) -> None:
    lena, _ = member("lena").member_id, member("leo")
    reference = Member.objects.get(pk=lena).payment_reference
    for wanted in (str(lena), reference, "lena@member.example", "Lena Fl"):
        found = compliance.get("/staff/members/", {"q": wanted})
        assert found.status_code == 302 and found["Location"] == f"/staff/members/{lena}/", wanted
    both = compliance.get("/staff/members/", {"q": "le"}).content.decode()
    assert "Lena Fletcher" in both and "Leo Fletcher" in both
    assert "Nobody found" in compliance.get("/staff/members/", {"q": "%_\\"}).content.decode()


# --- Roles and the trail -----------------------------------------------------------------------
def test_roles_are_given_by_two_and_taken_by_one(
    staff: Callable[..., User], member: Callable[..., Person]
) -> None:
    lena = member("lena").user
    root, second = (browser(staff(name, Role.ADMINISTRATOR)) for name in ("rosa", "rolf"))
    found = root.get("/staff/people/", {"q": "lena@member.example"})
    assert found["Location"] == f"/staff/people/{lena.pk}/"
    give = f"/staff/people/{lena.pk}/give/"
    key = str(form_key(root.get(give).content))
    said = {"key": key, "roles": ["support", "credit officer"]}
    places = {root.post(give, said)["Location"] for _ in range(2)}
    assert len(places) == 1 and not roles_of(lena.pk)
    (asked,) = places
    assert "Approved and carried out" in approve(second, asked)
    assert roles_of(lena.pk) == {Role.SUPPORT, Role.CREDIT_OFFICER}
    take = f"/staff/people/{lena.pk}/take/"
    assert send(root, take, roles=["support"], why="Moved on.")[0] == 302
    assert roles_of(lena.pk) == {Role.CREDIT_OFFICER}
    trail = root.get(f"/staff/audit/?subject=user&id={lena.pk}").content.decode()
    assert "Moved on." in trail and "rosa@staff.example" in trail


def test_nobody_gives_roles_to_themselves(staff: Callable[..., User]) -> None:
    rosa = staff("rosa", Role.ADMINISTRATOR)
    status, _ = send(browser(rosa), f"/staff/people/{rosa.pk}/give/", roles=["support"])
    assert status == 200 and not ApprovalRequest.objects.exists()


def test_the_trail_holds_what_was_refused_and_turns_pages(
    staff: Callable[..., User],
) -> None:
    support = browser(staff("sue", Role.SUPPORT))
    for _ in range(55):
        assert support.get("/staff/books/").status_code == 403
    reader = browser(staff("rosa", Role.ADMINISTRATOR))
    first = reader.get("/staff/audit/").content.decode()
    assert first.count("not permitted") == 39  # and the roles of who reads
    older = reader.get(unescape(found_in(first, r'href="([^"]+)" rel="next"'))).content.decode()
    assert older.count("not permitted") == 16
    assert AuditEntry.objects.filter(action="route.open", outcome="not_permitted").count() == 55


def found_in(page: str, pattern: str) -> str:
    """The first group of a pattern that the page has."""
    found = re.search(pattern, page)
    assert found, pattern
    return found[1]


def test_the_trail_is_narrowed_by_person_act_thing_and_day(staff: Callable[..., User]) -> None:
    sue, rosa = staff("sue", Role.SUPPORT), staff("rosa", Role.ADMINISTRATOR)
    support, reader = browser(sue), browser(rosa)
    support.get("/staff/books/")
    send(reader, f"/staff/people/{sue.pk}/take/", roles=["support"], why="Moved on.")
    today = platform.business_day(timezone.now())
    ways = {
        "who=sue": (False, True),
        "who=rosa": (True, False),
        "who=-": (False, False),
        "act=staff.roles": (True, False),
        f"subject=user&id={sue.pk}": (True, False),
        "id=none": (False, False),
        f"day_from={today}&day_to={today}": (True, True),
        f"day_to={today - timedelta(days=1)}": (False, False),
        "who=%00": (True, True),
    }
    for query, (taken, tried) in ways.items():
        page = reader.get(f"/staff/audit/?{query}").content.decode()
        assert ("Moved on." in page) is taken, query
        assert ("permissions: see_books" in page) is tried, query


def test_a_file_that_staff_take_away_stands_in_the_trail(
    staff: Callable[..., User], member: Callable[..., Person]
) -> None:
    member("lena")
    cora = browser(staff("cora", Role.COMPLIANCE_OFFICER))
    cora.get("/staff/members/")
    assert not AuditEntry.objects.filter(action="file.download").exists()
    file = cora.get("/staff/members/?q=Lena+F&format=csv")
    assert "Lena" in b"".join(file).decode()  # type: ignore[arg-type]
    entry = AuditEntry.objects.get(action="file.download")
    assert entry.after == {"file": "members.csv", "filters": "q"} and entry.user.email
    trail = b"".join(cora.get("/staff/audit/?format=csv")).decode().splitlines()  # type: ignore[arg-type]
    assert trail[0] == "when,id,who,action,subject,subject_id,outcome,why,before,after,origin"
    # The file of the trail begins with the line about itself.
    assert "audit.csv" in trail[1] and "members.csv" in trail[2]


def test_the_desk_counts_what_waits_for_a_role(
    compliance: Client, staff: Callable[..., User]
) -> None:
    newcomer()
    page = compliance.get("/staff/").content.decode()
    assert "Members to verify" in page and "Withdrawals to approve" in page
    support = browser(staff("sue", Role.SUPPORT)).get("/staff/").content.decode()
    assert "Members to verify" not in support
    assert "The oldest waits 2 days." in page  # the newcomer asked the day before yesterday


@pytest.mark.parametrize("role", list(Role))
def test_each_role_finds_its_queues_and_each_leads_to_a_list_it_may_open(
    role: Role, scene: Scene, staff: Callable[..., User]
) -> None:
    client = browser(staff("reader", role))
    page = client.get("/staff/").content.decode()
    main = page[page.index("<main") :]
    links = re.findall(r'href="(/staff/[^"]*)"', main)
    assert links
    for link in links:
        assert client.get(unescape(link)).status_code == 200, link
    if role is Role.COMPLIANCE_OFFICER:
        assert "Complaints to answer" in main


def test_the_rules_stand_with_the_figure_that_fired(
    compliance: Client, listing: Callable[..., int]
) -> None:
    listing()  # of a person, which the book of crowdfunding for business forbids
    page = compliance.get("/staff/rules/")
    states = {row["found"].rule.id: row["found"] for row in page.context["rows"]}
    assert states["EU-SCP-1"].state == "fires" and states["EU-SCP-1"].figure == "1 breach"
    assert states["EU-TIM-1"].state == "ok" and "4" in states["EU-TIM-1"].figure
    assert page.context["rows"][0]["found"].state == "fires"


@pytest.mark.parametrize(
    "path",
    ["/staff/people/?q=%00", "/staff/audit/?subject=%00", "/staff/members/?q=%00"],
)
def test_signs_that_no_text_holds_find_nothing(staff: Callable[..., User], path: str) -> None:
    root = browser(staff("root", Role.ADMINISTRATOR))
    assert root.get(path).status_code == 200


def test_a_mark_and_a_block_can_be_undone_at_once(
    compliance: Client, member: Callable[..., Person]
) -> None:
    lena = member("lena").member_id
    path = f"/staff/members/{lena}"
    send(compliance, f"{path}/mark/", kind="sanctions", finding="possible", remark="A name alike.")
    press_undo(compliance, compliance.get(f"{path}/").content.decode())
    assert [mark.finding for mark in Mark.objects.order_by("id")] == ["possible", "clear"]
    send(compliance, f"{path}/block/", why="Several cards, one person.")
    press_undo(compliance, compliance.get(f"{path}/").content.decode())
    assert Member.objects.get(pk=lena).blocked_at is None
    assert "Undo" not in compliance.get(f"{path}/").content.decode()


def press_undo(client: Client, page: str) -> None:
    """Send the form of the message that can be undone."""
    (form,) = re.findall(r'<form method="post" action="([^"]+)">((?:(?!</form>).)*Undo)', page)
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form[1]))
    assert client.post(form[0], fields).status_code == 302
