"""Spend in the books: each row one transfer, each fact once, corrections by reversal."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from tests.growth.conftest import AT, key
from tuppence.growth.controls.queries import controls
from tuppence.growth.models import Activity, Channel, Partner, SpendRow
from tuppence.growth.operations import ImportOrder, book_spend, import_spend, reverse_spend
from tuppence.growth.operations.channels import close_channel
from tuppence.growth.operations.imports import ImportStatus, preview_import
from tuppence.growth.spend import (
    PaidFrom,
    PriceModel,
    SpendLine,
    SpendOrder,
    SpendStatus,
    identities,
)
from tuppence.growth.spend_file import read_spend_file
from tuppence.growth.spend_map import SpendMap
from tuppence.ledger.chart import AccountKind
from tuppence.ledger.controls.queries import controls as ledger_controls
from tuppence.ledger.queries import balances
from tuppence.ledger.transfers import AccountKey
from tuppence.members.roles import Role

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 26)
LAYOUT = SpendMap(amount="Cost", day="Day", reference="Ad", partner_campaign="Campaign")


def line(channel: Channel, partner: Partner | None, amount_minor: int = 12_34, **more) -> SpendLine:
    values = {
        "channel_id": channel.pk,
        "campaign_id": None,
        "partner_id": partner and partner.pk,
        "day": DAY,
        "amount_minor": amount_minor,
        "price_model": PriceModel.CPC,
    }
    return SpendLine(**(values | more))


def order(name: str, spend: SpendLine, by: int) -> SpendOrder:
    return SpendOrder(key(name), spend, by, AT)


def balance(kind: AccountKind, owner: int) -> int:
    account = AccountKey(kind, owner, "EUR")
    return balances([account])[account]


def everything_holds() -> bool:
    return all(check.holds for check in (*controls(), *ledger_controls()))


def test_spend_is_expense_of_its_activity_and_owed_to_the_partner(
    grower: int, search: Channel, partner: Partner
) -> None:
    (outcome,) = book_spend([order("a", line(search, partner), grower)])
    assert outcome.status is SpendStatus.BOOKED
    activity = Activity.objects.get(channel=search, campaign=None)
    assert balance(AccountKind.MARKETING_EXPENSE, activity.pk) == 12_34
    assert balance(AccountKind.PAYABLES, partner.pk) == 12_34
    assert everything_holds()


def test_the_same_order_again_books_nothing_and_another_content_is_refused(
    grower: int, search: Channel, partner: Partner
) -> None:
    first = order("a", line(search, partner), grower)
    other = replace(first, line=line(search, partner, 99))
    statuses = [book_spend([each])[0].status for each in (first, first, other)]
    assert statuses == [
        SpendStatus.BOOKED,
        SpendStatus.EXISTS,
        SpendStatus.EXISTS_WITH_DIFFERENT_FIELDS,
    ]
    assert SpendRow.objects.count() == 1


def test_the_same_fact_under_another_key_is_recognised(
    grower: int, search: Channel, partner: Partner
) -> None:
    book_spend([order("a", line(search, partner), grower)])
    (again,) = book_spend([order("b", line(search, partner, 99), grower)])
    assert again.status is SpendStatus.BOOKED_BEFORE
    (other,) = book_spend([order("c", line(search, partner, reference="invoice 2"), grower)])
    assert other.status is SpendStatus.BOOKED


def test_hours_of_staff_are_a_cost_of_a_channel_without_a_price(grower: int) -> None:
    community = Channel.objects.get(code="community")
    hours = line(
        community,
        None,
        90_00,
        price_model=PriceModel.STAFF_HOURS,
        paid_from=PaidFrom.STAFF_TIME,
        hours_hundredths=3_00,
    )
    (outcome,) = book_spend([order("hours", hours, grower)])
    assert outcome.status is SpendStatus.BOOKED
    assert balance(AccountKind.STAFF_TIME_CHARGED, 0) == 90_00
    assert everything_holds()


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"amount_minor": -1}, SpendStatus.AMOUNT_NEGATIVE),
        ({"amount_minor": 10**15}, SpendStatus.AMOUNT_TOO_LARGE),
        ({"day": DAY + timedelta(days=2)}, SpendStatus.DAY_IN_FUTURE),
        ({"day": date(2020, 1, 1)}, SpendStatus.DAY_TOO_OLD),
        ({"channel_id": 10**9}, SpendStatus.CHANNEL_NOT_FOUND),
        ({"campaign_id": 10**9}, SpendStatus.CAMPAIGN_NOT_FOUND),
        ({"partner_id": None}, SpendStatus.PARTNER_MISSING),
        ({"partner_id": 10**9}, SpendStatus.PARTNER_NOT_FOUND),
        ({"price_model": PriceModel.FREE}, SpendStatus.FREE_COSTS_NOTHING),
        ({"creative": "x" * 201}, SpendStatus.TEXT_TOO_LONG),
        ({"paid_from": PaidFrom.PREPAID}, SpendStatus.PREPAID_TOO_LITTLE),
    ],
)
def test_what_cannot_be_booked_is_refused_and_leaves_nothing(
    grower: int, search: Channel, partner: Partner, changes: dict, status: SpendStatus
) -> None:
    (outcome,) = book_spend([order("a", replace(line(search, partner), **changes), grower)])
    assert outcome.status is status
    assert not SpendRow.objects.exists()


def test_a_closed_channel_takes_no_more_and_who_may_not_books_nothing(
    grower: int, staff: Callable[..., int], search: Channel, partner: Partner
) -> None:
    credit = staff("carl", Role.CREDIT_OFFICER)
    (refused,) = book_spend([order("a", line(search, partner), credit)])
    close_channel(search.pk, by=grower, at=AT)
    (closed,) = book_spend([order("b", line(search, partner), grower)])
    assert (refused.status, closed.status) == (
        SpendStatus.NOT_PERMITTED,
        SpendStatus.CHANNEL_CLOSED,
    )


def test_a_correction_takes_the_row_back_and_leaves_its_fact_free(
    grower: int, search: Channel, partner: Partner
) -> None:
    (first,) = book_spend([order("a", line(search, partner), grower)])
    assert reverse_spend([first.row_id], by=grower, at=AT, why=" ") == []
    assert reverse_spend([first.row_id], by=grower, at=AT, why="wrong amount") == [first.row_id]
    assert reverse_spend([first.row_id], by=grower, at=AT, why="wrong amount") == []
    assert balance(AccountKind.PAYABLES, partner.pk) == 0
    (right,) = book_spend([order("b", line(search, partner, 50), grower)])
    assert right.status is SpendStatus.BOOKED and balance(AccountKind.PAYABLES, partner.pk) == 50
    assert everything_holds()


def test_the_database_keeps_what_a_row_says(grower: int, search: Channel, partner: Partner) -> None:
    book_spend([order("a", line(search, partner), grower)])
    for change in ("amount_minor = 1", "day = day + 1", "reversed_why = 'x', identity = key"):
        with (
            pytest.raises(DatabaseError, match="append-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"UPDATE growth_spendrow SET {change}")
    row = SpendRow.objects.get()
    row.pk, row.key = None, key("copy")
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


def test_a_row_without_its_transfer_is_found(
    grower: int, search: Channel, partner: Partner
) -> None:
    book_spend([order("a", line(search, partner), grower)])
    row = SpendRow.objects.get()
    row.pk, row.key, row.identity = None, key("stray"), key("stray")
    row.save()
    assert [check.name for check in controls() if not check.holds] == [
        "spend booked",
        "marketing expense",
        "partners",
    ]


def file(text: str, *, partner: Partner, channel: Channel, by: int, **more) -> ImportOrder:
    content = text.encode()
    found = read_spend_file(content, "ads.csv", LAYOUT, one_day=None, today=date(2026, 11, 27))
    values = {
        "key": key("file", text),
        "file": found,
        "file_name": "ads.csv",
        "file_digest": str(len(content)),
        "layout": LAYOUT,
        "partner_id": partner.pk,
        "channel_id": channel.pk,
        "price_model": PriceModel.CPC,
        "paid_from": PaidFrom.PAYABLES,
        "campaigns": {},
        "total_minor": 0,
        "by": by,
        "at": AT,
    }
    order = ImportOrder(**(values | more))
    return (
        order
        if "total_minor" in more
        else replace(order, total_minor=preview_import(order).total_minor)
    )


HEAD = "Day,Ad,Campaign,Cost\n"
TWO = HEAD + "2026-11-25,a1,spring,10.004\n2026-11-25,a2,spring,20.004\n"


def test_a_file_is_booked_whole_and_once(grower: int, search: Channel, partner: Partner) -> None:
    asked = file(TWO, partner=partner, channel=search, by=grower)
    found = import_spend(asked)
    assert (found.status, found.fresh, found.total_minor) == (ImportStatus.BOOKED, 2, 30_01)
    assert import_spend(asked).status is ImportStatus.EXISTS
    again = import_spend(replace(asked, key=key("again")))
    assert (again.status, again.known) == (ImportStatus.NOTHING_NEW, 2)
    assert balance(AccountKind.PAYABLES, partner.pk) == 30_01
    assert everything_holds()


def test_an_overlapping_file_books_only_what_is_new(
    grower: int, search: Channel, partner: Partner
) -> None:
    import_spend(file(TWO, partner=partner, channel=search, by=grower))
    longer = TWO + "2026-11-26,a1,spring,5\n"
    found = import_spend(file(longer, partner=partner, channel=search, by=grower))
    assert (found.status, found.fresh, found.known) == (ImportStatus.BOOKED, 1, 2)
    assert balance(AccountKind.PAYABLES, partner.pk) == 35_01


def test_restated_amounts_wait_for_a_word_and_are_corrected_by_reversal(
    grower: int, search: Channel, partner: Partner
) -> None:
    import_spend(file(TWO, partner=partner, channel=search, by=grower))
    restated = file(HEAD + "2026-11-25,a1,spring,11\n", partner=partner, channel=search, by=grower)
    assert import_spend(restated).status is ImportStatus.RESTATED
    found = import_spend(replace(restated, take_restated=True))
    assert (found.status, found.restated) == (ImportStatus.BOOKED, 1)
    assert balance(AccountKind.PAYABLES, partner.pk) == 31_00
    assert everything_holds()


def test_a_wrong_total_bad_cells_or_a_refused_row_book_nothing(
    grower: int, search: Channel, partner: Partner
) -> None:
    wrong_total = file(TWO, partner=partner, channel=search, by=grower, total_minor=1)
    bad_cell = file(TWO + "2026-11-25,a3,spring,-1\n", partner=partner, channel=search, by=grower)
    old = file(TWO + "2019-11-25,a3,spring,1\n", partner=partner, channel=search, by=grower)
    statuses = [import_spend(each).status for each in (wrong_total, bad_cell, old)]
    assert statuses == [
        ImportStatus.TOTAL_DIFFERS,
        ImportStatus.CELLS_WRONG,
        ImportStatus.ROWS_REFUSED,
    ]
    assert import_spend(old).refused == ((4, SpendStatus.DAY_TOO_OLD),)
    assert not SpendRow.objects.exists()


def test_like_rows_of_one_file_are_told_apart_by_their_order(
    search: Channel, partner: Partner
) -> None:
    one = line(search, partner)
    names = identities([one, one, line(search, partner, 7)])
    assert len(set(names)) == 3 and names == identities([one, one, one])
