"""Inspections, and what is told when it comes due."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from inventory import workflow
from inventory.models import Item
from journal.models import Entry
from journal.refusals import Conflict, Incomplete, NotAllowed
from journal.relay import relay
from notices.models import Alert
from tests import make
from tests.inventory import keeping

pytestmark = pytest.mark.django_db


def day(number):
    return timezone.localdate() + datetime.timedelta(days=number)


def test_a_failed_inspection_puts_the_item_out_of_service(client):
    made = keeping.item(3, inspection_days=30, checklist="能开机\n能通话")
    client.force_login(keeping.keeper())
    url = reverse("inventory:deed", args=[made.pk, "inspect"])
    assert "能通话" in client.get(url).content.decode()
    on, talks = client.get(url).context["form"].names
    assert client.post(url, {on: "ok"}).status_code == 422
    answer = client.post(url, {on: "ok", talks: "not_ok", "remark": "天线断了"})
    assert answer.status_code == 302
    made.refresh_from_db()
    assert (made.status, made.status_reason) == ("out_of_service", "天线断了")
    assert made.inspect_by == day(30)
    with pytest.raises(Conflict, match="天线断了"):
        keeping.lend(made)
    client.post(url, {on: "ok", talks: "ok"})
    keeping.lend(made)
    assert [each.passed for each in made.inspections.all()] == [True, False]


def test_answers_stay_at_their_points_when_the_checklist_was_changed(client):
    made = keeping.item(3, checklist="能开机\n能通话")
    client.force_login(keeping.keeper())
    url = reverse("inventory:deed", args=[made.pk, "inspect"])
    seen = client.get(url).context["form"]
    on, talks = seen.names
    said = {on: "not_ok", talks: "ok", "remark": "按键坏了", "version": seen["version"].value()}
    said["client_uuid"] = seen["client_uuid"].value()
    workflow.change_item(made.pk, by=keeping.keeper(), checklist="电量足\n能开机")
    refused = client.post(url, said)
    assert refused.status_code == 409
    form = refused.context["form"]
    assert not made.inspections.exists()
    assert "别人已经更新了" in str(form.non_field_errors())
    assert form.points == ["电量足", "能开机"]
    assert [form[name].value() for name in form.names] == [None, "not_ok"]
    assert form["remark"].value() == "按键坏了"
    said |= {form.names[0]: "ok", "version": form["version"].value()}
    assert client.post(url, said).status_code == 302
    (record,) = made.inspections.all()
    assert [(each["point"], each["ok"]) for each in record.results] == [
        ("电量足", True),
        ("能开机", False),
    ]
    assert client.post(url, said).status_code == 302, "sent twice, it is one"
    assert made.inspections.count() == 1


def test_a_day_that_is_still_to_come_is_no_last_inspection(client):
    made = keeping.item(inspection_days=30)
    with pytest.raises(Incomplete, match="不能晚于今天"):
        workflow.change_item(made.pk, by=keeping.keeper(), last_inspected_on=day(1))
    client.force_login(keeping.keeper())
    said = {"name": made.name, "unit": "个", "category": "technical", "minimum": "0"}
    said |= {"inspection_days": "30", "last_inspected_on": "9999-12-31"}
    answer = client.post(reverse("inventory:change_item", args=[made.pk]), said)
    assert answer.status_code == 422
    assert "不能晚于今天" in str(answer.context["form"].errors["last_inspected_on"])
    workflow.change_item(made.pk, by=keeping.keeper(), last_inspected_on=day(0))
    # A row of earlier times is no fault of the page.
    Item.objects.filter(pk=made.pk).update(last_inspected_on=datetime.date.max)
    made.refresh_from_db()
    assert made.next_inspection() == datetime.date.max


def test_only_logistics_inspects():
    made = keeping.item(1)
    for who in ("it", "admin", "auditor"):
        with pytest.raises(NotAllowed):
            workflow.inspect(made.pk, by=make.person(who), passed=True)


def test_what_comes_due_is_told_once_to_logistics():
    workflow.watch()
    made = keeping.item(inspection_days=10, last_inspected_on=day(-20))
    workflow.receive(
        made.pk,
        by=keeping.keeper(),
        quantity=2,
        place=made.place,
        batch="A1",
        expires_on=day(5),
    )
    assert workflow.watch() == 2
    assert workflow.watch() == 0
    events = Entry.objects.of(made.stream).values_list("event", flat=True)
    assert {"supply.expiring", "supply.inspection_due"} <= set(events)
    relay()
    told = Alert.objects.filter(person=make.person("cangku"), url=made.get_absolute_url())
    assert {alert.text for alert in told} == {
        f"{made}该检查了",
        f"{made}批号 A1 将在 {day(5)} 到期，请安排使用或更换",
    }
    made.batches.update(expires_on=day(-1))
    assert workflow.watch() == 1


def test_an_inspection_done_is_due_again_a_cycle_later():
    made = keeping.item(inspection_days=10)
    assert made.inspect_by is not None
    workflow.inspect(made.pk, by=keeping.keeper(), passed=True)
    made.refresh_from_db()
    assert made.inspect_by == day(10)


def test_the_page_of_what_is_due_lists_each_part_in_fixed_queries(
    client, django_assert_num_queries
):
    client.force_login(keeping.keeper())
    url = reverse("inventory:due")
    client.get(url)
    with django_assert_num_queries(11):
        page = client.get(url).content.decode()
    assert "备用手机" in page
    assert "饮用水" in page
    for _ in range(4):
        keeping.item(1, minimum=2, inspection_days=1)
    with django_assert_num_queries(11):
        client.get(url)


def test_with_nothing_due_the_page_says_so(client):
    Item.objects.update(minimum=0, inspect_by=None, status="ready", status_reason="")
    for item in Item.objects.all():
        item.batches.update(expires_on=None)
    client.force_login(make.person("auditor"))
    assert "现在没有要办的" in client.get(reverse("inventory:due")).content.decode()
