"""Suppliers and service providers: the list with hotlines, each one's sheet."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from inventory import workflow
from inventory.authority import keeps
from inventory.forms.suppliers import SupplierForm, supplier_form
from inventory.models import Supplier
from inventory.views.shared import insist_keeps
from journal.refusals import Conflict, Refusal
from teams.forms.asking import as_it_is, kept, put_errors, reopened
from teams.requests import StaffRequest


@login_required
@require_safe
def suppliers(request: StaffRequest) -> HttpResponse:
    rows = Supplier.objects.order_by("-is_active", "kind", "name")
    context = {"suppliers": rows, "may_change": keeps(request.user)}
    return render(request, "inventory/suppliers.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def add(request: StaffRequest) -> HttpResponse:
    insist_keeps(request)
    if request.method == "GET":
        return _sheet(request, None, supplier_form(None))
    form = supplier_form(None, request.POST)
    if not form.is_valid():
        return _sheet(request, None, form, status=422)
    said = form.facts()
    said.pop("version")
    try:
        made = workflow.add_supplier(by=request.user, **said)
    except Refusal as refusal:
        put_errors(form, refusal)
        return _sheet(request, None, form, status=refusal.status)
    messages.success(request, _("已添加「%(name)s」。") % {"name": made})
    return redirect(made)


@login_required
@require_http_methods(["GET", "POST"])
def supplier(request: StaffRequest, pk: int) -> HttpResponse:
    """One of them: hotline first; logistics changes it."""
    shown = get_object_or_404(Supplier, pk=pk)
    if request.method == "GET":
        return _sheet(request, shown, supplier_form(shown))
    insist_keeps(request)
    form = supplier_form(shown, request.POST)
    if not form.is_valid():
        return _sheet(request, shown, form, status=422)
    try:
        workflow.change_supplier(pk, by=request.user, **form.facts())
    except Conflict as refusal:
        now = get_object_or_404(Supplier, pk=pk)
        more = {"conflict": str(refusal), "changes": as_it_is(form, now), "kept": kept(form)}
        return _sheet(request, now, reopened(form, now.version), status=409, **more)
    except Refusal as refusal:
        put_errors(form, refusal)
        return _sheet(request, shown, form, status=refusal.status)
    messages.success(request, _("已保存。"))
    return redirect(shown)


@login_required
@require_POST
def switch(request: StaffRequest, pk: int) -> HttpResponse:
    """Out of use, or in use again."""
    insist_keeps(request)
    shown = get_object_or_404(Supplier, pk=pk)
    workflow.change_supplier(pk, by=request.user, is_active=not shown.is_active)
    messages.success(request, _("已停用。") if shown.is_active else _("已启用。"))
    return redirect(shown)


def _sheet(
    request: StaffRequest,
    shown: Supplier | None,
    form: SupplierForm,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    context = {"supplier": shown, "form": form, "may_change": keeps(request.user)}
    return render(request, "inventory/supplier.html", context | more, status=status)
