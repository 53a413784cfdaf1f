"""The emergency fund: its account, payments and their receipts."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from inventory import workflow
from inventory.authority import keeps, may_see_receipts
from inventory.forms.funds import (
    DepositForm,
    FundForm,
    PayForm,
    ReceiptFileForm,
    ReceiptForm,
    RefuseForm,
)
from inventory.models import Fund, Payment, ReceiptFile
from inventory.views.shared import insist_keeps
from journal import keeping, moving
from journal.refusals import NotAllowed, Refusal
from teams.forms.asking import put_errors
from teams.requests import StaffRequest, number_in

_ENTRIES = 30


@login_required
@require_safe
def funds(request: StaffRequest) -> HttpResponse:
    """Each fund with its balance, what waits for a second person or for receipts, its entries."""
    shown = []
    for fund in Fund.objects.select_related("keeper"):
        waiting = fund.payments.filter(state__in=[Payment.State.ASKED, Payment.State.PAID])
        entries = fund.entries.select_related("by", "payment")[:_ENTRIES]
        shown.append((fund, waiting.select_related("asked_by"), entries))
    context = {"funds": shown, "may_change": keeps(request.user)}
    return render(request, "inventory/funds.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def add(request: StaffRequest) -> HttpResponse:
    insist_keeps(request)
    form = FundForm(request.POST if request.method == "POST" else None)

    def do(**facts: Any) -> None:
        workflow.open_fund(by=request.user, **facts)

    return _asked(request, form, do, _("建立备用金"), _("备用金已建立，现在可以拨入。"))


@login_required
@require_http_methods(["GET", "POST"])
def deposit(request: StaffRequest, pk: int) -> HttpResponse:
    """Money comes in."""
    insist_keeps(request)
    fund = get_object_or_404(Fund, pk=pk)
    form = DepositForm(request.POST if request.method == "POST" else None)

    def do(**facts: Any) -> None:
        workflow.deposit(pk, by=request.user, **facts)

    return _asked(request, form, do, _("拨入：%(name)s") % {"name": fund}, _("已拨入。"), fund)


@login_required
@require_http_methods(["GET", "POST"])
def pay(request: StaffRequest, pk: int) -> HttpResponse:
    """Money goes out."""
    insist_keeps(request)
    fund = get_object_or_404(Fund, pk=pk)
    form = PayForm(request.POST if request.method == "POST" else None)

    def do(**facts: Any) -> Payment:
        return workflow.pay(pk, by=request.user, **facts)

    return _asked(request, form, do, _("支出：%(name)s") % {"name": fund}, _("已登记。"), fund)


def _asked(
    request: StaffRequest,
    form: Any,
    do: Callable[..., Any],
    title: str,
    done: str,
    fund: Fund | None = None,
) -> HttpResponse:
    context = {"form": form, "title": title, "fund": fund}
    if request.method != "POST":
        return render(request, "inventory/fund_form.html", context)
    if not form.is_valid():
        return render(request, "inventory/fund_form.html", context, status=422)
    facts = form.facts() if hasattr(form, "facts") else form.cleaned_data
    try:
        made = do(**facts)
    except Refusal as refusal:
        put_errors(form, refusal)
        return render(request, "inventory/fund_form.html", context, status=refusal.status)
    messages.success(request, done)
    return redirect(made if isinstance(made, Payment) else "inventory:funds")


@login_required
@require_safe
def payment(request: StaffRequest, pk: int) -> HttpResponse:
    """One payment with its receipts, and what may be done with it."""
    return _sheet(request, _known(pk))


@login_required
@require_POST
def payment_verb(request: StaffRequest, pk: int, verb: str) -> HttpResponse:
    """Approve, refuse, add a receipt, settle."""
    shown, version = _known(pk), number_in(request.POST, "version")
    form: Any = None
    if verb == "refuse":
        form = RefuseForm(request.POST)
    elif verb == "receipt":
        form = ReceiptForm(request.POST, request.FILES)
    if verb not in ("approve", "refuse", "receipt", "settle"):
        raise Http404
    if form is not None and not form.is_valid():
        _insist_may(request, shown, verb)
        return _sheet(request, shown, status=422, **{f"{verb}_form": form})
    try:
        if verb == "approve":
            workflow.approve(pk, by=request.user, version=version)
        elif verb == "refuse":
            workflow.refuse_payment(pk, by=request.user, version=version, **form.cleaned_data)
        elif verb == "receipt":
            workflow.add_receipt(pk, by=request.user, **form.cleaned_data)
        else:
            workflow.settle(pk, by=request.user, version=version)
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Refusal as refusal:
        more: dict[str, Any] = {"refused": str(refusal)}
        if form is not None:
            put_errors(form, refusal)
            more[f"{verb}_form"] = form
        return _sheet(request, _known(pk), status=refusal.status, **more)
    messages.success(request, _("已登记。"))
    return redirect(shown)


@login_required
@require_POST
def attach_receipt(request: StaffRequest, pk: int, receipt: int) -> HttpResponse:
    """A file for a receipt that was entered before."""
    insist_keeps(request)
    shown = _known(pk)
    get_object_or_404(shown.receipts, pk=receipt)
    form = ReceiptFileForm(request.POST, request.FILES, auto_id=f"file-{receipt}-%s")
    if not form.is_valid():
        return _sheet(request, shown, status=422, tried=(receipt, form))
    try:
        workflow.attach_receipt(pk, by=request.user, receipt=receipt, **form.cleaned_data)
    except Refusal as refusal:
        put_errors(form, refusal)
        return _sheet(request, _known(pk), status=refusal.status, tried=(receipt, form))
    messages.success(request, _("文件已保存，SHA-256 已写入日志。"))
    return redirect(shown)


@login_required
@require_safe
def receipt_file(request: StaffRequest, pk: int, file: int) -> FileResponse:
    """A receipt's file, as a download."""
    if not may_see_receipts(request.user):
        raise PermissionDenied(_("票据文件只给后勤、领导小组和审计看。"))
    found = get_object_or_404(ReceiptFile, pk=file, receipt__payment=pk)
    return keeping.send(found.path, name=found.name, kind=found.kind)


