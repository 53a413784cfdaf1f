"""A version as one YAML file, out and in."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from plans import content, form, workflow, yaml_form
from plans.authority import administers
from plans.forms import BringInForm
from plans.models import PlanVersion
from plans.names import Directory
from teams.requests import StaffRequest


@login_required
@require_safe
def as_yaml(request: StaffRequest, number: int) -> HttpResponse:
    """The whole version, as it can be brought in again."""
    plan = get_object_or_404(PlanVersion, number=number)
    answer = HttpResponse(
        yaml_form.dump(content.read(plan)), content_type="application/yaml; charset=utf-8"
    )
    answer["Content-Disposition"] = f'attachment; filename="plan-{plan.number}.yaml"'
    return answer


@login_required
@require_http_methods(["GET", "POST"])
def bring_in(request: StaffRequest) -> HttpResponse:
    """A draft from a YAML file. A file with faults writes nothing; its text stays on the page."""
    if not administers(None, request.user):
        raise PermissionDenied(_("您没有「起草预案」的权限。"))
    if request.method == "GET":
        return _page(request, BringInForm())
    asked = BringInForm(request.POST, request.FILES)
    if not asked.is_valid():
        return _page(request, asked, status=422)
    text = asked.cleaned_data["text"]
    faults = faults_of(text)
    if faults:
        # A file's text goes into the field, so that it can be mended right here.
        again = BringInForm(initial={"text": text, "reason": asked.cleaned_data["reason"]})
        return _page(request, again, status=422, faults=faults)
    plan = workflow.bring_in(text, by=request.user, reason=asked.cleaned_data["reason"])
    messages.success(request, _("已建成草稿第 %(number)s 版。") % {"number": plan.number})
    return redirect("plans:edit", plan.number)


def faults_of(text: str) -> list[dict[str, Any]]:
    """Everything that is wrong with a text, each with its line where there is one."""
    try:
        yaml_form.load(text, Directory())
    except yaml_form.Unreadable as error:
        return [{"line": None, "where": "", "says": fault.sentence} for fault in error.faults]
    except form.Unfit as error:
        found = yaml_form.lines(text)
        return [
            {
                "line": yaml_form.line_of(fault.path, found),
                "where": fault.where,
                "says": fault.sentence,
            }
            for fault in error.faults
        ]
    return []


def _page(
    request: StaffRequest, asked: BringInForm, status: int = 200, **more: Any
) -> HttpResponse:
    return render(request, "plans/bring_in.html", {"form": asked} | more, status=status)
