"""The only modules that write the room's tables: load, decide, write."""

from tuppence.lending.operations.applications import (
    apply,
    decide_applications,
    withdraw_applications,
)
from tuppence.lending.operations.carrying import carry_forward, carry_shares_forward
from tuppence.lending.operations.collection_records import log_contact, promise_to_pay
from tuppence.lending.operations.contracts import make_contracts, sign, terms_of
from tuppence.lending.operations.credit_limits import LimitRefusedError, request_credit_limit
from tuppence.lending.operations.day_close import (
    Closed,
    CloseStatus,
    DayNotOverError,
    close_day,
    rehearse_close,
)
from tuppence.lending.operations.day_sign_off import sign_days
from tuppence.lending.operations.disburse import disburse
from tuppence.lending.operations.drafts import (
    add_application_paper,
    discard_drafts,
    forget_old_drafts,
    remove_draft_paper,
    save_drafts,
    start_drafts,
    submit_drafts,
)
from tuppence.lending.operations.hand_overs import hand_over, recall
from tuppence.lending.operations.information import (
    answer_items,
    ask_for_information,
    take_back_information_requests,
)
from tuppence.lending.operations.joint_decisions import Proposed, propose_decision
from tuppence.lending.operations.late_fees import LateFeesCharged, charge_late_fees
from tuppence.lending.operations.payments import (
    collect,
    collect_due,
    early_repay,
    record_payments,
    recover,
)
from tuppence.lending.operations.plan_change_requests import request_plan_change
from tuppence.lending.operations.plan_changes import change_plans, decided
from tuppence.lending.operations.plan_requests import (
    answer_plan_requests,
    ask_for_plan,
    withdraw_plan_requests,
)
from tuppence.lending.operations.products import (
    ProductRefusedError,
    create_product,
    retire_product,
)
from tuppence.lending.operations.reversal_requests import request_payment_reversal
from tuppence.lending.operations.reversals import reverse_payments
from tuppence.lending.operations.write_off_requests import request_write_off
from tuppence.lending.operations.write_offs import write_off

__all__ = [
    "CloseStatus",
    "Closed",
    "DayNotOverError",
    "LateFeesCharged",
    "LimitRefusedError",
    "ProductRefusedError",
    "Proposed",
    "add_application_paper",
    "answer_items",
    "answer_plan_requests",
    "apply",
    "ask_for_information",
    "ask_for_plan",
    "carry_forward",
    "carry_shares_forward",
    "change_plans",
    "charge_late_fees",
    "close_day",
    "collect",
    "collect_due",
    "create_product",
    "decide_applications",
    "decided",
    "disburse",
    "discard_drafts",
    "early_repay",
    "forget_old_drafts",
    "hand_over",
    "log_contact",
    "make_contracts",
    "promise_to_pay",
    "propose_decision",
    "recall",
    "record_payments",
    "recover",
    "rehearse_close",
    "remove_draft_paper",
    "request_credit_limit",
    "request_payment_reversal",
    "request_plan_change",
    "request_write_off",
    "retire_product",
    "reverse_payments",
    "save_drafts",
    "sign",
    "sign_days",
    "start_drafts",
    "submit_drafts",
    "take_back_information_requests",
    "terms_of",
    "withdraw_applications",
    "withdraw_plan_requests",
    "write_off",
]
