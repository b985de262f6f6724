"""How much to invest, and the word that the risk is understood."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tuppence.web.forms.fields import AmountField, OrderForm
from tuppence.web.forms.gifts import offers_field
from tuppence.web.reader import current_reader
from tuppence.web.reads.gifts import Usable
from tuppence.web.reads.listings import ListingPage


class InvestForm(OrderForm):
    """An amount for one listing; the operation decides, this helps before it."""

    amount = AmountField(label=gettext_lazy("Amount"))

    def __init__(
        self, *args: Any, page: ListingPage, available_minor: int | None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.page, self.available_minor = page, available_minor
        self.fields["amount"].help_text = self.help_for(page, available_minor)

    @staticmethod
    def help_for(page: ListingPage, available_minor: int | None) -> str:
        """From how much, in which steps, and what there is."""
        reader, currency = current_reader(), page.row.currency
        steps = _("From {least} in steps of {step}.").format(
            least=reader.money(page.minimum_minor, currency),
            step=reader.money(page.step_minor, currency),
        )
        if available_minor is None:
            return steps
        return f"{steps} " + _("You have {available}.").format(
            available=reader.money(available_minor, currency)
        )

    def clean_amount(self) -> int:
        """Say at once, in figures, what is too much."""
        amount_minor: int = self.cleaned_data["amount"]
        if self.available_minor is not None:
            self.check_listing(amount_minor)
            self.check_purse(amount_minor, self.available_minor)
        return amount_minor

    def check_listing(self, amount_minor: int) -> None:
        """Smallest amount, steps, and what is still open."""
        reader, page, left_minor = current_reader(), self.page, self.page.row.left_minor

        def money(figure_minor: int) -> str:
            return reader.money(figure_minor, page.row.currency)

        if amount_minor > left_minor:
            raise forms.ValidationError(
                _("Only {left} is still open. Enter at most that.").format(left=money(left_minor))
            )
        in_steps = amount_minor >= page.minimum_minor and amount_minor % page.step_minor == 0
        if not in_steps and amount_minor != left_minor:
            raise forms.ValidationError(
                _("Enter {least} or more, in steps of {step}.").format(
                    least=money(page.minimum_minor), step=money(page.step_minor)
                )
            )

    def check_purse(self, amount_minor: int, available_minor: int) -> None:
        """Enough cash, and how much is missing if not."""
        reader, currency = current_reader(), self.page.row.currency
        if amount_minor <= available_minor:
            return
        raise forms.ValidationError(
            _("You have {available}; this needs {amount}. Pay in {missing} or invest less.").format(
                available=reader.money(available_minor, currency),
                amount=reader.money(amount_minor, currency),
                missing=reader.money(amount_minor - available_minor, currency),
            )
        )


class ConsentForm(InvestForm):
    """The review's own form: the same amount and key, hidden, and the consent where it is due."""

    consent = forms.BooleanField(
        label=gettext_lazy(
            "I have read the warning and confirm that I could bear to lose all of this."
        ),
        required=False,
        error_messages={"required": gettext_lazy("Tick this, or invest a smaller amount.")},
    )

    def __init__(
        self, *args: Any, needs_consent: bool, usable: Sequence[Usable] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"].widget = forms.HiddenInput()
        if usable:
            self.fields["offers"] = offers_field(usable)
            self.order_fields(["key", "amount", "offers", "consent"])
        if needs_consent:
            self.fields["consent"].required = True
        else:
            del self.fields["consent"]
