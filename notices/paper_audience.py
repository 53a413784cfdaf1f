"""Whom manual mode and all clear concern, what acknowledging does, and when it is over."""

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from incidents import workflow as incidents
from incidents.models import AllClear, AllClearReceipt, Deadline, Incident, ManualMode
from journal.models import Entry
from journal.relay import subscribe
from notices.answers import act
from notices.models import Alert
from notices.relevance import ask
from notices.subscribers import ALL_CLEAR
from notices.workflow import alert
from teams.models import Person, Role

Mode = ManualMode.State
Kind = Deadline.Kind
# Clocks that departments hold; whom they concern is asked here and not in `notices.audience`.
KINDS = (Kind.MANUAL_ON, Kind.MANUAL_OFF)


def subscribe_all() -> None:
    """Called once, when the app is ready."""
    subscribe("manual.order_on", ordered_on)
    subscribe("manual.order_off", ordered_off)
    subscribe("deadline.pass", not_confirmed)
    subscribe(ALL_CLEAR, all_clear)
    subscribe("incident.revoke_all_clear", revoked)


def ordered_on(entry: Entry) -> None:
    """The department goes over to paper: all its people are reached, one of them confirms."""
    text = _("请转手工模式并确认收到（预计 %(minutes)s 分钟）：%(why)s") % {
        "minutes": entry.facts.get("minutes", ""),
        "why": entry.facts.get("reason", ""),
    }
    _call(entry, _people(entry.facts["department"]), text)


def ordered_off(entry: Entry) -> None:
    """Back to the computers."""
    text = _("请停用手工模式，改回系统办理，并确认收到；用过的表单请补录。")
    _call(entry, _people(entry.facts["department"]), text)


def not_confirmed(entry: Entry) -> None:
    """A department has not confirmed in time: it is called again, and who switched it is told."""
    if entry.facts["kind"] == Kind.ALL_CLEAR:
        _remind_of_all_clear(entry)
        return
    if entry.facts["kind"] not in KINDS:
        return
    mode = ManualMode.objects.get(pk=entry.facts["step"])
    text = _("%(department)s还没有确认：%(what)s") % {
        "department": mode.department,
        "what": entry.facts.get("what", ""),
    }
    switched = mode.on_by_id if entry.facts["kind"] == Kind.MANUAL_ON else mode.off_by_id
    _call(entry, _people(mode.department_id) | _active(pk=switched), text)


def all_clear(entry: Entry) -> None:
    """Every department is reached through its heads, where it has none through all its people; the
    others read it in the product. One of each department confirms."""
    incident = Incident.objects.get(pk=int(entry.stream.removeprefix("incident:")))
    text = _("解除：%(words)s") % {"words": entry.facts.get("words", "")}
    url = reverse("incidents:all_clear", args=[incident.pk])
    receipts = AllClearReceipt.objects.filter(all_clear=entry.facts["all_clear"])
    heads = _heads_or_all(list(receipts.values_list("department", flat=True)))
    alert(entry, heads, incident=incident, text=text, url=url, calls=True)
    alert(entry, _active(), incident=incident, text=text, url=url)


def revoked(entry: Entry) -> None:
    """Who was told the all clear is told that it does not hold."""
    incident = Incident.objects.get(pk=int(entry.stream.removeprefix("incident:")))
    text = _("解除已撤销，故障复发：%(why)s") % {"why": entry.facts.get("reason", "")}
    url = incident.get_absolute_url()
    receipts = AllClearReceipt.objects.filter(all_clear=entry.facts["all_clear"])
    heads = _heads_or_all(list(receipts.values_list("department", flat=True)))
    alert(entry, heads, incident=incident, text=text, url=url, calls=True)
    alert(entry, _active(), incident=incident, text=text, url=url)


def _remind_of_all_clear(entry: Entry) -> None:
    """Departments that have not confirmed in time are called, and who said it is told which."""
    said = AllClear.objects.select_related("incident", "by").get(pk=entry.facts["step"])
    waiting = said.receipts.filter(confirmed_at__isnull=True).select_related("department")
    names = "、".join(str(receipt.department) for receipt in waiting)
    text = _("还没有确认解除：%(departments)s") % {"departments": names}
    url = reverse("incidents:all_clear", args=[said.incident_id])
    people = _active(department__in=[receipt.department_id for receipt in waiting])
    alert(
        entry,
        people | _active(pk=said.by_id),
        incident=said.incident,
        text=text,
        url=url,
        calls=True,
    )


def _heads_or_all(departments: list[int]) -> QuerySet[Person]:
    """The heads of these departments; of one without, everybody."""
    heads = _active(department__in=departments, roles__contains=[Role.DEPARTMENT])
    headed = set(heads.values_list("department", flat=True))
    return heads | _active(department__in=[pk for pk in departments if pk not in headed])


def _active(*conditions: Q, **facts: object) -> QuerySet[Person]:
    people = Person.objects.filter(*conditions, is_active=True, **facts)
    return people.exclude(roles__contains=[Role.AUDITOR])


def _people(department: int) -> QuerySet[Person]:
    return _active(department=department)


def _call(entry: Entry, people: QuerySet[Person], text: str) -> None:
    incident = Incident.objects.get(pk=int(entry.stream.removeprefix("incident:")))
    url = reverse("incidents:paper", args=[incident.pk])
    alert(entry, people, incident=incident, text=text, url=url, calls=True)


@act("manual.order_on")
def _confirm_on(alerted: Alert) -> None:
    """Whoever of the department acknowledges has confirmed for it."""
    incidents.confirm_manual_on(alerted.entry.facts["mode"], by=alerted.person)


@act("manual.order_off")
def _confirm_off(alerted: Alert) -> None:
    incidents.confirm_manual_off(alerted.entry.facts["mode"], by=alerted.person)


@act(ALL_CLEAR)
def _confirm_all_clear(alerted: Alert) -> None:
    """Whoever acknowledges has confirmed for their own department."""
    receipt = _receipts(alerted).filter(confirmed_at__isnull=True).first()
    if receipt is not None:
        incidents.confirm_all_clear(receipt.pk, by=alerted.person)


@ask(ALL_CLEAR)
def _all_clear(alerted: Alert) -> str:
    if _receipts(alerted).filter(all_clear__revoked_at__isnull=False).exists():
        return _("解除已经撤销。")
    waits = _receipts(alerted).filter(confirmed_at__isnull=True)
    return "" if waits.exists() else _("科室已经确认。")


def _receipts(alerted: Alert) -> QuerySet[AllClearReceipt]:
    return AllClearReceipt.objects.filter(
        all_clear=alerted.entry.facts.get("all_clear"), department=alerted.person.department_id
    )


@ask("manual.order_on")
def _on(alerted: Alert) -> str:
    waits = _mode(alerted).filter(state=Mode.ORDERED)
    return "" if waits.exists() else _("科室已经确认。")


@ask("manual.order_off")
def _off(alerted: Alert) -> str:
    waits = _mode(alerted).filter(state=Mode.LEAVING)
    return "" if waits.exists() else _("科室已经确认。")


def _mode(alerted: Alert) -> QuerySet[ManualMode]:
    return ManualMode.objects.filter(pk=alerted.entry.facts.get("mode"))
