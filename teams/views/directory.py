"""The directory: who is in which group, in the order in which they stand in (plan, rows P5–P7)."""

from django.contrib.auth.decorators import login_required
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from teams.models import Department, Membership, ResponseGroup, Role
from teams.requests import StaffRequest

# Those who must be able to ring anybody; everybody else sees the departments' numbers.
_RINGS = (Role.IT, Role.LEADER, Role.ADMIN)


@login_required
@require_GET
def directory(request: StaffRequest) -> HttpResponse:
    """The call tree, to be read and printed. People's own numbers are masked without a need."""
    members = Membership.objects.select_related("person__department").filter(person__is_active=True)
    groups = ResponseGroup.objects.in_use().prefetch_related(Prefetch("memberships", members))
    sees_phones = request.user.has_role(*_RINGS)
    return render(
        request,
        "teams/directory.html",
        {
            "groups": [(group, _people(group, sees_phones)) for group in groups],
            "departments": Department.objects.filter(is_active=True),
            "sees_phones": sees_phones,
        },
    )


def _people(group: ResponseGroup, sees_phones: bool) -> list[dict[str, object]]:
    return [
        {
            "part": membership.get_part_display(),
            "name": membership.person.name,
            "duty": membership.person.duty,
            "phone": membership.person.phone if sees_phones else masked(membership.person.phone),
        }
        for membership in group.memberships.all()
    ]


def masked(phone: str) -> str:
    """A number of which only the last two digits can be read."""
    return f"••{phone[-2:]}" if phone else ""