def _insist_may(request: StaffRequest, shown: Payment, verb: str) -> None:
    may = keeps(request.user) if verb == "receipt" else moving.may(shown, verb, request.user)
    if not may:
        raise PermissionDenied(_("您没有这个权限。"))


def _known(pk: int) -> Payment:
    return get_object_or_404(
        Payment.objects.select_related("fund", "asked_by", "decided_by"), pk=pk
    )


def _sheet(
    request: StaffRequest,
    shown: Payment,
    status: int = 200,
    tried: tuple[int, ReceiptFileForm] | None = None,
    **more: Any,
) -> HttpResponse:
    receipts = list(shown.receipts.select_related("by").prefetch_related("files"))
    spent = sum(receipt.amount for receipt in receipts)
    may_attach = keeps(request.user) and shown.state != Payment.State.REFUSED
    rows = []
    for receipt in receipts:
        form = ReceiptFileForm(auto_id=f"file-{receipt.pk}-%s") if may_attach else None
        if may_attach and tried is not None and tried[0] == receipt.pk:
            form = tried[1]
        rows.append((receipt, form))
    context = {
        "payment": shown,
        "receipts": rows,
        "spent": spent,
        "left": shown.amount - spent,
        "verbs": moving.available(shown, request.user),
        "may_receipt": keeps(request.user) and shown.state == Payment.State.PAID,
        "may_see_files": may_see_receipts(request.user),
        "receipt_form": ReceiptForm(),
        "refuse_form": RefuseForm(),
    }
    return render(request, "inventory/payment.html", context | more, status=status)
