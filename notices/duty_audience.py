"""Who is told of duty: shifts that come near or move, handovers, leave and stand-ins.

As in `notices.audience`, handlers run in the relay's transaction and touch the database only.
"""

import datetime
from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from journal.models import Entry
from journal.relay import subscribe
from notices.workflow import alert
from teams.models import LayerMember, Membership, Person, Role

_HEADS = (Membership.Part.HEAD, Membership.Part.DEPUTY)


def subscribe_all() -> None:
    """Called once, when the app is ready."""
    for event, handler in (
        ("duty.soon", soon),
        ("duty.moved", moved),
        ("handover.open", handover_opened),
        ("handover.unconfirmed", handover_unconfirmed),
        ("leave.ask", leave_asked),
        ("leave.approve", leave_decided),
        ("leave.refuse", leave_decided),
        ("leave.withdraw", leave_withdrawn),
        ("stand_in.ask", stand_in_asked),
        ("stand_in.ask_swap", stand_in_asked),
        ("stand_in.accept", stand_in_accepted),
        ("stand_in.decline", stand_in_answered),
        ("stand_in.refuse", stand_in_answered),
        ("stand_in.approve", stand_in_answered),
        ("stand_in.withdraw", stand_in_answered),
        ("stand_in.cancel", stand_in_answered),
    ):
        subscribe(event, handler)


def soon(entry: Entry) -> None:
    """A shift comes near."""
    facts = entry.facts
    text = _("您 %(from)s 起在「%(roster)s」值班，到 %(to)s") % {
        "roster": facts["name"],
        "from": _clock(facts["starts_at"]),
        "to": _clock(facts["ends_at"]),
    }
    _tell(entry, _people(facts["person"]), text)


def moved(entry: Entry) -> None:
    """Each person learns which of their time on duty is gone and which is new."""
    for each in entry.facts["moved"]:
        lost = _("不再值 %(spans)s") % {"spans": _spans(each["lost"])} if each["lost"] else ""
        new = _("新增 %(spans)s") % {"spans": _spans(each["gained"])} if each["gained"] else ""
        more = _("另有 %(count)s 处") % {"count": each["more"]} if each["more"] else ""
        text = _("您在「%(roster)s」的值班有变动：%(what)s") % {
            "roster": entry.facts["name"],
            "what": "；".join(part for part in (lost, new, more) if part),
        }
        _tell(entry, _people(each["person"]), text)


def handover_opened(entry: Entry) -> None:
    """Both sides of the change of shift."""
    facts = _handover_facts(entry)
    leaving, coming = entry.facts["leaving"], entry.facts["coming"]
    url = _handover_url(entry)
    stays = set(leaving) & set(coming)
    text = _("%(at)s「%(roster)s」换班，请向%(to)s交班") % facts
    _tell(entry, _people(*leaving), text, url)
    text = _("%(at)s「%(roster)s」换班，请从%(from)s接班") % facts
    _tell(entry, _people(*(set(coming) - stays)), text, url)


def handover_unconfirmed(entry: Entry) -> None:
    """Both sides again, and the heads of the group: somebody may be missing."""
    text = _("「%(roster)s」%(at)s 的交接班还没有确认：%(from)s → %(to)s") % _handover_facts(entry)
    sides = Q(pk__in=[*entry.facts["leaving"], *entry.facts["coming"]])
    _tell(entry, _active(sides | _heads_of_roster(entry)), text, _handover_url(entry))


def leave_asked(entry: Entry) -> None:
    """The heads of the groups in which the person is or serves; else the administrators."""
    text = _("%(name)s 申请请假 %(span)s：%(reason)s") % entry.facts
    _tell(entry, _deciders(entry.facts["person"]), text, _leave_url(entry))


def leave_withdrawn(entry: Entry) -> None:
    """The person, and those who decide: the duties are theirs again."""
    text = _("%(name)s的请假撤回了：%(span)s") % entry.facts
    deciders = _deciders(entry.facts["person"])
    _tell(entry, [*_people(entry.facts["person"]), *deciders], text, _leave_url(entry))


def _deciders(person: int) -> QuerySet[Person]:
    groups = Membership.objects.filter(person=person).values("group")
    rosters = LayerMember.objects.filter(person=person).values("layer__roster__group")
    deciders = _active(
        Q(memberships__part__in=_HEADS, memberships__group__in=groups)
        | Q(memberships__part__in=_HEADS, memberships__group__in=rosters)
    ).exclude(pk=person)
    if not deciders.exists():
        deciders = _active(roles__contains=[Role.ADMIN]).exclude(pk=person)
    return deciders


