"""Who is told of drills. As in `notices.audience`, handlers touch the database only."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from drills import workflow
from drills.models import Drill, Finding, Inject, PlannedDrill
from incidents.models.state import State as IncidentState
from journal.models import Entry
from journal.relay import subscribe
from notices.workflow import alert
from plans.marks import marked
from teams.models import Person, Role


def subscribe_all() -> None:
    """Called once, when the app is ready."""
    for event in ("programme.due", "programme.overdue"):
        subscribe(event, planned)
    subscribe("drill.inject", told)
    subscribe("drill.finding_due", finding_due)
    for event in ("drill.pause", "drill.resume", "drill.end"):
        subscribe(event, stands)
    for event in ("incident.pause_drill", "incident.resume_drill", "incident.end_drill"):
        subscribe(event, workflow.follow)


def told(entry: Entry) -> None:
    """News of the scenario: whoever plays its role is called; what is for nobody who plays, the
    controllers see on their page."""
    inject = Inject.objects.select_related("drill").filter(pk=entry.facts["inject"]).first()
    if inject is None:
        return
    drill = inject.drill
    people = Person.objects.filter(
        is_active=True, pk__in=drill.seats.filter(role=inject.role, part="player").values("person")
    )
    text = marked(_("现在：%(text)s") % {"text": inject.text}, True)
    # The incident says to every channel that this is a drill. At a table people hear it anyway.
    calls, url = not drill.is_tabletop, drill.get_absolute_url()
    alert(entry, people, incident=drill.main, text=text, url=url, calls=calls)


def stands(entry: Entry) -> None:
    """A drill stands, goes on or is over: who sits in it is told, where its incidents do not."""
    drill = Drill.objects.filter(pk=int(entry.stream.removeprefix("drill:"))).first()
    if drill is None or _hears_it_anyway(drill, entry.event):
        return
    words = {
        "drill.pause": _("演练暂停，请先停下：%(what)s。%(reason)s"),
        "drill.resume": _("演练继续：%(what)s"),
        "drill.end": _("演练结束：%(what)s。%(reason)s"),
    }[entry.event]
    facts = {"what": drill.name, "reason": entry.facts.get("reason", "")}
    people = Person.objects.filter(is_active=True, pk__in=drill.seats.values("person"))
    url = drill.get_absolute_url()
    alert(entry, people, incident=None, text=marked(words % facts, True), url=url)


def _hears_it_anyway(drill: Drill, event: str) -> bool:
    """Do the drill's incidents say it? One that had come to its own end says nothing more."""
    main = drill.main
    if main is None:
        return False
    return main.state == IncidentState.STOPPED if event == "drill.end" else main.is_open


def planned(entry: Entry) -> None:
    """Who is responsible for a drill that is due or was not held."""
    row = PlannedDrill.objects.select_related("programme").filter(pk=entry.facts["planned"]).first()
    if row is None or not row.is_open:
        return
    if entry.event == "programme.due":
        text = _("演练「%(what)s」安排在本月，由您负责：请定下日期") % entry.facts
    else:
        text = _("演练「%(what)s」应在 %(month)s 月举行，已经逾期：请举行或写明取消") % entry.facts
    people = Person.objects.filter(pk=row.responsible_id, is_active=True)
    alert(entry, people, incident=None, text=text, url=row.programme.get_absolute_url())


def finding_due(entry: Entry) -> None:
    """The department that has to do it, as with action items: its head, else everybody in it; and
    whoever found it, who can tell whether it was done."""
    finding = Finding.objects.filter(pk=entry.facts["finding"]).first()
    if finding is None:
        return
    people = Person.objects.filter(is_active=True, department=entry.facts["department_key"])
    heading = Q(roles__contains=[Role.DEPARTMENT]) | Q(roles__contains=[Role.LEADER])
    heads = people.filter(heading)
    people = (heads if heads.exists() else people) | Person.objects.filter(
        is_active=True, pk=finding.by_id
    )
    text = marked(_("演练发现的问题今天到期：%(problem)s；%(measure)s") % entry.facts, True)
    # Whoever did not sit in the drill may not open its page.
    url = reverse("drills:drills")
    alert(entry, people, incident=None, text=text, url=url)
