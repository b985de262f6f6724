"""What money lent would bring, line by line: the same words on a listing and in the calculator."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from tuppence.lending.lender_outlook import Outlook
from tuppence.lending.schedule import Instalment
from tuppence.web.parts import Line
from tuppence.web.reader import current_reader


def outlook_lines(preview: Sequence[Instalment], outlook: Outlook, currency: str) -> list[Line]:
    """From the instalments to what is left on average, each step in money."""
    reader = current_reader()

    def money(amount_minor: int) -> str:
        return reader.money(amount_minor, currency)

    amounts = [row.amount_minor for row in preview]
    least, most = money(min(amounts)), money(max(amounts))
    lines = [
        Line(_("Instalments"), f"{reader.count(len(amounts))} × {least}")
        if least == most
        else Line(
            _("Instalments"),
            _("{number}, from {least} to {most}").format(
                number=reader.count(len(amounts)), least=least, most=most
            ),
        ),
        Line(_("Comes back if all is paid on time"), money(outlook.total_minor)),
        Line(_("Our fee on interest, VAT included"), money(-outlook.fee_minor)),
    ]
    if outlook.tax_minor:
        lines.append(Line(_("Tax withheld"), money(-outlook.tax_minor)))
    if outlook.loss_minor is not None and outlook.left_minor is not None:
        lines += [
            Line(_("Expected loss, on average"), money(-outlook.loss_minor)),
            Line(_("Left on average"), money(outlook.left_minor), is_sum=True),
        ]
    return lines
