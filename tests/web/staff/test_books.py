"""The four books on pages: kept balances, the accounts behind them, and their proof."""

import csv
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.web.conftest import Person, deposit
from tests.web.staff.conftest import Desk, browser, days_ago
from tuppence import platform
from tuppence.insight.queries.controls import collect
from tuppence.ledger.checks import Check, Difference
from tuppence.ledger.models import Proof
from tuppence.ledger.operations import ask_proof, end_proof
from tuppence.web.check_words import CHECKS


@pytest.fixture
def ann(desk: Desk) -> Client:
    """A finance officer's browser."""
    return browser(desk.ann)


def test_every_figure_leads_to_its_accounts_with_the_same_sum(
    ann: Client, member: Callable[..., Person]
) -> None:
    lena, leo = member("lena", 500_00).member_id, member("leo", 20_00).member_id
    page = ann.get("/staff/books/").content.decode()
    link = "/staff/books/accounts/?kind=member_available&amp;currency=EUR"
    assert "520.00" in page and "Difference" in page and link in page
    accounts = ann.get(link.replace("&amp;", "&"))
    assert accounts.context["table"].totals.sums["credit"] == (520_00, "EUR")
    shown = accounts.content.decode()
    assert f"Member {lena}" in shown and f"Member {leo}" in shown
    whole = ann.get("/staff/books/accounts/?book=C&currency=eur").context["table"].totals.sums
    assert whole["debit"] == whole["credit"] == (520_00, "EUR")
    (row,) = (
        ann.get(f"/staff/books/accounts/?kind=member_available&owner={leo}")
        .context["table"]
        .slice.rows
    )
    assert row.balance_minor == 20_00
    nobody = ann.get("/staff/books/accounts/?owner=leo").content.decode()
    assert "Nothing matches these filters" in nobody


def test_a_past_day_is_what_was_kept_before_all_that_came_since(
    ann: Client, member: Callable[..., Person]
) -> None:
    lena = member("lena").member_id
    deposit(lena, 75_00, days_ago(10))
    deposit(lena, 500_00, days_ago(2))
    past = (platform.business_day(timezone.now()) - timedelta(days=5)).isoformat()
    page = ann.get(f"/staff/books/?on={past}").content.decode()
    assert "75.00" in page and "575.00" not in page
    assert "less everything recorded after" in page and f"&amp;on={past}" in page
    accounts = ann.get(f"/staff/books/accounts/?kind=member_available&currency=EUR&on={past}")
    assert accounts.context["table"].totals.sums["credit"] == (75_00, "EUR")
    before = (platform.business_day(timezone.now()) - timedelta(days=300)).isoformat()
    assert "No entries yet" in ann.get(f"/staff/books/?on={before}").content.decode()


def test_the_trial_balances_of_a_day_are_one_file(
    ann: Client, member: Callable[..., Person]
) -> None:
    member("lena", 500_00)
    today = platform.business_day(timezone.now())
    page = ann.get(f"/staff/books/?on={today.isoformat()}").content.decode()
    assert f"?on={today.isoformat()}&amp;format=csv" in page
    rows = trial_balance_file(ann, today.isoformat())
    assert ("C", "member_available", "1", "0.00", "500.00", "EUR") in rows
    for book in {row[0] for row in rows}:
        debits = sum(Decimal(row[3]) for row in rows if row[0] == book)
        assert debits == sum(Decimal(row[4]) for row in rows if row[0] == book) > 0
    assert trial_balance_file(ann, (today - timedelta(days=300)).isoformat()) == []


def trial_balance_file(officer: Client, on: str) -> list[tuple[str, ...]]:
    """The rows of the file for the end of a day, without its head."""
    answer = officer.get(f"/staff/books/?on={on}&format=csv")
    assert answer["Content-Disposition"] == 'attachment; filename="trial-balance.csv"'
    head, *rows = csv.reader(b"".join(answer.streaming_content).decode().splitlines())
    assert head == ["book", "account", "accounts", "debit", "credit", "currency"]
    return [tuple(row) for row in rows]


