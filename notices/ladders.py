"""What starts and stops the ladder: subscriptions to the incident's and the duty's events.

Handlers run in the relay's transaction and touch the database only.
"""

from django.db.models import Q
from django.utils.translation import gettext as _

from incidents import workflow as incidents
from incidents.models import Deadline, Incident
from incidents.models.state import UNRESTORED
from incidents.workflow.gate import lock
from journal import rows
from journal.models import Entry
from journal.relay import subscribe
from notices.models import Alert, Climb
from notices.workflow import climbing
from notices.workflow.alerting import alert
from teams.models import Membership, Person, ResponseGroup, Role

Why, Ending = Climb.Why, Climb.Ending
_HEADS = (Membership.Part.HEAD, Membership.Part.DEPUTY)
# Somebody acts on the fault: whoever was called about it may rest.
PROGRESS = (
    *("incident.confirm", "incident.command", "incident.command_more", "incident.repair"),
    *("incident.restore", "incident.fail_restoration", "check.decide", "order.finish"),
    "backup.add",
)
OVER = ("incident.pass_restoration", "incident.dismiss", "incident.merge", "incident.end_drill")


def subscribe_all() -> None:
    """Called once, when the app is ready."""
    for event, handler in (
        ("incident.report", reported),
        ("incident.acknowledge", acknowledged),
        ("incident.regrade", regraded),
        ("deadline.pass", deadline_passed),
        ("handover.confirm", handover_confirmed),
        ("handover.unconfirmed", handover_unconfirmed),
        ("ladder.exhausted", exhausted),
        *((event, progressed) for event in PROGRESS),
        *((event, over) for event in OVER),
    ):
        subscribe(event, handler)


def reported(entry: Entry) -> None:
    """Plan, row P8: the calls start in the same instant. Who reported it knows already."""
    incident = lock(_pk(entry))
    is_own = entry.actor == f"person:{incident.reporter_id}"
    reporter = rows.named(incident, "reporter") if is_own else None
    climb = climbing.begin(incident, Why.REPORTED, by=reporter)
    is_open = incident.state in UNRESTORED and incident.acknowledged_at is None
    if climb is None and is_open:
        # A plan without a ladder for this grade: all of IT is called, as one rung would.
        text = _("新故障报告：%(title)s") % {"title": incident.title}
        people = _active(Q(roles__contains=[Role.IT]))
        _call(entry, incident, people, text)


def acknowledged(entry: Entry) -> None:
    """On the incident's own page: it answers the person's calls as well."""
    incident = _incident(entry)
    person = incident.acknowledged_by
    lock(incident.pk)
    if person is not None:
        waiting = Alert.objects.filter(
            incident=incident,
            person=person,
            entry__event__in=climbing.CALLS,
            acknowledged_at__isnull=True,
        )
        for one in waiting.order_by("pk"):
            one.acknowledged_at, one.acknowledged_how = entry.at, Alert.Answer.PAGE
            one.seen_at, one.next_at = one.seen_at or entry.at, None
            one.save(update_fields=["acknowledged_at", "acknowledged_how", "seen_at", "next_at"])
    climbing.answered(incident.pk, by=person)


def regraded(entry: Entry) -> None:
    """A graver grade has a ladder of its own, which is climbed from its first rung."""
    before, after = (_LEVELS.get(entry.facts.get(name, "")) for name in ("grade_before", "grade"))
    if before is not None and after is not None and after < before:
        incident = _incident(entry)
        climbing.start(incident.pk, Why.REGRADED, by=_actor(entry))


def deadline_passed(entry: Entry) -> None:
    """Acknowledged, and then nothing: the ladder is climbed again (plan, 4.4)."""
    if entry.facts["kind"] != Deadline.Kind.PROGRESS:
        return
    incident = _incident(entry)
    still = Deadline.objects.running().filter(pk=entry.facts["deadline"]).exists()
    if not still:
        return
    if climbing.start(incident.pk, Why.STALLED) is None and incident.state in UNRESTORED:
        text = _("确认收到后没有进展，请跟进：%(title)s") % {"title": incident.title}
        heads = Q(memberships__group__kind=ResponseGroup.Kind.FAULT, memberships__part__in=_HEADS)
        _call(entry, incident, _active(heads), text)


def handover_confirmed(entry: Entry) -> None:
    """The coming shift answers for what the leaving one had acknowledged."""
    person = _actor(entry)
    if person is None:
        return
    for incident in _kept_by(entry):
        incidents.take_over(incident.pk, by=person, why=_("交接班"))
        climb = Climb.objects.active().filter(incident=incident, why=Why.HANDOVER).first()
        if climb is not None:
            climbing.halt(incident.pk, Ending.ANSWERED, since=entry.at, by=person)


def handover_unconfirmed(entry: Entry) -> None:
    """Nobody of the coming shift has confirmed: what the leaving one acknowledged is nobody's."""
    for incident in _kept_by(entry):
        climbing.start(incident.pk, Why.HANDOVER)


def progressed(entry: Entry) -> None:
    climbing.halt(_pk(entry), Ending.PROGRESS, since=entry.at, by=_actor(entry))


def over(entry: Entry) -> None:
    climbing.halt(_pk(entry), Ending.OVER, since=entry.at)


def exhausted(entry: Entry) -> None:
    """Everybody on the ladder was called: who can still pick up a telephone is asked to."""
    if entry.facts.get("round", 1) > 1:
        return
    incident = _incident(entry)
    text = _("升级链已走完，没有人确认收到，请马上打电话：%(title)s") % {"title": incident.title}
    heads = Q(memberships__group__kind=ResponseGroup.Kind.FAULT, memberships__part__in=_HEADS)
    _call(entry, incident, _active(heads | Q(roles__contains=[Role.ADMIN])), text)
    told = _active(Q(pk=incident.reporter_id))
    alert(entry, told, incident=incident, text=text, url=incident.get_absolute_url())


_LEVELS = {"Ⅰ": 1, "Ⅱ": 2, "Ⅲ": 3, "Ⅳ": 4}


def _pk(entry: Entry) -> int:
    return int(entry.stream.removeprefix("incident:"))


def _incident(entry: Entry) -> Incident:
    return Incident.objects.select_related("reporter", "acknowledged_by").get(pk=_pk(entry))


def _actor(entry: Entry) -> Person | None:
    key = entry.actor.removeprefix("person:")
    return Person.objects.filter(pk=key).first() if key.isdigit() else None


def _kept_by(entry: Entry) -> list[Incident]:
    """Incidents under way for which somebody of the leaving shift answers, who does not stay."""
    leaving = set(entry.facts["leaving"]) - set(entry.facts["coming"])
    return list(Incident.objects.filter(state__in=UNRESTORED, kept_by__in=leaving).order_by("pk"))


def _active(*conditions: Q) -> list[Person]:
    people = Person.objects.filter(*conditions, is_active=True)
    return list(people.exclude(roles__contains=[Role.AUDITOR]).distinct())


def _call(entry: Entry, incident: Incident, people: list[Person], text: str) -> None:
    url = incident.get_absolute_url()
    alert(entry, people, incident=incident, text=text, url=url, calls=True)
