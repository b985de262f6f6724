"""The page of one act: what it does, the facts, a form; used wherever staff decide something."""

from collections.abc import Sequence
from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tuppence.web.parts import Line, Text


def act_page(
    request: HttpRequest,
    form: Form,
    *,
    title: Text,
    submit: Text,
    back_url: str,
    purpose: Text = "",
    warning: Text = "",
    lines: Sequence[Line] = (),
    **more: Any,
) -> HttpResponse:
    """Show the form with what it is about; `warning` says what can't be undone."""
    context = {
        "form": form,
        "title": title,
        "purpose": purpose,
        "warning": warning,
        "submit": submit,
        "back_url": back_url,
        "lines": lines,
        **more,
    }
    return render(request, "staff/act.html", context)
