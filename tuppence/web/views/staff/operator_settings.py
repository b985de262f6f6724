"""Settings that explain themselves."""

import os

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tuppence.members.roles import Permission
from tuppence.members.views import requires
from tuppence.web.operator_settings import shown


@requires(Permission.SEE_HEALTH)
@require_GET
def settings(request: HttpRequest) -> HttpResponse:
    """Each setting: its value now, its usual value, what it does and where it is set."""
    return render(request, "staff/settings.html", {"groups": shown(os.environ)})
