"""What growth staff are told when something was refused: a sentence for each status."""

from collections.abc import Mapping
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tuppence.growth.budgets import BudgetStatus
from tuppence.growth.campaign import CampaignStatus
from tuppence.growth.firm_bank import UseStatus
from tuppence.growth.operations.imports import ImportStatus
from tuppence.growth.settlement import SettleStatus
from tuppence.growth.spend import SpendStatus

START_AGAIN = _("This page was used for something else before. Open it again and start afresh.")
NOT_PERMITTED = _("Your role does not include this. Ask an administrator.")

GROWTH_REFUSALS: Mapping[type[StrEnum], Mapping[str, str | Promise]] = {
    SpendStatus: {
        SpendStatus.EXISTS_WITH_DIFFERENT_FIELDS: START_AGAIN,
        SpendStatus.NOT_PERMITTED: NOT_PERMITTED,
        SpendStatus.AMOUNT_NEGATIVE: _("Spend is above zero. To take spend back, correct its row."),
        SpendStatus.AMOUNT_TOO_LARGE: _("This amount is too large for one row."),
        SpendStatus.DAY_IN_FUTURE: _(
            "This day has not come yet. Spend is booked once it happened."
        ),
        SpendStatus.DAY_TOO_OLD: _(
            "This day is more than three years ago. Ask finance to enter it."
        ),
        SpendStatus.CHANNEL_NOT_FOUND: _("There is no such channel."),
        SpendStatus.CHANNEL_CLOSED: _("The channel is closed."),
        SpendStatus.CAMPAIGN_NOT_FOUND: _("There is no such campaign."),
        SpendStatus.CAMPAIGN_NOT_LAUNCHED: _(
            "Nothing is spent on a campaign before it is launched."
        ),
        SpendStatus.PARTNER_MISSING: _("Say to whom the money is owed."),
        SpendStatus.PARTNER_NOT_FOUND: _("There is no such partner."),
        SpendStatus.FREE_COSTS_NOTHING: _(
            "What costs nothing has no amount. Choose how it is paid."
        ),
        SpendStatus.TEXT_TOO_LONG: _("A text is longer than 200 letters."),
        SpendStatus.BOOKED_BEFORE: _(
            "This day of this channel and partner is booked already. If it is a second invoice,"
            " give its number as reference."
        ),
        SpendStatus.PREPAID_TOO_LITTLE: _("The partner was not paid so much beforehand."),
    },
    UseStatus: {
        UseStatus.EXISTS_WITH_DIFFERENT_FIELDS: START_AGAIN,
        UseStatus.NOT_PERMITTED: NOT_PERMITTED,
        UseStatus.LINE_NOT_FOUND: _("There is no such line."),
        UseStatus.USED_ALREADY: _("It was said meanwhile what this line is. Open it again."),
        UseStatus.NOT_USED: _("Nobody has said what this line is; there is nothing to take back."),
        UseStatus.PARTNER_NOT_FOUND: _("There is no such partner."),
        UseStatus.WRONG_DIRECTION: _("A line in this direction can't be that."),
        UseStatus.NO_TWIN: _(
            "No statement of the client bank has booked this amount yet. Import that one first."
        ),
        UseStatus.REASON_MISSING: _("Write a reason, so that others can follow it later."),
        UseStatus.PREPAID_SPENT: _(
            "Money of this line was spent with the partner already. Take that spend back first."
        ),
        UseStatus.NOTHING_TO_SET_OFF: _("There is nothing to set off."),
    },
    BudgetStatus: {
        BudgetStatus.NOT_PERMITTED: NOT_PERMITTED,
        BudgetStatus.CHANNEL_NOT_FOUND: _("There is no such channel."),
        BudgetStatus.CHANNEL_CLOSED: _("The channel is closed."),
        BudgetStatus.AMOUNT_WRONG: _("A budget is nought or above it."),
        BudgetStatus.MONTH_OVER: _("This month is over; its budget stays as it was."),
    },
    SettleStatus: {
        SettleStatus.NOT_PERMITTED: NOT_PERMITTED,
        SettleStatus.PARTNER_NOT_FOUND: _("There is no such partner."),
        SettleStatus.WRONG_STATE: _("It is not in this state any more. Open it again."),
        SettleStatus.AMOUNT_MISSING: _("Write an amount above zero."),
        SettleStatus.TEXT_MISSING: _("Write a reference or a reason: others read it later."),
        SettleStatus.REJECTED_TOO_MUCH: _("More than was claimed can't be rejected."),
        SettleStatus.MONTH_RUNS: _("The month still runs. It can be agreed to once it is over."),
        SettleStatus.BOOKS_DIFFER: _(
            "Claimed less rejected is not what the books hold. Reject the rest with its reason, or"
            " correct the spend."
        ),
        SettleStatus.INVOICE_REPEATED: _(
            "The partner sent an invoice of this number for another month. Check the number."
        ),
    },
    ImportStatus: {
        ImportStatus.NOT_PERMITTED: NOT_PERMITTED,
        ImportStatus.CELLS_WRONG: _("Some cells can't be read. Mend the file and upload it again."),
        ImportStatus.ROWS_REFUSED: _("Some rows can't be booked. Nothing of the file was taken."),
        ImportStatus.TOTAL_DIFFERS: _("The file's sum is another one than you compared."),
        ImportStatus.RESTATED: _(
            "Some amounts differ from what was booked before. Say below that they correct it."
        ),
        ImportStatus.NOTHING_NEW: _("Every row of this file is in the books already."),
    },
    CampaignStatus: {
        CampaignStatus.NOT_FOUND: _("There is no such campaign."),
        CampaignStatus.NOT_PERMITTED: NOT_PERMITTED,
        CampaignStatus.WRONG_STATE: _("It is not in this state any more. Open it again."),
        CampaignStatus.REASON_MISSING: _("Write a reason, so that others can follow it later."),
        CampaignStatus.RESULTS_MISSING: _("Say how many results you counted."),
        CampaignStatus.PLAN_INCOMPLETE: _("The plan is not complete yet."),
        CampaignStatus.PLAN_CHANGED: _("The plan was changed meanwhile. Read it again."),
        CampaignStatus.STARTS_LATER: _(
            "Its first day has not come. Let it begin by itself instead."
        ),
        CampaignStatus.PERIOD_OVER: _("Its last day is over. Copy it with new days."),
        CampaignStatus.INCENTIVES_FORBIDDEN: _(
            "The rulebook forbids gifts to investors. Plan it without anything to give away."
        ),
        CampaignStatus.FLOAT_TOO_LITTLE: _(
            "The firm's money in the client bank does not cover what it may give away. Ask finance"
            " to pay it in first."
        ),
    },
}
