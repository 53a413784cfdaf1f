"""Who is told of action items (row P17): owners, the department's head, the leading group.

As in `notices.audience`, handlers run in the relay's transaction and touch the database only. What
they need of an item stands in its entry.
"""

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from incidents.models import Incident
from journal.models import Entry
from journal.relay import subscribe
from notices.workflow import alert
from teams.models import Membership, Person, ResponseGroup, Role

_HEADS = (Membership.Part.HEAD, Membership.Part.DEPUTY)


def subscribe_all() -> None:
    """Called once, when the app is ready."""
    for event, handler in (
        ("review.give_action", given),
        ("review.hand_over_action", given),
        ("review.postpone_action", postponed),
        ("review.action_soon", soon),
        ("review.action_last", last_day),
        ("review.action_overdue", overdue),
        ("review.action_escalated", escalated),
    ):
        subscribe(event, handler)


def given(entry: Entry) -> None:
    """Whoever has to do it from now on."""
    _tell(entry, _owners(entry), _("有整改项交给您：%(measure)s（%(due_on)s 前完成）"))


def postponed(entry: Entry) -> None:
    _tell(entry, _owners(entry), _("整改项改期到 %(due_on)s：%(measure)s"))


def soon(entry: Entry) -> None:
    _tell(entry, _owners(entry), _("整改项 %(due_on)s 到期：%(measure)s"))


def last_day(entry: Entry) -> None:
    _tell(entry, _owners(entry), _("整改项今天到期：%(measure)s"))


def overdue(entry: Entry) -> None:
    """The owner, and whoever heads the department."""
    people = _owners(entry) | _heads_of(entry)
    _tell(entry, people, _("整改项已逾期：%(measure)s（%(owner)s，应在 %(due_on)s 完成）"))


def escalated(entry: Entry) -> None:
    """The leading group received the promise; it learns that it is not kept."""
    leading = Q(memberships__group__kind=ResponseGroup.Kind.LEADING, memberships__part__in=_HEADS)
    leaders = Person.objects.filter(is_active=True).filter(
        pk__in=Person.objects.filter(leading).values("pk")
    )
    people = leaders | _owners(entry) | _heads_of(entry)
    _tell(entry, people, _("整改项逾期 %(days)s 天：%(measure)s（%(owner)s）"))


def _owners(entry: Entry) -> QuerySet[Person]:
    """The person, or where none is named the head of the department, else everybody in it."""
    if entry.facts.get("person"):
        return Person.objects.filter(is_active=True, pk=entry.facts["person"])
    heads = _heads_of(entry)
    if heads.exists():
        return heads
    return Person.objects.filter(is_active=True, department=entry.facts["department"])


def _heads_of(entry: Entry) -> QuerySet[Person]:
    heading = Q(roles__contains=[Role.DEPARTMENT]) | Q(roles__contains=[Role.LEADER])
    return Person.objects.filter(heading, is_active=True, department=entry.facts["department"])


def _tell(entry: Entry, people: QuerySet[Person], text: str) -> None:
    incident = Incident.objects.get(pk=int(entry.stream.removeprefix("incident:")))
    url = reverse("reviews:action", args=[entry.facts["action"]])
    alert(entry, people, incident=None, text=incident.marked(text % entry.facts), url=url)
