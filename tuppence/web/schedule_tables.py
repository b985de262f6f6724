"""The schedule as a table, before a loan is paid out; its file's heads are fixed."""

from django.utils.translation import gettext_lazy as _

from tuppence.web import tables

ROWS_A_PAGE = 72


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
