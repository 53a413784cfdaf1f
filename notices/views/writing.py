"""Writing a notice: the first one, its correction, its successor, and the preview while typing."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from incidents.guide import templates_of
from incidents.models import Incident
from journal.moving import available
from journal.recording import now
from journal.refusals import Conflict, Incomplete, NotAllowed
from notices import authority, estimates, previewing, workflow
from notices.forms import NoticeForm, first_words, words_of
from notices.models import Notice
from plans.models import NoticeTemplate
from teams.requests import StaffRequest, number_in


@login_required
def draft(request: StaffRequest, incident_pk: int) -> HttpResponse:
    """起草通知, filled in from the report and the plan's template for this kind of fault.

    `template` is another template's position, 0 for none of them.
    """
    incident = _incident(incident_pk)
    templates = templates_of(incident)
    chosen = _chosen(templates, number_in(request.GET, "template"))

    def write(form: NoticeForm) -> Notice:
        return workflow.draft(
            incident_pk,
            by=request.user,
            facts=form.facts(),
            client_uuid=form.cleaned_data["client_uuid"],
        )

    initial = first_words(incident, now(), chosen) if request.method != "POST" else {}
    return _write(
        request,
        incident,
        initial,
        write,
        title=_("起草通知"),
        may=authority.may_draft(incident, request.user),
        corrects=Notice.objects.taken_back().filter(incident=incident).exists(),
        templates=templates,
        chosen=chosen,
    )


def _chosen(templates: list[NoticeTemplate], wanted: int | None) -> NoticeTemplate | None:
    """The template that was asked for; unasked the first that is made for this fault type."""
    if wanted is None:
        return next((template for template in templates if template.fault_types), None)
    return next((template for template in templates if template.position == wanted), None)


@login_required
def edit(request: StaffRequest, pk: int) -> HttpResponse:
    """修改通知 before it is public; an approval given already is void."""
    notice = _notice(pk)

    def write(form: NoticeForm) -> Notice:
        return workflow.edit(
            pk, by=request.user, facts=form.facts(), version=form.cleaned_data["version"]
        )

    return _write(
        request,
        notice.incident,
        words_of(notice, now()),
        write,
        title=_("修改通知"),
        may="edit" in available(notice, request.user),
        corrects=notice.number > 1,
        base=notice,
    )


@login_required
def update(request: StaffRequest, pk: int) -> HttpResponse:
    """更新通知: the successor of what is public, which stays public until this one is published."""
    notice = _notice(pk)

    def write(form: NoticeForm) -> Notice:
        return workflow.update(
            pk,
            by=request.user,
            facts=form.facts(),
            version=form.cleaned_data["version"],
            client_uuid=form.cleaned_data["client_uuid"],
        )

    initial = words_of(notice, now()) | {"client_uuid": NoticeForm.new_mark()}
    return _write(
        request,
        notice.incident,
        initial,
        write,
        title=_("更新或更正通知"),
        may="update" in available(notice, request.user),
        corrects=True,
        base=notice,
    )


def _write(
    request: StaffRequest,
    incident: Incident,
    initial: dict[str, Any],
    write: Callable[[NoticeForm], Notice],
    *,
    title: str,
    may: bool,
    corrects: bool,
    base: Notice | None = None,
    **more: Any,
) -> HttpResponse:
    """One page for the three: the form, its refusals with the typed text kept, or on to the panel.

    `base` is the notice that the form was opened on; its version may have moved on. The button for
    the preview writes nothing: it is for who has no JavaScript.
    """
    context: dict[str, Any] = {"incident": incident, "title": title, "may": may, "base": base}
    context |= {"conflict": None, "record": estimates.record_of(incident).words, **more}
    if request.method != "POST":
        context["form"] = NoticeForm(initial=initial, corrects=corrects)
        context["preview"] = previewing.of_form(NoticeForm(initial, corrects=corrects), incident)
        return render(request, "notices/writing.html", context)
    form = NoticeForm(request.POST, corrects=corrects)
    # A form of its own: what a verb refused is still what was typed.
    preview = previewing.of_form(NoticeForm(request.POST, corrects=corrects), incident)
    context |= {"preview": preview, "form": form}
    if "preview" in request.POST:
        form.is_valid()
        form.refuse(preview.unsaid(form))
        return render(request, "notices/writing.html", context)
    status = 422
    if form.is_valid():
        try:
            write(form)
        except Incomplete as refusal:
            form.refuse(refusal.fields)
        except Conflict as refusal:
            status = 409
            context["conflict"] = refusal
            if base is not None:
                base.refresh_from_db()
                form.see(base.version)
        except NotAllowed as refusal:
            raise PermissionDenied(refusal.sentence) from refusal
        else:
            messages.success(request, _("已提交，请另一位同事批准。"))
            return redirect("notices:incident", incident.pk)
    return render(request, "notices/writing.html", context, status=status)


@login_required
@require_POST
def preview(request: StaffRequest, incident_pk: int) -> HttpResponse:
    """What patients would read on every surface, while it is being typed. Writes nothing."""
    form = NoticeForm(request.POST, corrects="correction" in request.POST)
    shown = previewing.of_form(form, _incident(incident_pk))
    return render(request, "notices/_preview.html", {"preview": shown, "is_live": True})


def _incident(pk: int) -> Incident:
    return get_object_or_404(
        Incident.objects.select_related("grade", "plan", "department").prefetch_related("services"),
        pk=pk,
    )


def _notice(pk: int) -> Notice:
    return get_object_or_404(
        Notice.objects.select_related("incident__grade", "incident__plan").prefetch_related(
            "services"
        ),
        pk=pk,
    )
