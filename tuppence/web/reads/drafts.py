"""An application in the making, as its borrower sees it: answers, cost, early objections."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Sum
from django.utils.translation import gettext as _

from tuppence import platform
from tuppence.lending.application_draft import Draft, DraftAnswers, DraftStep, steps_for
from tuppence.lending.models import Loan, Product
from tuppence.members.queries import MemberState
from tuppence.rules.borrower import BorrowerRequest, check_borrower
from tuppence.rules.findings import Finding
from tuppence.web.costs import CostQuote, quote_cost
from tuppence.web.parts import Text
from tuppence.web.reader import current_reader
from tuppence.web.reads.products import ProductRow, row_of
from tuppence.web.templatetags.money import NOTHING, percent, term


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """What was answered at a step, in words."""

    step: DraftStep
    question: Text
    answer: Text


def product_of(draft: Draft) -> ProductRow | None:
    """The draft's product, while it still takes applications."""
    product = Product.objects.filter(id=draft.product_id, retired_at=None).first()
    return row_of(product) if product else None


def products_of(drafts: list[Draft]) -> dict[int, ProductRow]:
    """The products of several drafts by number, in one query; those that were retired are gone."""
    wanted = {draft.product_id for draft in drafts}
    rows = Product.objects.filter(id__in=wanted, retired_at=None)
    return {product.pk: row_of(product) for product in rows}


def quotes_of(product: ProductRow, answers: DraftAnswers, *, start: date) -> list[CostQuote]:
    """The cost at the product's lowest and highest rate; nothing while amount or term is open."""
    if answers.amount_minor is None or answers.instalments is None:
        return []
    rates = sorted({product.annual_rate_min, product.annual_rate_max})
    amount_minor, instalments = answers.amount_minor, answers.instalments
    return [quote_cost(product, amount_minor, instalments, rate, start=start) for rate in rates]


def early_objections(
    member: MemberState, product: ProductRow, answers: DraftAnswers, *, on: date
) -> list[Finding]:
    """The rules that bar the answers given so far; what was not asked yet is taken for the best.

    So that nobody fills in five pages to be refused at the last. The application itself asks the
    rulebook again, with everything.
    """
    if answers.amount_minor is None:
        return []
    owed = Loan.objects.filter(borrower_id=member.id).aggregate(sum=Sum("outstanding_minor"))["sum"]
    request = BorrowerRequest(
        kind="person" if member.is_person else "company",
        principal_minor=answers.amount_minor,
        annual_rate=product.annual_rate_min,
        business_purpose=answers.business_purpose is not False,
        owed_here_minor=int(owed or 0),
        owed_elsewhere_minor=answers.elsewhere_minor or 0,
        offered_elsewhere_minor=answers.elsewhere_minor or 0,
        purpose=answers.purpose or "",
    )
    findings = check_borrower(platform.rulebook(on), request, on=on)
    return [finding for finding in findings if finding.bars]


def answer_rows(product: ProductRow, answers: DraftAnswers, *, is_person: bool) -> list[AnswerRow]:
    """Every question that was asked with its answer, in the order of the steps."""
    reader, currency = current_reader(), product.currency

    def money(amount_minor: int | None) -> str:
        return NOTHING if amount_minor is None else reader.money(amount_minor, currency)

    use = {True: _("For my own business or trade"), False: _("For me privately"), None: NOTHING}
    length = NOTHING
    if answers.instalments:
        length = term(answers.instalments * product.every, product.unit)
    rows = [
        AnswerRow(DraftStep.COST, _("Amount"), money(answers.amount_minor)),
        AnswerRow(DraftStep.COST, _("Term"), length),
        AnswerRow(DraftStep.USE, _("What the loan is for"), use[answers.business_purpose]),
        AnswerRow(DraftStep.STORY, _("Title of your listing"), answers.title or NOTHING),
        AnswerRow(DraftStep.STORY, _("What the money is for"), answers.purpose or NOTHING),
        AnswerRow(DraftStep.MONTH, _("Income a month"), money(answers.income_minor_monthly)),
        AnswerRow(DraftStep.MONTH, _("Spending a month"), money(answers.spending_minor_monthly)),
        AnswerRow(
            DraftStep.ELSEWHERE, _("Borrowed on other platforms"), money(answers.elsewhere_minor)
        ),
    ]
    asked = steps_for(is_person=is_person)
    return [row for row in rows if row.step in asked]


def cost_in_words(quotes: list[CostQuote], currency: str) -> Text:
    """The whole cost in one sentence, from the lowest to the highest rate."""
    if not quotes:
        return ""
    reader, least, most = current_reader(), quotes[0], quotes[-1]
    return _(
        "{instalment_least} to {instalment_most} an instalment; in all it costs {cost_least} to"
        " {cost_most}, which is {apr_least} to {apr_most} a year with every fee. Your own rate is"
        " fixed before you sign."
    ).format(
        instalment_least=reader.money(least.instalment_minor, currency),
        instalment_most=reader.money(most.instalment_minor, currency),
        cost_least=reader.money(least.cost_minor, currency),
        cost_most=reader.money(most.cost_minor, currency),
        apr_least=percent(least.apr),
        apr_most=percent(most.apr),
    )
