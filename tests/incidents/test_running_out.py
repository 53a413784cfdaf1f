"""A shortage is said before it hurts: what work by hand uses up, and the restore target."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from incidents import workflow
from incidents.models import Deadline, Incident
from incidents.running_out import outlook
from inventory import workflow as supplies
from inventory.models import Item
from inventory.workflow import Wanted
from journal.models import Entry
from journal.relay import relay
from notices import relevance
from notices.models import Alert
from tests import make
from tests.inventory import keeping

pytestmark = pytest.mark.django_db

# Of 手写收据 there are 60, and a window uses half a one in an hour: 40 windows have 3 hours.
MANY, FEW = 40, 10


def closed(windows, **facts):
    """A fault of grade Ⅱ, to be restored within 4 hours, with so many windows closed."""
    incident = make.confirmed(windows_closed=windows, **facts)
    while relay():
        pass
    return Incident.objects.get(pk=incident.pk)


def told(incident):
    return list(Entry.objects.of(incident.stream).filter(event="supply.runs_out"))


def test_what_ends_before_the_restore_target_is_told_when_the_fault_is_confirmed():
    incident = closed(MANY)
    (entry,) = told(incident)
    ends = incident.confirmed_at + timedelta(hours=3)
    local = timezone.localtime(ends)
    assert f"手写收据约 {local:%H:%M} 用完" in entry.facts["short"][0] or local.date() != (
        timezone.localdate()
    )
    seen = outlook(incident, timezone.now())
    assert seen.short[0].item.name == "手写收据"
    assert abs(seen.short[0].ends_at - ends) < timedelta(seconds=2)
    assert seen.until == Deadline.objects.get(incident=incident, kind="restore").due_at
    alert = Alert.objects.get(entry=entry, person=keeping.keeper())
    assert alert.calls
    assert "40 个窗口手工运行，手写收据" in alert.text
    who = Alert.objects.filter(entry=entry).values_list("person__username", flat=True)
    assert "yuanzhang" in who, "who commands learns it"


def test_what_lasts_alarms_nobody():
    incident = closed(FEW)
    assert outlook(incident, timezone.now()) is None
    assert not told(incident)
    nobody_by_hand = closed(None)
    assert outlook(nobody_by_hand, timezone.now()) is None


def test_it_is_told_once_and_again_when_others_take_of_the_stock():
    incident = closed(24)
    assert not told(incident), "five hours last beyond the four"
    supplies.watch()
    assert not told(incident)
    receipts = Item.objects.get(name="手写收据")
    keeping.lend(receipts, 30, purpose=supplies.Purpose("培训"))
    assert supplies.watch() == 1
    assert supplies.watch() == 0
    assert len(told(incident)) == 1
    keeping.lend(receipts, 20, purpose=supplies.Purpose("培训"))
    supplies.watch()
    assert len(told(incident)) == 2, "it ends in another hour now"


def test_what_was_issued_for_it_and_used_up_is_not_missing_twice():
    incident = closed(MANY)
    before = outlook(incident, timezone.now()).short[0].ends_at
    receipts = Item.objects.get(name="手写收据")
    (loan,) = workflow.issue_supplies(
        incident.pk,
        by=keeping.keeper(),
        wanted=[Wanted(receipts.pk, 20)],
        department=make.department("门诊收费处"),
    )
    assert outlook(incident, timezone.now()).short[0].ends_at == before
    supplies.give_back(loan.pk, by=keeping.keeper(), consumed=15, returned=5)
    assert outlook(incident, timezone.now()).short[0].ends_at == before
    supplies.watch()
    assert len(told(incident)) == 1


def test_manual_mode_counts_from_its_order_and_twenty_windows_where_nobody_said():
    incident = closed(None, level=3)
    workflow.manual_on(
        incident.pk,
        by=make.person("leader"),
        departments=[make.department("门诊收费处")],
        minutes=120,
        reason="预计超过 15 分钟",
    )
    relay()
    seen = outlook(incident, timezone.now())
    assert seen.windows == 20
    assert {each.item.name for each in seen.short} == {"手写收据", "手工挂号单"}
    mode = incident.manual_modes.get()
    assert seen.short[0].ends_at == mode.on_at + timedelta(hours=6)
    assert len(told(incident)) == 1


def test_beyond_the_target_an_hour_ahead_is_looked_at():
    incident = closed(FEW)
    Deadline.objects.filter(incident=incident, kind="restore").update(
        due_at=timezone.now() - timedelta(minutes=5)
    )
    assert outlook(incident, timezone.now()) is None
    later = incident.confirmed_at + timedelta(hours=11, minutes=30)
    assert [each.item.name for each in outlook(incident, later).short] == ["手写收据"]


def test_after_the_recovery_nobody_is_called_for_it():
    incident = closed(MANY)
    alert = Alert.objects.select_related("entry", "incident").get(
        entry=told(incident)[0], person=keeping.keeper()
    )
    assert relevance.unwanted(alert) == ""
    alert.incident = make.incident("cleaning")
    assert relevance.unwanted(alert)
    assert outlook(alert.incident, timezone.now()) is None


def test_the_page_says_it_until_more_has_come(client):
    incident = closed(MANY)
    client.force_login(make.person("logistics"))
    url = reverse("incidents:supplies", args=[incident.pk])
    assert "撑不到" in client.get(url).text
    for name in ("手写收据", "手工挂号单"):
        item = Item.objects.get(name=name)
        supplies.receive(item.pk, by=keeping.keeper(), quantity=200, place=item.place)
    page = client.get(url).text
    assert "撑不到" not in page
    assert "可支撑 40 个窗口手工运行约" in page


def test_an_empty_stock_ends_at_once():
    incident = closed(FEW)
    item = keeping.item(0, per_window_hour=Decimal("0.1"), is_consumable=True)
    short = outlook(incident, timezone.now()).short
    assert [(each.item.pk, each.ends_at) for each in short] == [(item.pk, incident.confirmed_at)]
