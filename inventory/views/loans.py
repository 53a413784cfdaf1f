"""What is out with people, and its coming back."""

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from inventory import workflow
from inventory.authority import keeps
from inventory.forms.deeds import GiveBackForm
from inventory.models import Loan
from inventory.views.shared import insist_keeps
from journal.refusals import Conflict, NotAllowed, Refusal
from teams.forms.asking import reopened
from teams.requests import StaffRequest, text_in

_PAGE = 50


@login_required
@require_safe
def loans(request: StaffRequest) -> HttpResponse:
    """Everything that is out and must come back, the oldest first."""
    words = text_in(request.GET, "q").strip()[:60]
    found = Loan.objects.open().select_related("item", "department").order_by("pk")
    if words:
        found = found.filter(item__name__icontains=words)
    page = Paginator(found, _PAGE).get_page(request.GET.get("page"))
    context = {"page_of": page, "words": words, "may_change": keeps(request.user)}
    return render(request, "inventory/loans.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def give_back(request: StaffRequest, pk: int) -> HttpResponse:
    """What became of one loan: in order, broken, lost, used up."""
    insist_keeps(request)
    loan = _known(pk)
    if request.method == "GET":
        return _sheet(request, loan, _form(loan))
    form = GiveBackForm(request.POST)
    if not form.is_valid():
        return _sheet(request, loan, form, status=422)
    try:
        done = workflow.give_back(pk, by=request.user, **form.facts())
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Conflict as refusal:
        now = _known(pk)
        return _sheet(request, now, reopened(form, now.version), status=409, conflict=str(refusal))
    except Refusal as refusal:
        for field, sentence in refusal.fields.items():
            form.add_error(field if field in form.fields else None, str(sentence))
        return _sheet(request, loan, form, status=refusal.status)
    if done.outstanding and not done.item.is_consumable:
        left = {"left": done.outstanding, "unit": done.item.unit}
        messages.success(request, _("已登记，还有 %(left)s %(unit)s没有归还。") % left)
    else:
        messages.success(request, _("已登记，这笔领用结清了。"))
    return redirect(loan.url or "inventory:loans")


def _form(loan: Loan) -> GiveBackForm:
    first = {"version": loan.version, "client_uuid": uuid.uuid4(), "returned": loan.outstanding}
    return GiveBackForm(initial=first)


def _sheet(
    request: StaffRequest, loan: Loan, form: GiveBackForm, status: int = 200, **more: Any
) -> HttpResponse:
    context = {"loan": loan, "form": form} | more
    return render(request, "inventory/give_back.html", context, status=status)


def _known(pk: int) -> Loan:
    return get_object_or_404(Loan.objects.select_related("item", "department", "place"), pk=pk)
