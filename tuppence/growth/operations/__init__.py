"""What growth writes: channels and partners, spend, campaigns."""

from tuppence.growth.operations.campaigns import (
    act_on_campaign,
    copy_campaign,
    draft_campaign,
    launch_due,
    rewrite_plan,
)
from tuppence.growth.operations.channels import add_channel, add_partner, close_channel
from tuppence.growth.operations.imports import ImportedSpend, ImportOrder, import_spend
from tuppence.growth.operations.spend import book_spend, reverse_spend

__all__ = [
    "ImportOrder",
    "ImportedSpend",
    "act_on_campaign",
    "add_channel",
    "add_partner",
    "book_spend",
    "close_channel",
    "copy_campaign",
    "draft_campaign",
    "import_spend",
    "launch_due",
    "reverse_spend",
    "rewrite_plan",
]
