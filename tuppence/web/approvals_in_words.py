"""What a request for a second person asks, in words: the payload line by line, nothing left out."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from uuid import UUID

from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tuppence.bank.models import ClientBankAccount
from tuppence.ledger.chart import AccountKind
from tuppence.ledger.queries import account_keys, transfers_by_id
from tuppence.ledger.transfers import AccountKey
from tuppence.members.approvals import JSON
from tuppence.members.models import User
from tuppence.web.account_names import account_name, named, subject_name, subject_url
from tuppence.web.campaign_in_words import campaign_lines
from tuppence.web.parts import Line
from tuppence.web.reader import current_reader

Payload = Mapping[str, JSON]
HIDDEN_WHEN_EMPTY = ("", 0, None)
SUBJECTS = {
    "application_id": "application",
    "listing_id": "listing",
    "loan_id": "loan",
    "withdrawal_id": "withdrawal",
    "break_id": "bank_break",
    "line_id": "bank_line",
    "user_id": "user",
    "campaign_id": "campaign",
    "partner_id": "partner",
}


def lines_of(kind: str, payload: Payload) -> list[Line]:
    """Every field of a payload as a line; kinds without words of their own show their fields."""
    told = TELLERS.get(kind)
    return told(payload) if told else plain_lines(payload)


def plain_lines(payload: Payload) -> list[Line]:
    """Fields by name: amounts with their currency, numbers of things as links to their pages."""
    currency = str(payload.get("currency", ""))
    return [
        plain_line(name, value, currency)
        for name, value in sorted(payload.items(), key=lambda item: rank(item[0]))
        if value not in HIDDEN_WHEN_EMPTY and name != "currency"
    ]


def rank(name: str) -> int:
    """What it is about first, then how much, then the rest; the reason last."""
    if name.endswith("_id"):
        return 0
    if name.endswith("_minor"):
        return 1
    return 3 if name in {"why", "reason"} else 2


def plain_line(name: str, value: JSON, currency: str) -> Line:
    """One field of a payload."""
    if name.endswith("_minor") and currency and isinstance(value, int):
        return Line(field_name(name[: -len("_minor")]), money(value, currency))
    if name in SUBJECTS and isinstance(value, int):
        kind = SUBJECTS[name]
        text, url = subject_name(kind, value), subject_url(kind, value)
        shown = format_html('<a href="{}">{}</a>', url, text) if url else text
        return Line(field_name(name), shown)
    if isinstance(value, list):
        return Line(field_name(name), ", ".join(map(str, value)))
    return Line(field_name(name), str(value))


def field_name(name: str) -> str:
    """The word for a field of a payload."""
    words = {
        "why": _("Reason"),
        "reason": _("Reason"),
        "funded": _("Amount funded"),
        "outstanding": _("Outstanding"),
        "amount": _("Amount"),
        "currency": _("Currency"),
        "listing_id": _("Listing"),
        "loan_id": _("Loan"),
        "application_id": _("Application"),
        "campaign_id": _("Campaign"),
        "payment_id": _("Payment"),
        "user_id": _("Account"),
        "roles": _("Roles"),
        "iban": _("IBAN"),
        "holder_name": _("Holder"),
        "withdrawal_id": _("Withdrawal"),
        "partner_id": _("Partner"),
        "month": _("Month"),
        "claimed": _("Claimed"),
        "rejected": _("Rejected"),
        "agreed": _("Agreed"),
        "break_id": _("Break"),
        "line_id": _("Bank line"),
        "on": _("Day"),
        "account_id": _("Client bank account"),
        "bank_account_id": _("Bank account"),
        "account": _("Account number"),
        "responsible_id": _("Responsible"),
        "statement_format": _("Statements come as"),
        "csv_map": _("Map of its CSV"),
        "payout_days": _("Business days promised for payouts"),
        "payout_cut_off": _("Payouts count the same day until"),
        "break_limit": _("Uncovered breaks hold payouts above"),
    }
    return words.get(name) or name.replace("_", " ")


def money(amount_minor: int, currency: str) -> str:
    """An amount in the reader's form."""
    return current_reader().money(amount_minor, currency)


def roles_lines(payload: Payload) -> list[Line]:
    """Who gets which roles."""
    roles = payload["roles"]
    assert isinstance(roles, list)
    return [
        Line(_("Account"), str(payload["user_id"])),
        Line(_("Roles"), ", ".join(named(str(role), "role") for role in roles)),
    ]


def entry_lines(payload: Payload) -> list[Line]:
    """Each line of an entry by hand: debit, credit, amount."""
    entries = payload["entries"]
    assert isinstance(entries, list)
    found = [Line(_("Reason"), str(payload["why"]))]
    for entry in entries:
        assert isinstance(entry, dict)
        currency = str(entry["currency"])
        sides = [
            account_name(AccountKey(AccountKind(str(entry[side])), int(str(owner)), currency))
            for side, owner in (("debit", entry["debit_owner"]), ("credit", entry["credit_owner"]))
        ]
        text = _("{debit} to {credit}").format(debit=sides[0], credit=sides[1])
        found.append(Line(text, money(int(str(entry["amount_minor"])), currency)))
    return found


