"""Sessions: the list, each one's sheet, arranging and moving, inviting and answering."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Model, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from drills.training import authority, invitations, workflow
from drills.training.forms.sessions import AnswerForm, MoveForm, SessionForm
from drills.training.models import Attendance, Invitation, TrainingSession
from drills.training.views.doors import DOORS
from drills.training.views.shared import form_page, insist
from drills.training.workflow.attending import is_open
from inventory.labels import absolute
from journal.moving import available
from journal.refusals import NotAllowed, Refusal
from notices.forms import VerbForm
from teams.history import history_of
from teams.models import Person
from teams.requests import StaffRequest, number_in

_PAGE = 50
State = TrainingSession.State


@login_required
@require_safe
def sessions(request: StaffRequest) -> HttpResponse:
    """What is planned, the next first; and what was, the latest first."""
    found = TrainingSession.objects.select_related("course", "trainer").annotate(
        invited=_number_of(Invitation), present=_number_of(Attendance)
    )
    past = found.exclude(state=State.PLANNED).order_by("-starts_at", "-pk")
    context = {
        "coming": list(found.filter(state=State.PLANNED).order_by("starts_at", "pk")[:200]),
        "page_of": Paginator(past, _PAGE).get_page(request.GET.get("page")),
        "may_arrange": authority.arranges(None, request.user),
        "may_enter": authority.keeps_courses(request.user),
    }
    return render(request, "training/sessions.html", context)


def _number_of(model: type[Model]) -> Coalesce:
    """How many rows of the model belong to each session."""
    rows = model._default_manager.filter(session=OuterRef("pk")).order_by()
    counted = rows.values("session").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted), 0)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: StaffRequest) -> HttpResponse:
    """安排培训."""
    insist(
        authority.arranges(None, request.user),
        _("培训由管理员、科室负责人和应急小组组长安排。"),
    )

    def act(form: SessionForm) -> TrainingSession:
        made = workflow.plan_session(by=request.user, **form.facts())
        messages.success(request, _("已安排，请邀请参加的人。"))
        return made

    initial = SessionForm.fresh(number_in(request.GET, "course"), request.user.pk)
    context = {"title": _("安排培训"), "row": None}
    return form_page(
        request, "training/session_form.html", SessionForm, initial, act, context=context
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: StaffRequest, pk: int) -> HttpResponse:
    """改期或改地点."""
    row = known(pk)
    insist(authority.runs(row, request.user), _("由讲师、安排人或管理员改期。"))

    def act(form: MoveForm) -> TrainingSession:
        done = workflow.move_session(pk, by=request.user, **form.facts())
        messages.success(request, _("已改，被邀请的人会收到通知。"))
        return done

    context = {"title": _("改期或改地点"), "row": row}
    return form_page(
        request,
        "training/session_form.html",
        MoveForm,
        MoveForm.words_of(row),
        act,
        context=context,
        again=lambda: known(pk),
    )


@login_required
@require_safe
def session(request: StaffRequest, pk: int) -> HttpResponse:
    """One session: when, where; for the invited the answer, for who runs it the people."""
    return sheet(request, known(pk))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def verb(request: StaffRequest, pk: int, verb: str) -> HttpResponse:
    """结束培训, 取消培训, 补登签到, 取消签到: forms on the session's page."""
    if verb not in DOORS:
        raise Http404
    door, row = DOORS[verb], known(pk)
    insist(authority.runs(row, request.user), _("由讲师、安排人或管理员办理。"))
    if request.method != "POST":
        return sheet(request, row, opened={verb: _fresh(verb, row)})
    form = door.form(request.POST, auto_id=f"{verb}-%s")
    if not form.is_valid():
        return sheet(request, row, opened={verb: form}, status=422)
    try:
        door.do(pk, by=request.user, **form.cleaned_data)
    except NotAllowed as refusal:
        raise PermissionDenied(refusal.sentence) from refusal
    except Refusal as refusal:
        row = known(pk)
        form.see(row.version)
        if refusal.fields:
            form.refuse(refusal.fields)
        else:
            form.add_error(None, refusal.sentence)
        return sheet(request, row, opened={verb: form}, status=refusal.status)
    messages.success(request, str(door.done))
    return redirect(row)


@login_required
@require_POST
def answer(request: StaffRequest, pk: int) -> HttpResponse:
    """The invited person comes, or cannot."""
    row = known(pk)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return sheet(request, row, refused=_("原因请写短一些，最多 200 个字。"), status=422)
    try:
        workflow.answer_invitation(pk, by=request.user, **form.cleaned_data)
    except NotAllowed as refusal:
        raise PermissionDenied(refusal.sentence) from refusal
    except Refusal as refusal:
        reason = form.cleaned_data["reason"]
        sentence = str(refusal)
        return sheet(request, known(pk), refused=sentence, reason=reason, status=refusal.status)
    messages.success(request, _("已答复，讲师会看到。"))
    return redirect(row)


@login_required
@require_safe
def calendar(request: StaffRequest, pk: int) -> HttpResponse:
    """The session as a file for one's own calendar."""
    row = known(pk)
    content = invitations.calendar_of(row, absolute(request, row.get_absolute_url()))
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="training-{row.pk}.ics"'
    return response


def known(pk: int) -> TrainingSession:
    found = TrainingSession.objects.select_related("course", "trainer", "planned_by", "ended_by")
    return get_object_or_404(found, pk=pk)


def _fresh(verb: str, row: TrainingSession) -> VerbForm:
    return DOORS[verb].form(initial={"version": row.version}, auto_id=f"{verb}-%s")


def sheet(
    request: StaffRequest,
    row: TrainingSession,
    *,
    opened: dict[str, VerbForm] | None = None,
    refused: str = "",
    reason: str = "",
    status: int = 200,
) -> HttpResponse:
    """The session's page. `opened` are forms that were refused, by their verb."""
    by = request.user
    offered = available(row, by)
    present = row.attendances.count()
    doors = [
        (name, door, (opened or {}).get(name) or _fresh(name, row), name in (opened or {}))
        for name, door in DOORS.items()
        # Whoever came is not sent away, and of nobody nothing is taken back.
        if door.verb in offered
        and not (present and name == "cancel")
        and (present or name not in ("hold", "strike"))
    ]
    context: dict[str, Any] = {
        "row": row,
        "doors": doors,
        "may_move": "move" in offered,
        "may_invite": "invite" in offered,
        "may_show_code": "note" in offered and is_open(row, timezone.now()),
        "mine": row.invitations.filter(person=by).first(),
        "my_attendance": row.attendances.filter(person=by).first(),
        "counts": row.invitations.aggregate(
            invited=Count("pk"),
            coming=Count("pk", filter=Q(answer="coming")),
            declined=Count("pk", filter=Q(answer="declined")),
        )
        | {"present": present},
        "refused": refused,
        "reason": reason,
    }
    for name, _door, form, _is_open in doors:
        if name == "strike":
            people: Any = form.fields["person"]
            people.queryset = Person.objects.filter(training_attendances__session=row)
    if authority.sees_names(row, by):
        context |= {
            "invited": row.invitations.select_related("person__department"),
            "present": row.attendances.select_related("person__department", "by"),
            "history": history_of(row),
        }
    return render(request, "training/session.html", context, status=status)
