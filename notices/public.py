"""What the public is told, and the last good copy of it for when the database is away.

The facts of the page are plain data: made from the database, kept in this process, and kept in
`DATA_DIR/public/status.json` for processes that start without a database. Beside them lies
`status.html`, the whole page with the sentence that it is a copy, for the reverse proxy to serve
when even the application is away. Nothing in the facts names a member of staff.
"""

import contextlib
import json
import logging
import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.dateparse import parse_datetime

from journal.chain import plain
from journal.recording import now
from notices import planned, showing
from notices.models import Channel, Notice, Place
from teams.models import Service

logger = logging.getLogger(__name__)

# Seconds for which a reading of the database serves everybody who asks.
FRESH = 1.0
# Seconds for which a database that failed is not asked again: the copy is served at once.
PAUSE = 3.0
# Seconds after which what was read counts as a copy, though the database has not said no yet.
PATIENCE = 5.0
# Seconds after which the copy on disk is written again though nothing but its time has changed.
KEEP_EVERY = 20.0
ENDED_FOR = timedelta(hours=24)
_TIMES = (
    *("since", "published_at", "next_update_at", "expected_from", "expected_to", "ended_at"),
    "withdrawn_at",
)


@dataclass(frozen=True)
class Status:
    """The facts of the public page. `is_copy`: the database could not be read just now."""

    facts: dict[str, Any]
    is_copy: bool = False
    read_at: float = field(default_factory=time.monotonic)


class NothingKnown(Exception):
    """The database is away and no copy was ever kept."""


_kept: Status | None = None
# The file's mark when it was last read or written here; None before it was looked at.
_seen_mark: object = None
_content: tuple[object, object] = (None, None)
_failed_at: float | None = None
_written: tuple[Any, float] | None = None
_reading = threading.Lock()


def current() -> Status:
    """The public status: from the database, or the last good copy, and never a long wait.

    One thread at a time asks the database; the others are served what it last said. After a
    failure the copy is served at once for `PAUSE` seconds.

    Raises NothingKnown.
    """
    _catch_up()
    kept = _kept
    clock = time.monotonic()
    if kept is not None and not kept.is_copy and clock - kept.read_at < FRESH:
        return kept
    if _failed_at is not None and clock - _failed_at < PAUSE:
        return _copy()
    # Whoever has something to show does not wait for the thread that asks.
    taken = _reading.acquire(timeout=PATIENCE) if kept is None else _reading.acquire(blocking=False)
    if not taken:
        recent = kept is not None and clock - kept.read_at < PATIENCE
        return kept if kept is not None and recent else _copy()
    try:
        return _renew()
    finally:
        _reading.release()


def renew() -> Status:
    """Read the database now and keep a copy; the last good copy where that fails."""
    with _reading:
        return _renew()


def _renew() -> Status:
    global _kept, _failed_at
    try:
        facts = _read()
    except (OperationalError, InterfaceError) as error:
        logger.warning("public page from its copy: %s", error)
        _failed_at = time.monotonic()
        # The connection is of no use any more; the next attempt makes a new one.
        with contextlib.suppress(Exception):
            connection.close()
        return _copy()
    _failed_at = None
    _kept = Status(facts)
    _keep(_kept)
    return _kept


def forget() -> None:
    """Know nothing, as a process that has just started. The copy on disk stays."""
    global _kept, _failed_at, _written, _seen_mark
    _kept = _failed_at = _written = _seen_mark = None


def mark() -> object:
    """Something that is another whenever any process has written the copy anew."""
    try:
        found = os.stat(settings.DATA_DIR / "public" / "status.json")
    except OSError:
        return ()
    return (found.st_mtime_ns, found.st_ino, found.st_size)


def content_mark() -> object:
    """Something that is another whenever what the copy says has changed, and not only its time."""
    global _content
    if (found := mark()) != _content[0]:
        _content = (found, _content_of(_on_disk() or {}))
    return _content[1]


def _content_of(facts: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in facts.items() if name != "as_of"}


