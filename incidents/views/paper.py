"""Numbered forms: the list of batches, one batch with its numbers, entries and cash."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from incidents import authority, paper_sheet, workflow
from incidents.forms.paper import (
    AccountForm,
    BatchForm,
    CashForm,
    ExplainForm,
    MarkForm,
    ReenterForm,
)
from incidents.models import Batch, Incident, Reentry
from incidents.tally import Tally
from incidents.workflow.paper import OPENED_IN
from incidents.workflow.paper_counting import numbers_told
from journal import moving, rows
from journal.refusals import Conflict, NotAllowed, Refusal
from teams.forms.asking import put_errors
from teams.models import Department, Role
from teams.requests import StaffRequest, number_in, text_in
from teams.sheets import CONTENT_TYPE

# What a desk does, in the order of the page. Each form stands under the name of its verb.
FORMS: dict[str, type[Any]] = {
    "mark": MarkForm,
    "reenter": ReenterForm,
    "account": AccountForm,
    "cash": CashForm,
    "explain": ExplainForm,
}
_PAGE = 200


# The list --------------------------------------------------------------------------------------


@login_required
@require_http_methods(["GET", "POST"])
def batches(request: StaffRequest) -> HttpResponse:
    """Every batch that stands by or is in use; whoever keeps paper registers new ones."""
    departments = _kept_by(request)
    if request.method == "GET":
        return _list(request, BatchForm(departments=departments))
    if not departments:
        raise PermissionDenied(_("表单由管理员和科室负责人登记。"))
    form = BatchForm(request.POST, departments=departments)
    if not form.is_valid():
        return _list(request, form, status=422)
    try:
        made = workflow.register(by=request.user, **form.cleaned_data)
    except Refusal as refusal:
        put_errors(form, refusal)
        return _list(request, form, status=refusal.status)
    messages.success(request, _("已登记「%(batch)s」，%(count)s 张。") % _named(made))
    return redirect(made)


def _named(batch: Batch) -> dict[str, Any]:
    return {"batch": batch, "count": batch.count}


def _kept_by(request: StaffRequest) -> QuerySet[Department]:
    """Departments for which this person registers forms."""
    person, active = request.user, Department.objects.filter(is_active=True)
    if not authority.is_employee(None, person):
        return active.none()
    if person.has_role(Role.ADMIN):
        return active
    if person.has_role(Role.DEPARTMENT):
        return active.filter(people=person)
    return active.none()


def _list(request: StaffRequest, form: BatchForm, status: int = 200) -> HttpResponse:
    found = Batch.objects.select_related("department", "incident").annotate(
        used=Count("slips", Q(slips__fate="used")),
        entered=Count("slips", Q(slips__reentry__isnull=False)),
    )
    wanted = request.GET.get("department", "")
    if wanted.isdecimal() and len(wanted) < 10:
        found = found.filter(department=int(wanted))
    context = {
        "open": found.open().order_by("department__position", "pk"),
        "standing": found.standing().order_by("department__position", "pk")[:_PAGE],
        "ended": found.filter(state__in=["closed", "retired"]).order_by("-closed_at")[:50],
        "form": form,
        "may_register": form.fields["department"].queryset.exists(),  # type: ignore[attr-defined]
        "departments": Department.objects.filter(is_active=True),
        "wanted": wanted,
    }
    return render(request, "incidents/batches.html", context, status=status)


# One batch -------------------------------------------------------------------------------------


@login_required
@require_safe
def batch(request: StaffRequest, pk: int) -> HttpResponse:
    """One batch: its numbers, what is entered and checked, its cash, and what is missing."""
    return _page(request, pk)


@login_required
@require_POST
def batch_verb(request: StaffRequest, pk: int, verb: str) -> HttpResponse:
    """Open, retire, mark, account, reenter, cash, explain, close: one form each."""
    get_object_or_404(Batch, pk=pk)
    try:
        if verb in FORMS:
            return _with_form(request, pk, verb)
        return _without_form(request, pk, verb)
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal


def _with_form(request: StaffRequest, pk: int, verb: str) -> HttpResponse:
    given = _known(pk)
    form = _form(verb, given, data=request.POST)
    do: Any = {
        "mark": workflow.mark,
        "account": workflow.account,
        "reenter": workflow.reenter,
        "cash": workflow.count_cash,
        "explain": workflow.explain,
    }[verb]
    if not form.is_valid():
        # Who may not, is told that and not what is wrong with the form.
        if not authority.works_in_department(given, request.user):
            raise PermissionDenied(
                _("这批表单由%(department)s办理。") % {"department": given.department}
            )
        return _page(request, pk, status=422, bound={verb: form}, at=verb)
    try:
        do(pk, by=request.user, **form.cleaned_data)
    except NotAllowed:
        raise
    except Refusal as refusal:
        put_errors(form, refusal)
        if isinstance(refusal, Conflict) and "version" in form.fields:
            # Seen again as it is now: the same words may be sent once more.
            form.data = form.data.copy()
            form.data[form.add_prefix("version")] = str(_known(pk).version)
        return _page(request, pk, status=refusal.status, bound={verb: form}, at=verb)
    messages.success(request, _done(verb))
    return redirect(f"{given.get_absolute_url()}#{verb}")


def _done(verb: str) -> str:
    return {
        "mark": _("已登记。"),
        "account": _("已点清。"),
        "reenter": _("已补录，等另一个人复核。"),
        "cash": _("纸面合计已登记。"),
        "explain": _("差额说明已登记。"),
    }[verb]


def _without_form(request: StaffRequest, pk: int, verb: str) -> HttpResponse:
    version = number_in(request.POST, "version")
    by = request.user
    try:
        if verb == "open":
            wanted = number_in(request.POST, "incident") or 0
            incident = Incident.objects.filter(pk=wanted).first()
            if incident is None:
                raise Http404
            workflow.open_batch(pk, by=by, version=version, incident=incident)
        elif verb == "close":
            workflow.close_batch(pk, by=by, version=version)
        elif verb == "retire":
            reason = text_in(request.POST, "reason")
            workflow.retire(pk, by=by, version=version, reason=reason)
        else:
            raise Http404
    except NotAllowed:
        raise
    except Refusal as refusal:
        return _page(request, pk, status=refusal.status, refused=str(refusal), at=verb)
    said = {"open": _("表单已启用。"), "close": _("已结清。"), "retire": _("已注销。")}
    messages.success(request, said[verb])
    return redirect("incidents:batch", pk)


@login_required
@require_POST
def entry_verb(request: StaffRequest, pk: int, verb: str) -> HttpResponse:
    """A second person checks one entry, or returns it with a reason."""
    entry = get_object_or_404(Reentry, pk=pk)
    reason = text_in(request.POST, "reason")
    try:
        if verb == "check":
            workflow.check_reentry(pk, by=request.user)
        elif verb == "return":
            workflow.return_reentry(pk, by=request.user, reason=reason)
        else:
            raise Http404
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Refusal as refusal:
        more: dict[str, Any] = {"refused_entry": pk, "typed": reason}
        return _page(
            request, entry.batch_id, status=refusal.status, refused=str(refusal), at="check", **more
        )
    messages.success(request, _("已复核。") if verb == "check" else _("已退回，号码等着重新补录。"))
    return redirect(f"{entry.batch.get_absolute_url()}#check")


@login_required
@require_safe
def count(request: StaffRequest, pk: int) -> HttpResponse:
    """Fragment: while the account is typed, how many numbers each field has and what is wrong."""
    given = _known(pk)
    said = {name: text_in(request.GET, name) for name in ("used", "void", "lost", "unused")}
    rest = bool(request.GET.get("rest_unused"))
    claimed, wrong = numbers_told(given, Tally.of(given), said, rest_unused=rest)
    labels = {"used": _("使用"), "void": _("作废"), "lost": _("遗失"), "unused": _("未用")}
    lines = [
        (labels[name], len(claimed[name]) if name in claimed else None, wrong.get(name, ""))
        for name in said
    ]
    told = sum(len(numbers) for numbers in claimed.values())
    context = {"lines": lines, "told": told, "batch": given, "is_right": not wrong}
    return render(request, "incidents/_count.html", context)


@login_required
@require_safe
def sheet(request: StaffRequest, pk: int) -> HttpResponse:
    """The account of one batch, for printing and signing."""
    given = _known(pk)
    context = {"batch": given, "tally": Tally.of(given).name(), "person": request.user}
    return render(request, "incidents/batch_sheet.html", context)


@login_required
@require_safe
def export(request: StaffRequest, pk: int) -> HttpResponse:
    """The account of one batch as XLSX: summary, entries, every number."""
    given = _known(pk)
    answer = HttpResponse(
        paper_sheet.write_account(Tally.of(given).name()), content_type=CONTENT_TYPE
    )
    name = f"{given.prefix}{given.first}-{given.last}.xlsx"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def _known(pk: int) -> Batch:
    found = Batch.objects.select_related("department", "incident")
    return get_object_or_404(found, pk=pk)


def _form(verb: str, given: Batch, data: Any = None) -> Any:
    """One verb's form; its fields have ids of their own, for several of them ask for numbers."""
    form: Any
    if verb == "account":
        form = AccountForm(data) if data is not None else AccountForm.of(Tally.of(given))
    elif verb == "reenter":
        form = ReenterForm(data, batch=given)
    elif verb == "mark":
        form = MarkForm(data)
    else:
        form = FORMS[verb](data, initial={"version": given.version})
    form.auto_id = f"{verb}-%s"
    return form


