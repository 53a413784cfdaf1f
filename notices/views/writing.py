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
from notices import authority, public, workflow
from notices.forms import NoticeForm, first_words, words_of
from notices.models import Notice
from notices.wording import jargon_in
from notices.workflow.facts import SPOKEN
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
        title=_("更新通知"),
        may="update" in available(notice, request.user),
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
    base: Notice | None = None,
    **more: Any,
) -> HttpResponse:
    """One page for the three: the form, its refusals with the typed text kept, or on to the panel.

    `base` is the notice that the form was opened on; its version may have moved on.
    """
    context = {"incident": incident, "title": title, "may": may, "base": base, "conflict": None}
    context |= more
    if request.method != "POST":
        context["form"] = NoticeForm(initial=initial)
        context["preview"] = _preview_of(NoticeForm(initial), incident)
        return render(request, "notices/writing.html", context)
    form = NoticeForm(request.POST)
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
    context["form"] = form
    # A form of its own: what a verb refused is still what was typed.
    context["preview"] = _preview_of(NoticeForm(request.POST), incident)
    return render(request, "notices/writing.html", context, status=status)


@login_required
@require_POST
def preview(request: StaffRequest, incident_pk: int) -> HttpResponse:
    """What patients would read, while it is being typed. Writes nothing."""
    context = _preview_of(NoticeForm(request.POST), _incident(incident_pk))
    return render(request, "notices/_preview.html", {"preview": context})


def _preview_of(form: NoticeForm, incident: Incident) -> dict[str, Any]:
    """What a form says so far; fields that do not hold yet stay out."""
    form.is_valid()
    given = {**form.cleaned_data}
    services = list(given.pop("services", []))
    known = {name: value for name, value in given.items() if name in NoticeForm.shown()}
    notice = Notice(incident=incident, **known)
    notice.since = notice.since or incident.began_at
    text = " ".join(str(known.get(name, "")) for name in SPOKEN)
    return {
        "said": public.with_times(public.said(notice, services)),
        "jargon": jargon_in(text),
    }


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
