"""Who is told of drills. As in `notices.audience`, handlers touch the database only."""

from django.utils.translation import gettext as _

from drills.models import PlannedDrill
from journal.models import Entry
from journal.relay import subscribe
from notices.workflow import alert
from teams.models import Person


def subscribe_all() -> None:
    """Called once, when the app is ready."""
    for event in ("programme.due", "programme.overdue"):
        subscribe(event, planned)


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
