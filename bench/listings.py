"""Open listings for the benchmarks."""

from datetime import timedelta
from fractions import Fraction
from uuid import uuid4

from django.db import transaction

from bench import people
from tuppence.lending.models import Application, ApplicationDecision, Product
from tuppence.market.models import Listing
from tuppence.members.models import User

AMOUNT_MINOR = 25_00  # what each order of the benchmarks invests


def open_listings(count: int, target_minor: int) -> list[int]:
    """Fresh listings that take steps of the amount."""

    borrower = int(people.crowd(1)[0])
    with transaction.atomic():
        product = Product.objects.create(
            code=uuid4().hex,
            name="Bench",
            currency="EUR",
            amount_minor_min=1,
            amount_minor_max=10**14,
            instalments_min=1,
            instalments_max=60,
            annual_rate_min="1/100",
            annual_rate_max="1/5",
            investment_minor_min=AMOUNT_MINOR,
            investment_minor_step=AMOUNT_MINOR,
        )
        applications = Application.objects.bulk_create(
            [
                Application(
                    key=uuid4(),
                    product=product,
                    borrower_id=borrower,
                    amount_minor=target_minor,
                    currency="EUR",
                    instalments=12,
                    title="A workshop",
                    purpose="Tools",
                    submitted_at=people.START,
                )
                for _ in range(count)
            ]
        )
        officer = User.objects.create_user(f"{uuid4().hex}@example.com")
        ApplicationDecision.objects.bulk_create(
            [
                ApplicationDecision(
                    application=application,
                    approved=True,
                    reasons="Sound",
                    grade="B",
                    annual_rate=Fraction(7, 100),
                    expected_loss=Fraction(1, 100),
                    decided_by=officer,
                    decided_at=people.START,
                )
                for application in applications
            ]
        )
        listings = Listing.objects.bulk_create(
            [
                Listing(
                    application=application,
                    borrower_id=borrower,
                    currency="EUR",
                    target_minor=target_minor,
                    investment_minor_min=AMOUNT_MINOR,
                    investment_minor_step=AMOUNT_MINOR,
                    floor_minor=target_minor,
                    reflection_days=4,
                    opens_at=people.START,
                    closes_at=people.START + timedelta(days=10_000),
                )
                for application in applications
            ]
        )
    return [listing.pk for listing in listings]
