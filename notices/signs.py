"""Printed signs: the sheet for a window, and how it stands with each place of an incident."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from incidents.models import Incident
from notices import public, surfaces
from notices.models import Notice, Place, Posting, SignPhoto
from notices.surfaces import Surface
from plans.documents import sheets
from plans.marks import DRILL

SIZES = ("a4", "a5")
_SHEET = Path(__file__).with_name("sign.typ")


def words(notice: Notice) -> tuple[Surface, Surface]:
    """What the sign says, in Chinese and English. The notice's services should be prefetched."""
    said = public.said(notice)
    return surfaces.of(said, "sign"), surfaces.of(said, "large", "en")


def pdf(notice: Notice, *, size: str, address: str) -> bytes:
    """The sheet as PDF, A4 or A5. `address` is that of the public page, for its code."""
    day = timezone.localdate(notice.published_at or notice.drafted_at)
    return sheets.draw(_SHEET, content(notice, size=size, address=address), dated=day)


def pictures(notice: Notice, *, size: str, address: str) -> list[bytes]:
    """The same, each page as PNG."""
    return sheets.pictures(_SHEET, content(notice, size=size, address=address))


def content(notice: Notice, *, size: str, address: str) -> dict[str, Any]:
    """What sign.typ reads. A notice that is not public says so across the sheet."""
    chinese, english = words(notice)
    told = {
        "size": size,
        "qr": sheets.qr(address),
        "heading": chinese.heading,
        "lines": [{"kind": line.kind, "text": line.text} for line in chinese.lines],
        "english": [english.heading, *(line.text for line in english.lines[:3])],
        "scan": "扫码看最新情况",
        "draft": _stamp(notice),
        "foot": f"{surfaces.Told().hospital}　{notice.incident.number} 第 {notice.number} 版",
    }
    fitted: dict[str, Any] = sheets.fitted(told, plain={"size", "qr", "kind"})
    return fitted


def _stamp(notice: Notice) -> str:
    """What is said across the sheet of a notice that must not hang."""
    if notice.incident.is_drill:
        return f"{DRILL}不要张贴"
    return "" if notice.state == Notice.State.PUBLISHED else "未发布，不要张贴"


@dataclass(frozen=True)
class Standing:
    """How it stands with one place. `state`: hang, change, up or take_down; `posting` what hangs
    there; `notice` the one whose sign is meant by the next step."""

    place: Place
    state: str
    posting: Posting | None
    notice: Notice


def standing(incident: Incident, current: Notice | None) -> list[Standing]:
    """Every place that a sign of this incident concerns: those that want one, and those where one
    hangs. Two queries; `current` is the public notice, its services prefetched."""
    hanging = {
        posting.place_id: posting
        for posting in Posting.objects.hanging()
        .filter(incident=incident)
        .select_related("place", "notice", "up_by")
    }
    found = []
    if current is not None:
        named = {service.pk for service in current.services.all()}
        for place in Place.objects.with_sign().prefetch_related("services"):
            own = {service.pk for service in place.services.all()}
            posting = hanging.pop(place.pk, None)
            if posting is None and own and named and not own & named:
                continue
            same = posting is not None and posting.notice_id == current.pk
            state = "hang" if posting is None else "up" if same else "change"
            found.append(Standing(place, state, posting, current))
    found += [
        Standing(posting.place, "take_down", posting, posting.notice)
        for posting in hanging.values()
    ]
    return found


def photos(incident: Incident) -> QuerySet[SignPhoto]:
    """Every photo of its signs, put up or taken down, in the order of their coming; asked for only
    where they are shown, in one query."""
    return SignPhoto.objects.filter(posting__incident=incident).select_related(
        "posting__place", "posting__notice", "posting__up_by", "posting__down_by"
    )
