"""Who takes up the telephone: whom the phone tree asks to ring, and whom it is told that nobody at
all was reached. As in `notices.audience`, within the relay's transaction.
"""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from incidents.models import Incident
from journal.models import Entry
from journal.relay import subscribe
from notices import concerned
from notices.models import Channel
from notices.ringing import ASK, ringers
from notices.workflow import alert
from notices.workflow.reaching import EXHAUSTED
from plans.marks import DRILL
from teams.models import Membership, ResponseGroup, Role

_HEADS = (Membership.Part.HEAD, Membership.Part.DEPUTY)


def subscribe_all() -> None:
    """Called once, when the app is ready."""
    subscribe(ASK, asked)
    subscribe(EXHAUSTED, nobody_reached)


def asked(entry: Entry) -> None:
    """They are called themselves, over every way but this one, until the people are rung."""
    facts = entry.facts
    channel = Channel.objects.get(pk=facts["channel"])
    people = ringers(channel, entry.at, but=facts["rung"])
    text = _("请打电话叫%(people)s：%(what)s") % {
        "people": "、".join(facts["people"]),
        "what": facts["what"],
    }
    url = reverse("notices:to_ring")
    alert(entry, people, incident=_incident(entry), text=text, url=url, calls=True)


def nobody_reached(entry: Entry) -> None:
    """Every way to everybody was tried: those who can still do something are called."""
    what, incident = str(entry.facts.get("what", "")), _incident(entry)
    if what.startswith(DRILL) and incident is None:
        # A call-down shows by itself whom it did not reach: that is what it is for.
        return
    if Entry.objects.filter(pk=entry.facts.get("entry"), event=ASK).exists():
        # Nobody took up the telephone: then those told here do, in the very words.
        text, url = what, reverse("notices:to_ring")
    else:
        text = _("没有叫到人，请马上打电话通知：%(what)s") % {"what": what}
        url = reverse("teams:directory")
        if incident is not None:
            url = reverse("notices:reach", args=[incident.pk])
    heads = Q(memberships__group__kind=ResponseGroup.Kind.FAULT, memberships__part__in=_HEADS)
    people = concerned.active(heads | Q(roles__contains=[Role.ADMIN]))
    alert(entry, people, incident=incident, text=text, url=url, calls=True)


def _incident(entry: Entry) -> Incident | None:
    kind, _colon, pk = entry.stream.partition(":")
    return Incident.objects.get(pk=pk) if kind == "incident" else None