def test_kept_balances_cost_no_look_at_the_transfers(
    ann: Client, member: Callable[..., Person]
) -> None:
    member("lena", 500_00)
    ann.get("/staff/books/")
    with CaptureQueriesContext(connection) as captured:
        ann.get("/staff/books/")
    sums = [q["sql"] for q in captured if "ledger_transfer" in q["sql"]]
    # No past moment is asked for: the index of moments ends there and then.
    assert sums == [] or all("'infinity'" in query for query in sums)
    before = len(captured)
    for name in ("leo", "liv", "lou"):
        member(name, 10_00)
    with CaptureQueriesContext(connection) as captured:
        ann.get("/staff/books/")
    assert len(captured) == before


# --- Proofs ------------------------------------------------------------------------------------
def test_a_proof_is_asked_for_once_however_often_it_is_sent(
    ann: Client, desk: Desk, member: Callable[..., Person]
) -> None:
    member("lena", 500_00)
    assert "never yet" in ann.get("/staff/books/").content.decode()
    key = str(uuid4())
    for _ in range(2):
        assert ann.post("/staff/books/proofs/ask/", {"key": key})["Location"] == "/staff/books/"
    other = browser(desk.bob).post("/staff/books/proofs/ask/", {"key": str(uuid4())}, follow=True)
    assert "asked for already" in other.content.decode()
    row = Proof.objects.get()
    assert ProcrastinateJob.objects.filter(task_name="books.prove").count() == 1
    page = ann.get("/staff/books/").content.decode()
    assert "under way" in page and "hx-trigger" in page
    end_proof(row.pk, [Check("balances", "I3", "", 7)], at=timezone.now())
    page = ann.get("/staff/books/").content.decode()
    assert "no difference" in page and desk.ann.email in page and "hx-trigger" not in page
    proof = ann.get(f"/staff/books/proofs/{row.pk}/").content.decode()
    assert "The kept balance of each account" in proof and "0 differ" in proof
    assert desk.ann.email in ann.get("/staff/books/proofs/").content.decode()


def test_a_difference_stands_first_with_where_it_is(ann: Client) -> None:
    proof, _ = ask_proof(key=uuid4(), at=timezone.now())
    wrong = Check("balances", "I3", "", 5, 1, (Difference("account 7", "12", "13"),))
    end_proof(proof.pk, [Check("floors", "I3", "", 4), wrong], at=timezone.now())
    end_proof(proof.pk, [], at=timezone.now())  # a second result changes nothing
    page = ann.get(f"/staff/books/proofs/{proof.pk}/")
    assert page.context["table"].slice.rows[0].different == 1
    text = page.content.decode()
    assert "account 7" in text and "differs" in text and "the clock, each night" in text
    assert "differs" in ann.get("/staff/books/").content.decode()


def test_a_proof_without_result_is_given_up_after_an_hour(db: Any) -> None:
    old, _ = ask_proof(key=uuid4(), at=timezone.now() - timedelta(hours=2))
    fresh, is_new = ask_proof(key=uuid4(), at=timezone.now())
    assert is_new and fresh.pk != old.pk
    assert ask_proof(key=old.key, at=timezone.now()) == (old, False)


def test_each_check_has_words_in_both_languages(db: Any) -> None:
    assert {check.name for check in collect()} == set(CHECKS)
    with translation.override("zh-hans"):
        assert all(str(words) for words in CHECKS.values())


def test_a_worker_proves_what_was_asked(monkeypatch: pytest.MonkeyPatch, db: Any) -> None:
    from contextlib import nullcontext

    from tuppence.web import tasks

    # The test's own transaction stands in for the snapshot.
    monkeypatch.setattr(tasks.controls, "snapshot", nullcontext)
    tasks.prove_books_nightly(timestamp=1)
    tasks.prove_books_nightly(timestamp=1)
    proof = Proof.objects.get()
    tasks.prove_books(proof_id=proof.pk)
    proof.refresh_from_db()
    assert proof.state == "right" and len(proof.checks) == len(CHECKS)
