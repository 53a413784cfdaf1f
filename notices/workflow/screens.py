"""Screens say that they are alight. Anybody on the network could say so: little is believed."""

import re
from datetime import timedelta

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from journal.recording import now
from journal.refusals import Incomplete
from notices.models import Place, Screen

# So many devices are kept of one place; those not heard of for longest go first.
MOST = 12
# Said more often, it is not written again.
PAUSE = timedelta(seconds=20)
# Devices that were replaced or tried out are forgotten.
FORGOTTEN_AFTER = timedelta(days=30)
_DEVICE = re.compile(r"[0-9a-f]{8}(?:-?[0-9a-f]{4}){3}-?[0-9a-f]{12}")
_SIZE = re.compile(r"\d{2,5}×\d{2,5}")


@transaction.atomic
def note_screen(slug: str, *, device: str, size: str = "") -> None:
    """A device shows this place's screen now.

    Raises Incomplete where it names no place in use, or itself in no way that we know.
    """
    if not _DEVICE.fullmatch(device):
        raise Incomplete(_("看不懂这块屏的名字。"))
    size = size if _SIZE.fullmatch(size) else ""
    place = Place.objects.with_screen().filter(slug=slug).first()
    if place is None:
        raise Incomplete(_("没有这个地点。"))
    known = Screen.objects.filter(place=place, device=device).first()
    at = now()
    if known is not None:
        if known.seen_at < at - PAUSE or known.size != size:
            Screen.objects.filter(pk=known.pk).update(seen_at=at, size=size)
        return
    Place.objects.select_for_update(no_key=True).get(pk=place.pk)
    Screen.objects.filter(place=place, seen_at__lt=Now() - FORGOTTEN_AFTER).delete()
    kept = Screen.objects.filter(place=place).order_by("-seen_at").values_list("pk", flat=True)
    Screen.objects.filter(pk__in=list(kept[MOST - 1 :])).delete()
    Screen.objects.bulk_create(
        [Screen(place=place, device=device, size=size, first_seen_at=at, seen_at=at)],
        ignore_conflicts=True,
    )
