"""The page of the coverage proof, and the waiver of its gaps."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from journal import moving
from journal.recording import now
from journal.refusals import NotAllowed, Refusal
from plans import coverage_words, evidence, heat, workflow
from plans.models import PlanVersion
from teams.requests import StaffRequest

# Who looks further ahead than this looks at a rota that nobody has written.
CHOICES = (7, evidence.DAYS, 90)
# The first so many counter-examples of a rung are told; mending those mends the rest.
TOLD = 8


class WaiverForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("为什么有缺口也要发布"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": gettext_lazy("请写明为什么在有缺口的情况下放行。")},
    )
    gaps = forms.IntegerField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def coverage(request: StaffRequest, number: int) -> HttpResponse:
    """Whether every rung of a version reaches enough people at any time; POST lets gaps pass."""
    plan = get_object_or_404(PlanVersion, number=number)
    form = WaiverForm(request.POST) if request.method == "POST" else None
    refused: Refusal | None = None
    if form is not None and form.is_valid():
        try:
            workflow.waive_coverage(plan.number, by=request.user, **form.cleaned_data)
        except NotAllowed as refusal:
            raise PermissionDenied(refusal.sentence) from refusal
        except Refusal as refusal:
            refused = refusal
            plan.refresh_from_db()
        else:
            messages.success(request, _("已放行，理由和您的姓名写入日志。"))
            return redirect("plans:coverage", number)
    status = refused.status if refused else 422 if form is not None else 200
    return render(
        request, "plans/coverage.html", _told(request, plan, form, refused), status=status
    )


def _told(
    request: StaffRequest, plan: PlanVersion, form: WaiverForm | None, refused: Refusal | None
) -> dict[str, Any]:
    asked = request.GET.get("days", "")
    days = int(asked) if asked in map(str, CHOICES) else evidence.DAYS
    proof = evidence.prove(plan, at=now(), days=days)
    found = len(proof.gaps)
    may_waive = bool(found) and "waive_coverage" in moving.available(plan, request.user)
    if may_waive:
        known = {"gaps": found, "version": plan.version}
        typed = form.data.get("reason", "") if form is not None else ""
        if form is None or refused is not None:
            form = WaiverForm(initial=known | {"reason": typed})
    return {
        "plan": plan,
        "days": days,
        "choices": CHOICES,
        "proof": proof,
        "found": found,
        "dates": heat.days_of(proof),
        "rows": [
            (
                row,
                coverage_words.rung_of(row.demand),
                [_line(gap, proof) for gap in row.gaps[:TOLD]],
                max(0, len(row.gaps) - TOLD),
            )
            for row in heat.rows_of(proof)
        ],
        "waivers": plan.coverage_waivers.filter(round=plan.round).select_related("by"),
        "form": form if may_waive else None,
        "refused": refused,
        "proved_within": coverage_words.proved_within(),
    }


def _line(gap: Any, proof: evidence.Proof) -> tuple[str, str]:
    return coverage_words.span(gap.begins, gap.ends, proof.zone), coverage_words.why(gap)
