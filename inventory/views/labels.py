"""Labels to print: items, and the places in which they lie."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from inventory.labels import absolute, code
from inventory.models import Item, Place
from teams.requests import StaffRequest, number_in

_MOST = 200


@login_required
@require_safe
def labels(request: StaffRequest) -> HttpResponse:
    """Labels of everything; `?place=` of one place and what is kept there, `?item=` of one item."""
    places, items = Place.objects.in_use(), Item.objects.in_use().select_related("place")
    item, place = number_in(request.GET, "item"), number_in(request.GET, "place")
    if item is not None:
        places, items = places.none(), items.filter(pk=item)
    elif place is not None:
        places, items = places.filter(pk=place), items.filter(place=place)
    rows: list[Place | Item] = [*places[:_MOST], *items[:_MOST]]
    shown = [
        {
            "name": str(row),
            "where": row.where if isinstance(row, Place) else str(row.place or ""),
            "is_place": isinstance(row, Place),
            "code": code(absolute(request, row.get_absolute_url())),
        }
        for row in rows
    ]
    return render(request, "inventory/labels.html", {"labels": shown})
