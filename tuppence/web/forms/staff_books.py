"""What the books are asked, and entries by hand."""

from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from tuppence import platform
from tuppence.bank.manual_entry import CONTROLLED, HandEntry
from tuppence.ledger.chart import CHART, AccountKind, Owner
from tuppence.ledger.transfers import AccountKey
from tuppence.web.forms.fields import AmountField, DayField, OrderForm, WholeField
from tuppence.web.forms.staff_groups import GroupedForm
from tuppence.web.forms.staff_words import reason_field
from tuppence.web.words import WORDS

LINES = 3


class BooksDayForm(forms.Form):
    """The day at whose end the books are read."""

    on = DayField(label=_("At the end of"), required=False)


class AccountFinder(forms.Form):
    """An account by kind and owner."""

    kind = forms.ChoiceField(
        label=_("Account"),
        choices=[(kind.value, WORDS["ledger_account"][kind.value]) for kind in AccountKind],
    )
    owner = WholeField(
        label=_("Number of member, loan or product"), least=0, most=999_999_999, required=False
    )


def by_hand() -> list[tuple[str, Any]]:
    """Kinds that an entry by hand may move; the others move with what they count."""
    return [
        ("", "–"),
        *(
            (kind.value, f"{CHART[kind].book.value} · {WORDS['ledger_account'][kind.value]}")
            for kind in AccountKind
            if kind not in CONTROLLED
        ),
    ]


class HandEntryForm(GroupedForm, OrderForm):
    """An entry by hand: up to three lines, each within one book."""

    GROUPS = {str(number): _("Line") for number in range(1, LINES + 1)}
    why = reason_field(_("Reason"), help_text=_("What makes the entry needed, and what proves it."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in range(1, LINES + 1):
            needed = number == 1
            self.fields[f"debit_{number}"] = forms.ChoiceField(
                label=_("Line {number}: debit").format(number=number),
                choices=by_hand(),
                required=needed,
            )
            self.fields[f"debit_owner_{number}"] = owner_field()
            self.fields[f"credit_{number}"] = forms.ChoiceField(
                label=_("Line {number}: credit").format(number=number),
                choices=by_hand(),
                required=needed,
            )
            self.fields[f"credit_owner_{number}"] = owner_field()
            self.fields[f"amount_{number}"] = AmountField(
                label=_("Line {number}: amount").format(number=number), required=needed
            )

        for number in range(2, LINES + 1):
            for name in ("debit", "credit", "amount"):
                field: Any = self.fields[f"{name}_{number}"]
                field.when_needed = _("where the line is used")

    def group_of(self, field: str) -> str:
        """The number of the line that a field is of."""
        return field[-1] if field[-1].isdecimal() else ""

    def groups(self) -> list[tuple[str, list[BoundField]]]:
        """Each line under its number."""
        return [
            (_("Line {number}").format(number=number), list(fields))
            for number, (_heading, fields) in enumerate(super().groups(), start=1)
        ]

    def clean(self) -> dict[str, Any]:
        """A line is whole or empty; accounts of members need the member's number."""
        cleaned = super().clean() or {}
        for number in range(1, LINES + 1):
            self._check_line(cleaned, number)
        return cleaned

    def _check_line(self, cleaned: dict[str, Any], number: int) -> None:
        names = [f"{name}_{number}" for name in ("debit", "credit", "amount")]
        given = [name for name in names if cleaned.get(name)]
        for name in names:
            if given and name not in given and name not in self.errors:
                self.add_error(name, _("Fill this line in whole, or leave it empty."))
        for side in ("debit", "credit"):
            kind = cleaned.get(f"{side}_{number}")
            owner = cleaned.get(f"{side}_owner_{number}")
            if kind and CHART[AccountKind(kind)].owner is not Owner.PLATFORM and not owner:
                self.add_error(f"{side}_owner_{number}", _("Enter the owner's number."))
        self._check_books(cleaned, number)

    def _check_books(self, cleaned: dict[str, Any], number: int) -> None:
        debit, credit = cleaned.get(f"debit_{number}"), cleaned.get(f"credit_{number}")
        if not debit or not credit:
            return
        books = [CHART[AccountKind(kind)].book for kind in (debit, credit)]
        if books[0] is not books[1]:
            said = _(
                "“{debit}” stands in the book {first}, “{credit}” in the book {second}. A line"
                " never crosses books: write two lines, one in each, with the amounts due."
            ).format(
                debit=WORDS["ledger_account"][debit],
                credit=WORDS["ledger_account"][credit],
                first=WORDS["book"][books[0].value],
                second=WORDS["book"][books[1].value],
            )
            self.add_error(f"credit_{number}", said)

    def entries(self) -> list[HandEntry]:
        """The lines that were filled in."""
        cleaned, currency = self.cleaned_data, platform.currency()
        return [
            HandEntry(
                AccountKey(
                    AccountKind(cleaned[f"debit_{number}"]),
                    cleaned[f"debit_owner_{number}"] or 0,
                    currency,
                ),
                AccountKey(
                    AccountKind(cleaned[f"credit_{number}"]),
                    cleaned[f"credit_owner_{number}"] or 0,
                    currency,
                ),
                cleaned[f"amount_{number}"],
            )
            for number in range(1, LINES + 1)
            if cleaned.get(f"amount_{number}")
        ]


def owner_field() -> WholeField:
    """Whose account, where the platform has more than one of the kind."""
    field = WholeField(label=_("Its member's number"), least=0, most=999_999_999, required=False)
    field.when_needed = _("where it has one")
    return field
