"""Time's verb: clocks that ran out are stamped and told (`climb`)."""

from django.db import transaction
from django.db.models.functions import Now

from incidents.deadlines import is_still_wanted
from incidents.held import held_by
from incidents.models import Deadline, Incident
from journal.recording import now, record
from teams.selectors import FirstOnDuty


def climb(limit: int = 1000) -> int:
    """Tell of every clock that has run out since the last look; give how many.

    Safe to run twice and side by side, by beat's task or by the watchdog: the incident's row is
    locked first, as in every verb; one that a verb holds right now is left to the next look.
    """
    due = (
        Deadline.objects.running()
        .filter(passed_at__isnull=True, due_at__lte=Now())
        .order_by("due_at")
        .values_list("incident_id", flat=True)[:limit]
    )
    return sum(_pass(pk) for pk in dict.fromkeys(due))


@transaction.atomic
def _pass(pk: int) -> int:
    incident = Incident.objects.select_for_update(skip_locked=True).filter(pk=pk).first()
    if incident is None:
        return 0
    at = now()
    passed = 0
    on_duty = FirstOnDuty(at)
    due = Deadline.objects.running().filter(
        incident=incident, passed_at__isnull=True, due_at__lte=at
    )
    for deadline in due:
        deadline.incident = incident
        if not is_still_wanted(deadline):
            deadline.cancelled_at = at
            deadline.save(update_fields=["cancelled_at"])
            continue
        deadline.passed_at = at
        deadline.save(update_fields=["passed_at"])
        record(
            incident.stream,
            "deadline.pass",
            by=None,
            at=at,
            facts={
                "deadline": deadline.pk,
                "kind": deadline.kind,
                "what": str(deadline.get_kind_display()),
                "step": deadline.step,
                "epoch": deadline.epoch,
                "holder": held_by(
                    deadline.kind, deadline.holder, convene=incident.convene, on_duty=on_duty
                ),
                "due_at": deadline.due_at,
            },
        )
        passed += 1
    return passed
