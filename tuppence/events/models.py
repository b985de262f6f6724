"""The behaviour book, and how far each reader of it has come."""

from django.db import models


class Event(models.Model):
    """One happening. The table is partitioned by month and made in SQL (migration 0001).

    `xid` is the transaction that wrote the row. Ids are handed out before commits come in order,
    so a reader that went by ids alone would pass over an event that commits late.
    """

    pk = models.CompositePrimaryKey("xid", "id", "at")
    xid = models.BigIntegerField()
    id = models.BigIntegerField()
    verb = models.TextField()
    at = models.DateTimeField()
    member_id = models.BigIntegerField(null=True)
    visitor_id = models.UUIDField(null=True)
    subject_kind = models.TextField()
    subject_id = models.BigIntegerField()
    amount_minor = models.BigIntegerField(null=True)
    currency = models.TextField()
    channel = models.TextField()
    campaign = models.TextField()
    properties = models.JSONField()

    class Meta:
        managed = False
        db_table = "events_event"

    def __str__(self) -> str:
        return f"{self.verb} at {self.at}"


class Cursor(models.Model):
    """How far one consumer has read. It moves in the consumer's own transaction."""

    consumer = models.CharField(max_length=60, primary_key=True)
    xid = models.BigIntegerField(default=0)
    event_id = models.BigIntegerField(default=0)
    moved_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.consumer} at {self.xid}/{self.event_id}"
