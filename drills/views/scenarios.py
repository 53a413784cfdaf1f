"""演练剧本: the library, one scenario, its file, and bringing one in."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from drills import library, wording, workflow
from drills.forms.programme import UploadForm
from drills.models import ScenarioFile
from drills.views.shared import (
    frame,
    insist_plans,
    insist_reads,
    insist_sees_ahead,
    scenarios_kept_from,
)
from drills.workflow.scenarios import Unreadable
from journal.refusals import Refusal
from teams.forms.asking import put_errors
from teams.requests import StaffRequest


@login_required
@require_safe
def scenarios(request: StaffRequest) -> HttpResponse:
    """Those built in and those brought in."""
    insist_sees_ahead(request)
    context = frame(request, "scenarios") | {
        "entries": library.entries(),
        "kept": scenarios_kept_from(request),
    }
    return render(request, "drills/scenarios.html", context)


@login_required
@require_safe
def scenario(request: StaffRequest, slug: str) -> HttpResponse:
    """One scenario, minute by minute."""
    insist_reads(request, slug)
    entry = _known(slug)
    lines = [
        {
            "at": f"{step.at:g}",
            "who": wording.role_of(step),
            "does": wording.VERBS[step.does],
            "told": wording.told(step),
        }
        for step in entry.scenario.steps
    ]
    context = frame(request, "scenarios") | {
        "entry": entry,
        "scenario": entry.scenario,
        "lines": lines,
    }
    return render(request, "drills/scenario.html", context)


@login_required
@require_safe
def download(request: StaffRequest, slug: str) -> HttpResponse:
    """The file, to be changed and brought in under another name."""
    insist_reads(request, slug)
    entry = _known(slug)
    answer = HttpResponse(entry.text, content_type="application/yaml; charset=utf-8")
    name = content_disposition_header(as_attachment=True, filename=f"{entry.slug}.yaml")
    answer["Content-Disposition"] = name or "attachment"
    return answer


@login_required
@require_http_methods(["GET", "POST"])
def upload(request: StaffRequest) -> HttpResponse:
    """A file or typed text; what is wrong is said line by line, and nothing is lost."""
    insist_plans(request)
    if request.method == "GET":
        return _page(request, UploadForm())
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form, status=422)
    text, name = form.cleaned_data["text"], form.cleaned_data["name"]
    try:
        made = workflow.upload_scenario(by=request.user, text=text, name=name)
    except Refusal as refusal:
        # What came in a file stands in the field now: a file input forgets.
        typed = {"text": text, "name": name}
        form = UploadForm(typed)
        form.is_valid()
        put_errors(form, refusal)
        problems = refusal.problems if isinstance(refusal, Unreadable) else []
        return _page(request, form, status=refusal.status, problems=problems)
    messages.success(request, _("剧本已保存：%(title)s。") % {"title": made})
    return redirect(made)


@login_required
@require_POST
def retire(request: StaffRequest, slug: str) -> HttpResponse:
    insist_plans(request)
    row = get_object_or_404(ScenarioFile, slug=slug)
    try:
        workflow.retire_scenario(row.pk, by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect(row)
    messages.success(request, _("剧本已停用；用过它的演练不受影响。"))
    return redirect("drills:scenarios")


def _known(slug: str) -> library.Entry:
    entry = library.find(slug)
    if entry is None:
        raise Http404
    return entry


def _page(request: StaffRequest, form: Any, status: int = 200, **more: Any) -> HttpResponse:
    context = frame(request, "scenarios") | {"form": form}
    return render(request, "drills/upload.html", context | more, status=status)
