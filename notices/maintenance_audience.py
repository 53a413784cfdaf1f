"""Who is told of planned maintenance: who may approve it, who runs it, who answers for it.

As in `notices.audience`, handlers run in the relay's transaction and touch the database only.
"""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from journal.models import Entry
from journal.recording import now
from journal.relay import subscribe
from notices import concerned
from notices.models import Alert, Maintenance
from notices.relevance import ask
from notices.workflow import alert
from teams.models import Person, ResponseGroup, Role
from teams.selectors import on_duty


def subscribe_all() -> None:
    """Called once, when the app is ready."""
    for event in ("maintenance.draft", "maintenance.edit"):
        subscribe(event, wants_approval)
    subscribe("maintenance.announce", announced)
    subscribe("maintenance.cancel", cancelled)
    subscribe("maintenance.lapse", lapsed)


def wants_approval(entry: Entry) -> None:
    """Customer service reads what was written, as long as nobody has approved it."""
    row = _row(entry)
    if row is None or row.state != Maintenance.State.DRAFT:
        return
    text = _("计划维护「%(what)s」（%(from)s 到 %(to)s）等您批准") % entry.facts
    people = _with(Role.CS).exclude(pk=row.drafted_by_id)
    alert(entry, people, incident=None, text=text, url=row.get_absolute_url())


def announced(entry: Entry) -> None:
    """Who answers patients, and who does the work."""
    _tell(entry, _("计划维护已公布：%(what)s，%(from)s 到 %(to)s") % entry.facts)


def cancelled(entry: Entry) -> None:
    if entry.facts.get("was_public"):
        _tell(entry, _("计划维护已取消：%(what)s。%(reason)s") % entry.facts)


def lapsed(entry: Entry) -> None:
    """Its time is over, and nobody has said that the work is done: who of IT is on duty is called,
    where nobody is, all of IT; the others read it."""
    row = _row(entry)
    if row is None or not row.is_unconfirmed:
        return
    text = _("计划维护「%(what)s」到时间了，没有人确认完成：请确认，或转为故障事件") % entry.facts
    url = row.get_absolute_url()
    everybody = _with(Role.IT)
    serving = {duty.person_id for duty in on_duty(now(), group=_fault_group())}
    called = everybody.filter(pk__in=serving)
    alert(
        entry,
        called if called.exists() else everybody,
        incident=None,
        text=text,
        url=url,
        calls=True,
    )
    alert(entry, everybody, incident=None, text=text, url=url)


@ask("maintenance.lapse")
def _lapsed(alerted: Alert) -> str:
    row = _row(alerted.entry)
    return "" if row is not None and row.is_unconfirmed else _("已经有人确认完成或转为故障。")


def _fault_group() -> ResponseGroup | None:
    return ResponseGroup.objects.filter(kind=ResponseGroup.Kind.FAULT).first()


def _tell(entry: Entry, text: str) -> None:
    row = _row(entry)
    if row is not None:
        alert(entry, _with(Role.CS, Role.IT), incident=None, text=text, url=row.get_absolute_url())


def _row(entry: Entry) -> Maintenance | None:
    return Maintenance.objects.filter(pk=entry.stream.removeprefix("maintenance:")).first()


def _with(*roles: str) -> QuerySet[Person]:
    wanted = Q()
    for role in roles:
        wanted |= Q(roles__contains=[role])
    return concerned.active(wanted)
