"""The account behind the sign-in: e-mail, password, second factor, and whom one acts for."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from tuppence.members.views import members_of, signed_in


@signed_in
@require_GET
def account(request: HttpRequest) -> HttpResponse:
    """Where one changes how one signs in, and chooses for whom one acts."""
    assert request.user.pk is not None
    acting_for = members_of(request.user.pk, at=timezone.now())
    return render(request, "pages/account.html", {"acting_for": acting_for})
