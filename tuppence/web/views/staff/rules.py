"""The rules in force: which are kept, which fire, with the figure that says so; each on a page."""

from datetime import timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tuppence import platform
from tuppence.compliance.models import RuleFinding
from tuppence.compliance.queries.findings import FindingCount, finding_counts
from tuppence.compliance.rule_record import plain
from tuppence.members.roles import Permission
from tuppence.members.views import requires
from tuppence.rules.legal_states import LegalState, State, legal_states
from tuppence.rules.rule import Rule
from tuppence.rules.rulebook import RuleBook
from tuppence.web import account_names, tables
from tuppence.web.reader import current_reader
from tuppence.web.reads.staff.rule_facts import rule_facts
from tuppence.web.words import WORDS

COUNTED_DAYS = 30
ORDER = [State.FIRES, State.OK, State.NOT_MEASURED]


def findings_table(name: str) -> tables.Table:
    """The rules that fired on acts, each with what it compared."""
    return tables.Table(
        name,
        gettext_lazy("Rules that fired"),
        columns=(
            tables.moment("at", gettext_lazy("When"), "at", sort=True),
            tables.code(
                "rule",
                gettext_lazy("Rule"),
                "rule_id",
                url=lambda row: reverse("staff_rule", args=[row.rule_id]),
            ),
            tables.text(
                "act",
                gettext_lazy("Act"),
                "act",
                show=lambda row: account_names.named(row.act, "rule_act"),
            ),
            tables.text(
                "member",
                gettext_lazy("Member"),
                "member_id",
                url=lambda row: account_names.subject_url("member", row.member_id or 0),
            ),
            tables.text(
                "subject",
                gettext_lazy("About"),
                lambda row: f"{row.subject_kind} {row.subject_id}" if row.subject_id else "",
                show=lambda row: account_names.subject_name(row.subject_kind, row.subject_id),
                url=lambda row: account_names.subject_url(row.subject_kind, row.subject_id),
            ),
            tables.text("figure", gettext_lazy("Figure"), "figure"),
            tables.text("limit", gettext_lazy("Limit of the rule"), "limit"),
            tables.chip("effect", gettext_lazy("Effect"), "effect", states="finding"),
        ),
        filters=(
            tables.states("effect", gettext_lazy("Effect"), "finding"),
            tables.Choice("act", gettext_lazy("Act"), [*WORDS["rule_act"].items()], "act"),
            tables.Range("at", gettext_lazy("When"), "at", kind="day"),
        ),
        order="-at",
    )


FINDINGS = findings_table("rule_findings")


@requires(Permission.SEE_AUDIT)
@require_GET
def rules(request: HttpRequest) -> HttpResponse:
    """Every rule of the platform's book with its state; those that fire stand first."""
    now = timezone.now()
    book = platform.rulebook(platform.business_day(now))
    counts = finding_counts(since=now - timedelta(days=COUNTED_DAYS))
    states = legal_states(book, rule_facts(book, at=now))
    rows = [row_of(found, counts.get(found.rule.id)) for found in states]
    rows.sort(key=lambda row: (ORDER.index(row["found"].state), row["fired"] is None))
    context = {
        "rows": rows,
        "counts": [(state, sum(found.state is state for found in states)) for state in ORDER],
        "fired": sum(count.fired for count in counts.values()),
        "days": COUNTED_DAYS,
        "book": book.head,
        "book_title": in_words(book.head.title),
        "book_note": in_words(book.head.note),
    }
    return render(request, "staff/rules.html", context)


@requires(Permission.SEE_AUDIT)
@require_GET
def findings(request: HttpRequest) -> HttpResponseBase:
    """Every rule that fired on an act, newest first."""
    table = FINDINGS.of(request, RuleFinding.objects.all())
    return tables.table_page(request, "staff/rule_findings.html", table)


@requires(Permission.SEE_AUDIT)
@require_GET
def rule(request: HttpRequest, rule_id: str) -> HttpResponseBase:
    """One rule: what it asks, where it comes from, how it is kept, and when it fired."""
    now = timezone.now()
    book = platform.rulebook(platform.business_day(now))
    found = next(
        (f for f in legal_states(book, rule_facts(book, at=now)) if f.rule.id == rule_id), None
    )
    if found is None:
        raise Http404
    context = row_of(found, None) | {
        "rule": found.rule,
        "versions": versions_of(book, rule_id),
        "scope": found.rule.scope,
        "sentences": [in_words(words) for words in found.rule.sentences.values()],
    }
    table = findings_table(f"findings_{rule_id}").of(
        request, RuleFinding.objects.filter(rule_id=rule_id)
    )
    return tables.table_page(request, "staff/rule.html", table, context)


def row_of(found: LegalState, fired: FindingCount | None) -> dict[str, Any]:
    """A rule with its state as a row and as a page draw it."""
    return {
        "found": found,
        "text": in_words(found.rule.text),
        "value": value_in_words(found.rule),
        "figure": figure_text(found) or in_words(found.reason),
        "fired": fired,
        "kept_by": kept_by(found.rule),
    }


def value_in_words(rule: Rule) -> str:
    """The rule's own figure with its unit; nothing where it has none."""
    if rule.value is None:
        return ""
    whole = rule.value.denominator == 1
    number = current_reader().count(rule.value.numerator) if whole else plain(rule.value)
    return f"{number} {account_names.named(rule.unit, 'rule_unit')}".strip()


def kept_by(rule: Rule) -> str:
    """Where the code keeps a rule; without a check it is kept by the platform's own procedures."""
    if rule.check is None:
        return _("by procedure, not by code")
    return account_names.named(rule.check.value, "rule_check")


def versions_of(book: RuleBook, rule_id: str) -> list[Rule]:
    """The rows of a rule through time, the latest first."""
    rows = [row for row in book.file.rules if row.id == rule_id]
    return sorted(rows, key=lambda row: row.valid_from, reverse=True)


def in_words(sentence: Any) -> str:
    """A sentence of the book in the reader's language."""
    return str(sentence.zh if get_language() == "zh-hans" else sentence.en)


def figure_text(found: LegalState) -> str:
    """The figures compared; numbers of breaches in the reader's language."""
    number, _sep, rest = found.figure.partition(" ")
    if not rest.startswith("breach"):
        return found.figure
    return ngettext("%(number)s breach", "%(number)s breaches", int(number)) % {"number": number}
