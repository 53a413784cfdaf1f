"""The engine of the ladder: start it, take the rung that is due, stop it (plan, 4.4).

Whoever starts, takes a rung or stops holds the incident's row, as every verb on the incident does:
once an acknowledgement is through, no further rung is taken. Locks are taken in one order: the
incident before its climb, both before alerts, the journal last.
"""

import datetime
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from incidents import workflow as incidents
from incidents.deadlines import grade_now
from incidents.models import DrillPause, Incident
from incidents.models.state import UNRESTORED
from incidents.workflow.gate import lock
from journal import incarnation, rows
from journal.looks import once
from journal.recording import now, record
from notices.models import Alert, Climb, Step
from notices.workflow.alerting import alert
from notices.workflow.reaching import reachable
from plans.models import Rung
from plans.resolving import people_of
from teams.models import Person

Why, State, Ending = Climb.Why, Climb.State, Climb.Ending

FIRE = "ladder.fire"
CALL_IN = "ladder.call_in"
ANSWER = "ladder.answer"
# Alerts about these are calls of the ladder: whoever acknowledges one of them has answered it.
CALLS = (FIRE, CALL_IN, ANSWER)
# So long the people of the last rung are waited for, where the rung itself has no time of its own.
LAST_WAIT = 5
Moment = datetime.datetime


def active(incident: Incident) -> Climb | None:
    """The climb that runs or is paused, locked. The incident's row is locked already."""
    found = latest(incident)
    return found if found is not None and found.state != State.ENDED else None


def latest(incident: Incident) -> Climb | None:
    """The climb of the highest epoch, locked; of all the others none can be active any more."""
    words = "incident_id = %s ORDER BY epoch DESC LIMIT 1 FOR UPDATE"
    for found in rows.where(Climb, words, incident.pk):
        found.incident = incident
        return found
    return None


def rungs_of(climb: Climb) -> list[Rung]:
    """The ladder of the climb's grade in the incident's own plan version, lowest rung first."""
    plan, level = climb.incident.plan_id, climb.level
    return once(("rungs", plan, level), lambda: _read_rungs(plan, level))


def _read_rungs(plan: int, level: int) -> list[Rung]:
    found = rows.where(Rung, "plan_id = %s AND level = %s ORDER BY position", plan, level)
    rows.name(found, "group", "roster", "person")
    return found


# Start --------------------------------------------------------------------------------------------


@transaction.atomic
def start(pk: int, why: str, *, by: Person | None = None) -> Climb | None:
    """As `begin`, for an incident that is not locked yet."""
    return begin(lock(pk), why, by=by)


def begin(incident: Incident, why: str, *, by: Person | None = None) -> Climb | None:
    """Begin to climb the ladder of the incident's grade; rungs that are due are taken at once.

    `by` is who knows already, because their act began it: they are not called. A raised grade ends
    a climb that runs and begins a new one; anything else leaves a running climb alone. None where
    there is nothing to climb: the fault is over, somebody has acknowledged the report already, or
    the plan has no ladder for the grade. The incident's row is locked.
    """
    grade = once(("grade", incident.plan_id, incident.grade_id), lambda: grade_now(incident))
    if incident.state not in UNRESTORED or grade is None:
        return None
    before = latest(incident)
    running = before if before is not None and before.state != State.ENDED else None
    at = now()
    if running is not None:
        if why != Why.REGRADED:
            return running
        end(running, incident, Ending.SUPERSEDED, at, by=by)
    climb = Climb(
        incident=incident,
        epoch=before.epoch + 1 if before is not None else 1,
        why=why,
        level=grade.level,
        started_at=incident.reported_at if why == Why.REPORTED else at,
        started_by=by,
    )
    rungs = rungs_of(climb)
    if not rungs or (why == Why.REPORTED and _is_answered_already(incident, rungs[0])):
        return None
    climb.position = rungs[0].position
    climb.due_at = incident.due(climb.started_at, timedelta(minutes=rungs[0].after_minutes))
    rows.add(climb)
    if why != Why.REPORTED:
        facts = {"why": str(Why(why).label), "grade": grade.numeral, "epoch": climb.epoch}
        record(incident.stream, "ladder.start", by=None, at=at, facts=facts)
    if not stop_if_answered(climb, incident, at):
        go(climb, incident, at, rungs)
    return climb


def _is_answered_already(incident: Incident, first: Rung) -> bool:
    """Somebody was faster than the relay."""
    if incident.confirmed_at is not None:
        return True
    return incident.acknowledged_at is not None and first.acknowledgers <= 1


# Climb --------------------------------------------------------------------------------------------


def climb(limit: int = 500) -> int:
    """Take every rung that is due, and resume what was paused long enough; give how many moved.

    Safe to run twice and side by side, by beat's task or by the watchdog: the incident's row is
    locked first, as in every verb; one that a verb holds right now is left to the next look.
    """
    if incarnation.is_restored():
        return 0
    due = (
        Climb.objects.active()
        .filter(Q(due_at__lte=Now()) | Q(paused_until__lte=Now()))
        .exclude(incident__in=DrillPause.objects.standing())
        .order_by("level", "due_at")
        .values_list("incident_id", flat=True)[:limit]
    )
    return sum(_look(pk) for pk in list(due))


