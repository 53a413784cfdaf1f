"""Verbs of following up: whether anything is done about an incident, and who answers for it."""

import datetime

from django.db import transaction

from incidents import deadlines
from incidents.models import Incident
from incidents.models.state import UNRESTORED
from incidents.workflow.gate import lock
from journal.recording import now, record
from teams.models import Person


@transaction.atomic
def follow_progress(pk: int, *, at: datetime.datetime | None = None) -> None:
    """Somebody did something about the incident at `at`: the watch over progress begins anew.

    Called by the relay's subscriptions, off the verbs' own path. Where the service works again, or
    the grade sets no time, the watch ends (plan, 4.4).
    """
    deadlines.follow_progress(lock(pk), at or now())


@transaction.atomic
def take_over(pk: int, *, by: Person, why: str = "") -> Incident:
    """The person answers for the incident from now on: the acknowledgement is theirs.

    Called where they have said so already: a handover that they confirmed, a call that they
    answered. A second time, or of an incident that is over, it changes nothing.
    """
    incident = lock(pk)
    if incident.kept_by_id == by.pk or incident.state not in UNRESTORED:
        return incident
    before, incident.kept_by = incident.kept_by, by
    incident.save(update_fields=["kept_by"])
    facts = {"who": str(by), "before": str(before) if before else "", "why": why}
    record(incident.stream, "incident.take_over", by=by, facts=facts)
    return incident
