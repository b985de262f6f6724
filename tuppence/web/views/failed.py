"""The page after an error that nothing handled: it needs no database and no session."""

from django.http import HttpRequest, HttpResponseServerError
from django.template import loader


def failed(request: HttpRequest) -> HttpResponseServerError:
    """Say so, with the number under which the error is counted."""
    number = getattr(request, "fault_number", None)
    page = loader.get_template("500.html").render({"fault_number": number})
    return HttpResponseServerError(page)
