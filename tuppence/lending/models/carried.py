"""Sums that repeat what the rows say, so that pages need not add up all of them."""

from django.db import models


class CarriedShares(models.Model):
    """A lender's shares carried forward: the sums of those recorded on one day.

    Rows repeat what the shares say and may be dropped at any time; `books check` adds them up
    again. Every share of the lender up to `until_seq` is in some row of the same zone.
    """

    member = models.ForeignKey(
        "members.Member", models.PROTECT, related_name="+", db_constraint=False
    )
    zone = models.CharField(max_length=64)  # by whose calendar
    recorded_on = models.DateField()
    is_recovery = models.BooleanField()  # of claims on loans that were given up
    count = models.BigIntegerField()
    principal_minor = models.BigIntegerField()
    interest_minor = models.BigIntegerField()
    late_fee_minor = models.BigIntegerField()
    compensation_minor = models.BigIntegerField()
    surplus_minor = models.BigIntegerField()
    servicing_fee_minor = models.BigIntegerField()
    tax_minor = models.BigIntegerField()
    until_seq = models.BigIntegerField()
