"""The room's tables, a file a topic."""

from tuppence.growth.models.budgets import BudgetAlert, ChannelBudget
from tuppence.growth.models.campaigns import Campaign, CampaignStep
from tuppence.growth.models.channels import Activity, Channel, Partner
from tuppence.growth.models.firm_bank import (
    FirmAccount,
    FirmLine,
    FirmLineUse,
    FirmStatement,
    PrepaidSetOff,
)
from tuppence.growth.models.offers import CodeTry, Grant, Offer
from tuppence.growth.models.referrals import Invitation, InviteCode, ReferralReward
from tuppence.growth.models.settlements import Settlement, SettlementStep
from tuppence.growth.models.spend import SpendImport, SpendRow, SpendUpload
from tuppence.growth.models.traffic import (
    LinkDay,
    SpentSignal,
    TrackedLink,
    Visit,
    VisitorLink,
)

__all__ = [
    "Activity",
    "BudgetAlert",
    "Campaign",
    "CampaignStep",
    "Channel",
    "ChannelBudget",
    "CodeTry",
    "FirmAccount",
    "FirmLine",
    "FirmLineUse",
    "FirmStatement",
    "Grant",
    "Invitation",
    "InviteCode",
    "LinkDay",
    "Offer",
    "Partner",
    "PrepaidSetOff",
    "ReferralReward",
    "Settlement",
    "SettlementStep",
    "SpendImport",
    "SpendRow",
    "SpendUpload",
    "SpentSignal",
    "TrackedLink",
    "Visit",
    "VisitorLink",
]
