"""Who is told of the review meeting (row P15): whoever is invited, and what changes for them. Who
has a mail address gets it there as well, with the appointment as a file.

As in `notices.audience`, handlers run in the relay's transaction and touch the database only. What
they need of the meeting stands in its entry.
"""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _

from incidents.models import Incident
from journal.models import Entry
from journal.recording import now
from journal.relay import subscribe
from notices.workflow import alert
from notices.workflow.mailing import also_by_mail
from teams.models import Person


def subscribe_all() -> None:
    """Called once, when the app is ready."""
    subscribe("review.call_meeting", called)
    subscribe("review.cancel_meeting", cancelled)


def called(entry: Entry) -> None:
    """New people are invited, the others learn of another time or place, or that they need not."""
    for keys, text in (
        (entry.facts["new"], _("请参加评估会：%(when)s，%(place)s，%(title)s。请答复能否参加")),
        (entry.facts["moved"], _("评估会改到 %(when)s，%(place)s，%(title)s。请重新答复")),
        (entry.facts["dropped"], _("评估会（%(when)s，%(title)s）您不用参加了")),
    ):
        _tell(entry, keys, text)


def cancelled(entry: Entry) -> None:
    _tell(entry, entry.facts["people"], _("评估会（%(when)s，%(title)s）取消：%(reason)s"))


def _tell(entry: Entry, keys: Iterable[int], text: str) -> None:
    incident = Incident.objects.get(pk=int(entry.stream.removeprefix("incident:")))
    people = Person.objects.filter(is_active=True, pk__in=keys)
    url = f"{reverse('reviews:detail', args=[incident.pk])}#meeting"
    facts = entry.facts | {"title": incident.title}
    told = alert(entry, people, incident=incident, text=incident.marked(text % facts), url=url)
    also_by_mail(told, now())