def _catch_up() -> None:
    """Take over what another process has read since we looked."""
    global _kept, _seen_mark
    found = mark()
    if found == _seen_mark:
        return
    is_first, _seen_mark = _seen_mark is None, found
    facts = None if is_first else _on_disk()
    if facts and (_kept is None or facts["as_of"] > _kept.facts["as_of"]):
        age = (timezone.now() - (parse_datetime(facts["as_of"]) or timezone.now())).total_seconds()
        _kept = Status(facts, read_at=time.monotonic() - max(age, 0))


def said(notice: Notice, services: Iterable[Service] | None = None) -> dict[str, Any]:
    """What a notice tells the public, as plain data.

    `services` stand in for those of a notice that is not saved yet; else they are the notice's
    own, which should be prefetched.
    """
    services = notice.services.all() if services is None else services
    return plain(
        {
            "id": notice.pk,
            "affected": notice.affected,
            "services": [service.name for service in services],
            "since": notice.since,
            "advice": notice.advice,
            "where_to_go": notice.where_to_go,
            "emergency": notice.emergency,
            "next_update_at": notice.next_update_at,
            "expected_from": notice.expected_from,
            "expected_to": notice.expected_to,
            "contact": notice.contact,
            "published_at": notice.published_at,
            "ended_at": notice.ended_at,
            "ended_text": notice.ended_text,
            "ended_text_en": notice.ended_text_en,
            # Where it was asked for (`with_aftermath`).
            "all_clear_at": getattr(notice, "cleared_at", None) if notice.ended_at else None,
            "correction": notice.correction,
            "affected_en": notice.affected_en,
            "advice_en": notice.advice_en,
            "where_en": notice.where_en,
            "emergency_en": notice.emergency_en,
            **(
                {
                    "withdrawn_at": notice.ended_at,
                    "withdrawal_reason": notice.withdrawal_reason,
                    "ended_at": None,
                }
                if notice.state == Notice.State.WITHDRAWN
                else {"withdrawn_at": None, "withdrawal_reason": ""}
            ),
            # Marks every surface that is made of it, and keeps it out of the snapshot.
            **({"is_drill": True} if notice.incident.is_drill else {}),
        }
    )


def outside(
    notices: Iterable[Notice], say: Callable[[Notice], dict[str, Any]] = said
) -> list[dict[str, Any]]:
    """What goes into the snapshot. No drill passes here, whatever the query before it found: the
    second of two locks, for a word that frightens patients cannot be taken back."""
    told = [say(notice) for notice in notices]
    drills = [each["id"] for each in told if each.get("is_drill")]
    if drills:
        logger.error("notices of a drill kept from the public page: %s", drills)
    return [each for each in told if not each.get("is_drill")]


def relapsed(notice: Notice) -> dict[str, Any]:
    """What an ended notice tells the public once its fault is back: that, and no promise."""
    return said(notice) | {
        "is_relapsed": True,
        "ended_at": None,
        "ended_text": "",
        "ended_text_en": "",
        "all_clear_at": None,
        "next_update_at": None,
        "expected_from": None,
        "expected_to": None,
    }


def is_back(notice: Notice) -> bool:
    """Is the fault of an ended notice (asked for `with_aftermath`) back?"""
    return bool(getattr(notice, "is_relapsed", False))


def is_unanswered(notice: Notice) -> bool:
    """Is it back, and nothing newer public?"""
    newer = Notice.objects.published().filter(incident=notice.incident_id)
    return is_back(notice) and not newer.exists()


