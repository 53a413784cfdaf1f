"""Who is told of supplies that run out, expire or must be inspected (row P19): logistics.

As in `notices.audience`, handlers run in the relay's transaction and touch the database only.
"""

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from incidents.models import Incident
from incidents.models.state import UNRESTORED
from inventory.models import Item
from journal.models import Entry
from journal.relay import subscribe
from notices import concerned, relevance
from notices.models import Alert
from notices.workflow import alert
from teams.models import Person, Role


def subscribe_all() -> None:
    """Called once, when the app is ready."""
    for event in ("supply.low", "supply.expiring", "supply.expired", "supply.inspection_due"):
        subscribe(event, due)
    subscribe("supply.short", short)
    subscribe("supply.runs_out", runs_out)
    subscribe("supplier.contract_ends", contract_ends)
    subscribe("fund.ask", asked)
    for event in ("fund.approve", "fund.refuse"):
        subscribe(event, decided)


def due(entry: Entry) -> None:
    """Logistics, and whoever keeps the item."""
    words = {
        "supply.low": _("%(what)s只剩 %(left)s %(unit)s，低于最低库存 %(minimum)s，请补充"),
        "supply.expiring": _("%(what)s批号 %(batch)s 将在 %(on)s 到期，请安排使用或更换"),
        "supply.expired": _("%(what)s批号 %(batch)s 已过期，不再发放，请更换"),
        "supply.inspection_due": _("%(what)s该检查了"),
    }[entry.event]
    keeper = Item.objects.filter(pk=entry.facts["item"]).values("keeper")
    people = Person.objects.filter(is_active=True).filter(
        Q(roles__contains=[Role.LOGISTICS]) | Q(pk__in=keeper)
    )
    url = reverse("inventory:item", args=[entry.facts["item"]])
    alert(entry, people, incident=None, text=words % entry.facts, url=url)


def short(entry: Entry) -> None:
    """What the plan wants for a fault and is not there: logistics, at once."""
    pk = int(entry.stream.removeprefix("incident:"))
    incident = Incident.objects.get(pk=pk)
    text = _("%(number)s：预案要的物资不够，%(short)s") % {
        "number": incident.number,
        "short": "、".join(entry.facts["short"]),
    }
    url = reverse("incidents:supplies", args=[pk])
    alert(entry, _logistics(), incident=incident, text=text, url=url)


def runs_out(entry: Entry) -> None:
    """Work by hand will have used something up before the service is to work again: logistics and
    the keepers are called to fetch more, who commands learns it too."""
    incident = Incident.objects.get(pk=int(entry.stream.removeprefix("incident:")))
    text = _("%(number)s：%(windows)s 个窗口手工运行，%(short)s，撑不到 %(until)s，请补充") % {
        "number": incident.number,
        "windows": entry.facts["windows"],
        "short": "、".join(entry.facts["short"]),
        "until": entry.facts["until"],
    }
    keepers = Item.objects.filter(pk__in=entry.facts["items"]).values("keeper")
    supplying = concerned.active(Q(roles__contains=[Role.LOGISTICS]) | Q(pk__in=keepers))
    url = reverse("incidents:supplies", args=[incident.pk])
    alert(entry, supplying, incident=incident, text=text, url=url, calls=True)
    # Whoever is called above is not told twice: each person once an entry.
    alert(entry, concerned.commanders(incident.convene), incident=incident, text=text, url=url)


@relevance.ask("supply.runs_out")
def _still_by_hand(alert: Alert) -> str:
    incident = alert.incident
    if incident is not None and incident.state not in UNRESTORED:
        return _("服务已经恢复。")
    return ""


def contract_ends(entry: Entry) -> None:
    """A contract runs out: whoever renews it."""
    text = _("%(what)s的合同 %(on)s 到期，请续签") % entry.facts
    url = reverse("inventory:supplier", args=[entry.facts["supplier"]])
    alert(entry, _logistics(), incident=None, text=text, url=url)


def asked(entry: Entry) -> None:
    """Money waits for a second person: those who may be it."""
    text = _("%(payee)s要支出 %(amount)s 元：%(purpose)s，请批准或退回") % entry.facts
    second = Q(roles__contains=[Role.LOGISTICS]) | Q(roles__contains=[Role.LEADER])
    people = Person.objects.filter(second, is_active=True).exclude(pk=entry.facts["asked_by"])
    alert(entry, people, incident=None, text=text, url=_payment(entry))


def decided(entry: Entry) -> None:
    """Who asked learns what was decided."""
    if entry.event == "fund.approve":
        text = _("支出 %(amount)s 元已批准：%(purpose)s") % entry.facts
    else:
        text = _("支出 %(amount)s 元没有批准：%(reason)s") % entry.facts
    people = Person.objects.filter(is_active=True, pk=entry.facts["asked_by"])
    alert(entry, people, incident=None, text=text, url=_payment(entry))


def _payment(entry: Entry) -> str:
    return reverse("inventory:payment", args=[entry.facts["payment"]])


def _logistics() -> QuerySet[Person]:
    return Person.objects.filter(is_active=True, roles__contains=[Role.LOGISTICS])
