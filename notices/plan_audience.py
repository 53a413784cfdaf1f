"""Who is told of the plan: who signs, who publishes, everyone who is to read (rows P5, P20).

As in `notices.audience`, handlers run in the relay's transaction and touch the database only.
"""

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from journal.models import Entry
from journal.relay import subscribe
from notices.workflow import alert
from plans.models import PlanVersion
from plans.selectors import readers
from teams.models import Membership, Person, ResponseGroup, Role

_HEADS = (Membership.Part.HEAD, Membership.Part.DEPUTY)


def subscribe_all() -> None:
    """Called once, when the app is ready."""
    for event, handler in (
        ("plan.submit", submitted),
        ("plan.comment", commented),
        ("plan.approve", approved),
        ("plan.withdraw", withdrawn),
        ("plan.publish", in_force),
        ("plan.take_effect", in_force),
        ("plan.roll_back", in_force),
        ("plan.remind", reminded),
    ):
        subscribe(event, handler)


def submitted(entry: Entry) -> None:
    """The leading group reads it and signs."""
    signers = readers().filter(
        memberships__group__kind=ResponseGroup.Kind.LEADING, memberships__part__in=_HEADS
    )
    _tell(entry, signers.distinct(), _("预案第 %(number)s 版已送审，请审阅并签字"))


def commented(entry: Entry) -> None:
    """Who drafted it answers."""
    drafter = PlanVersion.objects.filter(number=entry.facts["number"]).values("drafted_by")
    _tell(entry, readers().filter(pk__in=drafter), _("预案第 %(number)s 版有新意见，请答复"))


def approved(entry: Entry) -> None:
    """It waits for its day."""
    _tell(entry, _administrators(), _("领导小组已批准预案第 %(number)s 版，请发布"))


def withdrawn(entry: Entry) -> None:
    _tell(entry, _administrators(), _("预案第 %(number)s 版已退回修改"))


def in_force(entry: Entry) -> None:
    """Everybody works by it from now on, and says that they have read it."""
    _tell(entry, readers(), _("预案第 %(number)s 版已生效，请阅读并确认阅知"))


def reminded(entry: Entry) -> None:
    """Those who had not confirmed when the reminder was sent, and have not since."""
    plan = PlanVersion.objects.get(number=entry.facts["number"])
    waiting = readers().filter(pk__in=entry.facts["people"])
    waiting = waiting.exclude(read_confirmations__plan=plan)
    _tell(entry, waiting, _("您还没有确认阅知预案第 %(number)s 版，请阅读后确认"))


def _administrators() -> QuerySet[Person]:
    return readers().filter(roles__contains=[Role.ADMIN])


def _tell(entry: Entry, people: QuerySet[Person], text: str) -> None:
    number = entry.facts["number"]
    url = reverse("plans:version", args=[number])
    alert(entry, people, incident=None, text=text % {"number": number}, url=url)
