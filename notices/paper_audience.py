"""Whom manual mode concerns, what their acknowledgement does, and when nobody need be told more."""

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from incidents import workflow as incidents
from incidents.models import Deadline, Incident, ManualMode
from journal.models import Entry
from journal.relay import subscribe
from notices.answers import act
from notices.models import Alert
from notices.relevance import ask
from notices.workflow import alert
from teams.models import Person, Role

Mode = ManualMode.State
Kind = Deadline.Kind
# Clocks that departments hold; whom they concern is asked here and not in `notices.audience`.
KINDS = (Kind.MANUAL_ON, Kind.MANUAL_OFF)


def subscribe_all() -> None:
    """Called once, when the app is ready."""
    subscribe("manual.order_on", ordered_on)
    subscribe("manual.order_off", ordered_off)
    subscribe("deadline.pass", not_confirmed)


def ordered_on(entry: Entry) -> None:
    """The department goes over to paper: all its people are reached, one of them confirms."""
    text = _("请转手工模式并确认收到（预计 %(minutes)s 分钟）：%(why)s") % {
        "minutes": entry.facts.get("minutes", ""),
        "why": entry.facts.get("reason", ""),
    }
    _call(entry, _people(entry.facts["department"]), text)


def ordered_off(entry: Entry) -> None:
    """Back to the computers."""
    text = _("请停用手工模式，改回系统办理，并确认收到；用过的表单请补录。")
    _call(entry, _people(entry.facts["department"]), text)


def not_confirmed(entry: Entry) -> None:
    """A department has not confirmed in time: it is called again, and who switched it is told."""
    if entry.facts["kind"] not in KINDS:
        return
    mode = ManualMode.objects.get(pk=entry.facts["step"])
    text = _("%(department)s还没有确认：%(what)s") % {
        "department": mode.department,
        "what": entry.facts.get("what", ""),
    }
    switched = mode.on_by_id if entry.facts["kind"] == Kind.MANUAL_ON else mode.off_by_id
    _call(entry, _people(mode.department_id) | _active(pk=switched), text)


def _active(*conditions: Q, **facts: object) -> QuerySet[Person]:
    people = Person.objects.filter(*conditions, is_active=True, **facts)
    return people.exclude(roles__contains=[Role.AUDITOR])


def _people(department: int) -> QuerySet[Person]:
    return _active(department=department)


def _call(entry: Entry, people: QuerySet[Person], text: str) -> None:
    incident = Incident.objects.get(pk=int(entry.stream.removeprefix("incident:")))
    url = reverse("incidents:paper", args=[incident.pk])
    alert(entry, people, incident=incident, text=text, url=url, calls=True)


@act("manual.order_on")
def _confirm_on(alerted: Alert) -> None:
    """Whoever of the department acknowledges has confirmed for it."""
    incidents.confirm_manual_on(alerted.entry.facts["mode"], by=alerted.person)


@act("manual.order_off")
def _confirm_off(alerted: Alert) -> None:
    incidents.confirm_manual_off(alerted.entry.facts["mode"], by=alerted.person)


@ask("manual.order_on")
def _on(alerted: Alert) -> str:
    waits = _mode(alerted).filter(state=Mode.ORDERED)
    return "" if waits.exists() else _("科室已经确认。")


@ask("manual.order_off")
def _off(alerted: Alert) -> str:
    waits = _mode(alerted).filter(state=Mode.LEAVING)
    return "" if waits.exists() else _("科室已经确认。")


def _mode(alerted: Alert) -> QuerySet[ManualMode]:
    return ManualMode.objects.filter(pk=alerted.entry.facts.get("mode"))
