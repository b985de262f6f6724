"""A longer list costs no more queries."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tuppence.lending.application_rules import ContractOrder
from tuppence.lending.models import Application
from tuppence.lending.operations import make_contracts
from tuppence.market.operations import PublishOrder, invest, publish
from tuppence.market.orders import InvestOrder

pytestmark = pytest.mark.django_db


def queries_of(client: Client, path: str) -> int:
    """How many queries a page takes."""
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


def test_lists_take_as_many_queries_for_five_rows_as_for_one(
    approved: Callable[..., object], member: Callable[..., object]
) -> None:
    now = timezone.now()
    first, borrower = approved("bob", 5_000_00)
    investor = member("ann", 2_000_00)
    places = (
        (Client(), "/listings/"),
        (borrower.client, "/borrowing/"),
        (investor.client, "/portfolio/"),
        (investor.client, "/cash/"),
    )

    def offer(application: Application) -> None:
        make_contracts([ContractOrder(application.pk, now)])
        (listed,) = publish([PublishOrder(application.pk, now - timedelta(days=1))])
        order = InvestOrder(uuid4(), investor.member_id, listed.listing_id, 100_00, now)
        assert invest([order])[0].status.accepted

    offer(first)
    before = [queries_of(client, path) for client, path in places]
    for _ in range(4):
        decision = first.decision
        more = Application.objects.get(pk=first.pk)
        more.pk, more.key = None, uuid4()
        more.save()
        decision.pk, decision.application = None, more
        decision.save()
        offer(Application.objects.get(pk=more.pk))
    assert [queries_of(client, path) for client, path in places] == before
    assert max(before) < 28
