"""From an account to a verified member: profile, papers, bank account."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tuppence.growth.stitching import Cause
from tuppence.ledger.ids import derive_id
from tuppence.members import operations
from tuppence.members.bank_account import AddOrder, AddStatus
from tuppence.members.identity import SubmitOrder, SubmitStatus
from tuppence.members.paper import PaperKind, PaperStatus
from tuppence.members.registration import MemberKind, RegisterOrder, RegisterStatus
from tuppence.members.views import MemberRequest, member_page, signed_in
from tuppence.practice.client_bank import practice_iban
from tuppence.web import refusals
from tuppence.web.forms.members import (
    ORGANISATION,
    BankAccountForm,
    PaperForm,
    ProfileForm,
    SubmitIdentityForm,
)
from tuppence.web.measuring.stitching import note_member
from tuppence.web.reads.standing import standing_of
from tuppence.web.steps import next_step
from tuppence.web.views.inviting import note_invitation


@signed_in
@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """Become a member: as a person once, or for an organisation."""
    form = ProfileForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        order = register_order(request, form.cleaned_data, at=timezone.now())
        (outcome,) = operations.register_members([order])
        if outcome.status in {RegisterStatus.REGISTERED, RegisterStatus.EXISTS}:
            if outcome.member_id is not None:
                note_member(request, outcome.member_id, Cause.SIGN_UP, by=request.user.pk)
                note_invitation(request, outcome.member_id)
            messages.success(request, _("Welcome. Next, show us who you are."))
            return redirect("identity")
        refusals.refuse(form, outcome.status)
    return render(request, "pages/profile.html", {"form": form})


def register_order(
    request: HttpRequest, cleaned: Mapping[str, Any], *, at: datetime
) -> RegisterOrder:
    """What was typed, as an order; for an organisation the person is its representative."""
    assert request.user.pk is not None
    key = derive_id("web.profile", request.user.pk, cleaned["key"])
    if cleaned["kind"] == ORGANISATION:
        return RegisterOrder(
            key=key,
            kind=MemberKind.ORGANISATION,
            legal_name=cleaned["organisation_name"],
            country=cleaned["country"],
            at=at,
            user_id=request.user.pk,
            registration_number=cleaned["registration_number"],
            representative_name=cleaned["your_name"],
            representative_born_on=cleaned["born_on"],
        )
    return RegisterOrder(
        key=key,
        kind=MemberKind.PERSON,
        legal_name=cleaned["your_name"],
        country=cleaned["country"],
        at=at,
        user_id=request.user.pk,
        born_on=cleaned["born_on"],
    )


@member_page
@require_http_methods(["GET", "POST"])
def identity(request: MemberRequest) -> HttpResponse:
    """Papers uploaded so far, one more, and the word to check them."""
    form = PaperForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        stored = operations.store_document(
            request.member.id,
            form.cleaned_data["file"].read(),
            typed_name=form.cleaned_data["file"].name,
            kind=PaperKind(form.cleaned_data["kind"]),
            by=request.user.pk,
            at=timezone.now(),
        )
        if stored.status is PaperStatus.STORED:
            messages.success(request, _("The paper is with us."))
            return redirect("identity")
        refusals.refuse(form, stored.status)
    return identity_page(request, form, SubmitIdentityForm())


@member_page
@require_POST
def submit_identity(request: MemberRequest) -> HttpResponse:
    """Ask that the papers be checked."""
    form = SubmitIdentityForm(request.POST)
    if form.is_valid():
        key = derive_id("web.identity", request.member.id, form.cleaned_data["key"])
        order = SubmitOrder(key, request.member.id, timezone.now(), by=request.user.pk)
        (outcome,) = operations.submit_identity([order])
        if outcome.status in {SubmitStatus.SUBMITTED, SubmitStatus.EXISTS}:
            messages.success(
                request, _("We check your papers now and write to you when it's done.")
            )
            return redirect("identity")
        refusals.refuse(form, outcome.status)
    return identity_page(request, PaperForm(), form)


def identity_page(
    request: MemberRequest, paper_form: PaperForm, submit_form: SubmitIdentityForm
) -> HttpResponse:
    """The page of papers with both of its forms."""
    standing = standing_of(request.member.id)
    context = {
        "standing": standing,
        "form": paper_form,
        "submit_form": submit_form,
        "next_step": next_step(standing, here=reverse("identity")),
    }
    return render(request, "pages/identity.html", context)


@member_page
@require_http_methods(["GET", "POST"])
def bank_account(request: MemberRequest) -> HttpResponse:
    """The account that money goes out to."""
    form = BankAccountForm(request.POST or None, initial={"holder_name": request.member.legal_name})
    if request.method == "POST" and form.is_valid():
        order = AddOrder(
            key=derive_id("web.bank_account", request.member.id, form.cleaned_data["key"]),
            member_id=request.member.id,
            iban=form.cleaned_data["iban"],
            holder_name=form.cleaned_data["holder_name"],
            at=timezone.now(),
            by=request.user.pk,
        )
        (outcome,) = operations.add_bank_accounts([order])
        if outcome.status in {AddStatus.ADDED, AddStatus.EXISTS}:
            messages.success(
                request, _("The account is named. We verify it, usually by your first deposit.")
            )
            return redirect("bank_account")
        refusals.refuse(form, outcome.status)
    standing = standing_of(request.member.id)
    context = {
        "form": form,
        "standing": standing,
        "next_step": next_step(standing, here=reverse("bank_account")),
        "practice_iban": practice_iban(request.member.id) if settings.TUPPENCE_DEMO else "",
    }
    return render(request, "pages/bank_account.html", context)
