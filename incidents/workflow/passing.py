"""Time's verb: clocks that ran out are stamped and told (`climb`)."""

import logging
from typing import Any

from django.db import InterfaceError, OperationalError, transaction
from django.db.models.functions import Now

from incidents.deadlines import is_still_wanted
from incidents.held import held_by
from incidents.models import Deadline, DrillPause, Incident
from journal import incarnation, rows
from journal.recording import now, record_all
from teams.selectors import FirstOnDuty

logger = logging.getLogger(__name__)

# Incidents whose rows are held together: no verb waits for longer than these take.
AT_ONCE = 50


def climb(limit: int = 1000) -> int:
    """Tell of every clock that has run out since the last look; give how many.

    Safe to run twice and side by side, by beat's task or by the watchdog: the incident's row is
    locked first, as in every verb; one that a verb holds right now is left to the next look.
    """
    if incarnation.is_restored():
        return 0
    due = (
        Deadline.objects.running()
        .filter(passed_at__isnull=True, due_at__lte=Now())
        .exclude(incident__in=DrillPause.objects.standing())
        .order_by("due_at")
        .values_list("incident_id", flat=True)[:limit]
    )
    found = list(dict.fromkeys(due))
    return sum(_pass_apart(found[at : at + AT_ONCE]) for at in range(0, len(found), AT_ONCE))


def _pass_apart(keys: list[int]) -> int:
    """Together; where one of them cannot be told of, the others each by themselves."""
    try:
        return _pass(keys)
    except (OperationalError, InterfaceError):
        # The database is away: no other of them would fare better.
        raise
    except Exception:
        if len(keys) > 1:
            return sum(_pass_apart([key]) for key in keys)
        logger.exception("clocks of incident %s not told of", keys[0])
        return 0


@transaction.atomic
def _pass(keys: list[int]) -> int:
    """Those of these incidents whose rows are free. Many at once: a thousand clocks that run out
    in the same second are told of within it."""
    found = rows.where(Incident, "id = ANY(%s) ORDER BY id FOR UPDATE SKIP LOCKED", keys)
    # A drill may have been paused since we looked.
    incidents = {incident.pk: incident for incident in found if incident.paused is None}
    at = now()
    due = rows.where(
        Deadline,
        "incident_id = ANY(%s) AND met_at IS NULL AND cancelled_at IS NULL "
        "AND passed_at IS NULL AND due_at <= %s ORDER BY due_at, id",
        [*incidents],
        at,
    )
    on_duty = FirstOnDuty(at)
    passed, over, told = [], [], []
    for deadline in due:
        deadline.incident = incident = incidents[deadline.incident_id]
        if not is_still_wanted(deadline):
            deadline.cancelled_at = at
            over.append(deadline)
            continue
        deadline.passed_at = at
        passed.append(deadline)
        told.append((incident.stream, _facts(deadline, on_duty)))
    rows.change(over, "cancelled_at")
    rows.change(passed, "passed_at")
    record_all("deadline.pass", told, by=None, at=at)
    return len(passed)


def _facts(deadline: Deadline, on_duty: FirstOnDuty) -> dict[str, Any]:
    convene = deadline.incident.convene
    return {
        "deadline": deadline.pk,
        "kind": deadline.kind,
        "what": Deadline.Kind(deadline.kind).label,
        "step": deadline.step,
        "epoch": deadline.epoch,
        "holder": held_by(deadline.kind, deadline.holder, convene=convene, on_duty=on_duty),
        "due_at": deadline.due_at,
    }
