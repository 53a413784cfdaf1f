"""报障海报: choose places, windows and devices, and print."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from journal.refusals import Incomplete
from notices import posters
from notices.models import Place
from plans.documents.sending import attachment
from teams.requests import StaffRequest, text_in


@login_required
@require_safe
def choose(request: StaffRequest) -> HttpResponse:
    """Every place in use, to be ticked."""
    return _page(request)


@login_required
@require_safe
def pdf(request: StaffRequest) -> HttpResponse:
    """The sheets of the ticked places, or with `all` of every place, as one PDF."""
    places = list(Place.objects.active())
    if "all" not in request.GET:
        ticked = set(request.GET.getlist("place"))
        places = [place for place in places if str(place.pk) in ticked]
    size = text_in(request.GET, "size")
    size = size if size in posters.SIZES else posters.SIZES[0]
    try:
        wanted = posters.posters_of(
            places, {place.pk: text_in(request.GET, f"devices-{place.pk}") for place in places}
        )
    except Incomplete as refusal:
        return _page(request, refused=str(refusal), status=refusal.status)
    made = posters.pdf(wanted, size=size, site=site_of(request), on=timezone.localdate())
    return attachment(made, _("报障海报") + f" {size.upper()}.pdf")


def site_of(request: HttpRequest) -> str:
    """How browsers reach the product: as it is set, else as this one did."""
    return settings.SITE_URL or request.build_absolute_uri("/")


def _page(request: StaffRequest, *, refused: str = "", status: int = 200) -> HttpResponse:
    ticked = set(request.GET.getlist("place"))
    context: dict[str, Any] = {
        "places": [
            (place, str(place.pk) in ticked, text_in(request.GET, f"devices-{place.pk}"))
            for place in Place.objects.active().select_related("department")
        ],
        "size": text_in(request.GET, "size") or posters.SIZES[0],
        "site": site_of(request),
        "refused": refused,
    }
    return render(request, "notices/posters.html", context, status=status)
