"""Staff accounts: roles are given by two people and taken away by one."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tuppence.members import operations
from tuppence.members.operations import NotPermittedError
from tuppence.members.roles import ROLE_PERMISSIONS, Permission, Role
from tuppence.members.views import requires
from tuppence.web.forms.staff_members import RemoveRolesForm, RolesForm
from tuppence.web.forms.staff_words import SearchForm
from tuppence.web.order_keys import order_key, staff_id
from tuppence.web.parts import Line
from tuppence.web.reads.staff import people as reads
from tuppence.web.views.staff.act_pages import act_page


@requires(Permission.MANAGE_ROLES)
@require_GET
def people(request: HttpRequest) -> HttpResponse:
    """Who has which role, and a way to find any other account by its e-mail."""
    wanted = request.GET.get("q", "")
    found = reads.account_by_email(wanted) if wanted else None
    if found is not None:
        return redirect("staff_person", found)
    context = {
        "rows": reads.staff_accounts(),
        "search": SearchForm(request.GET or None),
        "missing": wanted,
        "roles": [(role, sorted(ROLE_PERMISSIONS[role])) for role in Role],
    }
    return render(request, "staff/people.html", context)


@requires(Permission.MANAGE_ROLES, Permission.SEE_AUDIT)
@require_GET
def person(request: HttpRequest, user_id: int) -> HttpResponse:
    """One account with its roles and what may be done."""
    return render(request, "staff/person.html", {"row": account_of(user_id)})


@requires(Permission.MANAGE_ROLES)
@require_http_methods(["GET", "POST"])
def give_roles(request: HttpRequest, user_id: int) -> HttpResponse:
    """Ask that an account be given roles; a second person agrees."""
    row, form = account_of(user_id), RolesForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            asked = operations.request_roles(
                user_id,
                [Role(name) for name in form.cleaned_data["roles"]],
                by=staff_id(request),
                at=timezone.now(),
                key=order_key(request, "staff.roles", form),
            )
        except NotPermittedError as error:
            form.add_error(None, _(str(error)))
        else:
            messages.success(request, _("Asked for. A second person has to agree."))
            return redirect("staff_approval", asked.pk)
    return act_page(
        request,
        form,
        title=_("Give roles"),
        purpose=_("A second person has to agree; until then nothing changes."),
        submit=_("Ask for the roles"),
        back_url=reverse("staff_person", args=[user_id]),
        lines=[Line(_("Account"), row.email)],
    )


@requires(Permission.MANAGE_ROLES)
@require_http_methods(["GET", "POST"])
def take_roles(request: HttpRequest, user_id: int) -> HttpResponse:
    """Take roles away at once."""
    row = account_of(user_id)
    form = RemoveRolesForm(request.POST or None, initial={"roles": list(row.roles)})
    if request.method == "POST" and form.is_valid():
        operations.remove_roles(
            user_id,
            [Role(name) for name in form.cleaned_data["roles"]],
            by=staff_id(request),
            at=timezone.now(),
            why=form.cleaned_data["why"],
        )
        messages.success(request, _("The roles are taken away."))
        return redirect("staff_person", user_id)
    return act_page(
        request,
        form,
        title=_("Take roles away"),
        purpose=_("It holds at once, on the next page that this person opens."),
        submit=_("Take away"),
        back_url=reverse("staff_person", args=[user_id]),
        lines=[Line(_("Account"), row.email)],
    )


def account_of(user_id: int) -> reads.StaffRow:
    """The account, or a page that isn't there."""
    row = reads.account(user_id)
    if row is None:
        raise Http404
    return row
