"""A paper as the answer to a request."""

from django.http import HttpResponse

from tuppence import papers


def download(document: papers.Document, name: str) -> HttpResponse:
    """The paper as a file of this name, for nobody to frame and for no cache to keep."""
    response = HttpResponse(papers.render(document), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