def reversal_lines(payload: Payload) -> list[Line]:
    """Each transfer that is to be taken back."""
    ids = payload["transfers"]
    assert isinstance(ids, list)
    transfers = transfers_by_id([UUID(str(number)) for number in ids])
    keys = account_keys(
        account
        for transfer in transfers.values()
        for account in (transfer.debit_account_id, transfer.credit_account_id)
    )
    found = [Line(_("Reason"), str(payload["why"]))]
    for transfer in transfers.values():
        debit, credit = keys[transfer.debit_account_id], keys[transfer.credit_account_id]
        text = _("{kind}: {debit} to {credit}").format(
            kind=named(transfer.kind, "transfer_kind"),
            debit=account_name(debit),
            credit=account_name(credit),
        )
        found.append(Line(text, money(transfer.amount_minor, debit.currency)))
    return found


def break_lines(payload: Payload) -> list[Line]:
    """How a break is to end."""
    how = Line(_("How it ends"), named(str(payload["how"]), "resolution"))
    return [how, *plain_lines({name: value for name, value in payload.items() if name != "how"})]


def house_lines(payload: Payload) -> list[Line]:
    """What the house pays to whom."""
    account = ClientBankAccount.objects.get(id=int(str(payload["account_id"])))
    amount_minor = int(str(payload["amount_minor"]))
    found = [
        Line(_("Purpose"), named(str(payload["purpose"]), "house_purpose")),
        Line(_("Amount"), money(amount_minor, account.currency)),
        Line(_("Payee"), str(payload["payee_name"])),
        Line(_("Account number"), str(payload["payee_account"])),
        Line(_("BIC"), str(payload["payee_bic"])),
        Line(_("Reason"), str(payload["why"])),
    ]
    if payload["line_id"]:
        found.append(Line(_("Bank line"), str(payload["line_id"])))
    return [line for line in found if line.value]


def plan_lines(payload: Payload) -> list[Line]:
    """What is to change in a loan's plan, in words."""
    reader = current_reader()
    act = str(payload["act"])
    found = [Line(_("Change"), str(ACTS_IN_WORDS[act]))]
    if "annual_rate" in payload:
        percent = reader.percent(Fraction(str(payload["annual_rate"])))
        found.append(Line(_("Rate"), _("{percent} % a year").format(percent=percent)))
    for name, label in PLAN_FIELDS.items():
        if name in payload:
            value = str(payload[name])
            found.append(Line(str(label), str(COMPONENTS.get(value, value))))
    hidden = {"act", "annual_rate", "facts", *PLAN_FIELDS}
    rest = {name: value for name, value in payload.items() if name not in hidden}
    return [*found, *plain_lines(rest)]


def decision_lines(payload: Payload) -> list[Line]:
    """An approval above one officer's limit, with its grounds."""
    reader = current_reader()
    grounds = payload["grounds"]
    assert isinstance(grounds, list)

    def rate(name: str) -> str:
        return reader.percent(Fraction(str(payload[name])))

    return [
        plain_line("application_id", payload["application_id"], ""),
        Line(_("Amount"), money(int(str(payload["amount_minor"])), str(payload["currency"]))),
        Line(_("Grade"), str(payload["grade"])),
        Line(_("Rate"), _("{percent} % a year").format(percent=rate("annual_rate"))),
        Line(_("Expected loss"), _("{percent} % a year").format(percent=rate("expected_loss"))),
        *(Line(_("Found"), named(str(ground), "ground")) for ground in grounds),
        Line(_("Reason"), str(payload["reasons"])),
    ]


def limit_lines(payload: Payload) -> list[Line]:
    """Whose limit becomes what."""
    officer, amount = payload["officer_id"], payload["amount_minor"]
    rows = User.objects.filter(pk=officer) if isinstance(officer, int) else User.objects.none()
    email = rows.values_list("email", flat=True).first()
    limit = _("no limit any more")
    if isinstance(amount, int):
        limit = money(amount, str(payload["currency"]))
    return [
        Line(_("For whom"), email or _("Everybody without a limit of their own")),
        Line(_("Approves alone up to"), limit),
        Line(_("Reason"), str(payload["why"])),
    ]


COMPONENTS = {
    "penalty": gettext_lazy("Late fees"),
    "fee": gettext_lazy("Fees"),
    "interest": gettext_lazy("Interest due"),
}
ACTS_IN_WORDS = {
    "rate": gettext_lazy("Change the rate"),
    "pause": gettext_lazy("Pause the interest"),
    "plan": gettext_lazy("Agree another plan"),
    "waiver": gettext_lazy("Waive what is due"),
}
PLAN_FIELDS = {
    "first_day": gettext_lazy("From"),
    "last_day": gettext_lazy("Up to and including"),
    "instalments": gettext_lazy("Instalments from the next due date on"),
    "grace_principal": gettext_lazy("Of which with interest alone"),
    "component": gettext_lazy("What is given up"),
}

TELLERS: Mapping[str, Callable[[Payload], list[Line]]] = {
    "members.roles": roles_lines,
    "lending.plan_change": plan_lines,
    "lending.decision": decision_lines,
    "lending.credit_limit": limit_lines,
    "bank.manual_entry": entry_lines,
    "bank.reversal": reversal_lines,
    "bank.break": break_lines,
    "bank.house_payment": house_lines,
    "growth.campaign": campaign_lines,
}
