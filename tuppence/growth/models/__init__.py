"""The room's tables, a file a topic."""

from tuppence.growth.models.campaigns import Campaign, CampaignStep
from tuppence.growth.models.channels import Activity, Channel, Partner
from tuppence.growth.models.spend import SpendImport, SpendRow, SpendUpload

__all__ = [
    "Activity",
    "Campaign",
    "CampaignStep",
    "Channel",
    "Partner",
    "SpendImport",
    "SpendRow",
    "SpendUpload",
]
