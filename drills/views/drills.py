"""演练: the list, one drill's page, its people, and its verbs."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from drills import authority, workflow
from drills.board import board
from drills.forms import drills as forms
from drills.models import Drill, PlannedDrill
from drills.views.shared import frame, insist_plans, of_drill
from journal.moving import label_of
from journal.refusals import Conflict, NotAllowed, Refusal
from teams.forms.asking import kept, put_errors, reopened
from teams.requests import StaffRequest, number_in

_SHOWN = 100


@login_required
@require_safe
def drills(request: StaffRequest) -> HttpResponse:
    """Those in which the reader sits; all of them for who plans drills, and the auditor."""
    rows = Drill.objects.seen_by(request.user).select_related("created_by")
    under_way = list(rows.under_way()[:_SHOWN])
    context = frame(request, "drills") | {
        "under_way": under_way,
        "waiting": rows.filter(state=Drill.State.PLANNED)[:_SHOWN],
        "over": rows.filter(
            state__in=[Drill.State.ENDED, Drill.State.EVALUATED, Drill.State.CANCELLED]
        )[:_SHOWN],
    }
    return render(request, "drills/drills.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def create(request: StaffRequest) -> HttpResponse:
    """Prepare a drill; the people who play come next."""
    insist_plans(request)
    key = number_in(request.GET, "planned")
    planned = PlannedDrill.objects.open().filter(pk=key).first() if key else None
    if request.method == "GET":
        return _new(request, forms.new_form(request.user, planned))
    form = forms.new_form(request.user, planned, request.POST)
    if not form.is_valid():
        return _new(request, form, status=422)
    try:
        made = workflow.create_drill(by=request.user, **form.facts())
    except Refusal as refusal:
        put_errors(form, refusal)
        return _new(request, form, status=refusal.status)
    messages.success(request, _("演练已建立，请安排谁演哪个角色。"))
    return redirect("drills:cast", made.pk)


def _new(request: StaffRequest, form: Any, status: int = 200) -> HttpResponse:
    context = of_drill(request, None) | {"form": form}
    return render(request, "drills/change.html", context, status=status)


@login_required
@require_safe
def drill(request: StaffRequest, pk: int) -> HttpResponse:
    """One drill, live: the script for who controls, what they were told for who plays."""
    shown = known(request, pk)
    context = of_drill(request, shown) | board(shown, request.user)
    if context["controls"] and shown.state == Drill.State.RUNNING:
        context["improvise"] = forms.ImproviseForm(shown)
    return render(request, "drills/drill.html", context)


@login_required
@require_safe
def live(request: StaffRequest, pk: int) -> HttpResponse:
    """The part of the page that is fetched again when something happens."""
    return render(request, "drills/_live.html", board(known(request, pk), request.user))


@login_required
@require_http_methods(["GET", "POST"])
def change(request: StaffRequest, pk: int) -> HttpResponse:
    shown = _mine(request, pk)
    return _form_page(
        request, shown, forms.change_form, workflow.change_drill, "drills/change.html"
    )


@login_required
@require_http_methods(["GET", "POST"])
def cast(request: StaffRequest, pk: int) -> HttpResponse:
    """Who plays which role of the scenario."""
    shown = _mine(request, pk)
    return _form_page(request, shown, forms.CastForm, workflow.cast, "drills/cast.html")


@login_required
@require_http_methods(["GET", "POST"])
def evaluators(request: StaffRequest, pk: int) -> HttpResponse:
    """Who evaluates, also once the drill runs or is over."""
    shown = _mine(request, pk)
    return _form_page(
        request, shown, forms.EvaluatorsForm, workflow.name_evaluators, "drills/change.html"
    )


def _form_page(
    request: StaffRequest, shown: Drill, make_form: Any, act: Any, template: str
) -> HttpResponse:
    def page(form: Any, status: int = 200, **more: Any) -> HttpResponse:
        context = of_drill(request, shown) | {"form": form} | more
        return render(request, template, context, status=status)

    if request.method == "GET":
        return page(make_form(shown))
    form = make_form(shown, request.POST)
    if not form.is_valid():
        return page(form, status=422)
    try:
        act(shown.pk, by=request.user, **form.facts())
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Conflict as refusal:
        shown = known(request, shown.pk)
        more = {"conflict": str(refusal), "kept": kept(form)}
        return page(reopened(form, shown.version), status=409, **more)
    except Refusal as refusal:
        put_errors(form, refusal)
        return page(form, status=refusal.status)
    messages.success(request, _("已保存。"))
    return redirect(shown)


VERBS: dict[str, tuple[Any, Any]] = {
    "start": (forms.BareForm, workflow.start_drill),
    "pause": (forms.WhyForm, workflow.pause_drill),
    "resume": (forms.BareForm, workflow.resume_drill),
    "end": (forms.WhyForm, workflow.end_drill),
    "cancel": (forms.WhyForm, workflow.cancel_drill),
}


@login_required
@require_http_methods(["GET", "POST"])
def verb(request: StaffRequest, pk: int, verb: str) -> HttpResponse:
    """Begin, stand, go on, end: each on a page that says what will happen."""
    if verb not in VERBS:
        raise Http404
    shown = _mine(request, pk)
    make_form, act = VERBS[verb]

    def page(form: Any, status: int = 200, refused: str = "") -> HttpResponse:
        context = of_drill(request, shown) | {
            "verb": verb,
            "label": label_of(shown, verb),
            "form": form,
            "refused": refused,
            "players": shown.seats.filter(part="player").select_related("person"),
        }
        return render(request, "drills/verb.html", context, status=status)

    if request.method == "GET":
        return page(make_form(initial={"version": shown.version}))
    form = make_form(request.POST)
    if not form.is_valid():
        return page(form, status=422)
    try:
        act(pk, by=request.user, **form.facts())
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Refusal as refusal:
        shown = known(request, pk)
        put_errors(form, refusal)
        form = reopened(form, shown.version)
        return page(form, status=refusal.status, refused=str(refusal))
    messages.success(request, _("%(verb)s：已办。") % {"verb": label_of(shown, verb)})
    return redirect(shown)


def known(request: StaffRequest, pk: int) -> Drill:
    """The drill, for whoever sits in it or plans drills. Others are refused, whether there is one
    or not."""
    rows = Drill.objects.select_related("plan", "started_by", "planned").prefetch_related("seats")
    mine = rows.filter(pk=pk, seats__person=request.user)
    if not (authority.sees_ahead(None, request.user) or mine.exists()):
        raise PermissionDenied(_("这次演练与您无关，或者还没有到您。"))
    return get_object_or_404(rows, pk=pk)


def _mine(request: StaffRequest, pk: int) -> Drill:
    shown = known(request, pk)
    if not authority.controls(shown, request.user):
        raise PermissionDenied(_("这次演练由导调掌握。"))
    return shown
