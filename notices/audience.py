"""Whom an event concerns, and in which words they are told: the subscriptions behind alerts.

Each handler runs in the relay's transaction and touches the database only.
"""

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from incidents.models import Deadline, Incident, Order, Signature
from incidents.models.state import State
from journal.models import Entry
from journal.relay import subscribe
from notices import concerned
from notices.models import Notice, Posting
from notices.workflow import alert
from teams.models import Membership, Person, ResponseGroup, Role

Part = Membership.Part
Group = ResponseGroup.Kind
Kind = Deadline.Kind


def subscribe_all() -> None:
    """Called once, when the app is ready."""
    for event, handler in (
        ("incident.confirm", confirmed),
        ("order.issue", order_issued),
        ("order.refuse", order_refused),
        ("deadline.pass", deadline_passed),
        ("notice.draft", notice_drafted),
        ("notice.edit", notice_edited),
        ("notice.approve", notice_approved),
        ("notice.withdraw", notice_withdrawn),
        ("notice.publish_urgently", notice_published_urgently),
        ("notice.ratify", notice_ratified),
        ("notice.end", signs_are_outdated),
        ("notice.withdraw", signs_are_outdated),
        ("incident.regrade", regraded),
        ("restoration.sign", signed),
        ("incident.dismiss", dismissed),
        ("incident.merge", merged),
        ("incident.pass_restoration", restored),
        ("incident.relapse", relapsed),
        ("incident.cleanup", cleaned),
        ("review.submit", report_submitted),
        ("review.return_report", report_returned),
        ("incident.close", closed),
    ):
        subscribe(event, handler)


def confirmed(entry: Entry) -> None:
    """Plan, row P9: those who command next are called."""
    incident = _incident(entry)
    text = _("请下达指令：%(grade)s级 %(title)s") % (
        _named(incident) | {"grade": entry.facts.get("grade", "")}
    )
    url = reverse("incidents:commander")
    _call(entry, incident, concerned.commanders(bool(entry.facts.get("convene"))), text, url)


def regraded(entry: Entry) -> None:
    """Another grade may hand the command to the leading group: it is called as if at the start."""
    convened = bool(entry.facts.get("convene"))
    if convened == bool(entry.facts.get("convened_before")):
        return
    incident = _incident(entry)
    text = _("改为%(grade)s级，由您指挥：%(title)s") % (
        _named(incident) | {"grade": entry.facts.get("grade", "")}
    )
    _call(entry, incident, concerned.commanders(convened), text, reverse("incidents:commander"))


def order_issued(entry: Entry) -> None:
    """Plan, row P10: the addressee learns its duty."""
    text = _("请复诵指令（%(minutes)s 分钟内完成）：%(text)s") % {
        "minutes": entry.facts.get("minutes", ""),
        "text": entry.facts.get("text", ""),
    }
    order = Order.objects.get(pk=entry.facts["order"])
    _call(
        entry, _incident(entry), concerned.addressees(order), text, reverse("incidents:my_orders")
    )


def order_refused(entry: Entry) -> None:
    """The commander must decide anew."""
    order = Order.objects.get(pk=entry.facts["order"])
    text = _("%(who)s无法执行指令「%(text)s」：%(why)s") % {
        "who": entry.facts.get("addressee", ""),
        "text": entry.facts.get("text", ""),
        "why": entry.facts.get("reason", ""),
    }
    _call(entry, _incident(entry), concerned.active(pk=order.issued_by_id), text)


