"""Who is told that a kit has grown old, and when all kits are looked at again.

Handlers run in the relay's transaction and touch the database only.
"""

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from journal.models import Entry
from journal.relay import subscribe
from notices.workflow import alert
from ops.kits import running
from ops.kits.models import KitRun
from plans.selectors import readers
from teams.models import Person, Role


def subscribe_all() -> None:
    """Called once, when the app is ready."""
    subscribe("kit.stale", stale)
    subscribe("kits.stale", some_stale)
    for event in ("plan.publish", "plan.take_effect", "plan.roll_back"):
        subscribe(event, plan_changed)


def stale(entry: Entry) -> None:
    """The head of the department prints the new one."""
    facts = entry.facts
    text = _("%(name)s的停机应急包要换新：%(why)s。请打印第 %(number)s 版放进抽屉") % {
        "name": facts["name"],
        "number": facts["number"],
        "why": "；".join(facts["why"]),
    }
    heads = _active(Role.DEPARTMENT).filter(department=facts["department"])
    url = reverse("kits:kit", args=[facts["department"]])
    alert(entry, heads, incident=None, text=text, url=url)


def some_stale(entry: Entry) -> None:
    """Administrators, once for all departments of one look."""
    facts = entry.facts
    text = _("%(count)s 个科室的停机应急包要换新：%(names)s") % {
        "count": facts["count"],
        "names": "、".join(facts["names"]),
    }
    alert(entry, _active(Role.ADMIN), incident=None, text=text, url=reverse("kits:list"))


def plan_changed(entry: Entry) -> None:
    """Another version is in force: nobody waits for the night."""
    running.begin(KitRun.Cause.PLAN)


def _active(role: str) -> QuerySet[Person]:
    return readers().filter(roles__contains=[role])
