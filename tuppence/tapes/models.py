"""What was taken over from tapes: which file, and what became of each of its rows.

A row is written in the transaction that writes the loan's books. So a row that is here is in the
books whole, and one that is not has left nothing there.
"""

from django.db import models


class TapeImport(models.Model):
    """A file that was taken over under one map, with one pool of lenders."""

    tape = models.CharField(max_length=40)
    fingerprint = models.CharField(max_length=32)
    pool = models.CharField(max_length=80)
    currency = models.CharField(max_length=3)
    started_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tape", "fingerprint", "pool"], name="tape_import_once_a_file"
            ),
        ]


class TapeRow(models.Model):
    """One loan of a tape that is in the books. The digest tells whether its figures changed."""

    tape = models.CharField(max_length=40)
    loan_ref = models.CharField(max_length=64)
    tape_import = models.ForeignKey(TapeImport, models.PROTECT, related_name="rows")
    number = models.IntegerField()  # of the row in its file, the header is 1
    digest = models.CharField(max_length=32)
    borrower = models.ForeignKey("members.Member", models.PROTECT, related_name="+")
    loan = models.OneToOneField("lending.Loan", models.PROTECT, related_name="tape_row")
    status = models.CharField(max_length=20)  # in which the tape leaves the loan
    oddities = models.JSONField(default=list)
    attributes = models.JSONField(default=dict)
    booked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tape", "loan_ref"], name="tape_row_once"),
        ]