def deadline_passed(entry: Entry) -> None:
    """A clock has run out: whoever holds it is told."""
    if entry.facts["kind"] in (Kind.PROGRESS, Kind.MANUAL_ON, Kind.MANUAL_OFF, Kind.ALL_CLEAR):
        # Nobody's own task: the ladder is climbed (`notices.ladders`); or a department's
        # (`notices.paper_audience`).
        return
    incident = _incident(entry)
    text = _("已超时：%(what)s，%(title)s（应由%(holder)s办理）") % (
        _named(incident)
        | {"what": entry.facts.get("what", ""), "holder": entry.facts.get("holder", "")}
    )
    kind = entry.facts["kind"]
    url = ""
    if kind in (Kind.FIRST_NOTICE, Kind.NEXT_NOTICE, Kind.RATIFY):
        url = reverse("notices:incident", args=[incident.pk])
    elif kind in (Kind.READ_BACK, Kind.ORDER):
        url = reverse("incidents:my_orders")
    _call(entry, incident, concerned.holders(incident, kind, entry.facts.get("step", 0)), text, url)


def notice_drafted(entry: Entry) -> None:
    """A second person must approve what patients will read."""
    _ask_for_approval(entry)


def notice_edited(entry: Entry) -> None:
    """Asked again only where an approval was lost; else the first request still stands."""
    if entry.facts.get("was_approved"):
        _ask_for_approval(entry)


def notice_approved(entry: Entry) -> None:
    """Who wrote it may publish now."""
    _tell_writer(entry, _("患者通知已批准，可以发布：%(affected)s"))


def notice_withdrawn(entry: Entry) -> None:
    _tell_writer(entry, _("您写的患者通知被撤回：%(reason)s"))


def notice_published_urgently(entry: Entry) -> None:
    """Patients read it already: a second person looks at it now."""
    incident = _incident(entry)
    text = _("患者通知已先发布，请在 %(until)s 前补批：%(affected)s") % {
        "until": entry.facts.get("until", ""),
        "affected": entry.facts.get("affected", ""),
    }
    url = reverse("notices:verb", args=[entry.facts["notice"], "ratify"])
    _call(entry, incident, concerned.approvers(incident), text, url)


def notice_ratified(entry: Entry) -> None:
    _tell_writer(entry, _("您紧急发布的患者通知已补批：%(affected)s"))


def signs_are_outdated(entry: Entry) -> None:
    """Who put up a sign, and the department of its place, take it down."""
    incident = _incident(entry)
    hanging = Posting.objects.outdated().filter(incident=incident)
    places = list(hanging.values_list("place__name", flat=True))
    if not places:
        return
    people = concerned.active(
        Q(pk__in=hanging.values("up_by")) | Q(department__in=hanging.values("place__department"))
    )
    text = _("请取下告示：%(places)s") % {"places": "、".join(places)}
    url = reverse("notices:incident", args=[incident.pk]) + "#signs"
    _tell(entry, incident, people, text, url)


def signed(entry: Entry) -> None:
    """Two sign a restoration: after the first, the other side is asked."""
    incident = _incident(entry)
    if incident.state != State.RESTORING or entry.facts.get("round") != incident.round:
        return
    if entry.facts["part"] == Signature.Part.TECHNICAL:
        others = concerned.active(department__in=incident.affected.all())
    else:
        others = concerned.of_group(Group.FAULT)
    text = _("请签字确认服务已恢复：%(title)s") % _named(incident)
    _tell(entry, incident, others, text, f"{incident.get_absolute_url()}#signatures")


def dismissed(entry: Entry) -> None:
    incident = _incident(entry)
    text = _("您报告的「%(title)s」判为误报：%(why)s") % (
        _named(incident) | {"why": entry.facts.get("reason", "")}
    )
    _tell(entry, incident, concerned.reporters(incident), text)


def merged(entry: Entry) -> None:
    incident = _incident(entry)
    text = _("您报告的「%(title)s」与 %(number)s 是同一起故障，已并入") % (
        _named(incident) | {"number": entry.facts.get("number", "")}
    )
    url = reverse("incidents:detail", args=[entry.facts["into"]])
    _tell(entry, incident, concerned.reporters(incident), text, url)


def restored(entry: Entry) -> None:
    incident = _incident(entry)
    text = _("服务已恢复：%(title)s") % _named(incident)
    _tell(entry, incident, concerned.reporters(incident), text)


