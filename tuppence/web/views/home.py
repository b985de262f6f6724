"""The first page of a member: what is mine, what comes next."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tuppence.members.views import MemberRequest, member_page
from tuppence.web.reads.purse import purse_of
from tuppence.web.reads.standing import standing_of
from tuppence.web.steps import first_steps


@member_page
@require_GET
def home(request: MemberRequest) -> HttpResponse:
    """Money, the first steps still open, and the way on."""
    member_id = request.member.id
    standing = standing_of(member_id)
    context = {
        "member": standing.page.member,
        "purse": purse_of(member_id),
        "steps": first_steps(standing),
    }
    return render(request, "pages/home.html", context)