def _page(
    request: StaffRequest,
    pk: int,
    status: int = 200,
    bound: dict[str, Any] | None = None,
    **more: Any,
) -> HttpResponse:
    given = _known(pk)
    rows.name([given], "opened_by", "accounted_by", "paper_total_by", "explained_by", "closed_by")
    tally = Tally.of(given).name()
    person = request.user
    is_open = given.state == Batch.State.OPEN
    works = authority.works_in_department(given, person)
    forms: dict[str, Any] = {}
    if is_open and works:
        forms = {verb: _form(verb, given) for verb in FORMS} | (bound or {})
    context = {
        "batch": given,
        "tally": tally,
        "forms": forms,
        "works": works and is_open,
        "heads": is_open and authority.heads_department(given, person),
        "may_check": is_open and authority.checks_reentry(given, person),
        "verbs": moving.available(given, person),
        "incidents": _openable(given) if works and not is_open else [],
    }
    return render(request, "incidents/batch.html", context | more, status=status)


def _openable(given: Batch) -> list[Incident]:
    """Incidents for which a batch that stands by can be opened, those of the department first."""
    if given.state != Batch.State.REGISTERED:
        return []
    found = Incident.objects.filter(state__in=OPENED_IN).order_by("-reported_at")[:20]
    return list(found)
