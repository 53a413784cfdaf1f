"""报障海报: a sheet at a window or device whose code opens the report page, the place filled in."""

import datetime
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from incidents import whereabouts
from incidents.whereabouts import Whereabouts
from journal.refusals import Incomplete
from notices.models import Place
from plans.documents import sheets

SIZES = ("a4", "a5")
# One file that a printer takes and a browser waits for.
MOST = 200
LONGEST = 40
_SHEET = Path(__file__).with_name("poster.typ")
_BETWEEN = re.compile(r"[、,，;；\n]+")
_RANGE = re.compile(r"^(\d{1,3})\s*[-–~～至到]\s*(\d{1,3})\s*(.*)$")


@dataclass(frozen=True)
class Poster:
    """One sheet: its place, and the window or device there (may be empty)."""

    place: Place
    device: str = ""

    def address(self, site: str) -> str:
        """Where its code leads; `site` is how browsers reach the product."""
        asked = {"place": self.place.slug} | ({"device": self.device} if self.device else {})
        return f"{site.rstrip('/')}{reverse('incidents:report')}?{urlencode(asked)}"


def devices_in(words: str) -> list[str]:
    """Windows and devices as people list them: 「1-3 号窗口、自助机」 are four.

    Raises Incomplete for names that find no room on a sheet, or too many.
    """
    found: list[str] = []
    for piece in filter(None, (part.strip() for part in _BETWEEN.split(words))):
        span = _RANGE.match(piece)
        if span and 0 <= int(span[2]) - int(span[1]) < MOST:
            found += [
                f"{number} {span[3]}".strip() for number in range(int(span[1]), int(span[2]) + 1)
            ]
        else:
            found.append(piece)
    if any(len(name) > LONGEST for name in found):
        raise Incomplete(_("窗口或设备的名称不超过 40 个字。"))
    return list(dict.fromkeys(found))


def posters_of(places: list[Place], devices: dict[int, str]) -> list[Poster]:
    """The sheets of these places; `devices` has the words of each place by its key.

    Raises Incomplete where nothing is chosen, or more than a printer takes at once.
    """
    made = [
        Poster(place, device)
        for place in places
        for device in devices_in(devices.get(place.pk, "")) or [""]
    ]
    if not made:
        raise Incomplete(_("请至少选一个地点。"))
    if len(made) > MOST:
        raise Incomplete(_("一次最多打印 %(most)s 张，请分几次。") % {"most": MOST})
    return made


def pdf(posters: list[Poster], *, size: str, site: str, on: datetime.date) -> bytes:
    """All sheets as one PDF, A4 or A5, one to a page."""
    return sheets.draw(_SHEET, content(posters, size=size, site=site, on=on), dated=on)


def pictures(posters: list[Poster], *, size: str, site: str, on: datetime.date) -> list[bytes]:
    """The same, each page as PNG."""
    return sheets.pictures(_SHEET, content(posters, size=size, site=site, on=on))


def content(posters: list[Poster], *, size: str, site: str, on: datetime.date) -> dict[str, Any]:
    """What poster.typ reads."""
    texts = {
        "title": _("系统用不了？扫码报障"),
        "who": _("工作人员使用。患者请告诉身边的工作人员。"),
        "ring": _("扫不了、网络断了，打值班电话"),
        "phone": settings.DUTY_PHONE,
        "foot": f"{settings.HOSPITAL_NAME} · {_('应急')} · {on.isoformat()}",
    }
    pages = [
        {
            "qr": _drawing(one.address(site)),
            "place": sheets.fitted(one.place.name),
            "where": sheets.fitted(one.place.whereabouts),
            "device": sheets.fitted(one.device),
        }
        for one in posters
    ]
    return {"size": size, "texts": sheets.fitted(texts), "pages": pages}


def known_place(slug: str) -> Whereabouts | None:
    """A place in use by the name in its address, for the report form."""
    place = Place.objects.active().filter(slug=slug).first()
    if place is None:
        return None
    return Whereabouts(f"{place.whereabouts} {place.name}".strip(), place.department_id)


def _drawing(text: str) -> str:
    """The code as a drawing of its own: beside HTML it needs no namespace, here it does."""
    return sheets.qr(text).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)


whereabouts.also_know(known_place)