@transaction.atomic
def _look(pk: int) -> int:
    # The row alone: what it refers to is read after the lock, else a verb that we waited for
    # could have changed it.
    incident = Incident.objects.select_for_update(skip_locked=True).filter(pk=pk).first()
    running = active(incident) if incident is not None else None
    if incident is None or running is None or incident.paused is not None:
        return 0
    at = now()
    if incident.state not in UNRESTORED:
        end(running, incident, Ending.OVER, at)
        return 1
    if stop_if_answered(running, incident, at):
        return 1
    if running.paused_until is not None and running.paused_until <= at:
        unpause(running, at)
        record(incident.stream, "ladder.resume", by=None, at=at, facts={"epoch": running.epoch})
    return go(running, incident, at)


def go(climb: Climb, incident: Incident, at: Moment, rungs: Sequence[Rung] | None = None) -> int:
    """Take the rungs that are due, and save; give how many were taken or skipped.

    A rung that is empty or that nobody can be reached by is skipped, and the next one is due at
    once: it never burns the time of the people above it.
    """
    if rungs is None:
        rungs = rungs_of(climb)
    moved = 0
    while climb.state == State.RUNNING and climb.due_at is not None and climb.due_at <= at:
        if incident.paused is not None:
            break
        rung = next((rung for rung in rungs if rung.position >= climb.position), None)
        if rung is None:
            _exhaust(climb, incident, rungs, at)
            break
        above = next((one for one in rungs if one.position > rung.position), None)
        wait = 0
        if _take(climb, incident, rung, at):
            wait = above.after_minutes if above else max(rung.after_minutes, LAST_WAIT)
        climb.position = rung.position + 1
        climb.due_at = at + incident.minutes(wait)
        moved += 1
    rows.change(
        [climb],
        *("state", "round", "position", "due_at", "seconds_left", "exhausted_at"),
        *("paused_at", "paused_until", "paused_by", "pause_reason", "version"),
    )
    return moved


def _take(climb: Climb, incident: Incident, rung: Rung, at: Moment) -> bool:
    """Call the people of one rung as they are at this moment; False where it had to be skipped."""
    step = Step(climb=climb, round=climb.round, position=rung.position, rung=rung, at=at)
    step.needed = rung.acknowledgers
    if rung.to == Rung.To.REPORTER:
        people = people_of(rung, at, reporter=rows.named(incident, "reporter"))
    else:
        # Shifts and leave begin and end on whole seconds.
        called = once(("called", rung.pk, at.replace(microsecond=0)), lambda: people_of(rung, at))
        people = [person for person in called if person.pk != climb.started_by_id]
    facts: dict[str, Any] = {
        "epoch": climb.epoch,
        "round": climb.round,
        "position": rung.position,
        "target": rung.target,
        "people": [person.name for person in people],
    }
    if not people:
        step.skipped = Step.Skip.EMPTY
    elif not reachable(people, rung.channels, climb.level, at):
        step.skipped = Step.Skip.UNREACHABLE
    if step.skipped:
        rows.add(step)
        if climb.round == 1:
            # Said once: the ladder that begins anew finds the same.
            facts["why"] = str(Step.Skip(step.skipped).label)
            record(incident.stream, "ladder.skip", by=None, at=at, facts=facts)
        return False
    facts["channels"] = rung.channel_words
    step.entry = entry = record(incident.stream, FIRE, by=None, at=at, facts=facts)
    rows.add(step)
    alert(
        entry,
        people,
        incident=incident,
        text=_text(climb, incident),
        url=incident.get_absolute_url(),
        calls=True,
        kinds=rung.channels,
        patience=rung.next_way_seconds,
        is_new=True,
    )
    return True


def _text(climb: Climb, incident: Incident) -> str:
    facts = {"title": incident.title, "grade": climb.get_level_display()}
    if climb.why == Why.REGRADED:
        return _("已升为%(grade)s级，请确认收到：%(title)s") % facts
    if climb.why == Why.STALLED:
        return _("确认收到后没有进展，请跟进：%(title)s") % facts
    if climb.why == Why.HANDOVER:
        return _("换班后没有人接手，请确认收到：%(title)s") % facts
    is_first = climb.round == 1 and climb.position == 1
    if not is_first and (climb.round > 1 or climb.steps.filter(skipped="").count() > 1):
        return _("还没有人确认收到，请处理：%(title)s") % facts
    return _("新故障报告：%(title)s") % facts


def _exhaust(climb: Climb, incident: Incident, rungs: Sequence[Rung], at: Moment) -> None:
    """Nobody is left to be called: the banner goes up, and the ladder begins anew if the plan
    says so."""
    grade = grade_now(incident)
    again = grade.repeat_minutes if grade is not None else None
    climb.due_at = at + incident.minutes(again) if again and rungs else None
    facts = {
        "epoch": climb.epoch,
        "round": climb.round,
        "what": incident.title,
        "again_at": climb.due_at,
        "called": list(
            Alert.objects.filter(entry__step__climb=climb)
            .order_by("person__name")
            .values_list("person__name", flat=True)
            .distinct()[:30]
        ),
    }
    record(incident.stream, "ladder.exhausted", by=None, at=at, facts=facts)
    climb.exhausted_at = climb.exhausted_at or at
    if climb.due_at is not None:
        climb.round += 1
        climb.position = rungs[0].position


