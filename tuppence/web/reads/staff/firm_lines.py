"""What a line of the firm's bank may be, in words, the likeliest first."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from tuppence.growth.firm_bank import PartnerClue, Use
from tuppence.growth.models import Partner
from tuppence.growth.queries.firm_bank import WaitingLine
from tuppence.web.reader import current_reader
from tuppence.web.words import WORDS


@dataclass(frozen=True, slots=True)
class SuggestedUse:
    """One thing that a line may be: what the button sends, its words, and why."""

    use: str
    partner_id: int | None
    title: str
    why: str


def suggested_uses(waiting: WaitingLine) -> list[SuggestedUse]:
    """What the line may be; client money of its very amount first."""
    reader, found = current_reader(), []
    if waiting.twin is not None:
        kind = WORDS["transfer_kind"].get(waiting.twin.kind, waiting.twin.kind)
        why = _("{kind}, booked {day}").format(
            kind=kind, day=reader.day(waiting.twin.occurred_at.date())
        )
        title = str(WORDS["firm_use"][Use.CLIENT_MONEY.value])
        found.append(SuggestedUse(Use.CLIENT_MONEY.value, None, title, why))
    ids = [each.partner_id for each in waiting.suggestions]
    names = dict(Partner.objects.filter(id__in=ids).values_list("id", "name"))
    use = Use.PAID if waiting.line.amount_minor < 0 else Use.REFUNDED
    title = str(WORDS["firm_use"][use.value])
    found += [
        SuggestedUse(
            use.value,
            each.partner_id,
            f"{names[each.partner_id]}: {title}",
            " · ".join(clue_in_words(clue) for clue in each.clues),
        )
        for each in waiting.suggestions
    ]
    return found


def clue_in_words(clue: PartnerClue) -> str:
    """Why a line may be a partner's."""
    return str(WORDS["partner_clue"][clue.value])
