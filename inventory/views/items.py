"""Items: the list, each one's sheet, and the pages of what is done with it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from inventory import workflow
from inventory.authority import keeps
from inventory.forms.items import ItemForm, item_form
from inventory.listing import items_found, listed
from inventory.models import Item, Place
from inventory.stock import stock_of
from inventory.views.doors import DOORS, Door
from inventory.views.shared import insist_keeps
from journal.refusals import Conflict, NotAllowed, Refusal
from teams.forms.asking import as_it_is, kept, put_errors, reopened
from teams.history import history_of
from teams.requests import StaffRequest, number_in, text_in

_PAGE = 50
_MOVES = 30
_LOOKS = 5


@login_required
@require_safe
def items(request: StaffRequest) -> HttpResponse:
    """Every item with its numbers; search, category and place filter it."""
    words = text_in(request.GET, "q").strip()[:60]
    category = request.GET.get("category", "")
    place = number_in(request.GET, "place")
    struck_off = request.GET.get("all") == "off"
    found = items_found(words=words, category=category, place=place, struck_off=struck_off)
    page = Paginator(found, _PAGE).get_page(request.GET.get("page"))
    context = {
        "page_of": page,
        "rows": listed(list(page.object_list)),
        "places": Place.objects.in_use(),
        "categories": Item.Category.choices,
        "words": words,
        "category": category,
        "place": place,
        "struck_off": struck_off,
        "may_change": keeps(request.user),
    }
    return render(request, "inventory/items.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def add(request: StaffRequest) -> HttpResponse:
    insist_keeps(request)
    if request.method == "GET":
        return _new(request, item_form(None))
    form = item_form(None, request.POST)
    if not form.is_valid():
        return _new(request, form, status=422)
    said = form.facts()
    said.pop("version")
    try:
        made = workflow.add_item(by=request.user, **said)
    except Refusal as refusal:
        put_errors(form, refusal)
        return _new(request, form, status=refusal.status)
    messages.success(request, _("已登记「%(what)s」，现在可以入库。") % {"what": made})
    return redirect(made)


def _new(request: StaffRequest, form: ItemForm, status: int = 200) -> HttpResponse:
    context = {"form": form, "title": _("登记物资"), "item": None}
    return render(request, "inventory/item_form.html", context, status=status)


@login_required
@require_safe
def item(request: StaffRequest, pk: int) -> HttpResponse:
    """One item: how many, where, who has some, what may be done. A label's code leads here."""
    return _sheet(request, _known(pk))


def _sheet(
    request: StaffRequest, shown: Item, refused: str = "", status: int = 200
) -> HttpResponse:
    (row,) = listed([shown])
    may_change = keeps(request.user)
    context = {
        "row": row,
        "item": shown,
        "today": timezone.localdate(),
        "balances": shown.balances.filter(quantity__gt=0).select_related("place", "batch"),
        "loans": shown.loans.open().select_related("department", "item"),
        "held": shown.reservations.held(),
        "moves": shown.moves.select_related("place", "batch", "by", "loan")[:_MOVES],
        "doors": [
            (name, door)
            for name, door in DOORS.items()
            if may_change and door.fits(shown, row.stock)
        ],
        "inspections": shown.inspections.select_related("by")[:_LOOKS],
        "history": history_of(shown, events="supply."),
        "may_change": may_change,
        "refused": refused,
    }
    return render(request, "inventory/item.html", context, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def change(request: StaffRequest, pk: int) -> HttpResponse:
    """What is said of an item."""
    insist_keeps(request)
    shown = _known(pk)
    if request.method == "GET":
        return _change(request, shown, item_form(shown))
    form = item_form(shown, request.POST)
    if not form.is_valid():
        return _change(request, shown, form, status=422)
    try:
        workflow.change_item(pk, by=request.user, **form.facts())
    except Conflict as refusal:
        now = _known(pk)
        more = {"conflict": str(refusal), "changes": as_it_is(form, now), "kept": kept(form)}
        return _change(request, now, reopened(form, now.version), status=409, **more)
    except Refusal as refusal:
        put_errors(form, refusal)
        return _change(request, shown, form, status=refusal.status)
    messages.success(request, _("物资已保存。"))
    return redirect(shown)


def _change(
    request: StaffRequest, shown: Item, form: ItemForm, status: int = 200, **more: Any
) -> HttpResponse:
    context = {"form": form, "title": _("修改物资"), "item": shown}
    return render(request, "inventory/item_form.html", context | more, status=status)


@login_required
@require_POST
def switch(request: StaffRequest, pk: int) -> HttpResponse:
    """Struck off the list, or on it again."""
    insist_keeps(request)
    shown = _known(pk)
    try:
        workflow.switch_item(pk, by=request.user, on=not shown.is_active)
    except Refusal as refusal:
        return _sheet(request, shown, refused=str(refusal), status=refusal.status)
    messages.success(request, _("已销册。") if shown.is_active else _("已恢复在册。"))
    return redirect(shown)


@login_required
@require_http_methods(["GET", "POST"])
def deed(request: StaffRequest, pk: int, verb: str) -> HttpResponse:
    """One verb of one item."""
    door = DOORS.get(verb)
    if door is None:
        raise Http404
    insist_keeps(request)
    shown = _known(pk)
    if request.method == "GET":
        return _door(request, shown, door, door.form(item=shown))
    form = door.form(request.POST, item=shown)
    try:
        if not form.is_valid():
            form.insist_fresh()
            return _door(request, shown, door, form, status=422)
        door.do(pk, by=request.user, **form.facts())
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Conflict as refusal:
        form = form.on(_known(pk))
        form.add_error(None, str(refusal))
        return _door(request, form.item, door, form, status=refusal.status)
    except Refusal as refusal:
        put_errors(form, refusal)
        return _door(request, _known(pk), door, form, status=refusal.status)
    messages.success(
        request, _("「%(what)s」%(verb)s：已登记。") % {"what": shown, "verb": door.label}
    )
    return redirect(shown)


def _door(
    request: StaffRequest, shown: Item, door: Door, form: Any, status: int = 200
) -> HttpResponse:
    stock = stock_of([shown])[shown.pk]
    context = {
        "item": shown,
        "door": door,
        "form": form,
        "stock": stock,
        "fits": door.fits(shown, stock),
    }
    return render(request, "inventory/deed.html", context, status=status)


def _known(pk: int) -> Item:
    return get_object_or_404(Item.objects.select_related("place", "keeper"), pk=pk)