def leave_decided(entry: Entry) -> None:
    facts = entry.facts | {"said": entry.facts.get("said", "")}
    if entry.event == "leave.approve":
        text = _("您的请假已批准：%(span)s") % facts
    else:
        text = _("您的请假没有批准：%(span)s，%(said)s") % facts
    _tell(entry, _people(facts["person"]), text, _leave_url(entry))


def stand_in_asked(entry: Entry) -> None:
    """Whichever of the two did not ask answers."""
    facts = entry.facts
    asked = facts["person"] if facts["asked_by"] == facts["by"] else facts["by"]
    if entry.event == "stand_in.ask_swap":
        text = _("%(person_name)s 想换班「%(name)s」%(span)s，换 %(back)s：%(reason)s") % facts
    else:
        text = _("「%(name)s」%(span)s 请%(by_name)s代%(person_name)s值班：%(reason)s") % facts
    _tell(entry, _people(asked), text, _stand_in_url(entry))


def stand_in_accepted(entry: Entry) -> None:
    """The heads of the roster's group decide."""
    facts = entry.facts
    text = _("请批准代班「%(name)s」%(span)s：%(by_name)s代%(person_name)s") % facts
    heads = _active(_heads_of_roster(entry)).exclude(pk__in=[facts["person"], facts["by"]])
    _tell(entry, heads, text, _stand_in_url(entry))


def stand_in_answered(entry: Entry) -> None:
    """Both, and who asked; whose shifts moved, `moved` tells as well."""
    words = {
        "stand_in.decline": _("对方不同意"),
        "stand_in.refuse": _("没有批准"),
        "stand_in.approve": _("已批准"),
        "stand_in.withdraw": _("申请撤回了"),
        "stand_in.cancel": _("已取消"),
    }
    facts = entry.facts | {"word": words[entry.event], "said": entry.facts.get("said", "")}
    text = _("代班%(word)s：「%(name)s」%(span)s，%(by_name)s代%(person_name)s") % facts
    if facts["said"]:
        text = f"{text}：{facts['said']}"
    _tell(
        entry, _people(facts["person"], facts["by"], facts["asked_by"]), text, _stand_in_url(entry)
    )


# Who and how ------------------------------------------------------------------------------------


def _active(*conditions: Q, **facts: object) -> QuerySet[Person]:
    return (
        Person.objects.filter(*conditions, is_active=True, **facts)
        .exclude(roles__contains=[Role.AUDITOR])
        .distinct()
    )


def _people(*keys: int) -> QuerySet[Person]:
    return _active(pk__in=keys)


def _heads_of_roster(entry: Entry) -> Q:
    return Q(memberships__part__in=_HEADS, memberships__group__rosters=entry.facts["roster"])


def _tell(entry: Entry, people: Iterable[Person], text: str, url: str = "") -> None:
    alert(entry, people, incident=None, text=text, url=url or reverse("teams:duty"))


def _leave_url(entry: Entry) -> str:
    return reverse("teams:leave", args=[entry.facts["leave"]])


def _stand_in_url(entry: Entry) -> str:
    return reverse("teams:stand_in", args=[entry.facts["stand_in"]])


def _handover_url(entry: Entry) -> str:
    return reverse("incidents:handover", args=[entry.facts["handover"]])


def _handover_facts(entry: Entry) -> dict[str, Any]:
    return {
        "roster": entry.facts["name"],
        "at": _clock(entry.facts["at"]),
        "from": "、".join(entry.facts["from"]),
        "to": "、".join(entry.facts["to"]),
    }


def _moment(text: str) -> datetime.datetime:
    moment = parse_datetime(text)
    if moment is None:
        raise ValueError(f"{text!r} is no moment")
    return timezone.localtime(moment)


def _clock(text: str) -> str:
    return f"{_moment(text):%m-%d %H:%M}"


def _spans(spans: list[list[str]]) -> str:
    words = []
    for starts_at, ends_at in spans:
        start, end = _moment(starts_at), _moment(ends_at)
        until = f"{end:%H:%M}" if start.date() == end.date() else f"{end:%m-%d %H:%M}"
        words.append(f"{start:%m-%d %H:%M}–{until}")
    return "、".join(words)
