"""Beside a draft of the plan: what was added on the spot often, to be taken into it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

import plans.authority
import plans.workflow
from incidents.often import often_added as found_often
from incidents.often import with_item
from journal.refusals import NotAllowed, Refusal
from plans.models import PlanVersion
from teams.requests import StaffRequest, number_in, text_in


@login_required
@require_safe
def often_added(request: StaffRequest, number: int) -> HttpResponse:
    """Fragment: items added in several incidents, which this version does not have."""
    plan = get_object_or_404(PlanVersion, number=number)
    may = plan.status == PlanVersion.Status.DRAFT and plans.authority.administers(
        plan, request.user
    )
    context = {"plan": plan, "items": found_often(plan), "may_take": may}
    return render(request, "incidents/_often.html", context)


@login_required
@require_POST
def into_draft(request: StaffRequest, number: int) -> HttpResponse:
    """Take one of them into the draft, at the end of its list."""
    plan = get_object_or_404(PlanVersion, number=number)
    if not plans.authority.administers(plan, request.user):
        raise PermissionDenied(_("您没有「修改草稿」的权限。"))
    key, text = text_in(request.POST, "key"), text_in(request.POST, "text")
    asked = [item for item in found_often(plan) if (item.key, item.text) == (key, text)]
    if not asked:
        messages.info(request, _("这一项已经在草稿里，或不再是常加的项。"))
        return redirect("plans:edit", number)
    try:
        plans.workflow.rewrite(
            number,
            "checklists",
            with_item(plan, key, text),
            by=request.user,
            version=number_in(request.POST, "version"),
        )
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("plans:edit", number)
    messages.success(request, _("「%(text)s」已加进草稿。") % {"text": text})
    return redirect("plans:edit", number)