def unpause(climb: Climb, at: Moment) -> None:
    """The clock goes on with what remained of it; not saved yet."""
    if climb.seconds_left is not None:
        climb.due_at = at + timedelta(seconds=climb.seconds_left)
    climb.state, climb.seconds_left = State.RUNNING, None
    climb.paused_at = climb.paused_until = climb.paused_by = None
    climb.pause_reason = ""


# Stop ---------------------------------------------------------------------------------------------


def end(
    climb: Climb, incident: Incident, how: str, at: Moment, *, by: Person | None = None
) -> None:
    """Stop calling. What is still on its way is dropped before it is sent (`notices.relevance`)."""
    climb.state, climb.due_at, climb.seconds_left = State.ENDED, None, None
    climb.paused_at = climb.paused_until = climb.paused_by = None
    climb.ended_at, climb.ended_how, climb.ended_by = at, how, by
    climb.save()
    facts = {"how": str(Ending(how).label), "epoch": climb.epoch, "who": str(by) if by else ""}
    record(incident.stream, "ladder.stop", by=by, at=at, facts=facts)


def stop_if_answered(
    climb: Climb, incident: Incident, at: Moment, *, by: Person | None = None
) -> bool:
    """Stop where enough different people have acknowledged: as many as one rung asks for."""
    answered = answerers(climb, incident)
    if not answered:
        return False
    who = by if by is not None and by.pk in answered else Person.objects.get(pk=answered[-1])
    end(climb, incident, Ending.ANSWERED, at, by=who)
    if climb.why != Why.REPORTED or incident.kept_by_id is None:
        # Of a report, who acknowledged it follows it up, or who has taken it over since.
        incidents.take_over(incident.pk, by=who, why=str(Ending.ANSWERED.label))
    incidents.follow_progress(incident.pk, at=at)
    return True


def answerers(climb: Climb, incident: Incident) -> list[int]:
    """Keys of the people whose acknowledgements stop the climb, the last one last; empty where
    they are not enough yet.

    An answer to a call by hand, or on the incident's own page, counts for every rung; one to a
    rung's call for that rung.
    """
    if not _is_anything_answered(incident):
        return []
    answered = (
        Alert.objects.filter(incident=incident, acknowledged_at__isnull=False)
        .filter(
            Q(entry__step__climb=climb)
            | Q(entry__event__in=(CALL_IN, ANSWER), acknowledged_at__gte=climb.started_at)
        )
        .order_by("acknowledged_at", "pk")
        .values_list("person_id", "entry__step__pk")
    )
    common: list[int] = []
    by_step: dict[int, list[int]] = {}
    for person, step_pk in answered:
        (common if step_pk is None else by_step.setdefault(step_pk, [])).append(person)
    first = incident.acknowledged_by_id
    of_a_rung = any(first in people for people in by_step.values())
    if climb.why == Why.REPORTED and first is not None and not of_a_rung:
        common.append(first)
    for step in climb.steps.filter(skipped="").order_by("round", "position"):
        people = list(dict.fromkeys([*common, *by_step.get(step.pk, [])]))
        if len(people) >= step.needed:
            return people
    return list(dict.fromkeys(common)) if common and not _asks_for_more(climb, common) else []


def _is_anything_answered(incident: Incident) -> bool:
    if incident.acknowledged_by_id is not None:
        return True
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM notices_alert "
            "WHERE incident_id = %s AND acknowledged_at IS NOT NULL)",
            [incident.pk],
        )
        found: bool = cursor.fetchone()[0]
        return found


def _asks_for_more(climb: Climb, common: Sequence[int]) -> bool:
    """Before any rung was taken the first one that will be says how many are enough."""
    if climb.steps.filter(skipped="").exists():
        return True
    rungs = [rung for rung in rungs_of(climb) if rung.position >= climb.position]
    return bool(rungs) and len(set(common)) < rungs[0].acknowledgers


@transaction.atomic
def answered(pk: int, *, by: Person | None = None, at: Moment | None = None) -> bool:
    """An acknowledgement of the incident has come in: stop the ladder if it is enough."""
    incident = lock(pk)
    running = active(incident)
    if running is None:
        return False
    return stop_if_answered(running, incident, at or now(), by=by)


@transaction.atomic
def halt(pk: int, how: str, *, since: Moment, by: Person | None = None) -> bool:
    """Stop the ladder that ran at `since`, because the handling goes on or the fault is over."""
    incident = lock(pk)
    running = active(incident)
    # What began after the act that is told of is not ended by it.
    if running is None or (how == Ending.PROGRESS and running.started_at > since):
        return False
    end(running, incident, how, now(), by=by)
    return True
