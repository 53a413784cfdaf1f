"""The mark of a drill on every page that is about one: in its title, and a striped band on top.

The frame of all pages asks here, so that no page has to remember: whatever a page is about lies in
its context, by itself or as the `incident` of what it shows (domain, section 4; look.md).
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django import template
from django.db.models import Model
from django.utils import timezone
from django.utils.functional import LazyObject

from incidents import authority
from incidents.models import Incident
from plans.marks import DRILL

register = template.Library()
# Looked at first: what the page is about, before what it also shows.
_FIRST = ("incident", "page", "notice", "order")
# The gravest grades: a fault of theirs needs everybody whom a drill keeps busy.
_GRAVE = 2


def incident_of(context: template.Context) -> Incident | None:
    """The incident that a page is about; None where it is about none, or about several."""
    values = context.flatten()
    rest = (value for name, value in values.items() if name not in _FIRST)
    for value in [*(values.get(name) for name in _FIRST), *rest]:
        found = _behind(value)
        if found is not None:
            return found
    return None


def _behind(value: Any) -> Incident | None:
    # Who reads it and the form's token are there only when asked for: a public page that asked
    # would set a cookie, and could not be told to everybody (`notices.front`).
    if issubclass(type(value), LazyObject):
        return None
    if isinstance(value, Incident):
        return value
    if isinstance(value, str | bytes | Iterable) or (
        isinstance(value, Model) and not hasattr(value, "incident_id")
    ):
        return None
    found = getattr(value, "incident", None)
    return found if isinstance(found, Incident) else None


def _is_drill(context: template.Context) -> bool:
    incident = incident_of(context)
    return incident.is_drill if incident is not None else context.get("is_drill") is True


@register.simple_tag(takes_context=True)
def drill_mark(context: template.Context) -> str:
    """First word of the title of a page that is about a drill. `is_drill` in the context says so of
    a page without an incident."""
    return DRILL if _is_drill(context) else ""


@register.inclusion_tag("parts/drill_band.html", takes_context=True)
def drill_band(context: template.Context) -> dict[str, Any]:
    """The band over such a page; over one of a grave fault, the question whether drills run."""
    incident, user = incident_of(context), context.get("user")
    if incident is None or not incident.is_drill:
        return {
            "is_drill": _is_drill(context),
            "asks": incident is not None and _is_grave(incident),
        }
    at = timezone.now()
    pause = incident.paused if incident.is_open else None
    end = incident.ended_at or incident.closed_at or (pause.at if pause else at)
    lasted = max(incident.lasted(incident.reported_at, end), timedelta(0))
    return {
        "is_drill": True,
        "incident": incident,
        "pause": pause,
        "lasted": lasted,
        "seconds": int(lasted.total_seconds()),
        "runs": incident.is_open and pause is None,
        "controls": incident.is_open and authority.controls_drill(incident, user),
        "leads": incident.is_open and authority.leads_drills(None, user),
        "csrf_token": context.get("csrf_token"),
    }


def _is_grave(incident: Incident) -> bool:
    """Graded Ⅰ or Ⅱ, and not over."""
    grade = incident.grade if incident.grade_id else None
    return incident.is_open and not incident.is_restored and bool(grade and grade.level <= _GRAVE)
