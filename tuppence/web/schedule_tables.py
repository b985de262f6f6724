"""What is to be paid, as tables: the schedule of an offer, and the dues of all loans of a member.

The heads of their files are fixed: other programs read them.
"""

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tuppence.web import tables
from tuppence.web.parts import Text
from tuppence.web.reads.loans import PaymentRow, ScheduleRow

ROWS_A_PAGE = 72
SCHEDULE_ROWS, PAYMENT_ROWS = 48, 12  # together on one page of the loan


def plan_table(application_id: int, caption: str, *, has_fee: bool) -> tables.Table:
    """Every instalment of an offer with its sums; the file is named after the application."""
    return tables.Table(
        f"schedule-application-{application_id}",
        caption,
        columns=(
            tables.day("due_on", _("Due"), "due_on"),
            tables.count("number", _("No."), "number", in_page=False),
            tables.figure("principal", _("Principal"), "principal_minor", total=True),
            tables.figure("interest", _("Interest"), "interest_minor", total=True),
            tables.figure("charges", _("Fee"), "charges_minor", total=True, in_page=has_fee),
            tables.figure("to_pay", _("To pay"), "amount_minor", total=True),
            tables.figure("owed_after", _("Still owed after"), "balance_minor"),
        ),
        page_size=ROWS_A_PAGE,
        counts=False,
    )


DUES = tables.Table(
    "payments-due",
    _("What is to be paid"),
    columns=(
        tables.text(
            "loan", _("Loan"), "title", url=lambda row: reverse("loan", args=[row.loan_id])
        ),
        tables.count("loan_number", _("Loan number"), "loan_id", in_page=False),
        tables.day("due_on", _("Due"), "due_on"),
        tables.chip("state", _("State"), "state", states="instalment"),
        tables.money("principal", _("Principal"), "principal_minor", total=True),
        tables.money("interest", _("Interest"), "interest_minor", total=True),
        tables.money("charges", _("Charges"), "charges_minor", total=True),
        tables.money("to_pay", _("To pay"), "amount_minor", total=True),
    ),
    page_size=ROWS_A_PAGE,
    counts=False,
)


def schedule_table(loan_id: int, currency: str) -> tables.Table:
    """Every instalment of a loan as planned now and as far as paid; each leads to what paid it."""

    def in_currency(_row: object) -> str:
        return currency

    def to_instalment(row: ScheduleRow) -> str:
        return reverse("instalment", args=[loan_id, row.number])

    return tables.Table(
        f"schedule-loan-{loan_id}",
        gettext("Amounts in {currency}, as planned now").format(currency=currency),
        columns=(
            tables.day("due_on", _("Due"), "due_on", url=to_instalment),
            tables.count("number", _("No."), "number", in_page=False),
            tables.chip("state", _("State"), "state", states="instalment"),
            *(
                tables.figure(name, title, source, total=True, currency=in_currency)
                for name, title, source in (
                    ("principal", _("Principal"), "principal_minor"),
                    ("interest", _("Interest"), "interest_minor"),
                    ("charges", _("Charges"), "charges_minor"),
                    ("to_pay", _("To pay"), "amount_minor"),
                    ("paid", _("Paid"), "paid_minor"),
                )
            ),
            tables.figure(
                "owed_after", _("Still owed after"), "balance_minor", currency=in_currency
            ),
        ),
        page_size=SCHEDULE_ROWS,
        counts=False,
    )


def payments_table(loan_id: int, currency: str) -> tables.Table:
    """Every payment on a loan and where it went, the newest first."""

    def in_currency(_row: object) -> str:
        return currency

    def to_payment(row: PaymentRow) -> str:
        return reverse("payment", args=[loan_id, row.id])

    def said(row: PaymentRow) -> Text:
        return gettext("taken back by the bank") if row.is_reversed else ""

    return tables.Table(
        f"payments-loan-{loan_id}",
        gettext("Amounts in {currency}, newest first").format(currency=currency),
        columns=(
            tables.day("on", _("Day"), "on", url=to_payment, sub=said),
            tables.text("taken_back", _("Taken back"), "is_reversed", in_page=False),
            *(
                tables.figure(name, title, source, currency=in_currency)
                for name, title, source in (
                    ("principal", _("Principal"), "principal_minor"),
                    ("interest", _("Interest"), "interest_minor"),
                    ("charges", _("Charges"), "charges_minor"),
                    ("compensation", _("Compensation"), "compensation_minor"),
                    ("paid", _("Paid"), "amount_minor"),
                )
            ),
            tables.code("receipt", _("Receipt number"), "id", in_page=False),
        ),
        page_size=PAYMENT_ROWS,
        counts=False,
    )
