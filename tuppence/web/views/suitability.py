"""Whether lending suits a member: the test, the loss they could bear, the warning."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tuppence import platform
from tuppence.ledger.ids import derive_id
from tuppence.members import operations
from tuppence.members.suitability import SuitabilityKind, SuitabilityOrder
from tuppence.members.views import MemberRequest, member_page
from tuppence.rules.loss_simulation import NetWorthInputs, simulate_loss
from tuppence.rules.rule import Check
from tuppence.rules.rulebook import RuleBook
from tuppence.rules.suitability import SuitabilityTest, score_test
from tuppence.web.forms.suitability import KnowledgeForm, MeansForm, WarningForm, in_language
from tuppence.web.reads.standing import standing_of
from tuppence.web.steps import next_step


@member_page
@require_GET
def suitability(request: MemberRequest) -> HttpResponse:
    """The three parts and how far one is."""
    book = book_at(timezone.now())
    standing = standing_of(request.member.id)
    context = {
        "standing": standing,
        "next_step": next_step(standing, here=reverse("suitability")),
        "test": book.test,
        "has_simulation": book.enforcing(Check.LOSS_SIMULATION) is not None,
        "bearable_minor": bearable_minor(book, standing.net_worth_minor),
    }
    return render(request, "pages/suitability.html", context)


@member_page
@require_http_methods(["GET", "POST"])
def knowledge_test(request: MemberRequest) -> HttpResponse:
    """The book's questions; the answers are kept with their points."""
    now = timezone.now()
    book = book_at(now)
    test = book.test
    if test is None:
        return redirect("suitability")
    form = KnowledgeForm(test, language(), request.POST or None)
    if request.method == "POST" and form.is_valid():
        keep_test(request, book, test, form, at=now)
        return redirect("suitability")
    context = {"form": form, "title": in_language(test.title, language()), "test": test}
    return render(request, "pages/knowledge_test.html", context)


def keep_test(
    request: MemberRequest, book: RuleBook, test: SuitabilityTest, form: KnowledgeForm, at: datetime
) -> None:
    """Score the answers, keep the result and say how it went."""
    result = score_test(test, form.answers())
    order = order_of(
        request,
        SuitabilityKind.KNOWLEDGE_TEST,
        form.cleaned_data["key"],
        passed=result.passed,
        at=at,
        book=book,
        score=result.points,
        score_max=result.points_max,
        answers=form.answers(),
    )
    operations.record_suitability([order])
    if result.passed:
        messages.success(
            request,
            _("Passed with {points} of {most} points.").format(
                points=result.points, most=result.points_max
            ),
        )
    else:
        messages.warning(
            request,
            _(
                "{points} of {most} points; that is not enough. Read how lending works here and"
                " try again when you like."
            ).format(points=result.points, most=result.points_max),
        )


@member_page
@require_http_methods(["GET", "POST"])
def loss_simulation(request: MemberRequest) -> HttpResponse:
    """What loss the member could bear, from what they state."""
    now = timezone.now()
    book = book_at(now)
    form = MeansForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        simulation = simulate_loss(
            book,
            NetWorthInputs(
                pay_minor=cleaned["pay"],
                interest_minor=cleaned["interest"],
                dividends_minor=cleaned["dividends"],
                rent_minor=cleaned["rent"],
                liquid_assets_minor=cleaned["liquid"],
                commitments_minor=cleaned["commitments"],
            ),
        )
        if simulation is not None:
            order = order_of(
                request,
                SuitabilityKind.LOSS_SIMULATION,
                cleaned["key"],
                passed=True,
                at=now,
                book=book,
                net_worth_minor=simulation.net_worth_minor,
            )
            operations.record_suitability([order])
        return redirect("suitability")
    return render(request, "pages/loss_simulation.html", {"form": form})


@member_page
@require_http_methods(["GET", "POST"])
def risk_warning(request: MemberRequest) -> HttpResponse:
    """The warning in the words of the law, to be acknowledged."""
    now = timezone.now()
    book = book_at(now)
    form = WarningForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        order = order_of(
            request,
            SuitabilityKind.WARNING,
            form.cleaned_data["key"],
            passed=True,
            at=now,
            book=book,
        )
        operations.record_suitability([order])
        messages.success(request, _("Noted. You can invest now."))
        return redirect("suitability")
    return render(request, "pages/risk_warning.html", {"form": form, "statements": warnings(book)})


def warnings(book: RuleBook) -> list[str]:
    """The statements that the book wants shown and acknowledged."""
    rules = [book.enforcing(check) for check in (Check.RISK_WARNING, Check.LENDER_DECLARATION)]
    return [
        in_language(rule.sentences["statement"], language())
        for rule in rules
        if rule is not None and "statement" in rule.sentences
    ]


def bearable_minor(book: RuleBook, net_worth_minor: int | None) -> int | None:
    """The share of a stated net worth that the book takes for a loss one can bear."""
    rule = book.enforcing(Check.LOSS_SIMULATION)
    if net_worth_minor is None or rule is None:
        return None
    return int(max(net_worth_minor, 0) * rule.needed("value") / 100)


def order_of(
    request: MemberRequest,
    kind: SuitabilityKind,
    form_key: UUID,
    *,
    passed: bool,
    at: datetime,
    book: RuleBook,
    score: int | None = None,
    score_max: int | None = None,
    net_worth_minor: int | None = None,
    answers: Mapping[str, int] | None = None,
) -> SuitabilityOrder:
    """One result to be kept, with the book it rests on."""
    return SuitabilityOrder(
        key=derive_id("web.suitability", request.member.id, form_key),
        member_id=request.member.id,
        kind=kind,
        passed=passed,
        rulebook=book.head.id,
        rulebook_version=book.head.dated.isoformat(),
        at=at,
        score=score,
        score_max=score_max,
        net_worth_minor=net_worth_minor,
        currency=platform.currency() if net_worth_minor is not None else "",
        answers=answers,
    )


def book_at(at: datetime) -> RuleBook:
    """The rules of the platform's day of a moment."""
    return platform.rulebook(platform.business_day(at))


def language() -> str:
    """The language of the page."""
    return get_language() or "en"