def _read() -> dict[str, Any]:
    """The facts, in at most twelve queries whatever there is to say."""
    at = now()
    shown = list(
        Notice.objects.published()
        .select_related("incident")
        .order_by("since", "pk")
        .prefetch_related("services")
    )
    ended = list(
        Notice.objects.ended_since(at - ENDED_FOR)
        .select_related("incident")
        .with_aftermath()
        .order_by("-ended_at")
        .prefetch_related("services")[:10]
    )
    withdrawn = list(
        Notice.objects.withdrawn_since(at - ENDED_FOR)
        .select_related("incident")
        .order_by("-ended_at")
        .prefetch_related("services")[:10]
    )
    services = list(Service.objects.filter(is_public=True).values_list("pk", "name"))
    places = Place.objects.prefetch_related("services")
    works = planned.rows(at, at - ENDED_FOR)
    # Who was told that it works again is told that it does not, until there is another notice.
    spoken = {notice.incident_id for notice in shown}
    back = {notice.incident_id: notice for notice in reversed(ended) if is_back(notice)}
    again = [notice for incident, notice in back.items() if incident not in spoken]
    ended = [notice for notice in ended if not is_back(notice)]
    troubled = {service.pk for notice in [*shown, *again] for service in notice.services.all()}
    troubled |= planned.troubled(works, at)
    return plain(
        {
            "as_of": at,
            "services": [{"name": name, "works": pk not in troubled} for pk, name in services],
            "notices": outside(shown),
            "relapsed": outside(again, relapsed),
            "ended": outside(ended),
            "places": [_placed(place) for place in places],
            "withdrawn": outside(withdrawn),
            "planned": [planned.said(row) for row in works if not planned.is_past(row)],
            "planned_past": [planned.said(row) for row in works if planned.is_past(row)],
            "takes": sorted(Channel.objects.for_subscribers()),
        }
    )


def _placed(place: Place) -> dict[str, Any]:
    """What a screen must know of the place where it hangs."""
    return {
        "slug": place.slug,
        "name": place.name,
        "services": [service.name for service in place.services.all()],
        "languages": place.languages,
        "is_active": place.is_active and place.has_screen,
    }


def with_times(notice: dict[str, Any]) -> dict[str, Any]:
    """What a notice says as templates want it: times as datetimes, and what has not come true.

    `is_late`: the promised update has not come. `is_beyond`: the expected recovery is past.
    """
    told = notice | {
        name: parse_datetime(notice[name]) if notice.get(name) else None for name in _TIMES
    }
    at = timezone.now()
    return told | {
        "is_late": told["next_update_at"] is not None and told["next_update_at"] < at,
        "is_beyond": told["expected_to"] is not None and told["expected_to"] < at,
    }


# The copy -------------------------------------------------------------------------------------


def _copy() -> Status:
    """The newer of what this process remembers and what lies on disk."""
    known = [facts for facts in (_kept.facts if _kept else None, _on_disk()) if facts]
    if not known:
        raise NothingKnown
    return Status(max(known, key=lambda facts: facts["as_of"]), is_copy=True)


def _on_disk() -> dict[str, Any] | None:
    try:
        facts = json.loads((settings.DATA_DIR / "public" / "status.json").read_text("utf-8"))
        # A half-understood copy is none.
        showing.status_page(Status(facts))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return facts


def _keep(status: Status) -> None:
    """Write the copy where the content changed, or where the copy's time has grown old."""
    global _written, _seen_mark
    content = _content_of(status.facts)
    clock = time.monotonic()
    if _written and _written[0] == content and clock - _written[1] < KEEP_EVERY:
        return
    _written = (content, clock)
    on_disk = _on_disk()
    if on_disk and on_disk["as_of"] > status.facts["as_of"]:
        return
    copy = replace(status, is_copy=True)
    try:
        _write("status.json", json.dumps(status.facts, ensure_ascii=False))
        _seen_mark = mark()
        _write("status.html", _page(copy))
    except OSError as error:
        # A full disk must not take the page away from those who can still be told.
        logger.warning("copy of the public page not written: %s", error)


def _page(copy: Status) -> str:
    with translation.override(settings.LANGUAGE_CODE):
        return render_to_string("notices/public.html", {"status": showing.status_page(copy)})


def _write(name: str, text: str) -> None:
    """Replace a file in one step: a reader finds the old text or the new, never half of one."""
    folder = settings.DATA_DIR / "public"
    folder.mkdir(parents=True, exist_ok=True)
    handle, path = tempfile.mkstemp(dir=folder, prefix=f".{name}-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(path, 0o644)
        os.replace(path, folder / name)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(path)
        raise
