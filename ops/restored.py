"""After a backup was put back: what was due in it is neither sent nor rung, but looked at.

Between the moment of the backup and now somebody has perhaps been called, has answered, has
repaired. The database does not know. So it is asked of people, once, in words; what is new from
now on is called and rung as ever.
"""

import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext as _

from incidents.models import Deadline, Incident
from journal import incarnation
from journal.models import Entry
from journal.recording import now, record
from journal.refusals import Conflict, NotAllowed
from journal.relay import relay_all
from notices import workflow
from notices.models import Alert, Attempt, Climb, Delivery
from notices.workflow.sending import LOST
from notices.workflow.steering import LONGEST_PAUSE
from teams.models import Person, Role

logger = logging.getLogger(__name__)

STREAM = "backup"
RESTORED, CHECKED, UNSAID = "backup.restored", "backup.checked", "backup.unsaid"


def take_stock_if_restored() -> bool:
    """To be called every second: one query, as long as the database is the one that it was."""
    return incarnation.is_restored() and take_stock()


@transaction.atomic
def take_stock() -> bool:
    """Put aside whatever was due when the backup was made; in one transaction, once.

    Messages that were under way or about to be end as expired; clocks that ran out meanwhile are
    noted as passed and not rung; ladders wait for as long as a person may hold them back, then go
    on: nobody is forgotten either. It is told in each incident's journal, and IT and administrators
    are called to compare with what really happened.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('ops.restored'))")
    if not incarnation.is_restored():
        return False
    as_of = Entry.objects.aggregate(last=Max("at"))["last"]
    # What nobody had been told of yet: its alerts are made, so that they too are put aside.
    while relay_all():
        pass
    at = now()
    stock: dict[int, dict[str, Any]] = {}
    calls = _end_messages(at, stock)
    clocks = _pass_clocks(at, stock)
    ladders = _hold_ladders(at, stock)
    for pk, said in sorted(stock.items()):
        record(f"incident:{pk}", UNSAID, by=None, at=at, facts=said)
    facts = {"as_of": as_of, "calls": calls, "clocks": clocks, "ladders": ladders}
    record(STREAM, RESTORED, by=None, at=at, facts=facts)
    incarnation.accept()
    logger.warning("restored from a backup as of %s: %s", as_of, facts)
    return True


def _end_messages(at: Any, stock: dict[int, dict[str, Any]]) -> int:
    """Deliveries end, calls take no further way; gives how many people's calls that were."""
    waiting = Delivery.objects.under_way()
    calls = Alert.objects.filter(next_at__isnull=False) | Alert.objects.filter(
        pk__in=waiting.values("alert")
    )
    found = list(calls.distinct().values_list("pk", "incident"))
    for _pk, incident in found:
        if incident is not None:
            said = stock.setdefault(incident, {})
            said["calls"] = said.get("calls", 0) + 1
    Attempt.objects.filter(ended_at__isnull=True).update(ended_at=at, result=LOST)
    waiting.update(
        state=Delivery.State.EXPIRED,
        words=_("数据库从备份恢复，这条没有再发，请核对。"),
        ended_at=at,
        token=None,
        leased_until=None,
    )
    Alert.objects.filter(pk__in=[pk for pk, _incident in found]).update(next_at=None)
    return len(found)


def _pass_clocks(at: Any, stock: dict[int, dict[str, Any]]) -> int:
    due = Deadline.objects.running().filter(passed_at__isnull=True, due_at__lte=at)
    found = list(due.select_for_update().order_by("pk"))
    for clock in found:
        stock.setdefault(clock.incident_id, {}).setdefault("clocks", []).append(
            str(clock.get_kind_display())
        )
    due.filter(pk__in=[clock.pk for clock in found]).update(passed_at=at)
    return len(found)


def _hold_ladders(at: Any, stock: dict[int, dict[str, Any]]) -> int:
    running = Climb.objects.filter(state=Climb.State.RUNNING, due_at__isnull=False)
    found = list(running.select_for_update().order_by("pk"))
    for climb in found:
        minutes = LONGEST_PAUSE[climb.level]
        left = (climb.due_at - at).total_seconds() if climb.due_at is not None else 0
        climb.state, climb.due_at, climb.seconds_left = (
            Climb.State.PAUSED,
            None,
            max(0, round(left)),
        )
        climb.paused_at, climb.paused_until = at, at + timedelta(minutes=minutes)
        climb.pause_reason = _("数据库从备份恢复，请先核对。")
        climb.version += 1
        climb.save()
        stock.setdefault(climb.incident_id, {})["minutes"] = minutes
    return len(found)


def call_who_compares(entry: Entry) -> None:
    """A person's look is wanted: IT and administrators are called, over every way they have."""
    staff = Person.objects.filter(is_active=True).order_by("pk")
    workflow.alert(
        entry,
        [one for one in staff if one.has_role(Role.IT, Role.ADMIN) and not one.only_reads],
        incident=None,
        text=_("数据库从备份恢复，有呼叫和时限没有再发，请核对实际情况。"),
        url=reverse("reachable"),
        calls=True,
    )


# A person's look ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Restoration:
    """The last restoring that nobody has compared with what really happened yet."""

    entry: Entry
    incidents: list[Incident]

    @property
    def facts(self) -> dict[str, Any]:
        return self.entry.facts


def to_be_checked() -> Restoration | None:
    """None where there is nothing to compare; else with the incidents that are open."""
    entry = _last()
    if entry is None or entry.event != RESTORED:
        return None
    return Restoration(entry, list(Incident.objects.open().order_by("pk")[:50]))


def may_check(person: Person) -> bool:
    return person.is_active and person.has_role(Role.IT, Role.ADMIN) and not person.only_reads


@transaction.atomic
def check(*, by: Person) -> Entry:
    """Somebody has compared what was put aside with what really happened.

    IT and administrators. Raises NotAllowed, or Conflict where there is nothing to compare (any
    more).
    """
    if not may_check(by):
        raise NotAllowed(_("您没有「核对恢复」的权限。"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('ops.restored'))")
    last = _last()
    if last is None or last.event != RESTORED:
        raise Conflict(_("已经有人核对过了。"))
    return record(STREAM, CHECKED, by=by, facts={"restored": last.pk})


def _last() -> Entry | None:
    return Entry.objects.of(STREAM).order_by("-seq").first()