def relapsed(entry: Entry) -> None:
    """Who was told that all is well is told that it is not, and who tells the patients."""
    incident = _incident(entry)
    text = _("故障复发，重新修复：%(title)s") % _named(incident)
    people = concerned.reporters(incident) | concerned.with_role(Role.CS)
    _tell(entry, incident, people, text)


def cleaned(entry: Entry) -> None:
    """Plan, 评估: the heads of the groups hold the review meeting."""
    incident = _incident(entry)
    text = _("现场清理完成，请召开评估会：%(title)s") % _named(incident)
    heads = concerned.active(
        memberships__group__kind__in=ResponseGroup.OF_THE_PLAN,
        memberships__part__in=[Part.HEAD, Part.DEPUTY],
    )
    _tell(entry, incident, heads, text, _review(incident))


def report_submitted(entry: Entry) -> None:
    """Plan, 评估: the written report goes to the leading group, which receives it."""
    incident = _incident(entry)
    text = _("请接收评估报告 %(number)s：%(title)s") % (
        _named(incident) | {"number": entry.facts.get("number", "")}
    )
    leaders = concerned.of_group(Group.LEADING, Part.HEAD, Part.DEPUTY)
    _tell(entry, incident, leaders, text, _review(incident))


def report_returned(entry: Entry) -> None:
    """Whoever handed it in mends it."""
    incident = _incident(entry)
    handed_in = Entry.objects.of(entry.stream).filter(event="review.submit", seq__lt=entry.seq)
    last = handed_in.order_by("-seq").first()
    if last is None:
        return
    text = _("评估报告被退回：%(remark)s") % {"remark": entry.facts.get("remark", "")}
    writer = concerned.active(pk=int(last.actor.removeprefix("person:")))
    _tell(entry, incident, writer, text, _review(incident))


def closed(entry: Entry) -> None:
    incident = _incident(entry)
    text = _("已归档：%(title)s") % _named(incident)
    _tell(entry, incident, concerned.reporters(incident), text)


def _incident(entry: Entry) -> Incident:
    return Incident.objects.get(pk=int(entry.stream.removeprefix("incident:")))


def _review(incident: Incident) -> str:
    # By name only: reviews stand beside this app, not below it.
    return reverse("reviews:detail", args=[incident.pk])


def _named(incident: Incident) -> dict[str, str]:
    return {"title": incident.title}


def _tell(
    entry: Entry, incident: Incident, people: QuerySet[Person], text: str, url: str = ""
) -> None:
    """For their information: it waits for them in the product."""
    alert(entry, people, incident=incident, text=text, url=url or incident.get_absolute_url())


def _call(
    entry: Entry, incident: Incident, people: QuerySet[Person], text: str, url: str = ""
) -> None:
    """They must act: they are reached wherever they are."""
    url = url or incident.get_absolute_url()
    alert(entry, people, incident=incident, text=text, url=url, calls=True)


def _ask_for_approval(entry: Entry) -> None:
    incident = _incident(entry)
    due = parse_datetime(entry.facts["next_update_at"])
    text = _("请批准患者通知（下次通报 %(time)s）：%(affected)s") % {
        "affected": entry.facts.get("affected", ""),
        "time": f"{timezone.localtime(due):%H:%M}" if due else "",
    }
    url = reverse("notices:verb", args=[entry.facts["notice"], "approve"])
    _call(entry, incident, concerned.approvers(incident), text, url)


def _tell_writer(entry: Entry, sentence: str) -> None:
    incident = _incident(entry)
    notice = Notice.objects.get(pk=entry.facts["notice"])
    text = sentence % {
        "affected": entry.facts.get("affected", ""),
        "reason": entry.facts.get("reason", ""),
    }
    url = reverse("notices:incident", args=[incident.pk])
    _tell(entry, incident, concerned.active(pk=notice.drafted_by_id), text, url)
