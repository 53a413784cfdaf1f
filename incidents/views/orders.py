"""Orders: the commander's page, one's own orders, and the three answers to an order."""

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from incidents import selectors, workflow
from incidents.forms import OrderSet
from incidents.models import Order
from incidents.page import IncidentPage, order_actions
from journal import moving
from journal.refusals import NotAllowed, Refusal
from teams.models import Role
from teams.requests import StaffRequest, number_in, text_in


@login_required
@require_GET
def commander(request: StaffRequest) -> HttpResponse:
    """One decision at a time, for those who may command; below it the others and the orders.

    The most urgent comes first; `?incident=` takes another of those that wait before it.
    """
    if not request.user.has_role(Role.LEADER, Role.IT, Role.AUDITOR):
        raise PermissionDenied(_("这一页给领导小组和信息技术部使用。"))
    waiting = selectors.waiting_for_command(request.user)
    context: dict[str, Any] = {"waiting": len(waiting), "orders": selectors.orders_under_way()}
    if waiting:
        chosen = number_in(request.GET, "incident")
        first = next((one for one in waiting if one.pk == chosen), waiting[0])
        context["others"] = [one for one in waiting if one is not first]
        context["page"] = IncidentPage(first, request.user)
        context["sheet"] = OrderSet(first)
        context["client_uuid"] = uuid.uuid4()
    if request.htmx and request.GET.get("part") == "orders":
        return render(request, "incidents/_orders_under_way.html", context)
    return render(request, "incidents/commander.html", context)


@login_required
@require_GET
def my_orders(request: StaffRequest) -> HttpResponse:
    """Orders to the person's department and groups: those that are due first, first."""
    orders = selectors.orders_for(request.user)
    for order in orders:
        actions = order_actions(order, request.user)
        # Reading back takes one tap here; the other answers want a sentence on a page of their own.
        order.actions = [button for button in actions if button.verb != "read_back"]  # type: ignore[attr-defined]
        order.read_back_url = next(  # type: ignore[attr-defined]
            (button.url for button in actions if button.verb == "read_back"), None
        )
    context = {
        "open": [order for order in orders if order.is_open],
        "ended": [order for order in orders if not order.is_open],
    }
    name = "_my_orders" if request.htmx else "my_orders"
    return render(request, f"incidents/{name}.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def order_verb(request: StaffRequest, pk: int, verb: str) -> HttpResponse:
    """Read an order back, report it done with proof, or refuse it with a reason."""
    answers = {"read_back": _read_back, "finish": _finish, "refuse": _refuse}
    if verb not in answers:
        raise Http404
    order = _order(pk)
    if not moving.may(order, verb, request.user):
        label = moving.label_of(order, verb)
        raise PermissionDenied(_("您没有「%(verb)s」的权限。") % {"verb": label})
    if request.method == "GET":
        return _sheet(request, order, verb)
    try:
        answers[verb](request, order)
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Refusal as refusal:
        return _sheet(request, _order(pk), verb, status=refusal.status, refused=str(refusal))
    messages.success(request, _("%(verb)s：已办。") % {"verb": moving.label_of(order, verb)})
    return redirect("incidents:my_orders")


def _order(pk: int) -> Order:
    orders = Order.objects.select_related(
        "incident__grade", "incident__plan", "department", "group", "issued_by", "read_back_by"
    )
    return get_object_or_404(orders, pk=pk)


def _sheet(
    request: StaffRequest, order: Order, verb: str, status: int = 200, **more: Any
) -> HttpResponse:
    in_time = verb in moving.available(order, request.user)
    if not in_time and not more:
        status = 409
        more["refused"] = _("这条指令现在是「%(state)s」。") % {"state": order.get_state_display()}
    context = {
        "order": order,
        "verb": verb,
        "label": moving.label_of(order, verb),
        "in_time": in_time,
        "typed": request.POST.get("said", ""),
    }
    return render(request, "incidents/order_verb.html", context | more, status=status)


def _read_back(request: StaffRequest, order: Order) -> None:
    workflow.read_back_order(order.pk, by=request.user, version=number_in(request.POST, "version"))


def _finish(request: StaffRequest, order: Order) -> None:
    said = text_in(request.POST, "said")
    workflow.finish_order(
        order.pk, by=request.user, version=number_in(request.POST, "version"), proof=said
    )


def _refuse(request: StaffRequest, order: Order) -> None:
    said = text_in(request.POST, "said")
    workflow.refuse_order(
        order.pk, by=request.user, version=number_in(request.POST, "version"), reason=said
    )
