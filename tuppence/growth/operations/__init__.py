"""What growth writes: channels and partners, links and visits, spend, campaigns, offers."""

from tuppence.growth.operations.budgets import record_alerts, see_alerts, set_budgets
from tuppence.growth.operations.campaigns import (
    act_on_campaign,
    copy_campaign,
    draft_campaign,
    launch_due,
    rewrite_plan,
)
from tuppence.growth.operations.channels import add_channel, add_partner, close_channel
from tuppence.growth.operations.clawback import take_back_reward
from tuppence.growth.operations.codes import begin_trial, redeem_code
from tuppence.growth.operations.firm_lines import set_off_prepaid, take_line_back, use_line
from tuppence.growth.operations.firm_statements import (
    FirmAccountError,
    FirmImport,
    NewFirmAccount,
    StatementStatus,
    import_firm_statement,
    open_firm_account,
)
from tuppence.growth.operations.giving import give_offer
from tuppence.growth.operations.imports import ImportedSpend, ImportOrder, import_spend
from tuppence.growth.operations.investing import (
    OfferedOrder,
    invest_with_offers,
    take_fee_discount,
)
from tuppence.growth.operations.links import follow_links, make_link, pause_link
from tuppence.growth.operations.offers import grant
from tuppence.growth.operations.referrals import (
    accept_invitation,
    decide_reward,
    open_invite,
    write_words,
)
from tuppence.growth.operations.settlements import settle
from tuppence.growth.operations.settling import (
    end_trials,
    expire_grants,
    pay_due,
    settle_offers,
)
from tuppence.growth.operations.signals import forget_spent_signals, record_signals
from tuppence.growth.operations.spend import book_spend, reverse_spend
from tuppence.growth.operations.stitching import stitch, unstitch
from tuppence.growth.operations.visits import name_visit, note_choice, record_hits

__all__ = [
    "FirmAccountError",
    "FirmImport",
    "ImportOrder",
    "ImportedSpend",
    "NewFirmAccount",
    "OfferedOrder",
    "StatementStatus",
    "accept_invitation",
    "act_on_campaign",
    "add_channel",
    "add_partner",
    "begin_trial",
    "book_spend",
    "close_channel",
    "copy_campaign",
    "decide_reward",
    "draft_campaign",
    "end_trials",
    "expire_grants",
    "follow_links",
    "forget_spent_signals",
    "give_offer",
    "grant",
    "import_firm_statement",
    "import_spend",
    "invest_with_offers",
    "launch_due",
    "make_link",
    "name_visit",
    "note_choice",
    "open_firm_account",
    "open_invite",
    "pause_link",
    "pay_due",
    "record_alerts",
    "record_hits",
    "record_signals",
    "redeem_code",
    "reverse_spend",
    "rewrite_plan",
    "see_alerts",
    "set_budgets",
    "set_off_prepaid",
    "settle",
    "settle_offers",
    "stitch",
    "take_back_reward",
    "take_fee_discount",
    "take_line_back",
    "unstitch",
    "use_line",
    "write_words",
]
