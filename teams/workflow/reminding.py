"""The tick of duty: prolong calendars, remind before a shift, open handovers, alarm late ones.

Each part is safe to run twice and side by side: what was done is stamped in its transaction.
"""

import datetime

from django.db import transaction
from django.db.models import Exists, F, OuterRef

from journal.recording import now, record
from teams.models import Duty
from teams.workflow.calendar import prolong
from teams.workflow.handovers import alarm_unconfirmed, open_handovers
from teams.workflow.leave import span_words

# So many calendars are prolonged in one tick: each takes some hundredths of a second.
_AT_A_TIME = 5
# Nobody wants to be reminded earlier than this, whatever a roster says.
_EARLIEST = datetime.timedelta(days=7)


def remind() -> int:
    """Do whatever of duty is due; give how many things were done. Called each half minute."""
    done = remind_soon() + open_handovers() + alarm_unconfirmed()
    for _number in range(_AT_A_TIME):
        prolonged = prolong()
        done += prolonged
        if not prolonged:
            break
    return done


def remind_soon() -> int:
    """Tell everybody once, some time before, that their duty begins; give how many were told.

    Who is on duty in the roster already only goes on, and is not told.
    """
    at = now()
    due = Duty.objects.filter(
        reminded_at__isnull=True,
        starts_at__gt=at,
        starts_at__lte=at + _EARLIEST,
        roster__remind_minutes__isnull=False,
    ).filter(starts_at__lte=at + F("roster__remind_minutes") * datetime.timedelta(minutes=1))
    return sum(_remind(pk, at) for pk in due.values_list("pk", flat=True))


@transaction.atomic
def _remind(pk: int, at: datetime.datetime) -> bool:
    goes_on = Duty.objects.filter(
        roster=OuterRef("roster"), person=OuterRef("person"), ends_at=OuterRef("starts_at")
    )
    duty = (
        Duty.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("roster", "person")
        .annotate(goes_on=Exists(goes_on))
        .filter(pk=pk, reminded_at__isnull=True)
        .first()
    )
    if duty is None:
        return False
    duty.reminded_at = at
    duty.save(update_fields=["reminded_at"])
    if duty.goes_on:
        return False
    record(
        duty.roster.stream,
        "duty.soon",
        by=None,
        at=at,
        facts={
            "duty": duty.pk,
            "roster": duty.roster_id,
            "name": duty.roster.name,
            "person": duty.person_id,
            "person_name": str(duty.person),
            "shift": duty.shift,
            "starts_at": duty.starts_at,
            "ends_at": duty.ends_at,
            "span": span_words(duty.starts_at, duty.ends_at),
        },
    )
    return True
