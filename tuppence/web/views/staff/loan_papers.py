"""A loan's papers for staff."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from tuppence.members.roles import Permission
from tuppence.members.views import requires
from tuppence.web.documents.contract import STAFF, contract_paper
from tuppence.web.documents.downloading import download
from tuppence.web.reads.contracts import contract_of_loan


@requires(Permission.SEE_LOANS)
@require_GET
def contract_pdf(request: HttpRequest, loan_id: int) -> HttpResponse:
    """The contract as a PDF with everybody's name; imported loans have none."""
    file = contract_of_loan(loan_id)
    if file is None:
        raise Http404
    return download(contract_paper(file, STAFF), f"contract-{file.application_id}.pdf")
