"""The next rungs of ladders as clocks, for the page of all that run."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incidents import clocks
from incidents.clocks import Clock
from notices.models import Climb
from teams.models import Person


@clocks.source("ladder", gettext_lazy("升级呼叫"))
def rungs(person: Person) -> Iterable[Clock]:
    """When the next rung of each ladder is called, or a pause ends by itself. One query."""
    rows = Climb.objects.active().select_related("incident").order_by("due_at")[: clocks.MOST]
    for row in rows:
        due = row.due_at or row.paused_until
        if due is None:
            continue
        is_paused = row.state == Climb.State.PAUSED
        yield Clock(
            key=f"climb-{row.pk}",
            kind="ladder",
            what=_("升级呼叫自动继续") if is_paused else _("呼叫升级链的下一步"),
            about=f"{row.incident.number} {row.incident.title}",
            holder=_("系统"),
            due=due,
            armed=row.paused_at or row.started_at,
            url=f"{row.incident.get_absolute_url()}#ladder",
            # The engine does it; who paused it may want to end the pause.
            mine=row.paused_by_id == person.pk,
        )
